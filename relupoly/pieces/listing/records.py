"""`CellRecord` and `PieceRecord`: what is told of a cell, and of a piece, in the coordinates of the domain.

Where the domain lies in a subspace x = origin + basis t, all coordinates are those of t, gradients are derivatives by t, and
volumes are volumes of t. Sets of a union may lie in several subspaces: then each record says in which one it is.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpz

from relupoly.errors import DomainError
from relupoly.exact.matrices import column, from_rows
from relupoly.exact.rationals import rational_at
from relupoly.exact.short_texts import short_text, short_vector

if TYPE_CHECKING:
    from relupoly.geometry.polyhedron import Polyhedron

Pattern = tuple[str, ...]
"""For each hidden layer the signs of its neurons with ReLU: + active, - not, 0 vanishing on the whole cell."""

Vector = tuple[fmpq, ...]

_MOST_SHOWN = 12  # entries, or vectors, in a line of a notebook

FIELDS = (
    "number",
    "pattern",
    "piece",
    "gradient",
    "constant",
    "facets",
    "neighbours",
    "vertices",
    "rays",
    "point",
    "bounded",
    "volume",
)
"""What may be asked of a cell, in the order in which it is printed."""

CELL_FIELDS = tuple(field for field in FIELDS if field != "piece")
"""What is told of a cell unless something else is asked for."""

PIECE_FIELDS = (
    "number",
    "notion",
    "cells",
    "patterns",
    "gradient",
    "constant",
    "facets",
    "neighbours",
    "convex",
    "point",
    "bounded",
    "volume",
)
"""What may be asked of a piece."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A half-space <normal, x> <= offset that supports a facet.

    Attributes
    ----------
    normal : tuple of fmpz, length n
        Outward; it and the offset are integers without a common factor.
    offset : fmpz
    neurons : tuple of (int, int)
        Layer and neuron, both numbered from 1, of those whose preactivation vanishes on the facet and not on the whole cell;
        none on the boundary of a domain.
    sides : tuple of int
        Which of the domain's inequalities hold with equality on the facet, numbered from 1; those of a box are x_1 >= lower_1,
        ..., x_n >= lower_n, then x_1 <= upper_1, ..., x_n <= upper_n.
    """

    normal: tuple[fmpz, ...]
    offset: fmpz
    neurons: tuple[tuple[int, int], ...]
    sides: tuple[int, ...] = ()

    def slack(self, point: Sequence[fmpq]) -> fmpq:
        """How much <normal, x> is below the offset at a point."""
        return sum((-entry * x for entry, x in zip(self.normal, point, strict=True)), fmpq(self.offset))


@dataclass(frozen=True, slots=True)
class CellRecord:
    """A full-dimensional activation cell. What was not asked for may be None, and what is not known is.

    Attributes
    ----------
    number : int
        From 1, in the order of the list.
    pattern : tuple of str
    gradient : tuple of tuple of fmpq, shape (outputs, n)
        The net is gradient x + constant on the cell.
    constant : tuple of fmpq, shape (outputs,)
    facets : tuple of Facet
    neighbours : tuple of (tuple of str or None)
        For each facet, the pattern of the cell on its other side; None on the boundary of the domain.
    vertices : tuple of tuple of fmpq
    rays : tuple of tuple of fmpq
        Directions in which the cell is unbounded, primitive integer vectors; a line is two opposite ones.
    incidence : tuple of tuple of int
        For each facet, the numbers of the vertices on it, from 0; behind the vertices come the rays.
    point : tuple of fmpq, length n
        Inside.
    bounded : bool
    volume : fmpq
        Of a bounded cell.
    piece : dict of str to int
        The number of the cell's piece, by notion.
    subspace : int
        Whose parameters the coordinates are, where sets lie in several subspaces: its place, from 1, in
        `relupoly.geometry.union.DomainUnion.subspaces`. None where the domain has one set of coordinates.
    """

    number: int
    pattern: Pattern
    gradient: tuple[Vector, ...] | None = None
    constant: Vector | None = None
    facets: tuple[Facet, ...] | None = None
    neighbours: tuple[Pattern | None, ...] | None = None
    vertices: tuple[Vector, ...] | None = None
    rays: tuple[Vector, ...] | None = None
    incidence: tuple[tuple[int, ...], ...] | None = None
    point: Vector | None = None
    bounded: bool | None = None
    volume: fmpq | None = None
    piece: dict[str, int] | None = None
    subspace: int | None = None

    def value(self, point: Sequence[Any]) -> list[fmpq]:
        """The cell's affine map at a point, for each output; on the cell it is the net.

        Raises
        ------
        DomainError
            If the point has another number of coordinates, or one is no number.
        ValueError
            If the map was not asked for.
        """
        if self.gradient is None or self.constant is None:
            raise ValueError("the record has no affine map; list the fields gradient and constant, too")
        place = _place(point, len(self.gradient[0]) if self.gradient else None)
        return [
            sum((entry * x for entry, x in zip(row, place, strict=True)), start)
            for row, start in zip(self.gradient, self.constant, strict=True)
        ]

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether a point lies in the closed cell.

        Raises
        ------
        DomainError
            If the point has another number of coordinates, or one is no number.
        ValueError
            If the facets were not asked for.
        """
        place = _place(point, len(self._facets[0].normal) if self._facets else None)
        return all(facet.slack(place) >= 0 for facet in self._facets)

    @property
    def polyhedron(self) -> Polyhedron | None:
        """The closed cell by its inequalities; None if it is the whole space.

        `Polyhedron.vertices` finds its V-representation.

        Raises
        ------
        ValueError
            If the facets were not asked for.
        """
        from relupoly.geometry.polyhedron import Polyhedron

        facets = self._facets
        if not facets:
            return None
        rows = [[fmpq(entry) for entry in facet.normal] for facet in facets]
        return Polyhedron(from_rows(rows, len(rows[0])), column([fmpq(facet.offset) for facet in facets]))

    @property
    def _facets(self) -> tuple[Facet, ...]:
        if self.facets is None:
            raise ValueError("the record has no facets; list the field facets, too")
        return self.facets

    def _repr_html_(self) -> str:
        """A table of what is known, for notebooks; long numbers are rounded."""
        rows = [
            ("subspace", None if self.subspace is None else str(self.subspace)),
            ("pattern", "|".join(self.pattern)),
            ("gradient", _table(self.gradient)),
            ("constant", _row(self.constant)),
            ("facets", None if self.facets is None else str(len(self.facets))),
            ("vertices", _table(self.vertices)),
            ("rays", _table(self.rays)),
            ("point", _row(self.point)),
            ("volume", _volume(self)),
        ]
        return _html(f"cell {self.number}", rows)


