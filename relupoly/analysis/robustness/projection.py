"""The point of a polyhedron that is nearest in the 2-norm, in rationals: a dual active-set method.

The step from the point is a combination of the normals of the constraints that hold with equality, with multipliers that are
not negative. Constraint after constraint that is violated is added; a multiplier that would become negative leaves (Goldfarb,
Idnani, Mathematical Programming 27, 1983). In rationals signs are decided, and each full step makes the distance larger, so
that no active set comes back: the method ends. The distance grows from step to step, so that it stops early where it exceeds
one that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpq, fmpq_mat

from relupoly.analysis.largest import combined
from relupoly.run import UNLIMITED, Run

Form = Sequence[fmpq]


def project(
    forms: Sequence[Form], gram: fmpq_mat | None = None, most: fmpq | None = None, run: Run = UNLIMITED
) -> list[fmpq] | None:
    """The shortest step d with constant + <slopes, d> >= 0 for all forms.

    Parameters
    ----------
    forms : sequence of forms
        Each is a constant and then the slopes.
    gram : fmpq_mat, optional
        The inverse G of the matrix of the scalar product, where lengths are not those of d.
    most : fmpq, optional
        Of the square of the length; longer steps are of no interest.
    run : Run, optional

    Returns
    -------
    list of fmpq or None
        None where there is no step, or only longer ones.

    Examples
    --------
    >>> project([[fmpq(-1), fmpq(1), fmpq(1)], [fmpq(0), fmpq(1), fmpq(-2)]])
    [2/3, 1/3]
    >>> project([[fmpq(-1), fmpq(1)], [fmpq(-1), fmpq(-1)]]) is None
    True
    """
    if not forms:
        return []
    search = _ActiveSet([list(form[1:]) for form in forms], [form[0] for form in forms], gram)
    while (violated := search.most_violated()) is not None:
        run.tick()
        if not search.add(violated, run) or (most is not None and search.square > most):
            return None
    return search.step


@dataclass
class _ActiveSet:
    """The constraints that hold with equality, their multipliers, and the step that they make.

    Attributes
    ----------
    normals : list of list of fmpq
    constants : list of fmpq
    gram : fmpq_mat or None
    active : list of int
    multipliers : list of fmpq
    step : list of fmpq
    """

    normals: list[list[fmpq]]
    constants: list[fmpq]
    gram: fmpq_mat | None
    active: list[int] = field(default_factory=list)
    multipliers: list[fmpq] = field(default_factory=list)
    step: list[fmpq] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.step = [fmpq(0)] * len(self.normals[0])
        # The normals as steps: in the scalar product they are the directions in which forms rise most.
        self._raised = self.normals
        if self.gram is not None:
            columns = fmpq_mat(len(self.normals), len(self.step), [entry for row in self.normals for entry in row]).transpose()
            self._raised = (self.gram * columns).transpose().tolist()

    @property
    def square(self) -> fmpq:
        """The square of the length of the step: all active forms are 0."""
        return -sum((one * self.constants[of] for one, of in zip(self.multipliers, self.active, strict=True)), fmpq(0))

    def most_violated(self) -> int | None:
        """The form that is most negative; None where none is."""
        values = [combined(row, self.step) + start for row, start in zip(self.normals, self.constants, strict=True)]
        place = min(range(len(values)), key=values.__getitem__)
        return place if values[place] < 0 else None

    def add(self, place: int, run: Run) -> bool:
        """Make a violated form active; whether that is possible."""
        own = fmpq(0)
        while True:
            run.tick()
            shares, direction = self._direction(place)
            rise = combined(self.normals[place], direction)
            value = combined(self.normals[place], self.step) + self.constants[place]
            bound, leaves = self._first_to_leave(shares)
            full = -value / rise if rise else None
            if full is None and bound is None:
                return False
            length = full if bound is None or (full is not None and full <= bound) else bound
            assert length is not None
            self.multipliers = [one - length * share for one, share in zip(self.multipliers, shares, strict=True)]
            own += length
            self.step = [entry + length * rate for entry, rate in zip(self.step, direction, strict=True)]
            if length == full:
                self.active.append(place)
                self.multipliers.append(own)
                return True
            assert leaves is not None
            del self.active[leaves], self.multipliers[leaves]

    def _direction(self, place: int) -> tuple[list[fmpq], list[fmpq]]:
        """How a normal is made of the active ones, nearly, and what is left of it: it leaves the active forms as they are."""
        if not self.active:
            return [], list(self._raised[place])
        size = len(self.active)
        products = fmpq_mat(size, size, [combined(self.normals[a], self._raised[b]) for a in self.active for b in self.active])
        own = fmpq_mat(size, 1, [combined(self.normals[a], self._raised[place]) for a in self.active])
        shares = products.solve(own).entries()
        rest = list(self._raised[place])
        for share, of in zip(shares, self.active, strict=True):
            if share:
                rest = [entry - share * other for entry, other in zip(rest, self._raised[of], strict=True)]
        return shares, rest

    def _first_to_leave(self, shares: Sequence[fmpq]) -> tuple[fmpq | None, int | None]:
        """After which length a multiplier becomes 0, and which."""
        found = [
            (one / share, place) for place, (one, share) in enumerate(zip(self.multipliers, shares, strict=True)) if share > 0
        ]
        return min(found) if found else (None, None)
