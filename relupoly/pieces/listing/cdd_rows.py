"""A cell as cddlib has polyhedra: rows (b, a) for b + <a, x> >= 0, or rows (1, x) for vertices and (0, y) for rays."""

from __future__ import annotations

from flint import fmpq

from relupoly.pieces.listing.records import CellRecord

Row = list[fmpq]

_ONE, _ZERO = fmpq(1), fmpq(0)


def inequality_rows(cell: CellRecord) -> list[Row]:
    """The inequalities of a cell, one for each facet; that of the whole space is 1 >= 0, for cddlib wants a row.

    Parameters
    ----------
    cell : CellRecord
        With facets; one without any needs a point, too, or a gradient, for the number of coordinates.

    Raises
    ------
    ValueError
        If these were not asked for.

    Examples
    --------
    >>> from relupoly.pieces.listing.records import Facet
    >>> inequality_rows(CellRecord(1, ("+",), facets=(Facet((2, -1), 3, ((1, 1),)),)))
    [[3, -2, 1]]
    """
    if cell.facets is None:
        raise ValueError(f"cell {cell.number} has no facets; list the field facets, too")
    if not cell.facets:
        return [[_ONE, *[_ZERO] * _dimension(cell)]]
    return [[fmpq(facet.offset), *(fmpq(-entry) for entry in facet.normal)] for facet in cell.facets]


def generator_rows(cell: CellRecord) -> list[Row]:
    """The vertices and rays of a cell; a line is two opposite rays, and then points on minimal faces stand for vertices.

    Raises
    ------
    ValueError
        If vertices or rays were not asked for, or are not known.

    Examples
    --------
    >>> generator_rows(CellRecord(1, ("+",), vertices=((fmpq(1, 2), fmpq(0)),), rays=((fmpq(1), fmpq(1)),)))
    [[1, 1/2, 0], [0, 1, 1]]
    """
    if not cell.vertices or cell.rays is None:
        raise ValueError(f"the vertices and rays of cell {cell.number} are not known; list the fields vertices and rays, too")
    return [[_ONE, *vertex] for vertex in cell.vertices] + [[_ZERO, *ray] for ray in cell.rays]


def _dimension(cell: CellRecord) -> int:
    for vectors in (cell.gradient, cell.vertices, cell.point and [cell.point]):
        if vectors:
            return len(vectors[0])
    raise ValueError(f"cell {cell.number} does not tell the number of coordinates; list the field point or gradient, too")
