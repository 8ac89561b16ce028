"""Cells as the arrays of a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.plots.line.line_cells import LineCells
from relupoly.plots.plane.plane_cells import OUTSIDE, Floats, Ints, PlaneCells

_MOST_IN_DOUBLES = 6_000_000
"""Bytes that affine maps may take in doubles; more of them are singles, so that a page stays small."""

NOWHERE = 0xFFFFFFFF
"""What stands for no cell."""


def plane_arrays(cells: PlaneCells) -> dict[str, NDArray[Any]]:
    """The arrays of a net over a plane.

    Vertices that cells have in common occur once. Outputs are told by their gradients and their values in the middle of each
    cell: so nothing is lost far from the origin.
    """
    edges = cells.edges
    corners, ends = len(cells.corners), edges.ends.reshape(-1, 2)
    vertices, number = _distinct(np.concatenate([cells.corners, ends]))
    middle_value = (cells.gradient @ cells.middle[:, :, None])[:, :, 0] + cells.constant
    return {
        "start": cells.start.astype(np.uint32),
        "vertices": vertices,
        "corner": number[:corners].astype(np.uint32),
        "piece": cells.piece.astype(np.uint32),
        **sign_arrays(cells.signs),
        **map_arrays(cells.gradient, middle_value),
        "edgeEnds": number[corners:].astype(np.uint32),
        "edgeOne": edges.one.astype(np.uint32),
        "edgeOther": np.where(edges.other == OUTSIDE, NOWHERE, edges.other).astype(np.uint32),
        "edgeLayer": edges.layer.astype(np.uint32),
        "edgeBorder": edges.is_border.astype(np.uint8),
    }


def line_arrays(cells: LineCells) -> dict[str, NDArray[Any]]:
    """The arrays of a net over a line: each end of a cell is an edge, once where two cells meet."""
    count, ends = len(cells), cells.ends
    vertices, number = np.unique(ends + 0.0, return_inverse=True)
    number = number.reshape(count, 2)
    meets = np.append(ends[:-1, 1] == ends[1:, 0], False)
    inner, right, left = np.flatnonzero(meets), np.flatnonzero(~meets), np.flatnonzero(~np.append(False, meets[:-1]))
    signs = np.array(
        [["-0+".index(sign) - 1 for text in pattern for sign in text] for pattern in cells.patterns], dtype=np.int8
    )
    middle = ends.mean(axis=1, keepdims=True)
    return {
        "start": 2 * np.arange(count + 1, dtype=np.uint32),
        "vertices": vertices,
        "corner": number.ravel().astype(np.uint32),
        "piece": cells.piece.astype(np.uint32),
        **sign_arrays(signs.reshape(count, -1)),
        **map_arrays(cells.slope[:, :, None], cells.slope * middle + cells.constant),
        "edgeEnds": np.concatenate([number[inner, 1], number[right, 1], number[left, 0]]).astype(np.uint32),
        "edgeOne": np.concatenate([inner, right, left]).astype(np.uint32),
        "edgeOther": np.concatenate([inner + 1, np.full(len(right) + len(left), NOWHERE)]).astype(np.uint32),
        "edgeLayer": np.concatenate([cells.layer[inner], np.zeros(len(right) + len(left))]).astype(np.uint32),
        "edgeBorder": np.concatenate(
            [cells.piece[inner] != cells.piece[inner + 1], np.ones(len(right) + len(left), dtype=np.bool_)]
        ).astype(np.uint8),
    }


def sign_arrays(signs: NDArray[np.int8]) -> dict[str, NDArray[Any]]:
    """Signs as bits, each cell's beginning with a byte: which neurons are positive; and which are zero, if any is."""
    found = {"positive": np.packbits(signs > 0, axis=1)}
    if not signs.all():
        found["zero"] = np.packbits(signs == 0, axis=1)
    return found


def map_arrays(gradient: Floats, middle_value: Floats) -> dict[str, NDArray[Any]]:
    """Affine maps: in doubles, or, where these are many, in singles that hold them."""
    in_doubles = 8 * (gradient.size + middle_value.size)
    largest = max(np.abs(gradient).max(initial=0), np.abs(middle_value).max(initial=0))
    few = in_doubles <= _MOST_IN_DOUBLES or largest > np.finfo(np.float32).max
    kind = np.float64 if few else np.float32
    return {"gradient": gradient.astype(kind), "value": middle_value.astype(kind)}


def _distinct(points: Floats) -> tuple[Floats, Ints]:
    """The different ones among points of the plane, and for each its number among them."""
    clean = points + 0.0  # minus zero is zero
    order = np.lexsort(clean.T[::-1])
    ordered = clean[order]
    new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    number = np.empty(len(points), dtype=np.intp)
    number[order] = np.cumsum(new) - 1
    return ordered[new], number
