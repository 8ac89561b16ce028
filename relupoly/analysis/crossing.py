"""Whether a net takes a value somewhere in a closed cell, exactly: so those cells are found that its level sets go through.

On a cell the net is affine, and a cell is a polyhedron. By its vertices and rays the answer can be read off; where these are
not known, it is a linear program.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flint import fmpq, fmpz

from relupoly.exact.fractions import to_fraction
from relupoly.geometry.linear_programs import find_point
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run


def meets_level(cell: CellRecord, level: fmpq, output: int = 0, *, run: Run = UNLIMITED) -> bool:
    """Whether an output of the net equals a level at some point of a closed cell.

    Parameters
    ----------
    cell : CellRecord
        With gradient and constant, and with vertices and rays, or else facets.
    level : fmpq
    output : int
        Numbered from 0.
    run : Run
        Asked within a linear program whether to go on.

    Raises
    ------
    ValueError
        If such fields were not asked for.

    Examples
    --------
    >>> cell = CellRecord(1, ("+",), ((fmpq(2),),), (fmpq(1),), vertices=((fmpq(0),),), rays=((fmpq(1),),))
    >>> [meets_level(cell, fmpq(level)) for level in (0, 1, 9)]
    [False, True, True]
    """
    if cell.gradient is None or cell.constant is None:
        raise ValueError("the record has no affine map; list the fields gradient and constant, too")
    gradient, constant = cell.gradient[output], cell.constant[output] - level
    if cell.vertices and cell.rays is not None:
        return _meets_zero(gradient, constant, cell.vertices, cell.rays)
    if cell.facets is None:
        raise ValueError("the record has neither vertices nor facets; list the field vertices or facets, too")
    inside = [_form(facet.offset, (-entry for entry in facet.normal)) for facet in cell.facets]
    return find_point(len(gradient), weak=inside, zero=[_form(constant, gradient)], run=run) is not None


def _meets_zero(gradient: Vector, constant: fmpq, vertices: tuple[Vector, ...], rays: tuple[Vector, ...]) -> bool:
    """Whether an affine form vanishes somewhere on the hull of vertices and rays."""
    heights = [_product(gradient, vertex) + constant for vertex in vertices]
    if min(heights) <= 0 <= max(heights):
        return True
    above = heights[0] > 0
    slopes = (_product(gradient, ray) for ray in rays)
    return any(slope < 0 if above else slope > 0 for slope in slopes)


def _product(gradient: Vector, vector: Vector) -> fmpq:
    return sum((slope * x for slope, x in zip(gradient, vector, strict=True)), fmpq(0))


def _form(constant: fmpq | fmpz, entries: Iterable[fmpq | fmpz]) -> list[Fraction]:
    return [to_fraction(fmpq(entry)) for entry in (constant, *entries)]
