"""`Simplex`: the linear losses over a cone of features, by an exact simplex method that begins anywhere and may be extended.

The loss of predictions sum_k l_k phi_k is a linear program with one row for each term,

    factor_i sum_k l_k phi_k(i) + up_i - down_i = bound_i,

whose slacks have costs: weight and weight for the absolute loss, weight and 0 for the hinge loss. The largest error has two
rows for each term and a variable z, which is above all errors. Almost all basic variables are slacks, so a basis is m columns
and the m rows that they fit exactly: every system to solve is m x m, whatever the number of samples. A slack that falls to
zero turns into its opposite as long as the loss still falls, so that one step passes many rows (Barrodale and Roberts, 1973).
Where steps have length zero, Bland's rule prevents cycles. All numbers are rational.

The optimum comes with its dual vector, which prices features that are not in the program; those that it does not bound can be
added, and the method goes on from where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.training.problem.losses import ABSOLUTE, HINGE, MAX

# After so many steps of length zero Bland's rule is followed: it prevents cycles, but is slow, and short runs of such steps are
# common where data are degenerate. A choice.
_PATIENCE = 4


@dataclass(frozen=True)
class Row:
    """factor * feature[point] of a basis, and the costs of being below (up) and above (down) the bound; None forbids it."""

    point: int
    factor: fmpq
    bound: fmpq
    up: fmpq | None
    down: fmpq


@dataclass(frozen=True)
class _Enter:
    """A variable that comes in: a column (with a direction), or the slack of a tight row (with its sign)."""

    rate: fmpq
    column: int | None
    row: int | None
    sign: int


class Simplex:
    """A linear loss over the cone of some features, which can be extended.

    Parameters
    ----------
    loss : str
        "absolute", "hinge" or "max".
    targets, weights : sequences of Fraction
        Of the terms.
    point : sequence of int
        The entry of a feature that each term looks at.

    Examples
    --------
    >>> one = Fraction(1)
    >>> program = Simplex("absolute", [one, 3 * one], [2 * one, one], [0, 1])
    >>> program.add([1, 1], free=False)
    >>> program.minimize()
    >>> program.value(), program.coefficients(), program.dual()
    (Fraction(2, 1), [Fraction(1, 1)], [Fraction(-1, 1), Fraction(1, 1)])
    """

    def __init__(self, loss: str, targets: Sequence[Fraction], weights: Sequence[Fraction], point: Sequence[int]) -> None:
        self._loss = loss
        self._rows = rows_of(loss, targets, weights, point)
        self._columns: list[list[fmpq]] = []
        self._costs: list[fmpq] = []
        self._free: list[bool] = []
        self._support: list[int] = []
        self._tight: list[int] = []
        self._sides = [1 if row.bound > 0 else -1 for row in self._rows]
        if loss == MAX and self._rows:
            # Predictions 0 and z the largest bound.
            self._append([fmpq(1)] * len(self._rows), fmpq(1), free=False)
            self._support = [0]
            self._tight = [max(range(len(self._rows)), key=lambda place: self._rows[place].bound)]
            self._sides = [-1] * len(self._rows)
        self._update()

    def add(self, feature: Sequence[int], free: bool) -> None:
        """A feature more, with a coefficient that is not negative, or free."""
        self._append([row.factor * feature[row.point] for row in self._rows], fmpq(0), free)

    def minimize(self) -> None:
        """Go to the optimum over the features so far."""
        idle = 0
        while (entering := self._entering(bland=idle > _PATIENCE)) is not None:
            idle = 0 if self._step(entering, bland=idle > _PATIENCE) else idle + 1
            self._update()

    def value(self) -> Fraction:
        """The loss."""
        total = sum((self._costs[column] * value for column, value in zip(self._support, self._values, strict=True)), fmpq(0))
        for row, rest in zip(self._rows, self._rest, strict=True):
            cost = row.up if rest > 0 else row.down
            total += abs(rest) * (cost if cost is not None else 0)
        return to_fraction(total)

    def coefficients(self) -> list[Fraction]:
        """Of the features, in the order in which they were added."""
        found = [Fraction(0)] * len(self._columns)
        for column, value in zip(self._support, self._values, strict=True):
            found[column] = to_fraction(value)
        return found[1:] if self._loss == MAX and self._rows else found

    def dual(self) -> list[Fraction]:
        """The dual vector u, an entry for each term: no feature in the program has a positive product with it."""
        prices = [to_fraction(price) for price in self._prices]
        if self._loss == MAX:
            return [above - below for above, below in zip(prices[::2], prices[1::2], strict=True)]
        return [price * to_fraction(row.factor) for price, row in zip(prices, self._rows, strict=True)]

    def _append(self, column: list[fmpq], cost: fmpq, free: bool) -> None:
        self._columns.append(column)
        self._costs.append(cost)
        self._free.append(free)

    def _update(self) -> None:
        """Solve for the values of the basis, what they leave of the bounds, and the prices of rows."""
        tight = set(self._tight)
        self._loose = [place for place in range(len(self._rows)) if place not in tight]
        self._basis = self._block(self._tight)
        values = _solve(self._basis, [self._rows[place].bound for place in self._tight])
        self._values = values
        self._rest = [row.bound for row in self._rows]
        for column, value in zip(self._support, values, strict=True):
            if value:
                entries = self._columns[column]
                self._rest = [rest - value * entry if entry else rest for rest, entry in zip(self._rest, entries, strict=True)]
        prices = [fmpq(0)] * len(self._rows)
        for place in self._loose:
            prices[place] = self._slack_cost(place, self._sides[place]) * self._sides[place]
        left = [
            self._costs[column] - sum((prices[place] * self._columns[column][place] for place in self._loose), fmpq(0))
            for column in self._support
        ]
        for place, price in zip(self._tight, _solve(self._basis.transpose(), left), strict=True):
            prices[place] = price
        self._prices = prices

    def _block(self, rows: Sequence[int]) -> fmpq_mat:
        entries = [self._columns[column][row] for row in rows for column in self._support]
        return fmpq_mat(len(rows), len(self._support), entries)

    def _slack_cost(self, place: int, sign: int) -> fmpq:
        row = self._rows[place]
        if sign < 0:
            return row.down
        assert row.up is not None
        return row.up

    def _entering(self, bland: bool) -> _Enter | None:
        """The variable whose growth lowers the loss fastest, or the first of them; None at the optimum."""
        best: _Enter | None = None
        used = set(self._support)
        for column, entries in enumerate(self._columns):
            if column not in used:
                rate = self._costs[column] - sum(
                    (price * entry for price, entry in zip(self._prices, entries, strict=True) if entry), fmpq(0)
                )
                if rate < 0 or (rate > 0 and self._free[column]):
                    best = _better(best, _Enter(-abs(rate), column, None, -1 if rate > 0 else 1))
                    if bland:
                        return best
        for place in sorted(self._tight):
            row = self._rows[place]
            for sign, cost in ((1, row.up), (-1, row.down)):
                if cost is not None and cost - sign * self._prices[place] < 0:
                    best = _better(best, _Enter(cost - sign * self._prices[place], None, place, sign))
                    if bland:
                        return best
        return best

    def _step(self, entering: _Enter, bland: bool) -> bool:
        """Let a variable grow until the loss does not fall any more, and exchange it; returns whether it grew at all."""
        moves, changes = self._directions(entering)
        stops: list[tuple[fmpq, int, int]] = []
        for index, (value, move) in enumerate(zip(self._values, moves, strict=True)):
            if move < 0 and not self._free[self._support[index]]:
                stops.append((value / -move, 0, index))
        for place in self._loose:
            change = changes[place] * self._sides[place]
            if change < 0:
                stops.append((self._rest[place] * self._sides[place] / -change, 1, place))
        stops.sort()
        slope = entering.rate
        for length, kind, index in stops:
            row = self._rows[index] if kind else None
            if row is not None and row.up is not None and not bland:
                slope += (row.up + row.down) * abs(changes[index])
                if slope < 0:
                    self._sides[index] = -self._sides[index]
                    continue
            self._exchange(entering, kind, index)
            return bool(length > 0)
        raise AssertionError("a loss is not negative")

    def _directions(self, entering: _Enter) -> tuple[list[fmpq], list[fmpq]]:
        """How the values of the basis, and what is left of each bound, change."""
        if entering.column is None:
            force = [fmpq(-entering.sign if place == entering.row else 0) for place in self._tight]
            changes = [fmpq(0)] * len(self._rows)
        else:
            entries = self._columns[entering.column]
            force = [-entering.sign * entries[place] for place in self._tight]
            changes = [-entering.sign * entry for entry in entries]
        moves = _solve(self._basis, force)
        for column, move in zip(self._support, moves, strict=True):
            if move:
                changes = [
                    change - move * entry if entry else change
                    for change, entry in zip(changes, self._columns[column], strict=True)
                ]
        return moves, changes

    def _exchange(self, entering: _Enter, kind: int, index: int) -> None:
        """Put a variable into the basis, and take out a column (kind 0) or the slack of a row (kind 1)."""
        if kind:
            self._tight.append(index)
        else:
            del self._support[index]
        if entering.column is not None:
            self._support.append(entering.column)
        else:
            assert entering.row is not None
            self._tight.remove(entering.row)
            self._sides[entering.row] = entering.sign


def rows_of(loss: str, targets: Sequence[Fraction], weights: Sequence[Fraction], point: Sequence[int]) -> list[Row]:
    """The rows of the linear program: one for each term, or two for the largest error."""
    one, nil = fmpq(1), fmpq(0)
    rows = []
    for place, target, weight in zip(point, map(from_fraction, targets), map(from_fraction, weights), strict=True):
        if loss == ABSOLUTE:
            rows.append(Row(place, one, target, weight, weight))
        elif loss == HINGE:
            rows.append(Row(place, target, one, weight, nil))
        else:
            rows.append(Row(place, one, target, None, nil))
            rows.append(Row(place, -one, -target, None, nil))
    return rows


def _better(best: _Enter | None, other: _Enter) -> _Enter:
    return other if best is None or other.rate < best.rate else best


def _solve(matrix: fmpq_mat, right: Sequence[fmpq]) -> list[fmpq]:
    if not right:
        return []
    return list(matrix.solve(fmpq_mat(len(right), 1, list(right))).entries())
