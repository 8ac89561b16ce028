"""What is counted: one counter for each notion of region, and all of them together.

In come the cells of a walk, one by one or as a number of cells that need no closer look; out come counts by notion. Read
`region_counters.py` first: it knows which counters a question needs, and how closely cells have to be looked at for them.
`counters.py` has the simple ones; those of open and closed pieces are in `relupoly.pieces.merging`. Counters of separate parts
of a walk merge, and can be written down and restored.
"""
