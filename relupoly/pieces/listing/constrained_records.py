"""`ConstrainedRecords`: records of cells that are held by constraints, without vertices, of which there may be very many.

Facets on hyperplanes of neurons are those of the walk (`relupoly.pieces.constraints.cell`). A side of the domain supports a
facet if the cell would reach beyond it, were it not there: mostly a ray from the cell's witness tells, and else a linear
program, proved as all of them are. Forms are computed backwards from the rows that are asked for, of which there are few: on
784 inputs all forms of a layer of 256 neurons took seconds for each cell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from relupoly.exact.floats import FloatVectors
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import coprime
from relupoly.exact.sparse import SparseMatrix
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.meeting import interior
from relupoly.networks.evaluation import values_and_pattern
from relupoly.pieces.constraints.cell import ConstrainedCell
from relupoly.pieces.constraints.polytope import Polytope, Question
from relupoly.pieces.constraints.proofs import is_positive
from relupoly.pieces.constraints.witness import Witness
from relupoly.pieces.forms.augmented import IntegerMatrix
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.neighbours import Neighbours
from relupoly.pieces.listing.on_facet import point_between
from relupoly.pieces.listing.records import CellRecord, Facet, Pattern, Vector
from relupoly.run import UNLIMITED, Run


class ConstrainedRecords:
    """Makes records of cells that are held by constraints.

    Parameters
    ----------
    listed, fields, goes_on
        As in `relupoly.pieces.listing.cell_records.CellRecords`.
    run : Run, optional
        Asked at every linear program whether to go on.
    """

    def __init__(
        self,
        listed: ListedNet,
        fields: Collection[str],
        goes_on: Callable[[Vector, Sequence[fmpz]], bool] | None = None,
        run: Run = UNLIMITED,
    ) -> None:
        self._listed = listed
        self._fields = frozenset(fields)
        self._goes_on = goes_on
        self._run = run
        self._neighbours = Neighbours(listed)
        self._shift = listed.plain.first_label[0] - listed.net.first_label[0]

    def of(self, cell: ConstrainedCell, number: int) -> CellRecord:
        """The record of a cell."""
        listed, fields = self._listed, self._fields
        signs = "".join("-0+"[sign + 1] for sign in cell.neuron_signs().tolist())
        gradient = constant = facets = neighbours = bounded = None
        if fields & {"gradient", "constant"}:
            gradient, constant = self._outputs(cell)
        inside = self._inside(cell)
        if not fields & {"facets", "neighbours"} and not self._may_be_unbounded:
            bounded = True
        elif fields & {"facets", "neighbours", "bounded"}:
            on_neurons = self._neuron_facets(cell)
            on_sides = self._side_facets(cell, inside, [facet for facet, _ in on_neurons])
            facets = tuple(facet for facet, _ in on_neurons) + tuple(on_sides)
            bounded = not self._may_be_unbounded or _is_bounded(facets)
            ends = [self._side(facets, place, signs) for place in range(len(on_neurons), len(facets))]
            facets = (*facets[: len(on_neurons)], *(facet for facet, _ in ends))
            if "neighbours" in fields:
                beyond = [self._beyond(cell, signs, labels, facet) for facet, labels in on_neurons]
                neighbours = (*beyond, *(neighbour for _, neighbour in ends))
        known = (number, listed.pattern(signs), gradient, constant, facets, neighbours)
        return CellRecord(*known, point=inside, bounded=bounded, subspace=listed.subspace)

    @cached_property
    def _may_be_unbounded(self) -> bool:
        from relupoly.geometry.bounded_set import BoundedSet

        domain = self._listed.domain.polyhedron
        return domain is None or BoundedSet.of(domain) is None

    def _outputs(self, cell: ConstrainedCell) -> tuple[tuple[Vector, ...], Vector]:
        """Gradients and constants of the outputs."""
        plain, affine = self._listed.plain, self._listed.affine
        if affine is not None:
            return tuple(tuple(row) for row in affine.weight.tolist()), tuple(affine.bias.entries())
        forms = self._backward(cell, plain.depth, list(range(plain.layers[-1].nrows())))
        *rows, last = forms.tolist()
        exact = [[fmpq(entry, last[-1]) for entry in row] for row in rows]
        return tuple(tuple(row[:-1]) for row in exact), tuple(row[-1] for row in exact)

    def _backward(self, cell: ConstrainedCell, layer: int, rows: Sequence[int]) -> fmpz_mat:
        """Some rows of a layer as forms in the domain's coordinates, up to a common positive factor."""
        plain = self._listed.plain
        active = _passing(cell, plain.depth)
        found = _rows(plain.layers[layer], rows)
        for below in reversed(range(layer)):
            masked = [
                entry if on else fmpz(0)
                for row in found.tolist()
                for entry, on in zip(row, active[below].tolist(), strict=True)
            ]
            found = _product(fmpz_mat(found.nrows(), found.ncols(), masked), plain.layers[below])
        return found

    def _form(self, cell: ConstrainedCell, label: int) -> list[fmpz]:
        """The form of a hyperplane, by its label in the plain net."""
        listed = self._listed
        return coprime(self._backward(cell, listed.layer_of[label], [listed.row_of[label]]).entries())

    def _inside(self, cell: ConstrainedCell) -> Vector:
        """The witness, in the domain's coordinates."""
        return self._point(cell.polytope.witness)

    def _point(self, witness: Witness) -> Vector:
        listed = self._listed
        *entries, last = listed.net.in_space(witness.ray)
        if len(entries) == listed.dimension:
            return tuple(fmpq(entry, last) for entry in entries)
        assert listed.domain.polyhedron is not None
        found = list(interior(listed.domain.polyhedron, self._run))
        for place, entry in zip(listed.net.essential, entries, strict=True):
            found[place] = fmpq(entry, last)
        return tuple(found)

    def _neuron_facets(self, cell: ConstrainedCell) -> list[tuple[Facet, tuple[int, ...]]]:
        """The facets on hyperplanes of neurons, with the labels that support them."""
        listed, found = self._listed, []
        signs = cell.all_signs
        first = listed.plain.first_label[0]
        for walls in cell.crossings():
            labels = tuple((np.sort(walls) + self._shift).tolist())
            *linear, constant = self._form(cell, labels[0])
            side = int(signs[labels[0] - first])
            neurons = tuple(sorted(listed.names[row] for label in labels for row in listed.rows_on[label]))
            found.append((Facet(tuple(-side * entry for entry in linear), side * constant, neurons), labels))
        return found

    @cached_property
    def _sides(self) -> list[Facet]:
        """The sides of the domain, of parallel ones the tightest."""
        found: dict[tuple[fmpz, ...], tuple[fmpq, Facet]] = {}
        for facet in self._listed.side_facets.values():
            direction = tuple(coprime(facet.normal))
            lead = next(place for place, entry in enumerate(direction) if entry)
            distance = fmpq(facet.offset * direction[lead], facet.normal[lead])
            if direction not in found or distance < found[direction][0]:
                found[direction] = distance, facet
        return [facet for _, facet in found.values()]

    def _side_facets(self, cell: ConstrainedCell, inside: Vector, others: Sequence[Facet]) -> list[Facet]:
        """The sides of the domain that support facets."""
        sides = self._sides
        walls = [*others, *sides]
        slacks = [wall.slack(inside) for wall in walls]
        columns = [[place for place, entry in enumerate(wall.normal) if entry] for wall in walls]
        users: dict[int, list[int]] = {}
        for number, places in enumerate(columns):
            for place in places:
                users.setdefault(place, []).append(number)
        found = []
        for number in range(len(others), len(walls)):
            if slacks[number] >= 0 and self._is_facet(cell, walls, slacks, columns[number], users, number):
                found.append(walls[number])
        return found

    def _is_facet(
        self,
        cell: ConstrainedCell,
        walls: Sequence[Facet],
        slacks: Sequence[fmpq],
        places: Sequence[int],
        users: dict[int, list[int]],
        number: int,
    ) -> bool:
        """Whether a side of the domain supports a facet."""
        self._run.tick()
        direction = walls[number].normal
        length = slacks[number] / sum((direction[place] ** 2 for place in places), fmpz(0))
        for other in {one for place in places for one in users[place]} - {number}:
            rate = sum((walls[other].normal[place] * direction[place] for place in places), fmpz(0))
            if rate > 0 and slacks[other] <= length * rate:
                return self._reaches_beyond(cell, walls, number)
        return True

    def _reaches_beyond(self, cell: ConstrainedCell, walls: Sequence[Facet], number: int) -> bool:
        """Whether the cell would reach beyond a side of the domain, were it not there."""
        wall, net = walls[number], self._listed.net
        places = [place for place, entry in enumerate(wall.normal) if entry]
        if len(places) == 1 and net.chart is not None and not self._may_be_unbounded:
            return self._beyond_bound(cell, wall, places[0])
        rows = [other for place, other in enumerate(walls) if place != number and other != wall]
        best = maximize(
            [to_fraction(fmpq(entry)) for entry in wall.normal],
            [[to_fraction(fmpq(entry)) for entry in row.normal] for row in rows],
            [to_fraction(fmpq(row.offset)) for row in rows],
            run=self._run,
        )
        return best.value is None or best.value > to_fraction(fmpq(wall.offset))

    def _beyond_bound(self, cell: ConstrainedCell, wall: Facet, place: int) -> bool:
        """The same for a bound of a coordinate: the box is made wider, and a linear program asks what is there."""
        net, own = self._listed.net, cell.polytope
        assert net.chart is not None
        form = [fmpz(0)] * (net.dimension - 1) + [wall.offset]
        form[place] = -wall.normal[place]
        rows = net.charted(fmpz_mat(1, net.dimension, form)).entries()
        lower, upper = list(own.bounds.lower), list(own.bounds.upper)
        if rows[place] > 0:
            lower[place] -= 1
        else:
            upper[place] += 1
        wider = Polytope(Bounds(tuple(lower), tuple(upper)), own.labels, own.sides, own.rows, own.witness)
        question = _SideQuestion(wider, cell.stages[-1].layer_map, self._run, rows)
        return question.reaches_beyond()

    def _beyond(self, cell: ConstrainedCell, signs: str, labels: Sequence[int], facet: Facet) -> Pattern:
        """The pattern behind a facet on hyperplanes of neurons."""
        if "0" not in signs and len(labels) == 1:
            return self._neighbours.flipped(signs, labels[0])
        own = cell.polytope
        place = next(number for number, label in enumerate(own.labels.tolist()) if label + self._shift in labels and label >= 0)
        question = Question(own, cell.stages[-1].layer_map, self._run)
        row = own.rows.take(np.array([place]))
        there = question.beyond(int(own.labels[place]), int(own.sides[place]), row, without=place)
        assert there is not None, "a facet has another side"
        return self._neighbours.at(_crossing(facet, self._inside(cell), self._point(there)), facet.normal)

    def _side(self, facets: Sequence[Facet], place: int, signs: str) -> tuple[Facet, Pattern | None]:
        """A facet on a side of the domain, and what is behind it: nothing, unless the side only divides the domain.

        There neurons may vanish, too. They do not cut the part, so that the walk does not tell.
        """
        facet = facets[place]
        if self._goes_on is None:
            return facet, None
        there = point_between(facets, place, self._run)
        if not self._goes_on(there, facet.normal):
            return facet, None
        _, found = values_and_pattern(self._listed.network, there)
        zeros = [not sign for own in found for sign in own]
        neurons = [name for name, sign, zero in zip(self._listed.names, signs, zeros, strict=True) if zero and sign != "0"]
        return replace(facet, neurons=tuple(neurons)), self._neighbours.at(there, facet.normal)


