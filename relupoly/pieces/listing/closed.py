"""Which cells of a function belong to one closed piece: components of {f = g}.

In a cell, {f = g} is a polyhedron without lines that matter, so its vertices are connected; two of these polyhedra meet if and
only if they share a vertex, since cells meet face to face. Vertices are compared by their coordinates, which are exact. Cells
that are held by constraints are joined across their facets instead (`relupoly.pieces.constraints.level_facets`), and those of
two parts of a union by the linear program whether both have a point of {f = g} in common.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from flint import fmpq

from relupoly.exact.fractions import to_fraction
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.matrices import from_rows, integer_rows
from relupoly.geometry.cone import Cone
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.pieces.forms.homogeneous import INFINITY
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.pieces.listing.same_function import output_map
from relupoly.pieces.listing.walked import records_of
from relupoly.pieces.merging.closed_pieces import ClosedPieces, vanishing_part
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail
from relupoly.run import UNLIMITED, Run

Function = tuple[tuple[Vector, ...] | None, Vector | None, int | None]
"""Gradient and constant, and on which of several subspaces: what is equal in different coordinates is no common function."""

_FIELDS = ("gradient", "constant", "facets", "neighbours", "vertices", "rays")


def function_of(cell: CellRecord) -> Function:
    """The function of the net on a cell."""
    return cell.gradient, cell.constant, cell.subspace


def closed_components(parts: Parts, cells: Sequence[CellRecord], run: Run = UNLIMITED) -> list[dict[int, Hashable]]:
    """For the function g of each of some cells, the component of {f = g} in which each of its cells lies, by the cell's number.

    Parameters
    ----------
    parts : Parts
    cells : sequence of CellRecord
        With gradient and constant.
    run : Run, optional
    """
    levels, number = [_Level(cell) for cell in cells], 1
    for part, listed in enumerate(parts.listed):
        joints = _joints_by_facets if listed.net.bounds else _joints_by_vertices
        number += joints(parts, part, number, [one for one in levels if one.cell.subspace == listed.subspace], run)
    if any(not frame.is_convex and any(listed.net.bounds for listed in frame.listed) for frame in parts.frames):
        _join_parts(parts, levels, run)
    return [{number: one.joined.find(number) for number in one.members} for one in levels]


@dataclass(frozen=True)
class _Level:
    """The set {f = g} for the function g of a cell.

    Attributes
    ----------
    cell : CellRecord
    joined : DisjointSets
        Which cells, by number, hold points of the same component.
    members : list of int
        The numbers of the cells on which f is g.
    """

    cell: CellRecord
    joined: DisjointSets = field(default_factory=DisjointSets)
    members: list[int] = field(default_factory=list)

    @property
    def function(self) -> Function:
        """The function g."""
        return function_of(self.cell)


def _joints_by_vertices(parts: Parts, part: int, first: int, levels: Sequence[_Level], run: Run) -> int:
    """Join the cells of a part that have rays, from a number on; how many there are."""
    functions, count = [level.function for level in levels], 0
    for cell in records_of(parts, parts.listed[part], _FIELDS, first, run):
        count += 1
        for function, level in zip(functions, levels, strict=True):
            run.tick()
            if function_of(cell) == function:
                level.members.append(cell.number)
            for vertex in level_vertices(cell, function, run):
                level.joined.join(cell.number, vertex)
    return count


def _joints_by_facets(parts: Parts, part: int, first: int, levels: Sequence[_Level], run: Run) -> int:
    """The same for cells that are held by constraints, which come in the order of their records."""
    net = parts.listed[part].net
    pieces = ClosedPieces([output_map(net, level.cell.pattern).forms for level in levels], run)
    for cell in Walk(net, run=run).cells(Detail.EVERY):
        assert isinstance(cell, ActivationCell), "none is only counted"
        pieces.add(cell)
    for level, joined, found in zip(levels, pieces.sets, pieces.cells, strict=True):
        level.members.extend(first - 1 + one for one in found)
        for one in range(1, pieces.seen + 1):
            level.joined.join(first - 1 + one, (part, joined.find(one)))
    return pieces.seen


def _join_parts(parts: Parts, levels: Sequence[_Level], run: Run) -> None:
    """Join cells of different parts that have a point of {f = g} in common."""
    near = _cells_by_the_other(parts, run)
    for (one, other), here in near.items():
        if one > other:
            continue
        for level in levels:
            if level.cell.subspace != here[0].subspace:
                continue
            first, second = (
                [record for record in some if _meet([record], level.function, run)]
                for some in (here, near.get((other, one), []))
            )
            for left in first:
                for right in second:
                    known = level.joined.find(left.number) == level.joined.find(right.number)
                    if not known and _meet([left, right], level.function, run):
                        level.joined.join(left.number, right.number)


def _cells_by_the_other(parts: Parts, run: Run) -> dict[tuple[int, int], list[CellRecord]]:
    """For two parts, the cells of the first one that touch the second one."""
    found: dict[tuple[int, int], list[CellRecord]] = {}
    number = 1
    for part, listed in enumerate(parts.listed):
        for cell in records_of(parts, listed, ("gradient", "constant", "facets"), number, run):
            number = cell.number + 1
            frame = parts.frame_of(listed)
            for other, polyhedron in enumerate(frame.polyhedra, frame.first):
                if other != part and polyhedron is not None and _touches(cell, polyhedron, run):
                    found.setdefault((part, other), []).append(cell)
    return found


def _touches(cell: CellRecord, polyhedron: Polyhedron, run: Run) -> bool:
    """Whether a cell and a polyhedron have a point in common."""
    weak = [
        [to_fraction(bound), *(to_fraction(-entry) for entry in row)]
        for row, bound in zip(polyhedron.matrix.tolist(), polyhedron.bound.entries(), strict=True)
    ]
    return find_point(polyhedron.dimension, (), weak + _sides(cell), run=run) is not None


def _meet(cells: Sequence[CellRecord], function: Function, run: Run) -> bool:
    """Whether cells have a point in common where the net has the values of a function."""
    zero = [[to_fraction(entry) for entry in (form[-1], *form[:-1])] for form in _difference(cells[0], function)]
    return find_point(len(zero[0]) - 1, (), [row for cell in cells for row in _sides(cell)], zero, run=run) is not None


def _sides(cell: CellRecord) -> list[list[Fraction]]:
    """What is not negative on a cell: affine forms, with their constants first."""
    return [
        [to_fraction(fmpq(facet.offset)), *(to_fraction(fmpq(-entry)) for entry in facet.normal)] for facet in cell.facets or ()
    ]


def level_vertices(cell: CellRecord, function: Function, run: Run = UNLIMITED) -> list[Vector]:
    """The vertices of the set in a cell on which the net has the values of another affine function."""
    assert cell.vertices is not None
    assert cell.rays is not None
    forms = _difference(cell, function)
    points = [[*vertex, fmpq(1)] for vertex in cell.vertices]
    values = [[_value(form, point) for point in points] for form in forms]
    if not any(any(form) for form in forms):
        return list(cell.vertices)
    directions = [[*ray, fmpq(0)] for ray in cell.rays]
    rates = [[_value(form, ray) for ray in directions] for form in forms]
    if any(_same_sign([*one, *other], len(points)) for one, other in zip(values, rates, strict=True)):
        return []
    return _section(cell, forms, [*points, *directions], run)


def _difference(cell: CellRecord, function: Function) -> list[Vector]:
    """The forms (a, b) of the net on the cell minus the function."""
    gradient, constant, _ = function
    assert cell.gradient is not None
    assert cell.constant is not None
    assert gradient is not None
    assert constant is not None
    return [
        (*(one - other for one, other in zip(row, row_there, strict=True)), start - start_there)
        for row, row_there, start, start_there in zip(cell.gradient, gradient, cell.constant, constant, strict=True)
    ]


def _value(form: Sequence[fmpq], vector: Sequence[fmpq]) -> fmpq:
    return sum((a * x for a, x in zip(form, vector, strict=True)), fmpq(0))


def _same_sign(values: Sequence[fmpq], vertices: int) -> bool:
    """Whether a form vanishes nowhere on a cell, from its values at vertices and rays."""
    return (min(values) >= 0 and min(values[:vertices]) > 0) or (max(values) <= 0 and max(values[:vertices]) < 0)


def _section(cell: CellRecord, forms: Sequence[Vector], generators: Sequence[Sequence[fmpq]], run: Run) -> list[Vector]:
    """The vertices of the part of a cell where forms vanish, as rays of its cone."""
    assert cell.incidence is not None
    lines = _lines(generators)
    kept = [place for place in range(len(generators)) if place not in lines]
    width = len(generators[0])
    essential = [column for column in range(width - 1) if any(generators[place][column] for place in kept)] + [width - 1]
    rays = IntegerVectors.from_integers(integer_rows(from_rows([[generators[r][c] for c in essential] for r in kept])))
    facets = [set(one) for one in cell.incidence]
    tight = np.array([[not generators[place][-1], *(place in facet for facet in facets)] for place in kept], dtype=np.bool_)
    cone = Cone(rays, tight, np.arange(INFINITY, INFINITY + tight.shape[1]), np.ones(tight.shape[1], dtype=np.int8))
    rows = integer_rows(from_rows([[form[c] for c in essential] for form in forms]))
    part = vanishing_part(cone, IntegerVectors.from_integers(rows), run)
    found = []
    for ray in _integer_rows(part.rays):
        if ray[-1]:
            point = [fmpq(0)] * (width - 1)
            for column, entry in zip(essential, ray[:-1], strict=False):
                point[column] = entry / ray[-1]
            found.append(tuple(point))
    return found


def _lines(generators: Sequence[Sequence[fmpq]]) -> set[int]:
    """The numbers of rays whose opposites are there, too."""
    directions = {tuple(one): place for place, one in enumerate(generators) if not one[-1]}
    return {place for one, place in directions.items() if tuple(-entry for entry in one) in directions}


def _integer_rows(vectors: object) -> list[list[fmpq]]:
    assert isinstance(vectors, IntegerVectors)
    return [[fmpq(int(entry)) for entry in row] for row in vectors.data]
