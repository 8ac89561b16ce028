"""Layers of other programs as dense ReLU nets without linear neurons, in fractions and plain loops: nothing of the library.

A net grows layer by layer. What a later layer reads of an earlier one is written as relu(z) - relu(-z), so that function and
pieces are those of the graph, though the activation cells are others.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

Form = list[Fraction]  # of the values of the last layer, and at last a constant


class DenseNet:
    """A net that is being written; `forms` are what it has computed so far, as affine forms of the last hidden layer."""

    def __init__(self, inputs: int) -> None:
        self.width = inputs
        self.layers: list[tuple[list[Form], list[Fraction]]] = []

    def inputs(self) -> list[Form]:
        """The inputs themselves."""
        return [self._unit(place) for place in range(self.width)]

    def bent(self, bends: list[Form], carried: list[Form]) -> tuple[list[Form], list[Form]]:
        """A hidden layer: the positive parts of some forms, and others as they are."""
        rows = [*bends, *carried, *([-entry for entry in form] for form in carried)]
        self.layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
        self.width = len(rows)
        first, many = len(bends), len(carried)
        units = self.inputs()
        back = [[one - two for one, two in zip(units[i], units[i + many], strict=True)] for i in range(first, first + many)]
        return units[:first], back

    def document(self, outputs: list[Form]) -> dict[str, Any]:
        """The native file, whose numbers are exact texts."""
        layers = [*self.layers, ([row[:-1] for row in outputs], [row[-1] for row in outputs])]
        return {
            "format": "relupoly-network",
            "version": 1,
            "layers": [
                {"weight": [list(map(str, row)) for row in weight], "bias": list(map(str, bias))} for weight, bias in layers
            ],
        }

    def _unit(self, place: int) -> Form:
        return [Fraction(int(place == other)) for other in range(self.width + 1)]


def combined(factors: Any, forms: list[Form], constant: Any = 0) -> Form:
    """A sum of forms with factors, and a constant."""
    total = [
        sum((Fraction(float(f)) * form[i] for f, form in zip(factors, forms, strict=True)), Fraction(0))
        for i in range(len(forms[0]))
    ]
    total[-1] += Fraction(float(constant))
    return total


def convolved(
    forms: list[Form], shape: tuple[int, int, int], kernel: Any, bias: Any, pad: int = 0
) -> tuple[list[Form], tuple[int, int, int]]:
    """A convolution of channels x rows x columns, with zeros around."""
    channels, rows, columns = shape
    size = len(kernel[0][0])
    found = []
    high, wide = rows + 2 * pad - size + 1, columns + 2 * pad - size + 1
    for filters, offset in zip(kernel, bias, strict=True):
        for top, left in itertools.product(range(-pad, high - pad), range(-pad, wide - pad)):
            factors, read = [0.0], [forms[0]]
            for channel, i, j in itertools.product(range(channels), range(size), range(size)):
                row, column = top + i, left + j
                if 0 <= row < rows and 0 <= column < columns:
                    factors.append(filters[channel][i][j])
                    read.append(forms[(channel * rows + row) * columns + column])
            found.append(combined(factors, read, offset))
    return found, (len(kernel), high, wide)


def windows(forms: list[Form], shape: tuple[int, int, int]) -> list[list[Form]]:
    """The four forms of each window of 2 x 2, without overlap."""
    channels, rows, columns = shape
    return [
        [forms[(channel * rows + top + i) * columns + left + j] for i in (0, 1) for j in (0, 1)]
        for channel in range(channels)
        for top in range(0, rows - 1, 2)
        for left in range(0, columns - 1, 2)
    ]


def less(one: Form, two: Form) -> Form:
    """The difference of two forms."""
    return [a - b for a, b in zip(one, two, strict=True)]


def plus(one: Form, two: Form) -> Form:
    """The sum of two forms."""
    return [a + b for a, b in zip(one, two, strict=True)]


def largest(net: DenseNet, groups: list[list[Form]]) -> list[Form]:
    """The largest of each group of four: max(a, b) = a + relu(b - a), twice."""
    firsts = [pair for group in groups for pair in (group[:2], group[2:])]
    bent, kept = net.bent([less(b, a) for a, b in firsts], [a for a, _ in firsts])
    halves = [plus(a, excess) for a, excess in zip(kept, bent, strict=True)]
    pairs = [halves[i : i + 2] for i in range(0, len(halves), 2)]
    bent, kept = net.bent([less(b, a) for a, b in pairs], [a for a, _ in pairs])
    return [plus(a, excess) for a, excess in zip(kept, bent, strict=True)]


def leaky(net: DenseNet, forms: list[Form], slope: float) -> list[Form]:
    """relu(z) - slope relu(-z)."""
    bent, _ = net.bent([*forms, *([-entry for entry in form] for form in forms)], [])
    factor = Fraction(slope)
    half = len(forms)
    return [[a - factor * b for a, b in zip(bent[i], bent[half + i], strict=True)] for i in range(half)]
