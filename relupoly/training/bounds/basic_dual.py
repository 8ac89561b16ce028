"""The dual vector of a basis that floats found, in rationals: it often proves a bound that equals the incumbent's loss.

A basis of a linear program tells all but a few entries of the dual vector: they are at the ends of their intervals. The others
follow from the products with the columns, which are 0. That is one small linear system, where the exact simplex method would
take dozens of steps to the same vertex. Whether the vector is allowed, and what it proves, is decided exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from relupoly.exact.fractions import to_fraction
from relupoly.training.bounds.simplex import Row, rows_of
from relupoly.training.problem.lifted import Lifted
from relupoly.training.problem.losses import MAX


@dataclass(frozen=True)
class Basis:
    """A basis of the linear program of `relupoly.training.bounds.simplex`.

    Attributes
    ----------
    features : sequence of int
        Ray + 1, times the output sign; 0 for the output bias.
    tight : sequence of int
        The rows that the features fit.
    below : sequence of int
        The rows whose bounds they stay below; they are above those of the others.
    """

    features: Sequence[int]
    tight: Sequence[int]
    below: Sequence[int]


def basic_dual(lifted: Lifted, columns: Sequence[Sequence[int]], basis: Basis) -> list[Fraction] | None:
    """The dual vector of a basis, term by term; None if it is outside of the intervals, or the basis is none.

    Parameters
    ----------
    lifted : Lifted
    columns : sequence of sequences of int
        The features of the basis, with their signs.
    basis : Basis

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> lifted = lift(Problem.from_rows([[1], [2]], [1, 3], width=1, loss="absolute"))
    >>> [str(entry) for entry in basic_dual(lifted, [[1, 2]], Basis([1], [1], []))]
    ['-1', '1/2']
    """
    rows = rows_of(lifted.problem.loss, lifted.targets, lifted.weights, lifted.point)
    prices = _prices(lifted, rows, columns, basis)
    if prices is None or not all(_is_allowed(price, row) for price, row in zip(prices, rows, strict=True)):
        return None
    entries = [to_fraction(price * row.factor) for price, row in zip(prices, rows, strict=True)]
    if lifted.problem.loss == MAX:
        return [above + below for above, below in zip(entries[::2], entries[1::2], strict=True)]
    return entries


def _prices(lifted: Lifted, rows: Sequence[Row], columns: Sequence[Sequence[int]], basis: Basis) -> list[fmpq] | None:
    prices = [-row.down for row in rows]
    for place in basis.below:
        up = rows[place].up
        if up is None:
            return None
        prices[place] = up
    for place in basis.tight:
        prices[place] = fmpq(0)
    sums = [fmpq(0)] * len(lifted.vectors)
    for price, row in zip(prices, rows, strict=True):
        sums[row.point] += price * row.factor
    system = [[rows[place].factor * column[rows[place].point] for place in basis.tight] for column in columns]
    right = [-sum((total * entry for total, entry in zip(sums, column, strict=True) if entry), fmpq(0)) for column in columns]
    if lifted.problem.loss == MAX:
        # The variable above all errors costs 1.
        system.append([fmpq(1)] * len(basis.tight))
        right.append(1 - sum(prices, fmpq(0)))
    size = len(basis.tight)
    if len(system) != size:
        return None
    if size:
        try:
            found = fmpq_mat(size, size, [entry for row in system for entry in row]).solve(fmpq_mat(size, 1, right))
        except ZeroDivisionError:
            return None
        for place, price in zip(basis.tight, found.entries(), strict=True):
            prices[place] = price
    return prices


def _is_allowed(price: fmpq, row: Row) -> bool:
    return bool(-row.down <= price and (row.up is None or price <= row.up))
