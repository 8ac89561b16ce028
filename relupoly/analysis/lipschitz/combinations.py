"""`Combinations`: the largest gradient on a box on which few neurons change sign, exactly.

All combinations of these neurons' sides are bounded in doubles at once. Those that reach the largest norm so far are measured
exactly, once each; so a norm that is attained on a whole region keeps no box alive, which bounds in doubles could not close. Of
those that exceed it, an exact linear program tells whether the combination is a cell in the box: a neuron that is there twice
makes combinations all along its hyperplane that are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.jacobian_bounds import Flags
from relupoly.analysis.lipschitz.double_norms import DoubleNorms
from relupoly.analysis.lipschitz.exact_gradient import ExactGradients
from relupoly.analysis.lipschitz.largest_gradient import LargestGradient
from relupoly.analysis.lipschitz.norms import Enclosure
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Box
from relupoly.networks.evaluation import Signs, values_and_pattern
from relupoly.networks.network import Network
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import Vector
from relupoly.run import UNLIMITED, Run


class Combinations:
    """Decides boxes.

    Parameters
    ----------
    network : Network
    gradients : DoublesGradients
        Of the net.
    search : LargestGradient
        Told of gradients of cells.
    """

    def __init__(self, network: Network, gradients: DoublesGradients, search: LargestGradient) -> None:
        self._network, self._gradients, self._search = network, gradients, search
        self._norms = DoubleNorms(search.norm)
        self._exact = ExactGradients(network)
        self._measured: Recent[bytes, Enclosure] = Recent()

    def decide(self, box: Box, least: Sequence[Flags], unsettled: Sequence[NDArray[np.intp]], run: Run = UNLIMITED) -> None:
        """Take the largest gradient on a box if it is larger than what was found.

        Parameters
        ----------
        box : Box
            With an interior.
        least : sequence of ndarray of bool, shape (width,)
            For each hidden layer, which neurons pass on what they compute in all of the box.
        unsettled : sequence of ndarray of int
            Which of the others may do so somewhere.
        run : Run, optional
            Asked at every linear program whether to go on.
        """
        active = list(_combinations(least, unsettled))
        reached = self._search.reached
        _, upper = self._norms.bounds(self._gradients.on(active), self._gradients.error, reached)
        order = np.argsort(-upper)
        for number in order[upper[order] > reached].tolist():
            flags = [one[number] for one in active]
            if self._search.would_change(self._measure(flags)):
                point = self._inside(box, flags, unsettled, run)
                if point is not None:
                    self.take(values_and_pattern(self._network, point)[1])

    def take(self, signs: Signs) -> None:
        """Take the gradient of the cell with these signs of neurons with ReLU."""
        active = []
        for layer, own in zip(self._network.hidden, signs, strict=True):
            flags = np.ones(layer.outputs, dtype=np.bool_)
            flags[layer.has_relu] = np.array(own, dtype=np.int8) > 0
            active.append(flags)
        pattern = tuple("".join("-0+"[sign + 1] for sign in layer) for layer in signs)
        self._search.take(self._exact.of(active), pattern)

    def _measure(self, active: Sequence[Flags]) -> Enclosure:
        """The norm of the gradient of a combination."""
        key = np.packbits(np.concatenate(active)).tobytes()
        found = self._measured.get(key)
        if found is None:
            found = self._measured[key] = self._search.norm.measure(self._exact.of(active))
        return found

    def _inside(self, box: Box, active: Sequence[Flags], unsettled: Sequence[NDArray[np.intp]], run: Run) -> Vector | None:
        """A point of a box's interior, inside of the cell with these neurons active; None if there is none."""
        strict = []
        for layer, own in enumerate(unsettled):
            for neuron in own.tolist():
                *row, constant = self._exact.form(active, layer, neuron)
                side = 1 if active[layer][neuron] else -1
                if any(row):
                    strict.append([side * constant, *(side * entry for entry in row)])
                elif side * constant < 0:
                    return None
        if not strict:
            return tuple((low + high) / 2 for low, high in zip(box.lower, box.upper, strict=True))
        for place, (low, high) in enumerate(zip(box.lower, box.upper, strict=True)):
            unit = [fmpq(int(place == other)) for other in range(len(box.lower))]
            strict += [[-low, *unit], [high, *(-entry for entry in unit)]]
        found = find_point(len(box.lower), [[to_fraction(entry) for entry in form] for form in strict], run=run)
        return None if found is None else tuple(map(from_fraction, found))


def _combinations(least: Sequence[Flags], unsettled: Sequence[NDArray[np.intp]]) -> Iterator[Flags]:
    """For each layer, which neurons are active in each combination of those that change sign; shape (2^count, width)."""
    numbers, bit = np.arange(2 ** sum(map(len, unsettled))), 0
    for flags, own in zip(least, unsettled, strict=True):
        found = np.repeat(flags[None], len(numbers), axis=0)
        for neuron in own.tolist():
            found[:, neuron] = numbers >> bit & 1
            bit += 1
        yield found
