"""Which cells of a function belong to one closed piece: components of {f = g}.

In a cell, {f = g} is a polyhedron without lines that matter, so its vertices are connected; two of these polyhedra meet if and
only if they share a vertex, since cells meet face to face. Vertices are compared by their coordinates, which are exact.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from flint import fmpq

from relupoly.errors import SizeError
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.matrices import from_rows, integer_rows
from relupoly.geometry.cone import Cone
from relupoly.pieces.forms.homogeneous import INFINITY
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.pieces.listing.walked import records_of
from relupoly.pieces.merging.closed_pieces import vanishing_part
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.run import UNLIMITED, Run

Function = tuple[tuple[Vector, ...] | None, Vector | None, int | None]
"""Gradient and constant, and on which of several subspaces: what is equal in different coordinates is no common function."""

_FIELDS = ("gradient", "constant", "facets", "neighbours", "vertices", "rays")


def function_of(cell: CellRecord) -> Function:
    """The function of the net on a cell."""
    return cell.gradient, cell.constant, cell.subspace


def closed_components(parts: Parts, functions: Sequence[Function], run: Run = UNLIMITED) -> list[dict[int, Hashable]]:
    """For each function the name of the component of {f = g} in which each of its cells lies, by the cell's number.

    Raises
    ------
    SizeError
        If vertices are not known, since cells have too many.
    """
    sets = [DisjointSets() for _ in functions]
    cells: list[list[int]] = [[] for _ in functions]
    number = 1
    for listed in parts.listed:
        for cell in records_of(parts, listed, _FIELDS, number, run):
            number = cell.number + 1
            for function, own, whole in zip(functions, sets, cells, strict=True):
                run.tick()
                if function_of(cell) == function:
                    whole.append(cell.number)
                if cell.subspace != function[2]:
                    continue
                for vertex in level_vertices(cell, function, run):
                    own.join(cell.number, vertex)
    return [{one: own.find(one) for one in whole} for own, whole in zip(sets, cells, strict=True)]


def level_vertices(cell: CellRecord, function: Function, run: Run = UNLIMITED) -> list[Vector]:
    """The vertices of the set in a cell on which the net has the values of another affine function.

    Raises
    ------
    SizeError
        If the cell's vertices are not known.
    """
    if cell.vertices is None or cell.rays is None or cell.incidence is None:
        raise SizeError("closed pieces hang together by vertices, and cells have too many; list another notion")
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
