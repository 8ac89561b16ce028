"""`LastLayer`: whether the outputs of a net vanish on a cell of all its hidden layers but the last."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.analysis.equality.last_forms import LastForms, working_vectors
from relupoly.exact.blocks import beside, densely
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.matrices import coprime
from relupoly.exact.vectors import UNKNOWN, Signs
from relupoly.geometry.cone import Cone
from relupoly.networks.network import Layer
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.walk.certify import dot, exact_cone, exact_ray
from relupoly.run import Run

_ZERO = fmpz(0)
_SEED = 20161104
# A random combination lies in the kernel of a given form with at most this chance; then another is drawn.
_MOST_WEIGHT = 1000
# Nudges by 2^-k off a hyperplane: one of the first does it unless the form vanishes there; then new combinations are drawn.
_HALVINGS = 64


Draw = Callable[[], list[fmpq]]


@dataclass(frozen=True)
class Difference:
    """Why some output is not 0 on a cell.

    Attributes
    ----------
    forms : list of list of fmpz
        Where a slope jumps, the preactivations and the constant; else the outputs, which have no kink.
    plane : tuple of fmpz, or None
        The form of the hyperplane across which a slope jumps.
    neuron : int or None
        The first one that vanishes on it.
    """

    forms: list[list[fmpz]]
    plane: tuple[fmpz, ...] | None = None
    neuron: int | None = None


class LastLayer:
    """The outputs as affine functions of the last hidden layer.

    Parameters
    ----------
    layer : Layer
        The output layer.
    linear : collection of int
        The linear neurons of the last hidden layer: they have no hyperplane, and put out their preactivations on all cells.
    """

    def __init__(self, layer: Layer, linear: Collection[int] = ()) -> None:
        matrix, _ = densely(beside(layer.weight, layer.bias)).numer_denom()
        self._linear = frozenset(linear)
        self.weights = [[fmpz(entry) for entry in row] for row in matrix.tolist()]
        self._forms = LastForms()
        self._random = random.Random(_SEED)

    def nonzero_ray(self, cone: Cone, layer_map: LayerMap, run: Run) -> list[fmpq] | None:
        """A vector inside a cone where some output is not 0; None if they all vanish on the cone.

        Parameters
        ----------
        cone : Cone
        layer_map : LayerMap
            The preactivations of the last hidden layer on the cone.
        run : Run, optional
        """
        exact = self.forms(layer_map)
        signs = _signs(exact, layer_map, cone, run)
        above: NDArray[np.bool_] = np.any(signs > 0, axis=1)
        below: NDArray[np.bool_] = np.any(signs < 0, axis=1)
        active, cutting = np.flatnonzero(above & ~below).tolist(), np.flatnonzero(above & below).tolist()
        found = self.difference(exact, active, cutting)
        if found is None:
            return None
        rays = _exact_rays(exact_cone(cone, layer_map))
        if found.plane is None:
            return self.inside(found, lambda: self._mixed(rays))
        heights = [_product(found.plane, ray) for ray in rays]
        over = [ray for ray, height in zip(rays, heights, strict=True) if height >= 0]
        under = [ray for ray, height in zip(rays, heights, strict=True) if height <= 0]
        return self.beside(found, lambda: self._mixed(over), lambda: self._mixed(under))

    def forms(self, layer_map: LayerMap) -> fmpz_mat:
        """The preactivations of the last hidden layer on a cell, and its constant, up to one positive factor."""
        return self._forms.of(layer_map)

    def difference(self, exact: fmpz_mat, active: Sequence[int], cutting: Sequence[int]) -> Difference | None:
        """Why some output is not 0 on a cell; None if they all vanish there.

        Parameters
        ----------
        exact : fmpz_mat
            The preactivations of the last hidden layer, and its constant.
        active, cutting : sequences of int
            The neurons that are positive on the cell, and those that have both signs. Linear ones do not count.
        """
        forms = exact.tolist()
        on = {*active, *self._linear}
        for plane, neurons in _by_hyperplane(forms, [neuron for neuron in cutting if neuron not in self._linear]):
            if any(_jumps(neurons, row) for row in self.weights):
                return Difference(forms, plane, neurons[0][0])
            # The jumps cancel: the sum over the hyperplane's neurons is the same affine function on both sides.
            on |= {neuron for neuron, size in neurons if size < 0}
        sums = self._combined(exact, on)
        return Difference(sums.tolist()) if any(sums.entries()) else None

    def _combined(self, forms: fmpz_mat, active: Collection[int]) -> fmpz_mat:
        """The outputs as linear forms, where these neurons are active."""
        last = forms.nrows() - 1
        masked = [
            entry if place in active or place == last else _ZERO for row in self.weights for place, entry in enumerate(row)
        ]
        return fmpz_mat(len(self.weights), forms.nrows(), masked) * forms

    def _value(self, forms: Sequence[Sequence[fmpz]], ray: Sequence[fmpq]) -> bool:
        """Whether some output is not 0 on a ray."""
        *values, constant = (_product(form, ray) for form in forms)
        outputs = [value if neuron in self._linear else max(value, fmpq(0)) for neuron, value in enumerate(values)] + [constant]
        return any(_product(row, outputs) for row in self.weights)

    def inside(self, found: Difference, point: Draw) -> list[fmpq]:
        """Where linear forms, not all of them 0, are not all 0."""
        while True:
            ray = point()
            if any(_product(form, ray) for form in found.forms):
                return ray

    def beside(self, found: Difference, above: Draw, below: Draw) -> list[fmpq]:
        """Where some output is not 0, on a hyperplane across which its slope jumps, or close beside it.

        Let p = u + v lie on no other hyperplane, with u and v on different sides of this one. For all small e, the outputs at
        p + e u, p + e v and (2 + e) p would satisfy f + f = f if there were no jump: they are not all 0.

        Parameters
        ----------
        found : Difference
        above, below : callable
            Draw random vectors inside the cell on each side of the hyperplane.
        """
        assert found.plane is not None
        while True:
            over, under = above(), below()
            up, down = _product(found.plane, over), -_product(found.plane, under)
            for power in range(_HALVINGS):
                more = 1 + fmpq(1, 2**power)
                for one, two in ((down, up), (more * down, up), (down, more * up)):
                    ray = [one * a + two * b for a, b in zip(over, under, strict=True)]
                    if self._value(found.forms, ray):
                        return ray

    def _mixed(self, rays: Sequence[Sequence[fmpq]]) -> list[fmpq]:
        """A random positive combination."""
        weights = [self._random.randint(1, _MOST_WEIGHT) for _ in rays]
        return [_product(weights, entries) for entries in zip(*rays, strict=True)]


def _jumps(neurons: Sequence[tuple[int, fmpq]], row: Sequence[fmpz]) -> bool:
    """Whether the slope of an output jumps across a hyperplane with these neurons."""
    return sum((row[neuron] * abs(size) for neuron, size in neurons), fmpq(0)) != 0


def _signs(forms: fmpz_mat, layer_map: LayerMap, cone: Cone, run: Run) -> Signs:
    """The proved signs of the layer's forms at the rays of a cone."""
    signs = working_vectors(forms, type(cone.rays)).products(cone.rays).signs()[:-1]
    doubtful = signs == UNKNOWN
    for index in np.flatnonzero(doubtful.any(axis=0)).tolist():
        run.tick()
        ray = exact_ray(cone, index, layer_map)
        for row in np.flatnonzero(doubtful[:, index]).tolist():
            value = dot([forms[row, place] for place in range(cone.dimension)], ray)
            signs[row, index] = (value > 0) - (value < 0)
    return signs


def _by_hyperplane(
    forms: Sequence[Sequence[fmpz]], neurons: Sequence[int]
) -> list[tuple[tuple[fmpz, ...], list[tuple[int, fmpq]]]]:
    """The hyperplanes of some neurons, each as a primitive form, with the multiples of it that the neurons' forms are."""
    planes: dict[tuple[fmpz, ...], list[tuple[int, fmpq]]] = {}
    for neuron in neurons:
        form = forms[neuron]
        lead = next(place for place, entry in enumerate(form) if entry)
        plane = coprime(form) if form[lead] > 0 else coprime([-entry for entry in form])
        planes.setdefault(tuple(plane), []).append((neuron, fmpq(form[lead], plane[lead])))
    return list(planes.items())


def _exact_rays(cone: Cone) -> list[list[fmpq]]:
    """The rays of a cone with exact rays."""
    assert isinstance(cone.rays, IntegerVectors)
    return [[fmpq(int(entry)) for entry in ray] for ray in cone.rays.data.tolist()]


def _product(one: Iterable[Any], two: Sequence[fmpq]) -> fmpq:
    return sum((b * a for a, b in zip(one, two, strict=True)), fmpq(0))
