"""The numbers that the compiled walk goes by: what stops it, what the columns of its tables mean, and where it gives up.

None of the limits decides a sign: what is not proved within them is left to Python, or done in another way.
"""

from __future__ import annotations

import numpy as np

import relupoly.exact.doubles as doubles

# Why the walk returned.
DONE, PAUSED, DOUBT, CROWDED, CELL, FULL, PRINTED = range(7)

# The arithmetic of doubles; whole numbers below `EXACT` have no rounding error.
UNIT = doubles.UNIT_ROUNDOFF
SMALLEST = doubles.SMALLEST
SMALLEST_ERROR = doubles.SMALLEST_ERROR
EXACT = float(doubles.LARGEST_WHOLE)

# A new ray whose relative error bound is larger, half of a double's digits, is computed anew from its walls.
INACCURATE = 2.0**-26
# Walls of a cone are bits of a machine word; a cone with more is left to Python.
WALLS = 64
# Hyperplanes in half a sum over subsets: two lists of 2^12 partial sums take the place of 2^24 sums.
SUM_BITS = 12
# Sections in one count of regions, after which the walk goes on cell by cell, where it can be stopped.
MOST_SECTIONS = 200_000
# Pivots are guesses that only choose an order of work: more of them are the sign of a cycle that rounding has made.
MOST_PIVOTS = 1000
# Falls of a form's size, entries of a pivot's column, and remainders of an elimination that rounding may have made up.
NEGLIGIBLE = 2.0**-20
NEGLIGIBLE_PIVOT = 2.0**-40
DEPENDENT = 2.0**-20
# A step is what a small node takes: tables of so many entries, or so many regions counted at once, take another one. So do so
# many triples of rays: where rays are not simple, each pair may be compared with all others, and a step takes a second.
LONG_STEP = 256
LONG_CUT = 2**20
LONG_COUNT = 8
# So many neurons that came or went last are remembered: by them what was computed before is brought up to date.
FLIPS = 64
NEVER = -(2**62)  # a serial number before all others
FLOATS = np.False_  # for `whole`: numbers that need not be integers

# How closely cells are looked at: bits of `relupoly.pieces.walk.node.Detail`.
COUNT, MERGE, FINGERPRINT, SIMPLE, EVERY, LEVELS, LIST = 0, 1, 2, 4, 8, 16, 32
# What is found of level sets: see `relupoly.pieces.walk.node`.
CERTAIN, DOUBTFUL, WHOLE = range(3)

# The columns of `Stack.nodes`, and of `Stack.register`.
LAYER, RAYS, OPEN, RAY0, OPEN0, SIGN0, CHOSEN0, SETTLED, IDLE, CLEAR = range(10)
TOP, PLAIN = range(2)

# The halves of a machine word, and the bits of each of the two residues in a fingerprint.
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
PRINT_BITS = np.uint64(31)
