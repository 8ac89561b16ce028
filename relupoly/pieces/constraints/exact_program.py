"""`ExactProgram`: where a form is negative on a polytope, by the dual simplex method in rationals.

It is asked where doubles have left something open: where a hyperplane touches, or passes by next to nothing. So it begins at
the basis that doubles have found, which mostly is the last one, or one of the last. As in `relupoly.geometry.box_simplex` all
variables are bounded, slacks by what they are at most on the box; so every basis is feasible for the dual. Only the basis is
kept: there are few rows and many coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz

from relupoly.geometry.box_basis import Basis
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import UNLIMITED, Run

# After so many exchanges for each row, variables are chosen by their numbers (Bland's rule), so that no basis comes twice.
_PATIENCE = 4


@dataclass(frozen=True)
class ExactProgram:
    """A homogeneous form on a box where rows are not negative, which is not empty.

    Attributes
    ----------
    form : sequence of fmpz, length d + 1
    rows : sequence of sequences of fmpz
    bounds : Bounds
    run : Run
        Asked at every exchange.
    """

    form: Sequence[fmpz]
    rows: Sequence[Sequence[fmpz]]
    bounds: Bounds
    run: Run = UNLIMITED

    def negative_point(self, basis: Basis) -> list[fmpq] | None:
        """A point of the polytope where the form is negative; None if there is none.

        Parameters
        ----------
        basis : Basis
            Where the search begins, whatever it is.
        """
        for start in (_State.of(basis, self), _NOTHING_TIGHT):
            try:
                return self._search(start, lambda value: value >= 0)
            except ZeroDivisionError:  # the rows of the basis depend on each other, which doubles have not seen
                continue
        raise AssertionError("the basis of slacks can be solved")

    def least_point(self) -> list[fmpq] | None:
        """A point of the polytope where the form is least; None if it is positive everywhere."""
        return self._search(_NOTHING_TIGHT, lambda value: value > 0)

    def _search(self, state: _State, is_enough: Callable[[fmpq], bool]) -> list[fmpq] | None:
        patience = _PATIENCE * (len(self.rows) + 4)
        while True:
            self.run.tick()
            patience -= 1
            vertex = _Vertex(self, state)
            if is_enough(vertex.value):
                return None
            violated = vertex.violated()
            if not violated:
                return vertex.point
            by_number = patience < 0
            leaving = min(violated, key=lambda one: one.number) if by_number else max(violated, key=lambda one: one.size)
            state = vertex.exchanged(leaving, by_number)

    @cached_property
    def matrix(self) -> fmpq_mat:
        """The rows."""
        return fmpq_mat(len(self.rows), len(self.form), [fmpq(entry) for row in self.rows for entry in row])

    @cached_property
    def most(self) -> list[fmpq]:
        """What each row is on the box at most."""
        return [-self.bounds.least_exactly([fmpq(-entry) for entry in row]) for row in self.rows]

    def ends(self, number: int) -> tuple[fmpq, fmpq]:
        """The bounds of a variable: coordinates come first, then the slacks of rows."""
        size = len(self.form) - 1
        if number < size:
            return self.bounds.lower[number], self.bounds.upper[number]
        return fmpq(0), self.most[number - size]


@dataclass(frozen=True)
class _State:
    """A basis, and which of the variables that are not basic are at their upper bound."""

    tight: list[int]
    solved: list[int]
    upper: set[int]

    @classmethod
    def of(cls, basis: Basis, program: ExactProgram) -> _State:
        kept = [row for row in basis.rows.tolist() if any(program.rows[row][:-1])]
        if len(kept) < len(basis.rows):
            return _NOTHING_TIGHT
        return cls(kept, basis.solved.tolist(), {place for place, flag in enumerate(basis.upper.tolist()) if flag})


_NOTHING_TIGHT = _State([], [], set())


@dataclass(frozen=True)
class _Violation:
    """A basic variable beyond a bound: by how much, and whether it is below."""

    number: int
    size: fmpq
    below: bool


class _Vertex:
    """The point of a basis, in general outside of the polytope, at which the form is a lower bound."""

    def __init__(self, program: ExactProgram, state: _State) -> None:
        self._program, self._state = program, state
        self._dimension = len(program.form) - 1
        tight, solved = state.tight, state.solved
        rows, count = program.rows, len(tight)
        self._table = fmpq_mat(count, self._dimension + 1, [fmpq(entry) for row in tight for entry in rows[row]])
        square = fmpq_mat(count, count, [fmpq(rows[row][column]) for row in tight for column in solved])
        self._inverse = square.inv() if count else square
        basic = set(solved)
        self._free = [place for place in range(self._dimension) if place not in basic]
        self._cost = self._expressed(program.form)
        self._upper = {number for number, rate in self._cost.items() if rate < 0 or (rate == 0 and number in state.upper)}
        self.point = self._solved()
        self.value = sum((one * x for one, x in zip(program.form, [*self.point, fmpq(1)], strict=True)), fmpq(0))

    def _expressed(self, form: Sequence[fmpz]) -> dict[int, fmpq]:
        """The coefficients of a form in the variables that are not basic."""
        tight, solved = self._state.tight, self._state.solved
        factors = fmpq_mat(1, len(solved), [fmpq(form[column]) for column in solved]) * self._inverse
        rest = (fmpq_mat(1, self._dimension + 1, list(form)) - factors * self._table).entries()
        found = {place: rest[place] for place in self._free}
        found.update((self._dimension + row, factor) for row, factor in zip(tight, factors.entries(), strict=True))
        return found

    def _at(self, number: int) -> fmpq:
        return self._program.ends(number)[number in self._upper]

    def _solved(self) -> list[fmpq]:
        """The coordinates of the point."""
        tight, solved = self._state.tight, self._state.solved
        point = [fmpq(0)] * self._dimension
        for place in self._free:
            point[place] = self._at(place)
        if tight:
            slacks = fmpq_mat(len(tight), 1, [self._at(self._dimension + row) for row in tight])
            right = slacks - self._table * fmpq_mat(self._dimension + 1, 1, [*point, fmpq(1)])
            for place, entry in zip(solved, (self._inverse * right).entries(), strict=True):
                point[place] = entry
        return point

    def violated(self) -> list[_Violation]:
        """The basic variables that are beyond a bound."""
        return [
            _Violation(number, max(low - at, at - high), at < low)
            for number, at in self._basic()
            for low, high in [self._program.ends(number)]
            if at < low or (at > high and number < self._dimension)
        ]

    def _basic(self) -> Iterator[tuple[int, fmpq]]:
        """The basic variables and their values."""
        for place in self._state.solved:
            yield place, self.point[place]
        values = self._program.matrix * fmpq_mat(self._dimension + 1, 1, [*self.point, fmpq(1)])
        tight = set(self._state.tight)
        for row, entry in enumerate(values.entries()):
            if row not in tight:
                yield self._dimension + row, entry

    def exchanged(self, leaving: _Violation, by_number: bool) -> _State:
        """The basis without a variable that is beyond a bound, which it then attains."""
        size = self._dimension
        if leaving.number < size:
            form = [fmpz(place == leaving.number) for place in range(size + 1)]
        else:
            form = list(self._program.rows[leaving.number - size])
        rates = self._expressed(form)
        able = sorted(
            (abs(self._cost[number] / rate), number)
            for number, rate in rates.items()
            if rate and (rate > 0) == (leaving.below != (number in self._upper))
        )
        upper, left = set(self._upper), leaving.size
        for _, entering in able:
            low, high = self._program.ends(entering)
            left -= abs(rates[entering]) * (high - low)
            if by_number or left <= 0:
                break
            upper ^= {entering}  # passed: it goes over to its other bound, and the form is a lower bound nevertheless
        upper -= {entering}
        if not leaving.below:
            upper |= {leaving.number}
        return self._without(leaving.number, entering, upper)

    def _without(self, leaving: int, entering: int, upper: set[int]) -> _State:
        """The basis where one variable is basic in place of another one."""
        size = self._dimension
        tight, solved = list(self._state.tight), list(self._state.solved)
        if leaving < size:
            solved.remove(leaving)
        else:
            tight.append(leaving - size)
        if entering < size:
            solved.append(entering)
        else:
            tight.remove(entering - size)
        return _State(tight, solved, upper)
