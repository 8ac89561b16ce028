"""Values, signs and one-sided derivatives of nets by their definition, in `Fraction`."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

Dual = tuple[Fraction, Fraction]  # a value, and how fast it changes


def fraction(value) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def layers_of(net) -> list[tuple[list[list[Fraction]], list[Fraction], list[bool]]]:
    """Rows, biases, and which neurons have a ReLU; none of the last layer has."""
    found = []
    for number, layer in enumerate(net.layers):
        hidden = number < len(net.layers) - 1
        relus = [hidden and neuron not in layer.linear for neuron in range(layer.outputs)]
        rows = [[fraction(entry) for entry in row] for row in layer.weight.tolist()]
        found.append((rows, [fraction(entry) for entry in layer.bias.entries()], relus))
    return found


def values(net, point: Sequence[Fraction]) -> tuple[list[Fraction], list[list[int]]]:
    """The outputs, and the signs of the preactivations of neurons with ReLU in each hidden layer."""
    state, signs = list(point), []
    for rows, biases, relus in layers_of(net):
        state = [sum((w * x for w, x in zip(row, state, strict=True)), bias) for row, bias in zip(rows, biases, strict=True)]
        signs.append([(z > 0) - (z < 0) for z, relu in zip(state, relus, strict=True) if relu])
        state = [max(z, Fraction(0)) if relu else z for z, relu in zip(state, relus, strict=True)]
    return state, signs[:-1]


def derivatives(net, point: Sequence[Fraction], direction: Sequence[Fraction]) -> list[Fraction]:
    """The one-sided derivatives of the outputs in a direction."""
    return [change for _, change in _all_layers(net, point, direction)[-1]]


def are_differentiable(net, point: Sequence[Fraction]) -> list[bool]:
    """For each output of a net with one or two inputs whether it is differentiable: by its derivatives all around."""
    units = [[Fraction(place == along) for place in range(len(point))] for along in range(len(point))]
    columns = [derivatives(net, point, unit) for unit in units]
    around = _around(net, point)
    found = [True] * len(columns[0])
    for direction in around:
        for output, change in enumerate(derivatives(net, point, direction)):
            found[output] &= change == sum(x * column[output] for x, column in zip(direction, columns, strict=True))
    return found


def _around(net, point: Sequence[Fraction]) -> list[list[Fraction]]:
    """Directions between which the derivatives are linear."""
    one = Fraction(1)
    if len(point) == 1:
        return [[one], [-one]]
    corners = [[one, one], [-one, one], [-one, -one], [one, -one], [one, one]]
    found = []
    for nodes in map(list, itertools.pairwise(corners)):
        for layer in range(len(net.layers) - 1):
            nodes = _refined(net, point, nodes, layer)
        found += nodes
    return found


def _refined(net, point: Sequence[Fraction], nodes: list[list[Fraction]], layer: int) -> list[list[Fraction]]:
    """Directions along a segment, and those between them where some change of this layer's preactivations vanishes."""
    changes = [[change for _, change in _all_layers(net, point, node)[layer]] for node in nodes]
    found = [nodes[0]]
    for (start, end), (before, after) in zip(itertools.pairwise(nodes), itertools.pairwise(changes), strict=True):
        steps = {a / (a - b) for a, b in zip(before, after, strict=True) if a * b < 0}
        found += [[x + step * (y - x) for x, y in zip(start, end, strict=True)] for step in sorted(steps)]
        found.append(end)
    return found


def _all_layers(net, point: Sequence[Fraction], direction: Sequence[Fraction]) -> list[list[Dual]]:
    """The preactivations of each layer a very short way along a direction."""
    state: list[Dual] = list(zip(point, direction, strict=True))
    found = []
    for rows, biases, relus in layers_of(net):
        found.append(
            [
                (
                    sum((w * value for w, (value, _) in zip(row, state, strict=True)), bias),
                    sum((w * change for w, (_, change) in zip(row, state, strict=True)), Fraction(0)),
                )
                for row, bias in zip(rows, biases, strict=True)
            ]
        )
        state = [_relu(dual) if relu else dual for dual, relu in zip(found[-1], relus, strict=True)]
    return found


def _relu(dual: Dual) -> Dual:
    value, change = dual
    if value:
        return dual if value > 0 else (Fraction(0), Fraction(0))
    return Fraction(0), max(change, Fraction(0))
