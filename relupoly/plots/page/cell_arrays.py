"""Cells as the arrays of a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
