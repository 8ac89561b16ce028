"""The one door to pycddlib: exact linear programs.

pycddlib's `cdd.gmp` solves a linear program in rational arithmetic; at the sizes of relupoly that is as fast as solvers
in floats, and its answers are proofs.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def maximize(
    objective: Sequence[Fraction],
    rows: Sequence[Sequence[Fraction]],
    bounds: Sequence[Fraction],
    equal: frozenset[int] = frozenset(),
) -> Optimum:
    """The largest value of <objective, x> over all x with <row, x> <= bound (= bound for the rows in `equal`).

    Examples
    --------
    >>> maximize([Fraction(1)], [[Fraction(3)]], [Fraction(1)]).value
    Fraction(1, 3)
    """
    import cdd
    import cdd.gmp

    table: list[list[Fraction]] = []
    for index, (row, bound) in enumerate(zip(rows, bounds, strict=True)):
        table.append([bound, *(-entry for entry in row)])
        if index in equal:
            table.append([-bound, *row])
    if not table:
        table.append([Fraction(1), *(Fraction(0) for _ in objective)])
    table.append([Fraction(0), *objective])
    program = cdd.gmp.linprog_from_array(table, cdd.LPObjType.MAX)
    cdd.gmp.linprog_solve(program)
    if program.status == cdd.LPStatusType.OPTIMAL:
        return Optimum("optimal", program.obj_value, tuple(program.primal_solution))
    if program.status in (cdd.LPStatusType.INCONSISTENT, cdd.LPStatusType.STRUC_INCONSISTENT):
        return Optimum("infeasible")
    return Optimum("unbounded")
