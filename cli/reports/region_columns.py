"""`RecordColumns`: cells and pieces as rows of a table, with a number in each cell.

A vector has a column for each of its entries. Of facets, neighbours, vertices and rays, which differ in number from record to
record, a row tells how many there are: the records of `region_lines` have them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from .region_texts import rational_text

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.pieces.listing.records import CellRecord, PieceRecord

Record: TypeAlias = "CellRecord | PieceRecord"
Column: TypeAlias = "tuple[list[str], Callable[[Any], Iterable[str]]]"

PIECE_NOTIONS = ("open", "closed", "affine")
"""The notions by which a cell knows the number of its piece."""


class RecordColumns:
    """Makes rows of records.

    Parameters
    ----------
    fields : sequence of str
        What is told, in this order, behind the number.
    inputs, outputs : int
        How many coordinates the domain has, and how many outputs the network.
    at : bool
        Whether records are looked for at points.
    subspaces : sequence of AffineSubspace or None
        Where the coordinates are their parameters t; else they are called x.

    Examples
    --------
    >>> RecordColumns(["number", "gradient", "facets"], 2, 1).header
    ['number', 'dy/dx1', 'dy/dx2', 'facets']
    """

    def __init__(
        self,
        fields: Sequence[str],
        inputs: int,
        outputs: int,
        at: bool = False,
        subspaces: Sequence[AffineSubspace | None] = (None,),
    ) -> None:
        self._subspaces, self._inputs = subspaces, inputs
        subspace = next(filter(None, subspaces), None)
        own = _numbered("t" if subspace else "x", inputs)
        values = _numbered("y", outputs)
        derivatives = [f"d{value}/d{name}" for value in values for name in own]
        constants = ["constant"] if outputs == 1 else _numbered("constant", outputs)
        ambient = [] if subspace is None else _numbered("x", subspace.ambient_dimension)
        places = [*own, *ambient]
        single = {
            "notion": lambda record: record.notion,
            "pattern": lambda record: "|".join(record.pattern),
            "cells": lambda record: " ".join(str(cell.number) for cell in record.cells),
            "patterns": lambda record: " ".join("|".join(cell.pattern) for cell in record.cells),
            "facets": lambda record: _size(record.facets),
            "neighbours": lambda record: _size(record.neighbours and [one for one in record.neighbours if one is not None]),
            "vertices": lambda record: _size(record.vertices),
            "rays": lambda record: _size(record.rays),
            "convex": lambda record: _truth(record.convex),
            "bounded": lambda record: _truth(record.bounded),
            "volume": lambda record: "" if record.volume is None else rational_text(record.volume),
        }
        columns: dict[str, Column] = {name: ([name], _alone(make)) for name, make in single.items()}
        columns |= {
            "piece": ([f"piece_{notion}" for notion in PIECE_NOTIONS], _pieces),
            "gradient": (
                derivatives,
                lambda record: _entries([one for row in record.gradient or () for one in row], len(derivatives)),
            ),
            "constant": (constants, lambda record: _entries(record.constant or (), outputs)),
            "point": (places, lambda record: _entries(self._places(record), len(places))),
            "coordinates": (
                [name for one in ambient for name in (f"origin_{one}", *(f"d{one}/d{parameter}" for parameter in own))],
                lambda record: self._coordinates[(record.subspace or 1) - 1] if ambient else (),
            ),
        }
        self._columns = [columns[field] for field in fields if field != "number"]
        if len(subspaces) > 1:
            self._columns.insert(0, (["subspace"], _alone(lambda record: str(record.subspace))))
        self._asked = _numbered("at", inputs) if at else []

    @property
    def header(self) -> list[str]:
        """The names of all columns."""
        return [*self._asked, "number", *(name for names, _ in self._columns for name in names)]

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[list[str], list[str]]:
        """What stands before the number of a record, the point which it was looked for at if there is one, and behind it."""
        asked = [] if at is None else [rational_text(entry) for entry in at]
        return asked, [text for _, make in self._columns for text in make(record)]

    def _places(self, record: Record) -> Sequence[fmpq]:
        if record.point is None:
            return ()
        if not any(self._subspaces):
            return record.point
        subspace = self._subspaces[(record.subspace or 1) - 1]
        return [*record.point, *(record.point if subspace is None else subspace.at(record.point))]

    @cached_property
    def _coordinates(self) -> list[list[str]]:
        """The inputs of each subspace, one after the other: where the parameters are 0, and the derivatives by each."""
        return [_origins_and_slopes(one, self._inputs) for one in self._subspaces]


def _origins_and_slopes(subspace: AffineSubspace | None, inputs: int) -> list[str]:
    """Of each input; where the parameters are the inputs, too."""
    if subspace is None:
        return [str(int(one == place)) for place in range(inputs) for one in (-1, *range(inputs))]
    rows = zip(subspace.origin.entries(), subspace.basis.tolist(), strict=True)
    return [rational_text(entry) for start, row in rows for entry in (start, *row)]


def _numbered(letter: str, count: int) -> list[str]:
    return [letter] if count == 1 else [f"{letter}{number}" for number in range(1, count + 1)]


def _alone(make: Callable[[Any], str]) -> Callable[[Any], Iterable[str]]:
    return lambda record: (make(record),)


def _entries(entries: Sequence[fmpq], count: int) -> Iterable[str]:
    """The entries of a vector, or as many empty cells where it is not known."""
    return map(rational_text, entries) if entries else [""] * count


def _pieces(record: CellRecord) -> Iterable[str]:
    return ["" if record.piece is None else str(record.piece.get(notion, "")) for notion in PIECE_NOTIONS]


def _size(entries: Sequence[Any] | None) -> str:
    return "" if entries is None else str(len(entries))


def _truth(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"
