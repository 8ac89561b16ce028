"""The engine: cells of a net, merging cells into pieces, the notions of region, counts, and the independent recount."""
