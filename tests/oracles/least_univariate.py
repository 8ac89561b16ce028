"""The least number of neurons of a function of one variable, by brute force over all nets that can be.

A net with one hidden layer is looked for directly: which neurons stand at which breakpoint, to which side they open, and
whether there are a constant neuron and a bias. What remains is a linear system for the output weights, in rationals.
"""

from itertools import combinations, pairwise

from flint import fmpq, fmpq_mat


def least_size(breakpoints, slopes, at, value, output_bias):
    """The least size of a net with one hidden layer; rationals are fmpq, neighbouring slopes differ."""
    features = [(place, side) for place in breakpoints for side in (1, -1)] + [None]
    size = 0
    while True:
        for chosen in combinations(features, size):
            if _fits(chosen, breakpoints, slopes, at, value, output_bias):
                return size
        size += 1


def _fits(chosen, breakpoints, slopes, at, value, output_bias):
    """Whether some output weights make these neurons the function: right slopes, and the right value at one point."""
    ends = [breakpoints[0] - 1, *breakpoints, breakpoints[-1] + 1]
    middles = [(one + two) / 2 for one, two in pairwise(ends)]
    rows = [[_slope(neuron, x) for neuron in chosen] + [0] for x in middles]
    rows.append([_value(neuron, at) for neuron in chosen] + [int(output_bias)])
    right = [*slopes, value]
    system = fmpq_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row])
    extended = fmpq_mat(
        len(rows), len(rows[0]) + 1, [entry for row, end in zip(rows, right, strict=True) for entry in [*row, end]]
    )
    return system.rank() == extended.rank()


def _slope(neuron, x):
    if neuron is None:
        return 0
    place, side = neuron
    return side if side * (x - place) > 0 else 0


def _value(neuron, x):
    if neuron is None:
        return 1
    place, side = neuron
    return max(side * (x - place), fmpq(0))
