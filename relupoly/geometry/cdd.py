"""The one door to pycddlib: exact linear programs, and points of polyhedra with open and closed sides.

pycddlib's `cdd.gmp` solves a linear program in rational arithmetic; at the sizes of relupoly that is as fast as solvers
in floats, and its answers are proofs.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Optimum:
    """The answer to a linear program: its value and a point that attains it, or neither.

    Attributes
    ----------
    status : str
        "optimal", "infeasible" or "unbounded".
    value : Fraction or None
    point : tuple of Fraction or None
    """

    status: str
    value: Fraction | None = None
    point: tuple[Fraction, ...] | None = None


def maximize(objective: Sequence[Fraction], rows: Sequence[Sequence[Fraction]], bounds: Sequence[Fraction]) -> Optimum:
    """The largest value of <objective, x> over all x with <row, x> <= bound for every row.

    Examples
    --------
    >>> maximize([Fraction(1)], [[Fraction(3)]], [Fraction(1)]).value
    Fraction(1, 3)
    """
    return _solve([[bound, *(-entry for entry in row)] for row, bound in zip(rows, bounds, strict=True)], objective)


def find_point(
    dimension: int,
    strict: Iterable[Sequence[Fraction]] = (),
    weak: Iterable[Sequence[Fraction]] = (),
    zero: Iterable[Sequence[Fraction]] = (),
) -> tuple[Fraction, ...] | None:
    """A point of R^dimension where affine forms are positive, not negative and zero, or None if there is none.

    The linear program asks for the largest s <= 1 with every `strict` form at least s.

    Parameters
    ----------
    dimension : int
    strict, weak, zero : iterables of affine forms
        A form is its constant and then one coefficient for each coordinate.

    Examples
    --------
    >>> one = Fraction(1)
    >>> find_point(1, strict=[(0 * one, one)], zero=[(-one, one)])
    (Fraction(1, 1),)
    >>> find_point(1, strict=[(0 * one, one)], weak=[(0 * one, -one)]) is None
    True
    """
    one, nil = Fraction(1), Fraction(0)
    table = [[*form, -one] for form in strict] + [[*form, nil] for form in weak]
    for form in zero:
        table += [[*form, nil], [*(-entry for entry in form), nil]]
    table.append([one, *[nil] * dimension, -one])
    best = _solve(table, [*[nil] * dimension, one])
    assert best.status != "unbounded", "s is at most 1"
    return best.point[:dimension] if best.point and best.value and best.value > 0 else None


def _solve(table: Sequence[Sequence[Fraction]], objective: Sequence[Fraction]) -> Optimum:
    """The largest value of <objective, x> over all x where no form of the table is negative."""
    import cdd
    import cdd.gmp

    rows = [*table] if table else [[Fraction(1), *(Fraction(0) for _ in objective)]]
    with _digits_without_limit():
        program = cdd.gmp.linprog_from_array([*rows, [Fraction(0), *objective]], cdd.LPObjType.MAX)
        # cddlib tries doubles first; there its dual simplex method may write outside its arrays when they mislead it.
        cdd.gmp.linprog_solve(program, cdd.LPSolverType.CRISS_CROSS)
        if program.status == cdd.LPStatusType.OPTIMAL:
            return Optimum("optimal", program.obj_value, tuple(program.primal_solution))
    if not any(objective) or program.status in (cdd.LPStatusType.INCONSISTENT, cdd.LPStatusType.STRUC_INCONSISTENT):
        return Optimum("infeasible")
    # The dual program has no solution: the primal one is unbounded if it has any.
    feasible = _solve(table, [Fraction(0)] * len(objective)).status == "optimal"
    return Optimum("unbounded" if feasible else "infeasible")


@contextlib.contextmanager
def _digits_without_limit() -> Iterator[None]:
    """Let pycddlib hand over numbers as texts of any length; Python refuses more than 4300 digits by default."""
    if not hasattr(sys, "set_int_max_str_digits"):  # before Python 3.10.7 there was no limit
        yield
        return
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(limit)
