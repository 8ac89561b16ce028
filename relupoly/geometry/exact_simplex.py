"""Linear programs in exact arithmetic, by the criss-cross method with least indices.

Constraints are forms that may not be negative, in free variables. First each variable is exchanged for a form; what is left
is a dictionary whose variables are all at least 0. The criss-cross method needs no feasible start and no second phase: it
takes the first variable that is wrong, be that negative or worth increasing, and exchanges it with the first partner that
mends it. With least indices it ends for every program, degenerate or not (Terlaky 1985; Fukuda, Terlaky 1997).

The dictionary is held in integers over one common denominator (Edmonds): an exchange is exact, without a single gcd, and
entries are minors of the program's matrix, so they never grow beyond Hadamard's bound. Nothing is rounded anywhere, so there
is no size of numbers with which this is wrong; a library in doubles tries to be fast first, and on numbers of very different
size cddlib's goes astray there: it prints messages, and reads beyond its arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import cast

from flint import fmpz

from relupoly.geometry.basis_guess import guess_basis
from relupoly.run import UNLIMITED, Run

OPTIMAL = "optimal"
INFEASIBLE = "infeasible"
DUAL_INFEASIBLE = "dual infeasible"

_WORTH_A_GUESS = 30  # rows times columns from which calling numpy costs less than the exchanges that it saves, as measured
_LONG = 64  # bits of an entry: one that fills a machine word makes products, minors, that are far longer; then flint is faster


class Dictionary:
    """Basic variables as forms in the others, and the objective as a form, too.

    Parameters
    ----------
    forms : sequence of sequences of Fraction
        Each is a constant and a coefficient for each variable; their values may not be negative. They get the indices 0, 1, ...
    objective : sequence of Fraction
        A coefficient for each variable; to be maximised.
    """

    def __init__(self, forms: Sequence[Sequence[Fraction]], objective: Sequence[Fraction]) -> None:
        count = len(forms)
        self._free = range(count, count + len(objective))
        made = [_integers(form) for form in forms]
        self._rows = [row for row, _, _ in made]
        self._scales = [Fraction(common, divisor) for _, common, divisor in made]
        cost, common, divisor = _integers([Fraction(0), *objective])
        self._cost_scale = Fraction(common, divisor)
        self._rows.append(cost)
        self._denominator = 1
        self._run = UNLIMITED
        self._basic = list(range(count))
        self._others = list(self._free)

    def solve(self, run: Run = UNLIMITED) -> str:
        """Exchange until all is right, or nothing can be: whether the program is optimal, infeasible, or its dual is.

        Parameters
        ----------
        run : Run
            Asked at each row of each exchange, since numbers may be long; a dictionary that is stopped is of no more use.
        """
        self._run = run
        self._exchange_free_variables()
        while (wrong := self._first_wrong()) is not None:
            if wrong in self._basic:
                row: int | None = self._basic.index(wrong)
                column = self._partner(self._others, [entry > 0 for entry in self._rows[self._basic.index(wrong)][1:]])
            else:
                column = self._others.index(wrong)
                row = self._partner(self._basic, [line[self._others.index(wrong) + 1] < 0 for line in self._rows[:-1]])
            if column is None:
                return INFEASIBLE
            if row is None:
                return DUAL_INFEASIBLE
            self._exchange(row, column)
        return OPTIMAL

    @property
    def value(self) -> Fraction:
        """The value of the objective where all variables that are not basic are 0."""
        return _fraction(self._rows[-1][0], self._denominator) / self._cost_scale

    def point(self) -> tuple[Fraction, ...]:
        """The free variables there."""
        place = {index: row for row, index in enumerate(self._basic)}
        return tuple(
            _fraction(self._rows[place[index]][0], self._denominator) if index in place else Fraction(0) for index in self._free
        )

    def multipliers(self) -> list[Fraction]:
        """What the forms are multiplied by, at the optimum: the value less the objective is the sum of these products."""
        found = [Fraction(0)] * self._free.start
        for index, entry in zip(self._others, self._rows[-1][1:], strict=True):
            if index < self._free.start:
                found[index] = -_fraction(entry, self._denominator) * self._scales[index] / self._cost_scale
        return found

    def _exchange_free_variables(self) -> None:
        """Make each free variable basic, if some form that is still basic depends on it: else it stays at 0.

        The forms that are guessed to be 0 at the end go first.
        """
        count = self._free.start
        large = count * len(self._free) > _WORTH_A_GUESS
        guessed = set(guess_basis(self._rows[:-1], self._rows[-1])) if large else set()
        if max((abs(entry).bit_length() for row in self._rows for entry in row), default=0) >= _LONG:
            # They do all that is asked of Python's here: products, differences, exact quotients and signs.
            self._rows = [[cast("int", fmpz(entry)) for entry in row] for row in self._rows]
            self._denominator = cast("int", fmpz(1))
        order = sorted(range(count), key=lambda row: row not in guessed)
        for column in range(len(self._others)):
            row = next((row for row in order if self._basic[row] < count and self._rows[row][column + 1]), None)
            if row is not None:
                self._exchange(row, column)

    def _first_wrong(self) -> int | None:
        """The least index of a variable that is basic and negative, or not basic and worth changing."""
        count, cost = self._free.start, self._rows[-1]
        negative = [one for one, row in zip(self._basic, self._rows, strict=False) if one < count and row[0] < 0]
        # A free variable that is left can be changed in both directions.
        better = [one for one, entry in zip(self._others, cost[1:], strict=True) if entry > 0 or (entry and one >= count)]
        return min(negative + better, default=None)

    def _partner(self, indices: Sequence[int], able: Sequence[bool]) -> int | None:
        """The place of the least index of a form that is able to take part."""
        found = [(one, place) for place, one in enumerate(indices) if able[place] and one < self._free.start]
        return min(found)[1] if found else None

    def _exchange(self, row: int, column: int) -> None:
        """Exchange a basic variable with another one."""
        pivot_row, place = self._rows[row], column + 1
        pivot, before = pivot_row[place], self._denominator
        if pivot < 0:
            pivot_row, pivot = [-entry for entry in pivot_row], -pivot
            sign = -1
        else:
            sign = 1
        for number, line in enumerate(self._rows):
            self._run.tick()
            if number == row:
                continue
            factor = line[place]
            if factor:
                line[:] = [(entry * pivot - factor * other) // before for entry, other in zip(line, pivot_row, strict=True)]
                line[place] = sign * factor
            elif pivot != before:
                line[:] = [entry * pivot // before for entry in line]
        # pivot_row = sign (constant + ... + pivot_of_row other): solved for the other one.
        solved = [-entry for entry in pivot_row]
        solved[place] = sign * before
        self._rows[row] = solved
        self._denominator = pivot
        self._basic[row], self._others[column] = self._others[column], self._basic[row]


def _fraction(numerator: int, denominator: int) -> Fraction:
    """A quotient of integers of either kind."""
    return Fraction(int(numerator), int(denominator))


def _integers(form: Sequence[Fraction]) -> tuple[list[int], int, int]:
    """The primitive integer vector on the ray of a form, and by what it was multiplied and divided."""
    common = lcm(*(entry.denominator for entry in form))
    whole = [entry.numerator * (common // entry.denominator) for entry in form]
    divisor = gcd(*whole) or 1
    return [entry // divisor for entry in whole], common, divisor
