"""The engine: the cells of a net one by one, and what is counted of them.

In comes a `Network` on a `Domain`; out come numbers of regions under every notion, each sign on the way proved. Read `count.py`
first, the face; then these rooms, in the order in which a count goes through them:

* `forms/`: the net in homogeneous essential coordinates, its affine maps on cells, and their fingerprints;
* `constraints/`: cells held by half-spaces and a witness, where they would have too many rays; `constraints/kernel/` compiled;
* `walk/`: every full-dimensional activation cell once, interpreted or compiled;
* `kernel/`: the compiled walk's inner loop, as machine code;
* `merging/`: cells with the same function, merged into open and closed pieces, and functions told apart;
* `counters/`: one counter for each notion of region, fed with the cells of a walk;
* `counting/`: from a question to its answer: plans, tasks, parts, and the driver of all counts;
* `enumeration/`: what else a list of cells tells: faces, regions of arrangements, vertices of zonotopes, stable neurons;
* `unions/`: counts in a union of sets, as one set;
* `recount/`: the independent recount, an oracle that shares no code with the others.

`notions.py` names the notions of region, `serialization.py` keeps counters in JSON.
"""
