"""Which cells make one piece, as the list of pieces tells it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.pieces import list_pieces
from relupoly.run import Run


def listed_pieces(parts: Parts, notion: str, cells: int, run: Run) -> NDArray[np.intp]:
    """The numbers of cells' pieces from the list of pieces, which names cells by their places in the list of cells."""
    first = np.zeros(cells, dtype=np.intp)
    for piece in list_pieces(parts.network, parts.domain, notion, ("number", "cells"), run=run):
        own = [cell.number - 1 for cell in piece.cells]
        first[own] = min(own)
    return numbered(first)


def numbered(first: NDArray[np.intp]) -> NDArray[np.intp]:
    """The numbers of sets, from 0, of which each member knows the first one."""
    return np.unique(first, return_inverse=True)[1]
