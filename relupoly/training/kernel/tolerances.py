"""The kernel's numbers, and why they are what they are.

None of them but EPSILON and EXACT decides what is true: a node is closed by a bound that is proved with the rounding counted
(`enclosure`), and what is chosen by a tolerance, such as points to drop or columns to free, only makes that bound better or
worse. So a bad value costs time: more nodes, more proofs that fail, more nodes that go back to exact arithmetic.

Lengths and products are relative to features of length 1 and to the length of the targets, or of the vector that prices.
"""

from __future__ import annotations

import relupoly.exact.doubles as doubles

EPSILON = doubles.EPSILON

# How many rays enter from one pass over all rays: to price them all costs as much as many small solutions.
POOL = 24

# A product with the residual counts as positive above this share of the targets' length: with some hundred points, products
# are wrong by some 1e-14 of it.
TOLERANCE = 1e-13
# Least squares is at its end when a pass over all rays lowers the value by less: that is rounding.
STANDSTILL = 1e-14
# A column that loses all but this of its square beside the others depends on them: of the length, 1e-10 is left, and with
# Gram-Schmidt done twice a millionth of that is wrong.
DEPENDENT = 1e-20

# A node is closed if its bound exceeds what has to be reached, the incumbent's loss less the gap, by a billionth: so the loss
# may be a float, which is wrong by far less, while no margin can prove more than the optimum itself. Relaxations end when their
# value is below by as much.
CLOSE = 1e-9
# A net is better if its loss is smaller by more than a float's loss is wrong: else rounding would give a new incumbent each
# time that the same net is found.
BETTER = 1.0 - 1e-10
# No loss counts as more than this: infinity times a gap of 0 is no number.
MOST_LOSS = 1e300
# A neuron is 0 at a point if it is smaller by this than the targets' length: the coefficients that add up to 0 there are of
# the size of the targets, with an error of their last digits.
ON_PLANE = 1e-12

# Entries of u, and products with it, are taken for 0 below this share of its length, the root of what doubles resolve: what is
# 0 is known up to 1e-15 or so, and what is not is seldom as small.
NOTHING = 1e-8
# The share of the targets' length that is the first margin, at most; then each is a hundredth of the one before, down to the
# narrowest, below which rounding hides the sign of a product.
WIDEST = 1e-4
NARROWEST = 1e-12
# The first margin is this part of what the relaxation's value leaves over: so the margin costs less than there is.
SHARE_OF_EXCESS = 0.01
NARROWER = 0.01
# What is left of a feature beside the free columns, below which it has no direction but that of rounding, if it was not seen
# to depend on them by integers.
FINEST = 1e-11
# What a column has to keep of its square to be a free one: at first a hundredth of its length, so that the projection is
# well-conditioned; where too few columns are so, all that floats tell from dependent ones.
FAR_FROM_DEPENDENT = 1e-4
JUST_INDEPENDENT = 1e-16
# How often the pool is filled for one margin: after that, another margin, or the children, are better.
ROUNDS = 24

# A proof that failed although the value is larger than the incumbent by more than this: not for want of digits, but because
# neurons of both signs share narrow cells. Then children are tried, unless as many proofs have failed on the way there.
CLEAR = 1e-6
DOUBTS = 4

# The largest prime below 2^31: products of two residues fit into a word. Ranks modulo it can only be too small, which loses a
# proof, and is as rare as a minor that it divides.
PRIME = 2147483647

# Linear programs: costs and targets are at most 1, and so are rates, but for features in a margin's proof.
# A column or a row that changes by less along a step is not met by it.
PIVOT = 1e-9
# A basis with a smaller pivot is given up: its prices would have no digits left that a margin could use.
SINGULAR = 1e-10
# A variable enters if the loss falls by more along it, and a coefficient counts if it is larger; rounding is a hundredth of it.
RATE = 1e-11
# A step passes a row while the loss falls by more beyond it.
FLAT = 1e-13
# Rows leave the basis at a fifth of the rate at which features enter: a slack costs no pass over the rays.
ROWS_BEFORE_FEATURES = 0.2
# A program that has not ended after so many steps, and so many more for each row, goes in a circle: it counts as unsolved.
STEPS_AT_LEAST = 100
STEPS_FOR_A_ROW = 10
# The largest denominator of prices that is tried for an exact proof: with short data a tie's prices have small ones, and each
# that is tried costs a pass over the rows.
MOST_DENOMINATOR = 64
# Integers up to 2^53 are doubles; this is half of it, so that the last sum of two is one, too.
EXACT = 2.0**52
