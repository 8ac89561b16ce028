"""Domains by the affine subspaces that they span: in each, polyhedra of one space, which can be compared.

Two descriptions x = o + B t and x = p + C s of one subspace are told apart from different subspaces by solving for t; a
polyhedron on s is then one on t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import rows_of, take_rows
from relupoly.exact.rank import independent_rows
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace, CoordinateSubspace
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class Frame:
    """An affine subspace, and the domains that span it.

    Attributes
    ----------
    subspace : AffineSubspace or None
        None for the whole space.
    numbers : tuple of int
        Which of the domains these are.
    polyhedra : tuple of Polyhedron or None
        They, on the parameters of the subspace; None is all of it.
    """

    subspace: AffineSubspace | None
    numbers: tuple[int, ...]
    polyhedra: tuple[Polyhedron | None, ...]


def frames(domains: Sequence[Domain]) -> tuple[Frame, ...]:
    """The subspaces that domains span, in the order of the first domain of each.

    Examples
    --------
    >>> line, same = (AffineSubspace.through(points) for points in ([[0, 0], [1, 1]], [[1, 1], [3, 3]]))
    >>> [frame] = frames([Domain(Polyhedron.box([0], [1]), line), Domain(Polyhedron.box([0], [1]), same)])
    >>> frame.polyhedra
    (Box([0], [1]), Box([1], [3]))
    """
    found: list[tuple[AffineSubspace | None, list[int], list[Polyhedron | None]]] = []
    for number, domain in enumerate(domains):
        for subspace, numbers, polyhedra in found:
            place = _place(domain.subspace, subspace)
            if place is not None:
                numbers.append(number)
                polyhedra.append(place.moved(domain.polyhedron))
                break
        else:
            found.append((domain.subspace, [number], [domain.polyhedron]))
    return tuple(
        Frame(subspace, tuple(numbers), tuple(_unless_everything(one) for one in polyhedra))
        for subspace, numbers, polyhedra in found
    )


def _unless_everything(polyhedron: Polyhedron | None) -> Polyhedron | None:
    """A polyhedron; None where its inequalities say nothing."""
    return (
        polyhedron if polyhedron is None or isinstance(polyhedron, Box) or any(map(any, rows_of(polyhedron.matrix))) else None
    )


@dataclass(frozen=True)
class _Place:
    """How parameters s of one description of a subspace become parameters t = turn s + shift of another one."""

    turn: fmpq_mat | None = None
    shift: fmpq_mat | None = None

    def moved(self, polyhedron: Polyhedron | None) -> Polyhedron | None:
        """A polyhedron on s as one on t."""
        if polyhedron is None or self.turn is None or self.shift is None:
            return polyhedron
        if isinstance(polyhedron, Box) and _is_diagonal(self.turn):
            return _box(polyhedron, self.turn, self.shift)
        matrix = polyhedron.matrix * self.turn.inv()
        return Polyhedron(matrix, polyhedron.bound + matrix * self.shift)


def _place(given: AffineSubspace | None, frame: AffineSubspace | None) -> _Place | None:
    """Where a subspace lies in a frame, if it is the same set."""
    if given is None or frame is None:
        return _Place() if given is frame else None
    if given.dimension != frame.dimension or given.ambient_dimension != frame.ambient_dimension:
        return None
    if given == frame:
        return _Place()
    chosen = independent_rows(frame.basis)
    inverse = take_rows(frame.basis, chosen).inv()
    offset = given.origin - frame.origin
    turn, shift = inverse * take_rows(given.basis, chosen), inverse * take_rows(offset, chosen)
    return _Place(turn, shift) if frame.basis * turn == given.basis and frame.basis * shift == offset else None


def _is_diagonal(matrix: fmpq_mat) -> bool:
    return all(not entry or row == column for row, line in enumerate(rows_of(matrix)) for column, entry in enumerate(line))


def _box(box: Box, turn: fmpq_mat, shift: fmpq_mat) -> Box:
    bounds = [
        sorted((turn[index, index] * low + shift[index, 0], turn[index, index] * high + shift[index, 0]))
        for index, (low, high) in enumerate(zip(box.lower, box.upper, strict=True))
    ]
    return Box([low for low, _ in bounds], [high for _, high in bounds])


def are_apart(one: Domain, other: Domain, run: Run = UNLIMITED) -> bool:
    """Whether two domains of one space, which are closed, are disjoint.

    Examples
    --------
    >>> line, beside = (AffineSubspace.through([[0, height], [1, height]]) for height in (0, 1))
    >>> are_apart(Domain(None, line), Domain(None, beside)), are_apart(Domain(None, line), Domain.box([2, -1], [3, 1]))
    (True, False)
    """
    first, second = _ranges(one), _ranges(other)
    if first and second and any(a[1] < b[0] or b[1] < a[0] for a, b in zip(first, second, strict=True)):
        return True
    run.tick()
    return not _meet(one, other, run)


def _ranges(domain: Domain) -> list[tuple[fmpq, fmpq]] | None:
    """The least and the greatest value of each coordinate, where they are easily found: on boxes."""
    box = domain.polyhedron
    if not isinstance(box, Box):
        return None
    if domain.subspace is None:
        return list(zip(box.lower, box.upper, strict=True))
    if isinstance(domain.subspace, CoordinateSubspace):
        return list(zip(domain.subspace.at(box.lower), domain.subspace.at(box.upper), strict=True))
    found = []
    for row, start in zip(rows_of(domain.subspace.basis), domain.subspace.origin.entries(), strict=True):
        low = high = start
        for slope, least, most in zip(row, box.lower, box.upper, strict=True):
            if slope:
                low, high = low + min(slope * least, slope * most), high + max(slope * least, slope * most)
        found.append((low, high))
    return found


def _meet(one: Domain, other: Domain, run: Run) -> bool:
    """Whether a linear program finds a common point, in the parameters of both."""
    dimension = _ambient(one) or _ambient(other)
    if dimension is None:
        return True
    sizes = [part.dimension or dimension for part in (one, other)]
    width = sum(sizes)
    weak, images = [], []
    for part, start, size in zip((one, other), (0, sizes[0]), sizes, strict=True):
        place = [fmpq(0)] * width
        if part.polyhedron:
            for row, bound in zip(rows_of(part.polyhedron.matrix), part.polyhedron.bound.entries(), strict=True):
                weak.append([bound, *place[:start], *(-entry for entry in row), *place[start + size :]])
        basis, origin = _chart(part, dimension)
        images.append([[value, *place[:start], *row, *place[start + size :]] for row, value in zip(basis, origin, strict=True)])
    zero = [[a - b for a, b in zip(left, right, strict=True)] for left, right in zip(*images, strict=True)]
    forms = [[list(map(to_fraction, row)) for row in table] for table in (weak, zero)]
    return find_point(width, (), forms[0], forms[1], run=run) is not None


def _ambient(domain: Domain) -> int | None:
    return domain.subspace.ambient_dimension if domain.subspace else domain.dimension


def _chart(domain: Domain, dimension: int) -> tuple[list[list[fmpq]], list[fmpq]]:
    if domain.subspace:
        return rows_of(domain.subspace.basis), domain.subspace.origin.entries()
    return [[fmpq(int(i == j)) for j in range(dimension)] for i in range(dimension)], [fmpq(0)] * dimension