_SIDE = -1
_TILT = 2.0**-20  # of a form, in shares of its size: small beside what matters, large beside what doubles lose


class _SideQuestion(Question):
    """Whether a cell reaches beyond a form that is no hyperplane's, a bound of a coordinate.

    Such a form is the same along all other coordinates, and the simplex method goes round in circles on it. So it looks for the
    least value of a form that is a little smaller everywhere in the box, and not level anywhere.
    """

    def __init__(self, cell: Polytope, layer_map: LayerMap, run: Run, form: list[fmpz]) -> None:
        super().__init__(cell, layer_map, run)
        self._own_form = form

    def exact(self, label: int, side: int) -> list[fmpz]:
        """As `Question.exact`."""
        if label != _SIDE:
            return super().exact(label, side)
        return self._own_form if side > 0 else [-entry for entry in self._own_form]

    def reaches_beyond(self) -> bool:
        """Whether the form is negative somewhere in the cell."""
        self.run.tick()
        cell, width = self.cell, len(self._own_form)
        form = FloatVectors.from_directions(fmpz_mat(1, width, self._own_form))
        low, high = cell.bounds.outer
        tilt = np.random.default_rng(width).uniform(0.5, 1.0, width - 1) * _TILT / (high - low) * np.abs(form.value).max()
        tilted = form.value[0] - np.append(tilt, -(tilt @ low))
        finding = cell.dictionary.least(tilted, cell.witness.point)
        if finding.point is None:
            if is_positive(form, cell.rows, finding.multipliers, cell.bounds):
                return False
        elif self._between(_SIDE, 1, form, finding.point, None) is not None:
            return True
        return self.exactly(_SIDE, 1, finding.basis) is not None


