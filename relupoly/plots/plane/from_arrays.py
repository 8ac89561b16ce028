"""Cells in a convex set, from the arrays of the walk.

Which cells there are, between which an edge lies, and which make one piece is exact, as the walk and the exact maps tell it. An
edge of a cell complex has a pattern, too: that of its cells, but 0 for the neurons that vanish on it. It is the same seen from
both sides, and no other edge in a convex set has it: so the two sides of an edge are found by their patterns. Corners,
gradients and constants are rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.errors import DomainError
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.same_function import output_map
from relupoly.pieces.listing.sieve import passing
from relupoly.pieces.listing.walked import cell_arrays
from relupoly.pieces.notions import ACTIVATION, OPEN
from relupoly.pieces.walk.cell import same_function
from relupoly.plots.piece_numbers import listed_pieces, numbered
from relupoly.plots.plane.plane_cells import OUTSIDE, Edges, Floats, Ints, PlaneCells, around, means
from relupoly.run import Run


class CellsOfArrays:
    """Makes the cells of a net on a convex set.

    Parameters
    ----------
    parts : Parts
        One part.
    listed : ListedNet
        The net on it, with a hidden layer.
    gradients : DoublesGradients
    """

    def __init__(self, parts: Parts, listed: ListedNet, gradients: DoublesGradients) -> None:
        self._parts, self._listed, self._gradients = parts, listed, gradients
        self._numbers = np.random.default_rng(1).integers(-(2**63), 2**63, listed.neurons, dtype=np.int64)

    def cells(self, notion: str, run: Run) -> PlaneCells:
        """All of them, with pieces of a notion."""
        signs, counts, rays, sides = [], [], [], _Sides(self._listed)
        of, side = self._listed.planes
        corner = cell = 0
        for found in cell_arrays(self._listed, run, with_rays=True):
            assert found.rays is not None, "they were asked for"
            if found.rays.at_infinity.any() or self._listed.lines:
                raise DomainError("the domain has no end in some direction; give a bounded one, as by --box")
            signs.append(found.signs[:, of] * side)
            counts.append(found.rays.count)
            run.progress(cell + len(found.signs))
            rays.append(found.rays.value[:, :2] / found.rays.value[:, 2:])
            for place, count in enumerate(found.rays.count.tolist()):
                sides.add(cell, found.incidences[place], corner)
                cell, corner = cell + 1, corner + count
        all_signs, corners = np.concatenate(signs), np.concatenate(rays)
        start = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        run.tick()
        gradient = self._gradients.on(passing(self._listed, all_signs))
        constant = self._constants(gradient, corners, start)
        run.tick()
        one, other, ends, layer = self._paired(sides, all_signs)
        edges = Edges(corners[ends], one, other, layer, np.ones(len(one), dtype=np.bool_))
        run.tick()
        piece = self._pieces(notion, all_signs, gradient, edges, run)
        same = (other != OUTSIDE) & (piece[one] == piece[other])
        edges = Edges(edges.ends, one, other, layer, ~same)
        spans = self._listed.spans
        return PlaneCells(
            *(self._listed.network, notion, start, around(corners, start), all_signs, spans, gradient, constant, piece, edges)
        )

    def _constants(self, gradient: Floats, corners: Floats, start: Ints) -> Floats:
        net = DoublesNet.of(self._listed.network)
        assert net is not None, "its gradients are known"
        middle = means(corners, start)
        return net.values(middle) - (gradient @ middle[:, :, None])[:, :, 0]

    def _paired(self, sides: _Sides, signs: NDArray[np.int8]) -> tuple[Ints, Ints, Ints, Ints]:
        """Edges with their two cells, their end points, and their layers."""
        cell, ends, layer, (edge, row) = sides.arrays()
        # Sums modulo 2^64 of random numbers; the signs of the neurons on the edge do not count.
        code = (signs @ self._numbers)[cell]
        np.subtract.at(code, edge, signs[cell[edge], row] * self._numbers[row])
        inner = np.flatnonzero(layer)
        order = inner[np.argsort(code[inner], kind="stable")]
        first, second = order[::2], order[1::2]
        assert len(first) == len(second), "every edge inside has two sides"
        differ = signs[cell[first]] != signs[cell[second]]
        place = np.full(len(cell), OUTSIDE)
        place[first] = place[second] = np.arange(len(first))
        known = place[edge] != OUTSIDE
        differ[place[edge[known]], row[known]] = False
        assert not differ.any(), "every edge inside has two sides, with the same pattern but for the neurons on it"
        alone = np.flatnonzero(layer == 0)
        own = np.concatenate([first, alone])
        behind = np.concatenate([cell[second], np.full(len(alone), OUTSIDE)])
        return cell[own], behind, ends[own], layer[own]

    def _pieces(self, notion: str, signs: NDArray[np.int8], gradient: Floats, edges: Edges, run: Run) -> Ints:
        """The number of each cell's piece."""
        if notion == ACTIVATION:
            return np.arange(len(signs))
        if notion != OPEN:
            return listed_pieces(self._parts, notion, len(signs), run)
        inner = np.flatnonzero(edges.inner)
        one, other = edges.one[inner], edges.other[inner]
        apart = np.abs(gradient[one] - gradient[other]) > 2 * self._gradients.error
        close = ~apart.any(axis=(1, 2))
        maps: dict[int, Any] = {}

        def map_of(cell: int) -> Any:
            if cell not in maps:
                text = "".join("-0+"[sign + 1] for sign in signs[cell].tolist())
                maps[cell] = output_map(self._listed.plain, self._listed.pattern(text))
            return maps[cell]

        pairs = []
        for first, second in zip(one[close].tolist(), other[close].tolist(), strict=True):
            run.tick()
            if same_function(map_of(first), map_of(second)):
                pairs.append((first, second))
        return _components(len(signs), pairs)


class _Sides:
    """The edges of cells, each as one of its cells has it."""

    def __init__(self, listed: ListedNet) -> None:
        self._layer_of, self._rows_on = listed.layer_of, listed.rows_on
        self._first = listed.plain.first_label[0]
        self._cell: list[int] = []
        self._ends: list[tuple[int, int]] = []
        self._labels: list[tuple[int, ...]] = []

    def add(self, cell: int, shape: Any, first: int) -> None:
        """Take the edges of a cell, whose corners have numbers from the given one on."""
        for labels, rays in shape.facets(2):
            low = rays & -rays
            self._cell.append(cell)
            self._ends.append((first + low.bit_length() - 1, first + (rays ^ low).bit_length() - 1))
            self._labels.append(labels)

    def arrays(self) -> tuple[Ints, Ints, Ints, tuple[Ints, Ints]]:
        """The cells, the numbers of the end points, the layers, and, pair by pair, edges and the rows of neurons on them."""
        layer = [0 if labels[0] < self._first else min([self._layer_of[one] for one in labels]) + 1 for labels in self._labels]
        rows = [row for labels in self._labels for label in labels for row in self._rows_on[label]]
        counts = [sum([len(self._rows_on[label]) for label in labels]) for labels in self._labels]
        edge = np.repeat(np.arange(len(counts)), counts)
        return np.array(self._cell), np.array(self._ends), np.array(layer), (edge, np.array(rows, dtype=np.intp))


def _components(count: int, pairs: Sequence[tuple[int, int]]) -> Ints:
    """The number of each node's component, in the order of their first nodes."""
    import networkx

    graph = networkx.Graph(pairs)
    first = np.arange(count)
    for component in networkx.connected_components(graph):
        first[list(component)] = min(component)
    return numbered(first)
