"""`CellRecords`: records of cells that are known by their rays.

A walk tells of a cell the signs of all hyperplanes, and which of its rays lie on which walls. The rest follows from that in
exact arithmetic: a vertex is where its walls meet, a facet is a wall that contains as many rays as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from flint import fmpq, fmpz
from numpy.typing import NDArray

from relupoly.exact.blocks import densely
from relupoly.geometry.corner import common_zero
from relupoly.geometry.polytope_volume import polytope_volume
from relupoly.pieces.forms.homogeneous import INFINITY
from relupoly.pieces.listing.corner import Corner
from relupoly.pieces.listing.incidence import Incidence
from relupoly.pieces.listing.inside import exact_middle, point_inside
from relupoly.pieces.listing.layer_forms import CurrentForms
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.neighbours import Neighbours
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import CellRecord, Facet, Pattern, Vector
from relupoly.run import UNLIMITED, Run

_SIGNS = np.frombuffer(b"-0+", dtype=np.uint8)
_NEED_FACETS = frozenset({"facets", "neighbours", "point", "volume"})
_NEED_VERTICES = frozenset({"vertices", "rays", "point", "volume", "bounded"})


class Incidences(Protocol):
    """Which rays of each of some cells lie on which walls."""

    def __getitem__(self, place: int) -> Incidence:
        """That of one cell."""

    def part(self, places: slice) -> Incidences:
        """Those of some cells, one after the other."""


@dataclass(frozen=True, eq=False)
class RayArrays:
    """The rays of some cells in homogeneous essential coordinates, those of one cell after the other.

    Attributes
    ----------
    count : ndarray of int, shape (cells,)
        How many rays each has.
    value, error : ndarray of float64, shape (total, D)
        The rays, each up to a positive factor, and bounds of their entries' errors.
    at_infinity : ndarray of bool, shape (total,)
        Whether the last entry is 0.
    """

    count: NDArray[np.int64]
    value: NDArray[np.float64]
    error: NDArray[np.float64]
    at_infinity: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CellArrays:
    """Some cells, one after the other.

    Attributes
    ----------
    signs : ndarray of int8, shape (cells, hyperplanes)
        Of the forms of all layers' hyperplanes.
    incidences : Incidences
    rays : RayArrays or None
        Where they are wanted.
    """

    signs: NDArray[np.int8]
    incidences: Incidences
    rays: RayArrays | None = None

    def __getitem__(self, places: slice) -> CellArrays:
        """Some of them, one after the other, without rays."""
        return CellArrays(self.signs[places], self.incidences.part(places))


class CellRecords:
    """Makes records of cells that come in the order of a walk.

    Parameters
    ----------
    listed : ListedNet
    fields : collection of str
        Of `relupoly.pieces.listing.records.FIELDS`; what is not among them may be None in the records.
    goes_on : callable, optional
        Whether the domain goes on beside a point of its part's boundary, in a direction; where there is one part it does not.
    run : Run, optional
        Asked while a record takes long whether to go on.
    """

    def __init__(
        self,
        listed: ListedNet,
        fields: Collection[str],
        goes_on: Callable[[Vector, Sequence[fmpz]], bool] | None = None,
        run: Run = UNLIMITED,
    ) -> None:
        self._goes_on = goes_on
        self._run = run
        self._listed = listed
        self._fields = frozenset(fields)
        self._current = CurrentForms(listed)
        self._neighbours = Neighbours(listed)
        self._size = listed.net.dimension - 1
        self._essential = listed.net.essential
        self._all = len(self._essential) == listed.dimension
        self._boundary: Recent[tuple[int, ...], Corner] = Recent()
        self._lines = tuple(
            tuple(map(fmpq, direction)) for line in listed.lines for direction in (line, [-entry for entry in line])
        )

    def of(self, cells: CellArrays, first: int) -> Iterator[CellRecord]:
        """The records of some cells, the first of which has a number."""
        listed, current = self._listed, self._current
        of, side = listed.planes
        signs = cells.signs[:, of] * side
        active = signs > 0
        text = _SIGNS[signs + 1].tobytes().decode()
        width = listed.neurons
        texts = [text[start : start + width] for start in range(0, len(text), width)]
        before = width - listed.plain.widths[-1]
        place = 0
        while place < len(texts):
            end = place + 1
            while end < len(texts) and texts[end][:before] == texts[place][:before]:
                end += 1
            current.move(texts[place], active[place])
            maps = self._maps(active[place:end, before:])
            for number in range(place, end):
                gradient, constant = maps[number - place]
                if self._fields & (_NEED_FACETS | _NEED_VERTICES):
                    yield self._record(first + number, texts[number], cells.incidences[number], gradient, constant)
                else:
                    pattern = listed.pattern(texts[number])
                    yield CellRecord(first + number, pattern, gradient, constant, subspace=listed.subspace)
            place = end

    def _maps(self, active: NDArray[np.bool_]) -> list[tuple[tuple[Vector, ...] | None, Vector | None]]:
        """Gradients and constants of cells that agree in all layers but the last hidden one."""
        if not self._fields & {"gradient", "constant"}:
            return [(None, None)] * len(active)
        if (affine := self._listed.affine) is not None:
            weight = densely(affine.weight)
            return [(tuple(map(tuple, weight.tolist())), tuple(affine.bias.entries()))] * len(active)
        return [*self._current.outputs(active)]

    def _record(
        self, number: int, signs: str, shape: Incidence, gradient: tuple[Vector, ...] | None, constant: Vector | None
    ) -> CellRecord:
        """The record of the current cell."""
        fields, pattern, subspace = self._fields, self._listed.pattern(signs), self._listed.subspace
        supports = shape.facets(self._size)
        facets = self._facets(supports, signs) if fields & _NEED_FACETS else None
        neighbours = None
        if facets is not None and ("neighbours" in fields or self._goes_on):
            neighbours = self._beyond(supports, facets, shape, signs)
            facets = tuple(map(_as_side, facets, neighbours)) if self._goes_on else facets
        if not fields & _NEED_VERTICES:
            return CellRecord(number, pattern, gradient, constant, facets, neighbours, subspace=subspace)
        corners, rays, incidence = self._corners(shape, supports, signs)
        volume, point, bounded = None, None, not rays
        if bounded and "volume" in fields:
            normals = [facet.normal for facet in facets or ()]
            volume = polytope_volume([one.homogeneous for one in corners], [on for _, on in supports], normals, self._run)
        if facets is not None and "point" in fields:
            point = point_inside(corners, rays, facets)
        vertices = tuple([corner.point for corner in corners])
        return CellRecord(
            *(number, pattern, gradient, constant, facets, neighbours, vertices, rays, incidence, point, bounded, volume),
            subspace=subspace,
        )

    def _facets(self, supports: Sequence[tuple[tuple[int, ...], int]], signs: str) -> tuple[Facet, ...]:
        """The half-spaces of the facets, by the labels that support them."""
        layer_of, layers, side_facets = self._listed.layer_of, self._current.layers, self._listed.side_facets
        first, found = self._listed.plain.first_label[0], []
        for labels, _ in supports:
            last = layer_of[labels[-1]]
            if labels[0] < first and (self._goes_on is None or last < 0):
                found.append(side_facets[labels[0]])
                continue
            known, key = layers[last].facets, (*labels, self._side(labels[0], signs))
            facet = known.get(key)
            if facet is None:
                facet = known[key] = self._facet(labels, key[-1])
            found.append(facet)
        return tuple(found)

    def _side(self, label: int, signs: str) -> int:
        """On which side of a wall the current cell lies."""
        rows = self._listed.rows_on[label]
        if not rows:
            return 1
        # The first neuron on a hyperplane has its form.
        return 1 if signs[rows[0]] == "+" else -1

    def _facet(self, labels: Sequence[int], side: int) -> Facet:
        listed = self._listed
        *linear, constant = self._current.form(labels[0])
        neurons = [listed.names[row] for label in labels for row in listed.rows_on[label]]
        sides = sorted(
            {number for label in labels if label < listed.plain.first_label[0] for number in listed.sides[label - 1]}
        )
        return Facet(tuple(-side * entry for entry in linear), side * constant, tuple(sorted(neurons)), tuple(sides))

    def _beyond(
        self,
        supports: Sequence[tuple[tuple[int, ...], int]],
        facets: Sequence[Facet],
        shape: Incidence,
        signs: str,
    ) -> tuple[Pattern | None, ...]:
        """For each facet, the pattern of the cell behind it."""
        found: list[Pattern | None] = []
        strict, first = "0" not in signs, self._listed.plain.first_label[0]
        for (labels, rays), facet in zip(supports, facets, strict=True):
            on_boundary = labels[0] < first
            if on_boundary and self._goes_on is None:
                found.append(None)
            elif strict and len(labels) == 1 and not on_boundary:
                found.append(self._neighbours.flipped(signs, labels[0]))
            else:
                inside = self._on_facet(shape, rays, signs)
                ends = on_boundary and self._goes_on is not None and not self._goes_on(inside, facet.normal)
                found.append(None if ends else self._neighbours.at(inside, facet.normal))
        return tuple(found)

    def _on_facet(self, shape: Incidence, rays: int, signs: str) -> Vector:
        """A point in the relative interior of a facet."""
        corners, directions = [], []
        for number, ray in enumerate(shape.rays):
            if rays >> number & 1:
                corner = self._corner_on(shape.walls(number))
                if corner.at_infinity:
                    directions.append(self._direction(corner, shape, ray, signs))
                else:
                    corners.append(corner.point)
        return exact_middle(corners, directions)

    def _corners(
        self, shape: Incidence, supports: Sequence[tuple[tuple[int, ...], int]], signs: str
    ) -> tuple[list[Corner], tuple[Vector, ...], tuple[tuple[int, ...], ...]]:
        """Vertices, rays, and which of them are on each facet; lines are two rays on every facet."""
        found = [self._corner_on(shape.walls(number)) for number in range(len(shape.rays))]
        corners = [corner for corner in found if not corner.at_infinity]
        if len(corners) == len(found):
            order = list(range(len(found)))
            rays = list(self._lines)
        else:
            order, rays = [], []
            for corner, ray in zip(found, shape.rays, strict=True):
                order.append(len(corners) + len(rays) if corner.at_infinity else len(order) - len(rays))
                if corner.at_infinity:
                    rays.append(self._direction(corner, shape, ray, signs))
            rays += self._lines
        lines = range(len(found), len(found) + len(self._lines))
        incidence = []
        for _, on in supports:
            own = []
            while on:
                low = on & -on
                own.append(order[low.bit_length() - 1])
                on ^= low
            own.sort()
            incidence.append((*own, *lines))
        return corners, tuple(rays), tuple(incidence)

    def _corner_on(self, walls: tuple[int, ...]) -> Corner:
        """Where walls meet."""
        last = self._listed.layer_of[walls[-1]] if walls else -1
        known = self._current.layers[last].corners if last >= 0 else self._boundary
        corner = known.get(walls)
        if corner is None:
            *entries, height = common_zero([self._essential_form(label) for label in walls])
            corner = known[walls] = Corner.of([*self._spread(entries), height])
        return corner

    def _direction(self, corner: Corner, shape: Incidence, ray: int, signs: str) -> Vector:
        """A ray, on the cell's side of a wall that does not contain it."""
        for place, label in enumerate(shape.labels):
            # A wall that the cell touches in this ray alone may not count as one.
            if label > INFINITY and not ray >> place & 1:
                form = self._current.form(label)
                value = sum((one * two for one, two in zip(form, corner.homogeneous, strict=True)), fmpz(0))
                if value:
                    return corner.point if (value > 0) == (self._side(label, signs) > 0) else tuple(-x for x in corner.point)
        raise AssertionError("a ray lies on one side of some wall")

    def _essential_form(self, label: int) -> Sequence[fmpz]:
        """The form of a wall in the essential coordinates."""
        form = self._current.form(label)
        return form if self._all else [*(form[place] for place in self._essential), form[-1]]

    def _spread(self, entries: list[fmpz]) -> list[fmpz]:
        """A vector in all coordinates, from its essential ones."""
        if self._all:
            return entries
        found = [fmpz(0)] * self._listed.dimension
        for place, entry in zip(self._essential, entries, strict=True):
            found[place] = entry
        return found


def _as_side(facet: Facet, neighbour: Pattern | None) -> Facet:
    """On the boundary of a domain the half-space alone: whether a neuron vanishes there, too, is of no interest."""
    return replace(facet, neurons=()) if neighbour is None and facet.neurons else facet
