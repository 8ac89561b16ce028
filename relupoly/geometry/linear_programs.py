"""Exact linear programs, and points of polyhedra with open and closed sides.

They are solved by `relupoly.geometry.exact_simplex`. cddlib, which tries doubles first, printed messages of its own and read
beyond its arrays on numbers of very different size; it is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from relupoly.geometry.exact_simplex import INFEASIBLE, OPTIMAL, Dictionary
from relupoly.run import UNLIMITED, Run


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


@dataclass(frozen=True)
class Greatest:
    """A largest value of an objective, with its proof by linear programming duality.

    Attributes
    ----------
    value : Fraction
    point : tuple of Fraction
        Where it is attained.
    multipliers : tuple of Fraction
        For each form, not negative: the value less the objective is the sum of these multiples of the forms, for all x.
    """

    value: Fraction
    point: tuple[Fraction, ...]
    multipliers: tuple[Fraction, ...]


def maximize(
    objective: Sequence[Fraction],
    rows: Sequence[Sequence[Fraction]],
    bounds: Sequence[Fraction],
    *,
    run: Run = UNLIMITED,
) -> Optimum:
    """The largest value of <objective, x> over all x with <row, x> <= bound for every row.

    Parameters
    ----------
    objective, bounds : sequences of Fraction
    rows : sequence of sequences of Fraction
    run : Run
        Asked at every step, also within one program.

    Examples
    --------
    >>> maximize([Fraction(1)], [[Fraction(3)]], [Fraction(1)]).value
    Fraction(1, 3)
    """
    return _solve([[bound, *(-entry for entry in row)] for row, bound in zip(rows, bounds, strict=True)], objective, run)


def greatest(objective: Sequence[Fraction], forms: Sequence[Sequence[Fraction]], run: Run = UNLIMITED) -> Greatest | None:
    """The largest value of <objective, x> where no form is negative, with its proof; None if there is none.

    Parameters
    ----------
    objective : sequence of Fraction
    forms : sequence of affine forms
        A form is its constant and then one coefficient for each coordinate. There must be a point where none is negative.
    run : Run
        Asked at every step, also within one program.

    Examples
    --------
    >>> one = Fraction(1)
    >>> greatest([one], [(3 * one, -2 * one)])
    Greatest(value=Fraction(3, 2), point=(Fraction(3, 2),), multipliers=(Fraction(1, 2),))
    """
    dictionary = Dictionary(forms, objective)
    status = dictionary.solve(run)
    assert status != INFEASIBLE, "there is a point"
    return Greatest(dictionary.value, dictionary.point(), tuple(dictionary.multipliers())) if status == OPTIMAL else None


def find_point(
    dimension: int,
    strict: Iterable[Sequence[Fraction]] = (),
    weak: Iterable[Sequence[Fraction]] = (),
    zero: Iterable[Sequence[Fraction]] = (),
    *,
    run: Run = UNLIMITED,
) -> tuple[Fraction, ...] | None:
    """A point of R^dimension where affine forms are positive, not negative and zero, or None if there is none.

    The linear program asks for the largest s <= 1 with every `strict` form at least s.

    Parameters
    ----------
    dimension : int
    strict, weak, zero : iterables of affine forms
        A form is its constant and then one coefficient for each coordinate.
    run : Run
        Asked at every step, also within one program.

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
    best = _solve(table, [*[nil] * dimension, one], run)
    assert best.status != "unbounded", "s is at most 1"
    return best.point[:dimension] if best.point and best.value and best.value > 0 else None


def _solve(table: Sequence[Sequence[Fraction]], objective: Sequence[Fraction], run: Run = UNLIMITED) -> Optimum:
    """The largest value of <objective, x> over all x where no form of the table is negative."""
    dictionary = Dictionary(table, objective)
    status = dictionary.solve(run)
    if status == OPTIMAL:
        return Optimum("optimal", dictionary.value, dictionary.point())
    if status == INFEASIBLE or not any(objective):
        return Optimum("infeasible")
    # The dual program has no solution: the primal one is unbounded if it has any.
    feasible = Dictionary(table, [Fraction(0)] * len(objective)).solve(run) == OPTIMAL
    return Optimum("unbounded" if feasible else "infeasible")
