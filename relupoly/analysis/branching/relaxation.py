"""Bounds of a net on boxes, many at once: every ReLU lies between lines, and these are put in backwards, down to the inputs.

Where a preactivation z has a range [l, u] with both signs, relu(z) <= u (z - l) / (u - l), and relu(z) >= z or >= 0, whichever
is nearer; elsewhere it is z or 0. A combination of a layer's outputs is bounded by the line of each neuron that its sign asks
for, so by a combination of the outputs of the layer before, and so on (Singh, Gehr, Pueschel, Vechev, POPL 2019). The ranges
come from the same bounds, layer by layer. Those of the box that a box is a part of hold on it, too: so only neurons that
changed sign there are bounded anew. Bounds that go forwards, from inputs to layers, gave 16 to 80 times as many boxes on nets
of ACAS Xu.

All is computed in doubles. The error of a sum is a share of the sum of the sizes of all that is summed, which is kept along
(`DoublesNet.roundoff`): so bounds are bounds of the exact net.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.exact.doubles import UNIT_ROUNDOFF

Floats = NDArray[np.float64]

_TINY = 1e-280  # more than what underflow takes from a sum
# A lower line rises where a neuron reaches so much farther up than down. In symmetrical nets it often reaches as far: there
# rounding must not choose, since certificates are checked with other arithmetic.
_TIE = 1 + 2.0**-20
# A neuron that varies so little, in shares of what is summed in it, lies between two constants: with slopes, bounds of what
# follows may be off by much more than it varies, depending on how its ends are rounded.
_NARROW = 2.0**-30


@dataclass(frozen=True, eq=False)
class Boxes:
    """Some boxes, and what is known of the neurons on each.

    Attributes
    ----------
    low, high : ndarray of float64, shape (m, n)
    least, most : tuple of ndarray of float64, shape (m, width)
        Bounds of the preactivations of each hidden layer.
    """

    low: Floats
    high: Floats
    least: tuple[Floats, ...]
    most: tuple[Floats, ...]

    @classmethod
    def one(cls, net: DoublesNet, low: Floats, high: Floats) -> Boxes:
        """A single box, about whose neurons nothing is known."""
        unknown = [np.full((1, len(bias)), np.inf) for bias in net.biases[:-1]]
        return cls(low[None], high[None], tuple(-one for one in unknown), tuple(unknown))

    def __len__(self) -> int:
        return len(self.low)

    @property
    def center(self) -> Floats:
        """The middles, about; shape (m, n)."""
        return self.low / 2 + self.high / 2

    @property
    def radius(self) -> Floats:
        """How far boxes reach from their centers at most; shape (m, n)."""
        center = self.center
        return np.maximum(self.high - center, center - self.low) * (1 + 4 * UNIT_ROUNDOFF)

    def take(self, places: NDArray[np.intp]) -> Boxes:
        """Some of them."""
        return Boxes(
            self.low[places],
            self.high[places],
            tuple(one[places] for one in self.least),
            tuple(one[places] for one in self.most),
        )

    def halves(self, axes: NDArray[np.intp]) -> Boxes:
        """Both halves of each, cut at the middle across an axis: first all lower ones, then all upper ones."""
        count = np.arange(len(self))
        middle = self.center[count, axes]
        low, high = np.concatenate([self.low, self.low]), np.concatenate([self.high, self.high])
        high[count, axes] = middle
        low[len(self) + count, axes] = middle
        return Boxes(
            low,
            high,
            tuple(np.concatenate([one, one]) for one in self.least),
            tuple(np.concatenate([one, one]) for one in self.most),
        )

    def axes(self, smear: Floats, thinnest: Floats) -> NDArray[np.intp]:
        """Across which coordinate each is best halved: the one that is smeared most, else the widest; none that is too thin.

        Parameters
        ----------
        smear : ndarray of float64, shape (m, n)
            What each coordinate contributes to the gap between bounds and net.
        thinnest : ndarray of float64, shape (n,)
            Widths that are not halved any more.
        """
        width = self.high - self.low
        thin = width <= thinnest
        known = np.where(np.isfinite(smear), smear, 0.0)
        best = np.where(known.max(axis=1, keepdims=True) > 0, known, width / np.where(thin, 1.0, thinnest))
        found: NDArray[np.intp] = np.where(thin, -1.0, best).argmax(axis=1)
        return found

    @staticmethod
    def together(parts: list[Boxes]) -> Boxes:
        """Boxes one after the other."""
        return Boxes(
            np.concatenate([one.low for one in parts]),
            np.concatenate([one.high for one in parts]),
            tuple(np.concatenate(layer) for layer in zip(*(one.least for one in parts), strict=True)),
            tuple(np.concatenate(layer) for layer in zip(*(one.most for one in parts), strict=True)),
        )


@dataclass(frozen=True, eq=False)
class _Lines:
    """The lines of a layer's neurons: relu(z) <= upper z + start, and >= lower z; shape (m, width) each.

    Attributes
    ----------
    unsettled : ndarray of bool
        Which neurons change sign, so that the lines differ.
    size : ndarray of float64
        What the neurons pass on is at most, in size.
    narrow : ndarray of bool
        Which neurons change sign, but hardly vary.
    """

    lower: Floats
    upper: Floats
    start: Floats
    unsettled: NDArray[np.bool_]
    size: Floats
    narrow: NDArray[np.bool_]

    @classmethod
    def of(cls, least: Floats, most: Floats, relu: NDArray[np.bool_], summed: Floats) -> _Lines:
        unsettled = (least < 0) & (most > 0) & relu
        narrow = unsettled & (most - least <= _NARROW * summed)
        passes = ((least >= 0) | ~relu).astype(np.float64)
        span = np.where(unsettled, most - least, 1.0)
        upper = np.where(narrow, 0.0, np.where(unsettled, most / span, passes))
        lower = np.where(unsettled, (~narrow & (most > -least * _TIE)).astype(np.float64), passes)
        # At both ends the line lies above, whatever its slope was rounded to.
        start = np.maximum(-upper * least, most - upper * most) + 4 * UNIT_ROUNDOFF * np.abs(most)
        start = np.where(unsettled, start * (1 + 4 * UNIT_ROUNDOFF), 0.0)
        size = np.maximum(np.where(relu, np.maximum(least, 0.0), np.abs(least)), np.abs(most) * (passes + unsettled > 0))
        return cls(lower, upper, start, unsettled, size, narrow)


def most_cells(unsettled: int, dimension: int) -> int:
    """How many cells there are at most where so many neurons change sign.

    Examples
    --------
    >>> most_cells(3, 2), most_cells(2, 5)
    (7, 4)
    """
    return sum(comb(unsettled, taken) for taken in range(min(unsettled, dimension) + 1))


class Relaxation:
    """The bounds of neurons and outputs on boxes.

    Parameters
    ----------
    net : DoublesNet
    boxes : Boxes
        With what is known of them.

    Attributes
    ----------
    boxes : Boxes
        With better bounds of their neurons.
    """

    @np.errstate(over="ignore", invalid="ignore")
    def __init__(self, net: DoublesNet, boxes: Boxes) -> None:
        self._net = net
        self._center, self._radius = boxes.center, boxes.radius
        self._input = np.abs(self._center) + self._radius
        self._lines: list[_Lines] = []
        # Which neurons were bounded, and how steep their bounds are.
        self._steep: list[tuple[NDArray[np.intp], Floats]] = []
        self._sizes: list[Floats] = []  # of preactivations, as sums of sizes
        # What underflow takes from slopes is multiplied by what enters neurons, and inputs.
        self._underflow = _TINY + np.finfo(np.float64).tiny * self._input.sum(axis=1, keepdims=True)
        least, most = list(boxes.least), list(boxes.most)
        for layer, relu in enumerate(net.relus):
            before = self._lines[-1].size if layer else self._input
            self._sizes.append(before @ net.sizes[layer].T + np.abs(net.biases[layer]))
            rows = np.flatnonzero(((least[layer] < 0) & (most[layer] > 0) | ~relu).any(axis=0))
            if len(rows):
                weight, bias = net.weights[layer][rows], net.biases[layer][rows]
                bounds, slopes = self._upper(np.concatenate([weight, -weight]), np.concatenate([bias, -bias]), layer)
                half = len(rows)
                self._steep.append((rows, np.maximum(np.abs(slopes[:, :half]), np.abs(slopes[:, half:]))))
                least[layer], most[layer] = least[layer].copy(), most[layer].copy()
                most[layer][:, rows] = np.minimum(most[layer][:, rows], bounds[:, : len(rows)])
                least[layer][:, rows] = np.maximum(least[layer][:, rows], -bounds[:, len(rows) :])
            else:
                self._steep.append((rows, np.zeros((len(boxes), 0, boxes.low.shape[1]))))
            self._underflow += np.finfo(np.float64).tiny * self._sizes[layer].sum(axis=1, keepdims=True)
            self._lines.append(_Lines.of(least[layer], most[layer], relu, self._sizes[layer]))
        self.boxes = Boxes(boxes.low, boxes.high, tuple(least), tuple(most))

    @property
    def narrow(self) -> list[NDArray[np.bool_]]:
        """The neurons of each layer that change sign but hardly vary, and so lie between constants; shape (m, width) each."""
        return [lines.narrow for lines in self._lines]

    @property
    def unsettled(self) -> NDArray[np.intp]:
        """How many neurons change sign on each box, as far as is known; shape (m,)."""
        found = np.zeros(len(self._center), dtype=np.intp)
        for lines in self._lines:
            found += lines.unsettled.sum(axis=1)
        return found

    @np.errstate(over="ignore", invalid="ignore")
    def upper(self, rows: Floats, starts: Floats) -> tuple[Floats, Floats]:
        """Upper bounds of combinations of outputs.

        Parameters
        ----------
        rows : ndarray of float64, shape (k, outputs)
        starts : ndarray of float64, shape (k,)
            Added to each.

        Returns
        -------
        bounds : ndarray of float64, shape (m, k)
            Of <row, f(x)> + start on each box.
        slopes : ndarray of float64, shape (m, k, n)
            Of affine maps that lie above the combinations, about.
        """
        weight = rows @ self._net.weights[-1]
        # The products are rounded as sums of a layer are.
        extra = np.abs(rows) @ self._net.sizes[-1], np.abs(rows) @ np.abs(self._net.biases[-1]) + np.abs(starts)
        return self._upper(weight, rows @ self._net.biases[-1] + starts, len(self._lines), extra)

    @np.errstate(over="ignore", invalid="ignore")
    def smear(self, rows: Floats) -> Floats:
        """What each coordinate contributes to the gaps between lines, and so to the bounds of combinations; shape (m, k, n).

        A neuron that changes sign counts by its factor in the bound, and a coordinate by how far it moves the neuron.
        """
        net = self._net
        slopes = np.broadcast_to(rows @ net.weights[-1], (len(self._center), len(rows), net.weights[-1].shape[1]))
        found = np.zeros((len(self._center), len(rows), self._center.shape[1]))
        for layer in reversed(range(len(self._lines))):
            lines, (bounded, steep) = self._lines[layer], self._steep[layer]
            found += (np.abs(slopes) * lines.unsettled[:, None])[:, :, bounded] @ steep
            rising = np.maximum(slopes, 0.0)
            slopes = (rising * lines.upper[:, None] + (slopes - rising) * lines.lower[:, None]) @ net.weights[layer]
        return found * self._radius[:, None]

    def _upper(
        self, weight: Floats, bias: Floats, layer: int, extra: tuple[Floats, Floats] | None = None
    ) -> tuple[Floats, Floats]:
        """Upper bounds of forms of what enters a layer, and their slopes."""
        net, boxes = self._net, len(self._center)
        slopes = np.broadcast_to(weight, (boxes, *weight.shape))
        value = np.broadcast_to(bias, (boxes, len(bias)))
        entering = self._lines[layer - 1].size if layer else self._input
        sizes, start = extra or (np.abs(weight), np.abs(bias))
        total = entering @ sizes.T + start
        for below in reversed(range(layer)):
            lines = self._lines[below]
            rising = np.maximum(slopes, 0.0)
            added = (rising @ lines.start[:, :, None])[:, :, 0]
            slopes = rising * lines.upper[:, None] + (slopes - rising) * lines.lower[:, None]
            total = total + added + (np.abs(slopes) @ self._sizes[below][:, :, None])[:, :, 0]
            value = value + added + slopes @ net.biases[below]
            slopes = slopes @ net.weights[below]
        bound = value + self._most(slopes) + net.roundoff * total + self._underflow
        # Numbers beyond the range of doubles bound nothing.
        return np.where(np.isnan(bound), np.inf, bound), slopes

    def _most(self, slopes: Floats) -> Floats:
        """What linear forms are on the boxes at most, about."""
        found: Floats = (slopes @ self._center[:, :, None])[:, :, 0] + (np.abs(slopes) @ self._radius[:, :, None])[:, :, 0]
        return found
