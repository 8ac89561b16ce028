"""How steep a net is on a part at most, in integers, and at a point exactly.

On a part where the signs of all neurons are known the net is affine. Where some are not, the slope of each is 0 or 1, and every
entry of the Jacobian lies in an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul

from relupoly.analysis.check.bounds import PASSES, STOPS, Line
from relupoly.analysis.check.layers import Layers

Matrix = list[list[Fraction]]


def jacobian_at(net: Layers, point: Sequence[Fraction]) -> Matrix | None:
    """The Jacobian at a point; None where a neuron is 0 that does not vanish all around.

    A neuron that vanishes on the whole cell passes nothing on, whatever its sign is said to be.
    """
    inputs = net.inputs
    rows = [[Fraction(int(place == other)) for other in range(inputs)] for place in range(inputs)]
    state = list(point)
    for layer in net.layers:
        entered = [
            (sum(map(mul, row, state), Fraction(0)) + bias) / layer.scale
            for row, bias in zip(layer.weight, layer.bias, strict=True)
        ]
        columns = list(zip(*rows, strict=True))
        slopes = [[sum(map(mul, row, column), Fraction(0)) / layer.scale for column in columns] for row in layer.weight]
        rows, state = [], []
        for value, slope, relu in zip(entered, slopes, layer.relu, strict=True):
            if relu and not value and any(slope):
                return None
            passes = not relu or value > 0
            rows.append(slope if passes else [Fraction(0)] * inputs)
            state.append(value if passes else Fraction(0))
    return rows


def largest_entries(net: Layers, lines: Sequence[Sequence[Line | None]]) -> tuple[Matrix, bool]:
    """Bounds of the sizes of the Jacobian's entries, and whether it is the same on all of the part: then it is given itself.

    Parameters
    ----------
    net : Layers
    lines : sequence of sequences of Line or None
        What is known of the neurons of each hidden layer.
    """
    last = net.layers[-1]
    low = [list(row) for row in last.weight]
    high = [list(row) for row in last.weight]
    scale = last.scale
    for layer, known in zip(reversed(net.hidden), reversed(lines), strict=True):
        low = [[_least(entry, line) for entry, line in zip(row, known, strict=True)] for row in low]
        high = [[_most(entry, line) for entry, line in zip(row, known, strict=True)] for row in high]
        rising = [[max(entry, 0) for entry in column] for column in layer.columns]
        falling = [[min(entry, 0) for entry in column] for column in layer.columns]
        low, high = (
            [
                [sum(map(mul, up, one)) + sum(map(mul, down, two)) for up, down in zip(rising, falling, strict=True)]
                for one, two in pairs
            ]
            for pairs in (list(zip(low, high, strict=True)), list(zip(high, low, strict=True)))
        )
        scale *= layer.scale
    if low == high:
        return [[Fraction(entry, scale) for entry in row] for row in low], True
    return [
        [Fraction(max(-a, b), scale) for a, b in zip(one, two, strict=True)] for one, two in zip(low, high, strict=True)
    ], False


def _least(entry: int, line: Line | None) -> int:
    return entry if line is PASSES else 0 if line is STOPS else min(entry, 0)


def _most(entry: int, line: Line | None) -> int:
    return entry if line is PASSES else 0 if line is STOPS else max(entry, 0)


class Norm:
    """A norm of Jacobians, or the square of one.

    Parameters
    ----------
    name : str
        "1", "2" or "inf"; of "2" it is the square that is compared.
    gram : list of list of Fraction, optional
        The scalar products of the basis of a subspace, on whose parameters the net is; only with "2".
    """

    def __init__(self, name: str, gram: Matrix | None = None) -> None:
        self._name, self._inverse = name, _inverse(gram) if gram else None

    @property
    def takes_bounds(self) -> bool:
        """Whether bounds of the sizes of entries bound it."""
        return self._inverse is None

    def is_at_most(self, jacobian: Matrix, bound: Fraction) -> bool:
        """Whether the norm is at most a bound."""
        if self._name != "2":
            return self._size(jacobian) <= bound
        return _has_no_negative_part(self._less(jacobian, bound))

    def is_at_least(self, jacobian: Matrix, bound: Fraction) -> bool:
        """Whether the norm is at least a bound."""
        if self._name != "2":
            return self._size(jacobian) >= bound
        return not is_positive(self._less(jacobian, bound))

    def _size(self, jacobian: Matrix) -> Fraction:
        rows = jacobian if self._name == "inf" else zip(*jacobian, strict=True)
        return max(sum(map(abs, row), Fraction(0)) for row in rows)

    def _less(self, jacobian: Matrix, bound: Fraction) -> Matrix:
        """The bound times the unit matrix, less the Jacobian times its transpose."""
        right = (
            [[sum(map(mul, row, line), Fraction(0)) for line in self._inverse] for row in jacobian]
            if self._inverse
            else jacobian
        )
        return [
            [bound * (i == j) - sum(map(mul, one, two), Fraction(0)) for j, two in enumerate(right)]
            for i, one in enumerate(jacobian)
        ]


def _has_no_negative_part(matrix: Matrix) -> bool:
    """Whether a symmetric matrix is positive semidefinite: by elimination, where a pivot of 0 needs a row of zeros."""
    table = [list(row) for row in matrix]
    while table:
        pivot = table[0][0]
        if pivot < 0 or (not pivot and any(table[0])):
            return False
        table = _schur(table) if pivot else [row[1:] for row in table[1:]]
    return True


def is_positive(matrix: Matrix) -> bool:
    """Whether a symmetric matrix is positive definite."""
    table = [list(row) for row in matrix]
    while table:
        if table[0][0] <= 0:
            return False
        table = _schur(table)
    return True


def _schur(table: Matrix) -> Matrix:
    first = table[0]
    return [[entry - row[0] * other / first[0] for entry, other in zip(row[1:], first[1:], strict=True)] for row in table[1:]]


def _inverse(matrix: Matrix) -> Matrix:
    """The inverse of a positive definite matrix."""
    size = len(matrix)
    table = [[*row, *(Fraction(int(place == other)) for other in range(size))] for place, row in enumerate(matrix)]
    for place in range(size):
        pivot = table[place][place]
        table[place] = [entry / pivot for entry in table[place]]
        for other in range(size):
            factor = table[other][place]
            if other != place and factor:
                table[other] = [one - factor * two for one, two in zip(table[other], table[place], strict=True)]
    return [row[size:] for row in table]
