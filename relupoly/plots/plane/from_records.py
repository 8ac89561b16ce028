"""Cells from exact records, in any bounded set: this takes 100 microseconds a cell more than arrays.

In a union of sets cells with one pattern may be several, and edges go on across the sets' boundaries.
"""

from __future__ import annotations

import itertools
from math import isinf
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.errors import DomainError, NumberError
from relupoly.exact.rationals import nearest_float
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.graph import graph_of
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.notions import ACTIVATION
from relupoly.plots.piece_numbers import listed_pieces
from relupoly.plots.plane.plane_cells import OUTSIDE, Edges, Ints, PlaneCells, around
from relupoly.plots.window import BEYOND_DOUBLES
from relupoly.run import Run


def cells_of_records(parts: Parts, notion: str, run: Run) -> PlaneCells:
    """The cells of a net on a bounded set, with pieces of a notion."""
    fields = ("gradient", "constant", "facets", "neighbours", "vertices", "rays")
    records = []
    for record in list_cells(parts.network, parts.domain, fields, run=run):
        records.append(record)
        run.progress(len(records))
    if any(record.rays for record in records):
        raise DomainError("the domain has no end in some direction; give a bounded one, as by --box")
    piece = (
        np.arange(len(records)) if notion == ACTIVATION and parts.is_convex else listed_pieces(parts, notion, len(records), run)
    )
    start = np.concatenate([[0], np.cumsum([len(record.vertices or ()) for record in records])])
    corners = np.array([[_double(x) for x in vertex] for record in records for vertex in record.vertices or ()])
    graph = graph_of(records, parts.domain, told=(), run=run)
    edges = [edge for record in records for edge in _record_edges(record, graph, piece)]
    ends, one, other, layer, border = (list(column) for column in zip(*edges, strict=True))
    signs = [[" -0+".index(sign) - 2 for text in record.pattern for sign in text] for record in records]
    lengths = np.cumsum([0, *map(len, records[0].pattern)]).tolist()
    gradient = np.array([[[_double(x) for x in row] for row in record.gradient or ()] for record in records])
    constant = np.array([[_double(x) for x in record.constant or ()] for record in records])
    return PlaneCells(
        parts.frames[0].network,
        notion,
        start,
        around(corners, start),
        np.array(signs, dtype=np.int8).reshape(len(records), -1),
        tuple(itertools.pairwise(lengths)),
        gradient,
        constant,
        piece,
        Edges(np.array(ends), np.array(one), np.array(other), np.array(layer), np.array(border, dtype=np.bool_)),
    )


def _double(value: fmpq) -> float:
    """The nearest double.

    Raises
    ------
    NumberError
        If there is none.
    """
    found = nearest_float(value)
    if isinf(found):
        raise NumberError(BEYOND_DOUBLES)
    return found


def _record_edges(record: CellRecord, graph: Any, piece: Ints) -> list[tuple[Any, int, int, int, bool]]:
    """The edges of a cell that no earlier one has."""
    found = []
    behind = {
        facet: other for other, data in graph.adj[record.number].items() for facet in _as_seen(data, record.number < other)
    }
    for facet, on, beside in zip(record.facets or (), record.incidence or (), record.neighbours or (), strict=True):
        ends = [[_double(x) for x in (record.vertices or ())[place]] for place in on]
        layer = min((number for number, _ in facet.neurons), default=0)
        other = behind.get((facet.normal, facet.offset))
        one = record.number - 1
        if beside is None or other is None:
            found.append((ends, one, OUTSIDE, 0 if beside is None else layer, True))
        elif record.number < other:
            found.append((ends, one, other - 1, layer, bool(piece[one] != piece[other - 1])))
    return found


def _as_seen(data: dict[str, Any], from_first: bool) -> list[tuple[Any, Any]]:
    """The half-spaces of common facets, as one of the two cells has them."""
    if from_first:
        return [(facet.normal, facet.offset) for facet in data["facets"]]
    return [(tuple(-entry for entry in facet.normal), -facet.offset) for facet in data["facets"]]
