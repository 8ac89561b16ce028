"""Pictures of nets, their pieces and what is known of them, by matplotlib; and the page that shows pieces in a browser.

A picture is rounded, but only in its numbers: which cells there are, which are neighbours and which make one piece is exact, as
the engine tells it, with corners and maps in doubles. `plane_cells.py` has a net over a plane in this form.
"""