@dataclass(frozen=True, slots=True)
class PieceRecord:
    """A piece: the cells that make it up, and what is known of their union. What was not asked for may be None.

    Attributes
    ----------
    number : int
        From 1, in the order of the list.
    notion : str
        One of `relupoly.pieces.notions.NOTIONS`.
    cells : tuple of CellRecord
    gradient, constant
        As in `CellRecord`.
    facets : tuple of Facet
        Those of its cells that do not lie between two of them, cell by cell.
    neighbours : tuple of (tuple of str or None)
        For each facet, the pattern of the cell on its other side.
    convex : bool
    point : tuple of fmpq
        Inside one of its cells.
    bounded : bool
    volume : fmpq
        Of a bounded piece.
    """

    number: int
    notion: str
    cells: tuple[CellRecord, ...]
    gradient: tuple[Vector, ...] | None = None
    constant: Vector | None = None
    facets: tuple[Facet, ...] | None = None
    neighbours: tuple[Pattern | None, ...] | None = None
    convex: bool | None = None
    point: Vector | None = None
    bounded: bool | None = None
    volume: fmpq | None = None

    @property
    def subspace(self) -> int | None:
        """As of `CellRecord`."""
        return self.cells[0].subspace

    def value(self, point: Sequence[Any]) -> list[fmpq]:
        """As `CellRecord.value`."""
        return self.cells[0].value(point)

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether a point lies in one of its closed cells."""
        return any(cell.contains(point) for cell in self.cells)

    def _repr_html_(self) -> str:
        """A table of what is known, for notebooks; long numbers are rounded."""
        rows = [
            ("subspace", None if self.subspace is None else str(self.subspace)),
            ("patterns", _some("|".join(cell.pattern) for cell in self.cells)),
            ("gradient", _table(self.gradient)),
            ("constant", _row(self.constant)),
            ("facets", None if self.facets is None else str(len(self.facets))),
            ("convex", None if self.convex is None else str(self.convex)),
            ("point", _row(self.point)),
            ("volume", _volume(self)),
        ]
        return _html(f"piece {self.number} ({self.notion})", rows)


def _place(point: Sequence[Any], coordinates: int | None) -> list[fmpq]:
    """A point, whose coordinates may be given as any numbers."""
    found = [rational_at(entry, f"coordinate {number}", DomainError) for number, entry in enumerate(point, 1)]
    if coordinates is not None and len(found) != coordinates:
        raise DomainError(f"the point has {len(found)} coordinates, and the record {coordinates}; give as many")
    return found


def _row(entries: Sequence[fmpq] | None) -> str | None:
    return None if entries is None else short_vector(entries, _MOST_SHOWN)


def _some(texts: Iterable[str]) -> str:
    """The first ones of many texts."""
    every = list(texts)
    more = len(every) - _MOST_SHOWN
    return ", ".join(every[:_MOST_SHOWN]) + (f", and {more} more" if more > 0 else "")


def _table(rows: Sequence[Sequence[fmpq]] | None) -> str | None:
    """Vectors."""
    return None if rows is None else _some(short_vector(row, _MOST_SHOWN) for row in rows) or "none"


def _volume(record: CellRecord | PieceRecord) -> str | None:
    if record.bounded is False:
        return "infinite"
    return None if record.volume is None else short_text(record.volume)


def _html(caption: str, rows: Sequence[tuple[str, str | None]]) -> str:
    lines = "".join(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in rows if text)
    return f"<table><caption>{html.escape(caption)}</caption>{lines}</table>"