def _passing(cell: ConstrainedCell, depth: int) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Which rows of each hidden layer pass on what they compute."""
    found, layer_map = [], cell.output
    for _ in range(depth):
        assert layer_map.active is not None
        assert layer_map.previous is not None
        found.append(layer_map.active)
        layer_map = layer_map.previous
    return found[::-1]


def _rows(matrix: IntegerMatrix, rows: Sequence[int]) -> fmpz_mat:
    if isinstance(matrix, SparseMatrix):
        return _rows(matrix.dense().numer_denom()[0], rows)
    return fmpz_mat([[matrix[row, place] for place in range(matrix.ncols())] for row in rows])


def _product(left: fmpz_mat, right: IntegerMatrix) -> fmpz_mat:
    return right.transpose().times_integers(left.transpose()).transpose() if isinstance(right, SparseMatrix) else left * right


def _crossing(facet: Facet, inside: Vector, beyond: Vector) -> Vector:
    """Where the way from a point on the inner side of a facet to one beyond meets its hyperplane."""
    here, there = facet.slack(inside), facet.slack(beyond)
    share = here / (here - there)
    return tuple(one + share * (other - one) for one, other in zip(inside, beyond, strict=True))


def _is_bounded(facets: Sequence[Facet]) -> bool:
    """Whether a polyhedron is bounded: no direction but 0 has a rate of 0 or less for all its facets, and it holds no line."""
    if not facets or fmpz_mat([list(facet.normal) for facet in facets]).rank() < len(facets[0].normal):
        return False
    rows = [[to_fraction(fmpq(entry)) for entry in facet.normal] for facet in facets]
    inward = [-sum(column, to_fraction(fmpq(0))) for column in zip(*rows, strict=True)]
    zero = to_fraction(fmpq(0))
    best = maximize(inward, [*rows, inward], [zero] * len(rows) + [to_fraction(fmpq(1))])
    return best.value == 0
