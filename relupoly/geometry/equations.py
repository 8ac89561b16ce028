"""Linear equations: the affine subspace of their solutions, and the domain that inequalities cut out of it.

Equations are substituted, so that a polyhedron of lower dimension is a domain of its own dimension: the coordinates that
Gaussian elimination leaves free are the parameters of the subspace.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flint import fmpq, fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact import blocks
from relupoly.exact.matrices import column, from_rows, rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.run import UNLIMITED, Run

Rows = Sequence[Sequence[fmpq]]


def solutions(rows: Rows, values: Sequence[fmpq], dimension: int) -> AffineSubspace | None:
    """The points x of R^dimension with <row_i, x> = value_i for all i, or None if these are all points.

    The parameters are coordinates of x, as few of the last ones as possible being determined by the others.

    Raises
    ------
    DomainError
        If there is no solution, or only one.

    Examples
    --------
    >>> line = solutions([[fmpq(1), fmpq(-2)]], [fmpq(3)], 2)
    >>> line.origin.table(), line.basis.table()
    ([[3], [0]], [[2], [1]])
    """
    augmented = from_rows([[*row, value] for row, value in zip(rows, values, strict=True)], dimension + 1)
    reduced, rank = augmented.rref()
    pivots = [_first(row) for row in rows_of(reduced)[: int(rank)]]
    if dimension in pivots:
        raise DomainError("the equations contradict each other, so the domain is empty; correct them")
    if not pivots:
        return None
    free = [index for index in range(dimension) if index not in pivots]
    if not free:
        raise DomainError("its equations leave one point only; leave at least one direction free")
    origin, basis = fmpq_mat(dimension, 1), fmpq_mat(dimension, len(free))
    for place, index in enumerate(free):
        basis[index, place] = fmpq(1)
        for row, pivot in enumerate(pivots):
            basis[pivot, place] = -reduced[row, index]
    for row, pivot in enumerate(pivots):
        origin[pivot, 0] = reduced[row, dimension]
    return AffineSubspace(origin, basis)


def cut_out(
    rows: Rows,
    bounds: Sequence[fmpq],
    subspace: AffineSubspace | None,
    name: str,
    strict: Collection[int] = (),
    run: Run = UNLIMITED,
) -> Domain:
    """The points x of a subspace with <row_i, x> <= bound_i for all i.

    Parameters
    ----------
    rows, bounds : sequences of rows of R^n, and of numbers
    subspace : AffineSubspace or None
        None for R^n.
    name : str
    strict : collection of int
        The inequalities that are strict. The domain is the closure, unless one of them never holds in the subspace.
    run : Run

    Raises
    ------
    DomainError
        If the set is empty, or has no interior in the subspace.

    Examples
    --------
    >>> line = solutions([[fmpq(1), fmpq(-2)]], [fmpq(3)], 2)
    >>> cut_out([[fmpq(0), fmpq(1)]], [fmpq(5)], line, "ray").polyhedron.matrix.table()
    [[1]]
    """
    if not rows:
        return Domain(None, subspace, name)
    matrix, limits = from_rows(rows), column(list(bounds))
    if subspace:
        matrix, limits = blocks.densely(subspace.pull_back(matrix)), limits - matrix * subspace.origin
    return _with_interior(matrix, limits, subspace, name, strict, run)


def section(polyhedron: Polyhedron, subspace: AffineSubspace, name: str, run: Run = UNLIMITED) -> Domain:
    """The points of a subspace that lie in a polyhedron of the whole space; of parallel inequalities, the tightest is kept.

    Raises
    ------
    DomainError
        If the set is empty, or has no interior in the subspace.

    Examples
    --------
    >>> diagonal = AffineSubspace.through([[0, 0], [1, 1]])
    >>> section(Polyhedron.box([0, -1], [2, 3]), diagonal, "piece").polyhedron.bound.transpose().table()
    [[0, 2]]
    """
    matrix, limits = polyhedron.inequalities_on(subspace)
    tightest: dict[tuple[fmpq, ...], fmpq] = {}
    for row, limit in zip(rows_of(matrix), limits.entries(), strict=True):
        scale = abs(next((entry for entry in row if entry), fmpq(1)))
        direction = tuple(entry / scale for entry in row)
        tightest[direction] = min(limit / scale, tightest.get(direction, limit / scale))
    rows = [list(row) for row in tightest]
    return _with_interior(from_rows(rows, subspace.dimension), column(list(tightest.values())), subspace, name, (), run)


def _with_interior(
    matrix: fmpq_mat, limits: fmpq_mat, subspace: AffineSubspace | None, name: str, strict: Collection[int], run: Run
) -> Domain:
    """The domain of inequalities on the parameters; constant ones hold, or leave nothing."""
    varying = []
    for index, (row, limit) in enumerate(zip(rows_of(matrix), limits.entries(), strict=True)):
        if any(row):
            varying.append((row, limit))
        elif limit < 0 or (limit == 0 and index in strict):
            raise DomainError("the domain is empty: no point satisfies all its equations and inequalities")
    if not varying:
        return Domain(None, subspace, name)
    sides, ends = zip(*varying, strict=True)
    return Domain(Polyhedron(from_rows(list(sides)), column(list(ends)), run), subspace, name)


def _first(row: Sequence[fmpq]) -> int:
    return next(index for index, entry in enumerate(row) if entry)
