"""`ConstrainedCell`: a cell that is held by constraints, and which hyperplanes support its facets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors
from relupoly.pieces.constraints.polytope import Polytope, Question
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.node import Stage
from relupoly.run import UNLIMITED, Run

_SEED = 784  # of the point where forms are compared: any number


@dataclass(frozen=True, eq=False)
class ConstrainedStage(Stage):
    """A layer on a cell of the earlier ones, with what tells forms that are multiples of each other."""

    previous: ConstrainedStage | None = None

    @property
    def stages(self) -> tuple[ConstrainedStage, ...]:
        """As `Stage.stages`."""
        return (self,) if self.previous is None else (*self.previous.stages, self)

    @cached_property
    def quotients(self) -> tuple[Floats, Floats]:
        """Bounds of the quotient of each hyperplane's values at two points; multiples of a form have the same one."""
        layer_map = self.layer_map
        return _ratios(forms_of(self, layer_map.net.hyperplanes[layer_map.layer].first))


@dataclass(frozen=True)
class ConstrainedCell(ActivationCell):
    """A cell that is held by constraints.

    Attributes
    ----------
    polytope : Polytope
    stages : tuple of ConstrainedStage
        The layers on the cell.
    run : Run
    """

    polytope: Polytope
    stages: tuple[ConstrainedStage, ...]
    run: Run = UNLIMITED

    def crossings(self, wanted: NDArray[np.bool_] | None = None) -> Sequence[NDArray[np.intp]]:
        """As `ActivationCell.crossings`.

        Notes
        -----
        A facet lies on a hyperplane that has cut on the way to the cell. Another one supports it, too, if and only if its form
        is a multiple on the cell; it did not cut, then.
        """
        labels = self.polytope.labels
        first = self.net.first_label[0]
        alike = self._alike
        question = Question(self.polytope, self.stages[-1].layer_map, self.run)
        found = []
        for place, label in enumerate(labels.tolist()):
            if label < first:
                continue  # a side of the domain
            group = alike.get(label, [label])
            if wanted is not None and len(group) == 1 and not wanted[label - first]:
                continue
            row = self.polytope.rows.take(np.array([place]))
            if question.beyond(label, int(self.polytope.sides[place]), row, without=place) is not None:
                found.append(np.array(group, dtype=np.intp))
        return found

    @cached_property
    def _alike(self) -> dict[int, list[int]]:
        """For the hyperplanes that have cut, all with which they coincide on the cell, where there are any."""
        planes = np.flatnonzero(self.all_signs)  # the forms of others vanish
        low, high = (np.concatenate(ends)[planes] for ends in zip(*(stage.quotients for stage in self.stages), strict=True))
        order = np.argsort(low, kind="stable")
        # Intervals that overlap with one that begins before them: only their forms can be multiples of each other.
        begins = low[order][1:] > np.maximum.accumulate(high[order])[:-1]
        if begins.all():
            return {}
        labels = planes + self.net.first_label[0]
        groups = np.split(order, np.flatnonzero(begins) + 1)
        own = set(self.polytope.labels.tolist())
        found = {}
        for group in groups:
            members = sorted(labels[group].tolist())
            for label in members if len(members) > 1 else ():
                if label in own:
                    same = [other for other in members if other == label or self._coincide(label, other)]
                    if len(same) > 1:
                        found[label] = same
        return found

    def _coincide(self, label: int, other: int) -> bool:
        """Whether the forms of two hyperplanes are multiples of each other."""
        layer_map = self.stages[-1].layer_map
        return _proportional(layer_map.form(label), layer_map.form(other))


def forms_of(stage: Stage, neurons: NDArray[np.intp]) -> FloatVectors:
    """The forms of some neurons, which are in floats where cells are held by constraints."""
    found = stage.forms.take(neurons)
    assert isinstance(found, FloatVectors)
    return found


def _ratios(forms: FloatVectors) -> tuple[Floats, Floats]:
    """Bounds of the quotient of each form's values at two points."""
    points = np.random.default_rng(_SEED).uniform(0.5, 1.5, (2, forms.width))
    values = forms.value @ points.T
    error = 1.5 * forms.error.sum(axis=1)[:, None] + 4 * (forms.width + 4) * UNIT_ROUNDOFF * (np.abs(forms.value) @ points.T)
    low, high = values - 2 * error, values + 2 * error
    known = (low[:, 1] > 0) | (high[:, 1] < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([low[:, 0] / low[:, 1], low[:, 0] / high[:, 1], high[:, 0] / low[:, 1], high[:, 0] / high[:, 1]])
        spread = 4 * UNIT_ROUNDOFF * np.abs(ends).max(axis=0)
        least, most = ends.min(axis=0) - spread, ends.max(axis=0) + spread
    return np.where(known, least, -np.inf), np.where(known, most, np.inf)


def _proportional(one: Sequence[fmpz], other: Sequence[fmpz]) -> bool:
    lead = next(place for place, entry in enumerate(one) if entry)
    return all(other[lead] * a == one[lead] * b for a, b in zip(one, other, strict=True))
