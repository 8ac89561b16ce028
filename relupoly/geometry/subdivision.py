"""A union of convex sets as convex sets whose interiors are disjoint.

A set without another one falls into convex pieces: the part beyond the first facet of the other set, then what is left of it
beyond the second facet, and so on; what is left at last lies in the other set. Each part of the union loses in this way what
the parts before it have. The closures of what remains have the same union, since each part is the closure of its interior; what
has no interior is dropped. Pieces of boxes are boxes.
"""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.geometry.meeting import Row, from_inequalities, inner_point, overlap, rows
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.run import UNLIMITED, Run


def interior_disjoint(parts: Sequence[Polyhedron], run: Run = UNLIMITED) -> list[Polyhedron]:
    """Polyhedra with the same union, whose interiors are disjoint.

    Parameters
    ----------
    parts : sequence of Polyhedron
        Of one space.
    run : Run, optional
        Asked again and again whether to go on.

    Examples
    --------
    >>> interior_disjoint([Polyhedron.box([0, 0], [2, 2]), Polyhedron.box([1, 1], [3, 3])])
    [Box([0, 0], [2, 2]), Box([2, 1], [3, 3]), Box([1, 2], [2, 3])]
    """
    found: list[Polyhedron] = []
    before: list[Polyhedron] = []
    for part in parts:
        pieces = [part]
        for other in before:
            run.tick()
            pieces = [rest for piece in pieces for rest in difference(piece, other, run)]
        found += pieces
        if pieces:
            before.append(part)
    return found


def difference(one: Polyhedron, other: Polyhedron, run: Run = UNLIMITED) -> list[Polyhedron]:
    """The closure of a polyhedron without another one, as polyhedra whose interiors are disjoint."""
    if not overlap(one, other, run):
        return [one]
    if isinstance(one, Box) and isinstance(other, Box):
        return list(_difference_of_boxes(one, other))
    pieces, left = [], rows(one)
    for row in rows(other):
        run.tick()
        beyond: list[Row] = [*left, tuple(-entry for entry in row)]
        if row not in left and inner_point(beyond, run) is not None:
            pieces.append(from_inequalities(beyond, run))
            left = [*left, row]
    return pieces


def _difference_of_boxes(one: Box, other: Box) -> list[Polyhedron]:
    pieces: list[Polyhedron] = []
    lower, upper = list(one.lower), list(one.upper)
    for index in range(one.dimension):
        if lower[index] < other.lower[index]:
            pieces.append(Box(lower, [*upper[:index], other.lower[index], *upper[index + 1 :]]))
            lower[index] = other.lower[index]
        if other.upper[index] < upper[index]:
            pieces.append(Box([*lower[:index], other.upper[index], *lower[index + 1 :]], upper))
            upper[index] = other.upper[index]
    return pieces
