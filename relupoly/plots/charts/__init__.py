"""Charts: what is known of many networks, or of many cells of one, as curves, bars and points.

Each module finds its numbers first, exactly, as an object that can be asked for them; only what is drawn is rounded.
"""
