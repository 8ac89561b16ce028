"""`PlaneCells`: the activation cells of a net over a set in the plane, in doubles, with their neighbours and pieces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.networks.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of cells in the plane, each once.

    Attributes
    ----------
    ends : ndarray of float64, shape (edges, 2, 2)
        Their end points.
    one, other : ndarray of int, shape (edges,)
        The cells on their sides; `OUTSIDE` for the other one at the boundary of the domain.
    layer : ndarray of int, shape (edges,)
        The first layer, from 1, of which a neuron vanishes there; 0 at the boundary of the domain.
    is_border : ndarray of bool, shape (edges,)
        Whether there are two pieces on its sides, or the domain ends.
    """

    ends: Floats
    one: Ints
    other: Ints
    layer: Ints
    is_border: NDArray[np.bool_]

    @property
    def inner(self) -> NDArray[np.bool_]:
        """Which lie between two cells."""
        found: NDArray[np.bool_] = self.other != OUTSIDE
        return found


@dataclass(frozen=True, eq=False)
class PlaneCells:
    """The cells of a net over a bounded set in the plane.

    Attributes
    ----------
    network : Network
        On the coordinates of the plane.
    notion : str
        Of pieces.
    start : ndarray of int, shape (cells + 1,)
        Where each cell's corners begin.
    corners : ndarray of float64, shape (total, 2)
        Those of one cell after the other, counterclockwise.
    signs : ndarray of int8, shape (cells, neurons)
        Of all neurons with ReLU, layer by layer.
    spans : tuple of (int, int)
        For each hidden layer, where its signs start and end.
    gradient : ndarray of float64, shape (cells, outputs, 2)
    constant : ndarray of float64, shape (cells, outputs)
    piece : ndarray of int, shape (cells,)
        The number of its piece, from 0.
    edges : Edges
    """

    network: Network
    notion: str
    start: Ints
    corners: Floats
    signs: NDArray[np.int8]
    spans: tuple[tuple[int, int], ...]
    gradient: Floats
    constant: Floats
    piece: Ints
    edges: Edges

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def pieces(self) -> int:
        """How many pieces there are."""
        return int(self.piece.max(initial=-1)) + 1

    @property
    def owner(self) -> Ints:
        """The cell of each corner."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @cached_property
    def next_corner(self) -> Ints:
        """For each corner the number of the next one of its cell."""
        found = np.arange(1, len(self.corners) + 1)
        found[self.start[1:] - 1] = self.start[:-1]
        return found

    @cached_property
    def middle(self) -> Floats:
        """The mean of each cell's corners, shape (cells, 2)."""
        return means(self.corners, self.start)

    @cached_property
    def area(self) -> Floats:
        """The area of each cell."""
        around = self.corners - self.middle[self.owner]
        beside = around[self.next_corner]
        return np.add.reduceat(around[:, 0] * beside[:, 1] - around[:, 1] * beside[:, 0], self.start[:-1]) / 2

    def values(self, output: int) -> Floats:
        """An output at all corners, as their own cells have it; shape (total,)."""
        own = self.owner
        found: Floats = (self.gradient[own, output] * self.corners).sum(axis=1) + self.constant[own, output]
        return found

    def polygons(self) -> list[Floats]:
        """The corners of each cell."""
        return np.split(self.corners, self.start[1:-1])

    @cached_property
    def piece_graph(self) -> Any:
        """The graph of the pieces, from 0: networkx.Graph."""
        import networkx

        graph = networkx.Graph()
        graph.add_nodes_from(range(self.pieces))
        inner = self.edges.inner & self.edges.is_border
        graph.add_edges_from(
            zip(self.piece[self.edges.one[inner]].tolist(), self.piece[self.edges.other[inner]].tolist(), strict=True)
        )
        return graph


def means(corners: Floats, start: Ints) -> Floats:
    """The mean of each cell's corners, shape (cells, 2); where each cell's begin, and where the last ones end."""
    found: Floats = np.add.reduceat(corners, start[:-1], axis=0) / np.diff(start)[:, None]
    return found


def around(corners: Floats, start: Ints) -> Floats:
    """The corners of convex cells, each counterclockwise."""
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    spread = corners - means(corners, start)[owner]
    return corners[np.lexsort((np.arctan2(spread[:, 1], spread[:, 0]), owner))]
