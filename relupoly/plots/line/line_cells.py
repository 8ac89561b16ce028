"""`LineCells`: the cells of a net over a bounded set of a line, in doubles, from left to right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.notions import OPEN
from relupoly.plots.piece_numbers import listed_pieces, numbered
from relupoly.run import UNLIMITED, Run

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class LineCells:
    """The cells of a net over some intervals, from left to right.

    Attributes
    ----------
    ends : ndarray of float64, shape (cells, 2)
        The left and the right end of each.
    slope, constant : ndarray of float64, shape (cells, outputs)
    patterns : tuple of tuple of str, length cells
    piece : ndarray of int, shape (cells,)
        The number of its piece, from 0, from left to right.
    layer : ndarray of int, shape (cells,)
        The first layer, from 1, of which a neuron vanishes at its right end; 0 where the domain ends there.
    """

    ends: Floats
    slope: Floats
    constant: Floats
    patterns: tuple[tuple[str, ...], ...]
    piece: Ints
    layer: Ints

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return int(self.piece.max(initial=-1)) + 1

    @property
    def breaks(self) -> NDArray[np.bool_]:
        """Of which cells the right end lies between two pieces; shape (cells,)."""
        found: NDArray[np.bool_] = (self.layer > 0) & (self.piece != np.append(self.piece[1:], -1))
        return found

    @property
    def values(self) -> Floats:
        """The outputs at both ends of each cell, as it has them; shape (cells, 2, outputs)."""
        found: Floats = self.ends[:, :, None] * self.slope[:, None] + self.constant[:, None]
        return found


def line_cells(network: Network, domain: Domain | DomainUnion, notion: str = OPEN, run: Run = UNLIMITED) -> LineCells:
    """The cells of a net over a bounded set with one coordinate.

    Raises
    ------
    DomainError
        If the domain does not fit the net, has another number of coordinates, has no end, or sets lie on several lines.
    Stopped
        If the run is.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> cells = line_cells(absolute_value, Domain.box([-1], [2]))
    >>> cells.ends.tolist(), cells.slope.tolist(), cells.breaks.tolist()
    ([[-1.0, 0.0], [0.0, 2.0]], [[-1.0], [1.0]], [True, False])
    """
    parts = Parts.of(network, domain, run)
    if len(parts.frames) > 1:
        raise DomainError("the sets lie on several lines; draw one at a time")
    if (dimension := parts.listed[0].dimension) != 1:
        raise DomainError(f"the domain has dimension {dimension}, and a graph of a function of one input 1")
    fields = ("gradient", "constant", "facets", "neighbours", "vertices", "rays")
    found = list(list_cells(network, domain, fields, run=run))
    if any(cell.rays for cell in found):
        raise DomainError("the domain has no end in some direction; give a bounded one, as by --box")
    piece = listed_pieces(parts, notion, len(found), run)
    cells = sorted(found, key=lambda cell: min(cell.vertices or ()))
    ends = [sorted(float(x) for (x,) in cell.vertices or ()) for cell in cells]
    names = piece[[cell.number - 1 for cell in cells]]
    first = {name: place for place, name in reversed(list(enumerate(names.tolist())))}
    return LineCells(
        np.array(ends),
        np.array([[float(row[0]) for row in cell.gradient or ()] for cell in cells]),
        np.array([[float(entry) for entry in cell.constant or ()] for cell in cells]),
        tuple(cell.pattern for cell in cells),
        numbered(np.array([first[name] for name in names.tolist()])),
        np.array([_right_layer(cell) for cell in cells]),
    )


def _right_layer(cell: CellRecord) -> int:
    """The first layer of which a neuron vanishes at the right end of an interval; 0 where the domain ends."""
    for facet, neighbour in zip(cell.facets or (), cell.neighbours or (), strict=True):
        if facet.normal[0] > 0 and neighbour is not None:
            # Parts of a union may meet where no neuron vanishes: nothing changes there.
            return min((layer for layer, _ in facet.neurons), default=0)
    return 0
