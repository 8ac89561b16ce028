"""Linear programs over a box cut by half-spaces, in doubles, by a dual simplex method that can stop on either side.

The question is never the optimum itself, but on which side of 0 a form is. All variables are bounded: coordinates by the box,
slacks by what they are at most on the box. So every basis becomes feasible for the dual when each variable that is not basic is
put at the better one of its bounds: no first phase, and one program goes on from the basis of the last one, whatever its
objective is, and with one half-space more. The value of the objective only rises on the way and is a lower bound all the
time: where it is above 0, multipliers say why, and the method stops; and where the segment from a point inside to the present,
perhaps infeasible point has a part inside on which the objective is negative, it stops as well.

Nothing that is found here is a proof. Whoever asks checks multipliers and points in arithmetic with error bounds, or takes the
basis and solves it exactly (`relupoly.pieces.constraints.proofs`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.box_basis import Basis

Floats = NDArray[np.float64]

# What is taken for a violated bound, in shares of what the variable can be; smaller violations are left to whoever checks.
INFEASIBLE = 1e-11
# A variable that changes a row by less than this share of what others do is not exchanged: quotients would have lost half of
# their digits.
PIVOT = 1e-9
# A row that is less than this on all of the box, in shares of its largest entry, is not scaled up to 1: that is roundoff.
_THINNEST = 1e-12
# After so many exchanges the dictionary is computed anew from the rows: each exchange loses a little.
_EXCHANGES = 60
# A program of m rows takes about m exchanges; one that takes so many times more goes round in circles, or its numbers do not.
_PATIENCE = 20


@dataclass(frozen=True, eq=False)
class Finding:
    """What is known of the least value of a form over a polytope, until the next program changes the dictionary.

    Attributes
    ----------
    point : ndarray of float64, shape (d,), or None
        Where the form was found to be negative.
    dictionary : BoxDictionary
        With the last basis.
    cost : ndarray of float64, shape (d + 1,)
        The form in this basis, over `scale`.
    scale : float
    """

    point: Floats | None
    dictionary: BoxDictionary
    cost: Floats
    scale: float

    @property
    def multipliers(self) -> Floats:
        """Of the rows, shape (m,), not negative: the form less their combination is bounded below on the box."""
        return self.dictionary.multipliers(self.cost) * self.scale

    @property
    def basis(self) -> Basis:
        """The last one."""
        return self.dictionary.basis(self.cost)


class BoxDictionary:
    """The polytope of a box and rows <a, x> + c >= 0, with a basis.

    Parameters
    ----------
    lower, upper : ndarray of float64, shape (d,)
        The bounds of the box.

    Attributes
    ----------
    rows : ndarray of float64, shape (m, d + 1)
        Each is a and then c, scaled to be 1 on the box at most.
    """

    def __init__(self, lower: Floats, upper: Floats) -> None:
        size = len(lower)
        self.rows: Floats = np.zeros((0, size + 1))
        self._lower, self._upper = lower, upper  # of coordinates, then of slacks
        self._scales: Floats = np.zeros(0)
        self._basic: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._others: NDArray[np.intp] = np.arange(size)
        self._table: Floats = np.zeros((0, size + 1))  # basic variables as forms in the others
        self._exchanges = 0

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self._others)

    def copy(self) -> BoxDictionary:
        """A dictionary that may go its own way."""
        other = BoxDictionary.__new__(BoxDictionary)
        other.rows = self.rows
        other._lower, other._upper, other._scales = self._lower, self._upper, self._scales
        other._basic, other._others = self._basic.copy(), self._others.copy()
        other._table = self._table.copy()
        other._exchanges = self._exchanges
        return other

    def add(self, row: Floats) -> None:
        """Cut by a half-space, whose row has an entry that is not 0."""
        size = self.dimension
        middle = (self._lower[:size] + self._upper[:size]) / 2
        most = row[:-1] @ middle + np.abs(row[:-1]) @ (self._upper[:size] - middle) + row[-1]
        # Whoever adds a row knows of a point where it is positive, so it is somewhere on the box: 1 at most, from now on. If it
        # seems to be next to nothing everywhere, it is too thin for doubles.
        scale = 1.0 / (max(most, _THINNEST * np.abs(row).max()) or 1.0)
        row = row * scale
        self._table = np.concatenate([self._table, self._expressed(row)[None]])
        self._basic = np.concatenate([self._basic, [size + len(self.rows)]])
        self._lower = np.concatenate([self._lower, [0.0]])
        self._upper = np.concatenate([self._upper, [1.0]])
        self._scales = np.concatenate([self._scales, [scale]])
        self.rows = np.concatenate([self.rows, row[None]])

    def least(self, form: Floats, inside: Floats, without: int | None = None) -> Finding:
        """Look for a point where a form is negative, or for multipliers that say that there is none.

        Parameters
        ----------
        form : ndarray of float64, shape (d + 1,)
        inside : ndarray of float64, shape (d,)
            A point of the interior where the form is positive.
        without : int, optional
            A row that does not count.
        """
        if self._exchanges > _EXCHANGES:
            self._renew()
        where = self if without is None else self._freed(without)
        scale = np.abs(form).max() or 1.0
        cost = where._expressed(form / scale)
        found = where._searched(form / scale, cost, inside, without)
        return Finding(found, where, cost, scale)

    def _searched(self, form: Floats, cost: Floats, inside: Floats, without: int | None) -> Floats | None:
        """The point, if there is one; the objective is expressed in the last basis then."""
        at = self._bounds_for(cost)
        for _ in range(_PATIENCE * (len(self._basic) + 5)):
            if cost[:-1] @ at + cost[-1] > INFEASIBLE:
                break
            values = self._table[:, :-1] @ at + self._table[:, -1]
            found = self._shot(form, inside, self._point(values, at), without)
            if found is not None:
                return found
            if not self._exchange_worst(values, cost):
                break
            at = self._bounds_for(cost)
        return None

    def _freed(self, row: int) -> BoxDictionary:
        """The same where one row may be violated."""
        other = self.copy()
        other._lower = self._lower.copy()
        other._lower[self.dimension + row] = -(np.abs(self.rows[row, :-1]) @ self._size() + abs(self.rows[row, -1]) + 1)
        return other

    def _size(self) -> Floats:
        size = self.dimension
        return np.maximum(np.abs(self._lower[:size]), np.abs(self._upper[:size]))

    def _expressed(self, form: Floats) -> Floats:
        """A form of coordinates as one of the variables that are not basic."""
        size = self.dimension
        # Slacks have the coefficient 0.
        every = np.zeros(size + len(self.rows))
        every[:size] = form[:-1]
        result = np.empty(size + 1)
        result[:-1], result[-1] = every[self._others], form[-1]
        if len(self._basic):
            result += every[self._basic] @ self._table
        return result

    def _bounds_for(self, cost: Floats) -> Floats:
        """Each variable that is not basic at the bound that is better for the objective."""
        return np.where(cost[:-1] >= 0, self._lower[self._others], self._upper[self._others])

    def _point(self, values: Floats, at: Floats) -> Floats:
        size = self.dimension
        point = np.empty(size)
        free, own = self._others < size, self._basic < size
        point[self._others[free]] = at[free]
        point[self._basic[own]] = values[own]
        return point

    def _shot(self, form: Floats, inside: Floats, point: Floats, without: int | None) -> Floats | None:
        """The last point of the polytope on the way from a point inside to another one, if the form is negative there."""
        size = self.dimension
        step = point - inside
        rates = self.rows[:, :-1] @ step
        slacks = self.rows[:, :-1] @ inside + self.rows[:, -1]
        # Only what the whole way would violate is in the way: no quotient is above 1 then.
        falling = (rates < 0) & (slacks + rates < 0)
        if without is not None:
            falling[without] = False
        # Basic coordinates may be outside of the box.
        room = np.where(step > 0, self._upper[:size] - inside, inside - self._lower[:size])
        over = room < np.abs(step)
        shares = np.concatenate([slacks[falling] / -rates[falling], room[over] / np.abs(step[over])])
        reach = max(shares.min(initial=1.0), 0.0)
        end = form[:-1] @ inside + form[-1] + reach * (form[:-1] @ step)
        if end >= -INFEASIBLE:
            return None
        found: Floats = inside + reach * step
        return found

    def _exchange_worst(self, values: Floats, cost: Floats) -> bool:
        """Exchange the basic variable that violates its bound most, in place; False where none does, or nothing can be done."""
        low, high = self._lower[self._basic] - values, values - self._upper[self._basic]
        worst = np.maximum(low, high) / (self._upper - self._lower)[self._basic]
        if not len(worst):
            return False
        row = int(worst.argmax())
        if worst[row] <= INFEASIBLE:
            return False
        line = self._table[row, :-1]
        sign = 1.0 if low[row] > high[row] else -1.0
        rate = sign * line
        # Variables at their lower bound rise, those at their upper one fall: which of them bring the row towards its bound?
        span = np.abs(line) * (self._upper - self._lower)[self._others]
        able = np.flatnonzero(np.where(cost[:-1] >= 0, rate > 0, rate < 0) & (span > PIVOT * span.max()))
        if not len(able):
            return False
        ratio = np.abs(cost[able]) / np.abs(line[able])
        order = able[np.argsort(ratio, kind="stable")]
        reach = np.cumsum(span[order])
        place = min(int(np.searchsorted(reach, max(low[row], high[row]))), len(order) - 1)
        self._exchange(row, int(order[place]), cost)
        return True

    def _exchange(self, row: int, column: int, cost: Floats) -> None:
        """Exchange a basic variable and another one, in the objective as well."""
        table = self._table
        line = table[row] / -table[row, column]
        line[column] = 1.0 / table[row, column]
        factors = table[:, column].copy()
        factors[row] = 0.0
        table[:, column] = 0.0
        table += np.outer(factors, line)
        table[row] = line
        factor, cost[column] = cost[column], 0.0
        cost += factor * line
        self._basic[row], self._others[column] = self._others[column], self._basic[row]
        self._exchanges += 1

    def multipliers(self, cost: Floats) -> Floats:
        """What the rows contribute to an objective."""
        size = self.dimension
        found = np.zeros(len(self.rows))
        tight = self._others >= size
        found[self._others[tight] - size] = np.maximum(cost[:-1][tight], 0.0)
        return found * self._scales

    def basis(self, cost: Floats) -> Basis:
        """The basis, where an objective puts the coordinates that are not basic."""
        size, at = self.dimension, self._bounds_for(cost)
        tight = self._others >= size
        upper = np.zeros(size, dtype=np.bool_)
        free = ~tight
        upper[self._others[free]] = at[free] == self._upper[self._others[free]]
        return Basis(self._others[tight] - size, self._basic[self._basic < size], upper)

    def _renew(self) -> None:
        """Compute the dictionary of this basis from the rows."""
        size = self.dimension
        basic, others = self._basic, self._others
        solved, tight = basic[basic < size], others[others >= size] - size
        result = np.zeros((len(basic), size + 1))
        free = others < size
        if len(solved):
            # tight = A solved + B free + c, so solved = A^-1 (tight - B free - c).
            square = self.rows[np.ix_(tight, solved)]
            right = np.zeros((len(tight), size + 1))
            right[np.arange(len(tight)), np.flatnonzero(~free)] = 1.0
            right[:, np.flatnonzero(free)] -= self.rows[np.ix_(tight, others[free])]
            right[:, -1] -= self.rows[tight, -1]
            try:
                result[basic < size] = np.linalg.solve(square, right)
            except np.linalg.LinAlgError:
                self._restart()
                return
        self._table = result
        for place in np.flatnonzero(basic >= size).tolist():
            self._table[place] = self._expressed(self.rows[basic[place] - size])
        self._exchanges = 0

    def _restart(self) -> None:
        """Begin again with the basis of slacks."""
        size = self.dimension
        self._basic, self._others = np.arange(size, size + len(self.rows)), np.arange(size)
        self._table = self.rows.copy()
        self._exchanges = 0
