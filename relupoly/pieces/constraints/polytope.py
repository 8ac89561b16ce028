"""`Polytope`: a cell as half-spaces in a box, with a witness, and `Question`: where a form is negative in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import Floats, FloatVectors
from relupoly.exact.vectors import UNKNOWN, Signs
from relupoly.geometry.box_basis import Basis
from relupoly.geometry.box_simplex import BoxDictionary
from relupoly.pieces.constraints.exact_program import ExactProgram
from relupoly.pieces.constraints.proofs import is_positive, value
from relupoly.pieces.constraints.witness import Witness
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.run import UNLIMITED, Run

# How far a new witness is from the point where a form was found to be negative, on the way to the old one, in shares of the
# part of the way on which it is negative. In the middle both the form and the other constraints keep as much as they can.
_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Polytope:
    """A closed cell: a box, and half-spaces of hyperplanes, none of which holds the whole box.

    Attributes
    ----------
    bounds : Bounds
    labels : ndarray of int, shape (m,)
        Of the hyperplanes.
    sides : ndarray of int8, shape (m,)
    rows : FloatVectors, shape (m, D)
        The forms of the hyperplanes, times their sides.
    witness : Witness
        Strictly inside.
    whole : Polytope or None
        What the last of the hyperplanes has cut in two; None where that is not known.
    touched : bool
        Whether a hyperplane that does not cut the cell may touch it: that one does not was decided in integers.
    """

    bounds: Bounds
    labels: NDArray[np.intp]
    sides: NDArray[np.int8]
    rows: FloatVectors
    witness: Witness
    whole: Polytope | None = None
    touched: bool = False

    @classmethod
    def of_box(cls, bounds: Bounds) -> Polytope:
        """The whole box."""
        inner_low, inner_high = bounds.inner
        witness = Witness.of_doubles(bounds.center)
        if not ((inner_low < witness.point) & (witness.point < inner_high)).all():
            witness = Witness.of_rationals([(one + other) / 2 for one, other in zip(bounds.lower, bounds.upper, strict=True)])
        empty = np.zeros((0, len(bounds.lower) + 1))
        none = np.zeros(0, dtype=np.intp)
        return cls(bounds, none, none.astype(np.int8), FloatVectors(empty, empty), witness)

    @cached_property
    def dictionary(self) -> BoxDictionary:
        """The same for linear programs, which change its basis: a beginning is the last one of the whole."""
        if self.whole is None:
            dictionary, more = BoxDictionary(*self.bounds.outer), self.rows.value
        else:
            dictionary, more = self.whole.dictionary.copy(), self.rows.value[-1:]
        for row in more:
            dictionary.add(row)
        return dictionary

    def half(self, label: int, side: int, form: FloatVectors, witness: Witness) -> Polytope:
        """The half on one side of a hyperplane, in which the witness is.

        Parameters
        ----------
        form : FloatVectors, shape (1, D)
            Of the hyperplane, times the side.
        """
        return Polytope(
            self.bounds,
            np.concatenate([self.labels, [label]]),
            np.concatenate([self.sides, np.array([side], dtype=np.int8)]),
            self.rows.join(form),
            witness,
            self,
            self.touched,
        )


class Question:
    """Where forms are negative, in the interior of a cell.

    Parameters
    ----------
    cell : Polytope
    layer_map : LayerMap
        Whose forms, and those of the layers before, are meant by labels.
    run : Run, optional
        Asked at every step that may take long.

    Attributes
    ----------
    decided : int
        How many answers had to be found in integers.
    """

    def __init__(self, cell: Polytope, layer_map: LayerMap, run: Run = UNLIMITED) -> None:
        self.cell = cell
        self.run = run
        self.decided = 0
        self._layer_map = layer_map

    def signs(self, forms: FloatVectors, labels: Sequence[int], sides: Sequence[int], witness: Witness) -> Signs:
        """The signs of forms, those of hyperplanes times sides, at a point; shape (k,)."""
        signs: Signs = forms.products(witness.vector).signs()[:, 0]
        for place in np.flatnonzero(signs == UNKNOWN).tolist():
            self.decided += 1
            form = self.exact(labels[place], sides[place])
            entry = sum((one * other for one, other in zip(form, witness.ray, strict=True)), fmpz(0))
            signs[place] = (entry > 0) - (entry < 0)
        return signs

    def exact(self, label: int, side: int) -> list[fmpz]:
        """The exact form of a hyperplane, times a side, in the coordinates of the bounds."""
        form = exact_form(self._layer_map, label)
        return form if side > 0 else [-entry for entry in form]

    def beyond(self, label: int, side: int, form: FloatVectors, without: int | None = None) -> Witness | None:
        """A point of the interior where a form is negative that is positive at the cell's witness; None if there is none.

        Parameters
        ----------
        label, side : int
            The form's.
        form : FloatVectors, shape (1, D)
        without : int, optional
            The place of a half-space that does not count.
        """
        self.run.tick()
        cell = self.cell
        finding = cell.dictionary.least(form.value[0], cell.witness.point, without)
        if finding.point is not None:
            found = self._between(label, side, form, finding.point, without)
            if found is not None:
                return found
        else:
            multipliers = finding.multipliers
            if without is not None:
                multipliers[without] = 0.0
            if is_positive(form, cell.rows, multipliers, cell.bounds):
                return None
        return self.exactly(label, side, finding.basis, without)

    def around(self, label: int) -> dict[int, Witness] | None:
        """Points of the interior on both sides of a form that is 0 at the cell's witness; None if it vanishes everywhere."""
        exact = self.exact(label, 1)
        if not any(exact):
            return None
        inside = self.cell.witness.coordinates
        # Towards the exact gradient the form rises; half as far as one can go, the interior goes on.
        gradient = [fmpq(entry) for entry in exact[:-1]]
        found = {}
        for side in (1, -1):
            reach = self.reach(inside, [side * entry for entry in gradient])
            point = [one + reach / 2 * side * other for one, other in zip(inside, gradient, strict=True)]
            found[side] = self._simplified(label, -side, [-side * entry for entry in exact], point, None)
        return found

    def reach(self, inside: Sequence[fmpq], step: Sequence[fmpq]) -> fmpq:
        """How many steps lead from a point of the interior to the boundary; 0 where there are no coordinates."""
        cell = self.cell
        reaches = [
            ((upper if entry > 0 else lower) - one) / entry
            for one, entry, lower, upper in zip(inside, step, cell.bounds.lower, cell.bounds.upper, strict=True)
            if entry
        ]
        for label, side in zip(cell.labels.tolist(), cell.sides.tolist(), strict=True):
            form = self.exact(label, side)
            rate = sum((one * other for one, other in zip(form, step, strict=False)), fmpq(0))
            if rate < 0:
                reaches.append(value(form, inside) / -rate)
        return min(reaches, default=fmpq(0))

    def is_inside(self, witness: Witness, without: int | None = None) -> bool:
        """Whether a point is in the cell's interior."""
        low, high = self.cell.bounds.inner
        if witness.rational is None:
            if not ((low < witness.point) & (witness.point < high)).all():
                return False
        elif not self.cell.bounds.holds_strictly(witness.rational):
            return False
        signs = self.signs(self.cell.rows, self.cell.labels.tolist(), self.cell.sides.tolist(), witness)
        if without is not None:
            signs[without] = 1
        return bool((signs > 0).all())

    def _between(self, label: int, side: int, form: FloatVectors, point: Floats, without: int | None) -> Witness | None:
        """A witness between the cell's and a point where the form is negative, by doubles."""
        inside = self.cell.witness.point
        below = -(form.value[0, :-1] @ point + form.value[0, -1])
        above = form.value[0, :-1] @ inside + form.value[0, -1]
        if not below > 0 or not above > 0:
            return None
        share = _SHARE * below / (below + above)
        found = Witness.of_doubles(point + share * (inside - point))
        if self.signs(form, [label], [side], found)[0] < 0 and self.is_inside(found, without):
            return found
        return None

    def exactly(self, label: int, side: int, basis: Basis, without: int | None = None) -> Witness | None:
        """The same in integers, from a basis on."""
        self.decided += 1
        cell = self.cell
        form = self.exact(label, side)
        rows = [self.exact(int(one), int(other)) for one, other in zip(cell.labels, cell.sides, strict=True)]
        if without is not None:
            rows[without] = [fmpz(0)] * (len(form) - 1) + [fmpz(1)]
        point = ExactProgram(form, rows, cell.bounds, self.run).negative_point(basis)
        if point is None:
            return None
        inside = cell.witness.coordinates
        below, above = -value(form, point), value(form, inside)
        share = below / (2 * (below + above))
        found = [one + share * (other - one) for one, other in zip(point, inside, strict=True)]
        return self._simplified(label, side, form, found, without)

    def _simplified(self, label: int, side: int, form: Sequence[fmpz], point: Sequence[fmpq], without: int | None) -> Witness:
        """A point of the interior where a form is negative, by doubles if the nearest ones are such a point, too."""
        near = Witness.of_doubles(np.array([int(entry.p) / int(entry.q) for entry in point], dtype=np.float64))
        floats = FloatVectors.from_directions(fmpz_mat(1, len(form), list(form)))
        if self.signs(floats, [label], [side], near)[0] < 0 and self.is_inside(near, without):
            return near
        return Witness.of_rationals(point)


def exact_form(layer_map: LayerMap, label: int) -> list[fmpz]:
    """The exact form of a hyperplane, in the coordinates of the bounds."""
    form, net = layer_map.form(label), layer_map.net
    return form if net.chart is None else net.charted(fmpz_mat(1, len(form), form)).entries()
