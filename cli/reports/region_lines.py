"""`RecordLines`: cells and pieces as JSON, a line for each.

The lines are what `json.dumps` makes of the same lists and dicts, which is too slow here: they are put together from texts, and
what neighbours have in common is written once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from .region_texts import Shared, listed, rational_text, truth, vector_text

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.pieces.listing.records import CellRecord, Facet, Pattern, PieceRecord

Record: TypeAlias = "CellRecord | PieceRecord"


class RecordLines:
    """Makes lines of records.

    Parameters
    ----------
    fields : sequence of str
        What is told, in this order, behind the number.
    subspaces : sequence of AffineSubspace or None
        Whose parameters the coordinates are: then a point has its place in the space of inputs, too. Of several, a record says
        in which it is.
    """

    def __init__(self, fields: Sequence[str], subspaces: Sequence[AffineSubspace | None] = (None,)) -> None:
        self._subspaces = subspaces
        self._facet = Shared(_facet)
        self._vector: Shared[Sequence[fmpq]] = Shared(vector_text)
        makers: dict[str, Callable[[Any], str]] = {
            "notion": lambda record: f'"{record.notion}"',
            "pattern": lambda record: _pattern(record.pattern),
            "cells": lambda record: listed([str(cell.number) for cell in record.cells]),
            "patterns": lambda record: listed([_pattern(cell.pattern) for cell in record.cells]),
            "piece": lambda record: json.dumps(record.piece),
            "gradient": lambda record: _gradient(record.gradient),
            "constant": lambda record: _constant(record.constant),
            "facets": lambda record: _known(self._facet, record.facets),
            "neighbours": lambda record: _known(_beyond, record.neighbours),
            "vertices": lambda record: _known(self._vector, record.vertices),
            "rays": lambda record: _known(self._vector, record.rays),
            "convex": lambda record: truth(record.convex),
            "point": self._point,
            "bounded": lambda record: truth(record.bounded),
            "volume": lambda record: "null" if record.volume is None else f'"{rational_text(record.volume)}"',
            "coordinates": lambda record: self._coordinates[(record.subspace or 1) - 1],
        }
        self._parts = [(f'"{name}": ', makers[name]) for name in fields if name != "number"]

    def line(self, record: Record, at: Sequence[fmpq] | None = None) -> str:
        """The line of a record, and of the point which it was looked for at, if there is one."""
        before, behind = self.around(record, at)
        return f"{before}{record.number}{behind}"

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[str, str]:
        """What stands before and behind the number of a record, which stands first."""
        where = "" if record.subspace is None else f', "subspace": {record.subspace}'
        asked = "" if at is None else f', "at": {vector_text(at)}'
        return '{"number": ', f"{where}{asked}{''.join([f', {key}{make(record)}' for key, make in self._parts])}}}"

    @cached_property
    def _coordinates(self) -> list[str]:
        """How the coordinates of each subspace become inputs."""
        from relupoly.files.polyhedra.json_domain import subspace_document

        return [json.dumps(one and subspace_document(one)) for one in self._subspaces]

    def _point(self, record: Record) -> str:
        if record.point is None:
            return "null"
        text = vector_text(record.point)
        subspace = self._subspaces[(record.subspace or 1) - 1]
        return text if subspace is None else f'{text}, "input": {vector_text(subspace.at(record.point))}'


def _known(text: Callable[[Any], str], entries: Sequence[Any] | None) -> str:
    return "null" if entries is None else f"[{', '.join([text(entry) for entry in entries])}]"


def _beyond(pattern: Pattern | None) -> str:
    return "null" if pattern is None else _pattern(pattern)


def _pattern(pattern: Pattern) -> str:
    return f'["{text}"]' if (text := '", "'.join(pattern)) or pattern else "[]"


def _gradient(rows: Sequence[Sequence[fmpq]] | None) -> str:
    if rows is None:
        return "null"
    return vector_text(rows[0]) if len(rows) == 1 else f"[{', '.join([vector_text(row) for row in rows])}]"


def _constant(entries: Sequence[fmpq] | None) -> str:
    if entries is None:
        return "null"
    return f'"{rational_text(entries[0])}"' if len(entries) == 1 else vector_text(entries)


def _facet(facet: Facet) -> str:
    normal = '", "'.join([entry.str() for entry in facet.normal])
    neurons = ", ".join([f"[{layer}, {neuron}]" for layer, neuron in facet.neurons])
    sides = ", ".join(map(str, facet.sides))
    return f'{{"normal": ["{normal}"], "offset": "{facet.offset.str()}", "neurons": [{neurons}], "sides": [{sides}]}}'
