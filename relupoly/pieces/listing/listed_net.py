"""`ListedNet`: a net on a domain as the walk sees it, and as its cells are told: in all coordinates, with the net's own names.

The walk leaves coordinates out in which nothing changes, and reorders neurons. A record is in the domain's coordinates, with
neurons numbered as in the net that was given. Both nets have the same layers, row by row, so that the signs that the walk finds
are the signs of the other's forms.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from flint import fmpq_mat, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact import blocks
from relupoly.exact.matrices import beside, from_rows, integer_rows, stack, take_columns
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Layer, Network
from relupoly.pieces.forms.charts import charted, in_place
from relupoly.pieces.forms.homogeneous import (
    HomogeneousNet,
    by_constraints,
    fits_constraints,
    has_many_vertices,
    homogenize,
    relu_first,
)
from relupoly.pieces.listing.records import Facet, Pattern

Sides = Mapping[tuple[fmpz, ...], tuple[int, ...]]
"""Numbers of inequalities, by the hyperplane <a, x> = b that bounds them: primitive integers (a, b), the first one positive."""


@dataclass(frozen=True, eq=False)
class ListedNet:
    """A net on a domain whose cells are listed.

    Attributes
    ----------
    network : Network
        On the domain's coordinates, its neurons with ReLU first in each layer, and with a hidden layer at least.
    domain : Domain
        On these coordinates, without a subspace.
    net : HomogeneousNet
        What is walked.
    plain : HomogeneousNet
        The same layers in all coordinates of the domain; of its inequalities there are those that the walk sees, too.
    names : tuple of (int, int)
        For each row of a neuron with ReLU, layer by layer, its layer and its number, from 1; (0, 0) where the net that was
        given has none.
    spans : tuple of (int, int)
        For each hidden layer of the net that was given, where its signs start and end in a text of all.
    sides : tuple of tuple of int
        For each row of `plain.domain`, which of the domain's inequalities it is, from 1; none where it only divides the domain.
    affine : Layer or None
        What a net without hidden layer computes; then the network is another one.
    subspace : int or None
        Which of several subspaces has the coordinates, from 1; None where there is one.
    """

    network: Network
    domain: Domain
    net: HomogeneousNet
    plain: HomogeneousNet
    names: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    sides: tuple[tuple[int, ...], ...]
    affine: Layer | None = None
    subspace: int | None = None

    @classmethod
    def of(cls, network: Network, domain: Domain, numbers: Sides, subspace: int | None = None) -> ListedNet:
        """A net on a domain in which no cell of its first layer has a line that a later layer may cut.

        Parameters
        ----------
        network : Network
            On the domain's coordinates.
        domain : Domain
            Without a subspace.
        numbers : dict
            By hyperplane, which inequalities it bounds.
        subspace : int, optional
            Which of several subspaces has the coordinates.

        Raises
        ------
        DomainError
            If the domain lies in a space of another dimension.
        SizeError
            If there are so many cells that nobody lists them.
        """
        names, spans = _names(network)
        inner = relu_first(network)
        affine = None if inner.hidden else inner.layers[0]
        if affine:
            inner, names = _without_function(inner), ((0, 0),)
        net = _walked(inner, domain)
        first = replace(inner.layers[0], weight=blocks.densely(inner.layers[0].weight))
        rows = _rows(domain, inner.input_dim)
        sides = tuple(numbers.get(_hyperplane(row), ()) for row in rows.tolist())
        plain = HomogeneousNet.of(inner, first, range(inner.input_dim), rows)
        return cls(inner, domain, net, plain, names, spans, sides, affine, subspace)

    @property
    def dimension(self) -> int:
        """The number n of the domain's coordinates."""
        return self.network.input_dim

    def pattern(self, text: str) -> Pattern:
        """The pattern of a cell, from the signs of all neurons in a text."""
        return tuple([text[start:end] for start, end in self.spans])

    @cached_property
    def neurons(self) -> int:
        """The number of rows of neurons with ReLU."""
        return sum(self.plain.widths)

    @cached_property
    def layer_of(self) -> tuple[int, ...]:
        """The hidden layer of each label, from 0; -1 for infinity and the domain's inequalities."""
        first = self.plain.first_label
        layers = [np.full(end - start, number) for number, (start, end) in enumerate(itertools.pairwise(first))]
        return (-1,) * first[0] + tuple(np.concatenate(layers).tolist())

    @cached_property
    def row_of(self) -> tuple[int, ...]:
        """For each label, the row of its layer, or of the domain's inequalities, that has its form."""
        first = self.plain.first_label[0]
        return (-1, *range(first - 1), *np.concatenate([planes.first for planes in self.plain.hyperplanes]).tolist())

    @cached_property
    def rows_on(self) -> tuple[tuple[int, ...], ...]:
        """For each label of a hyperplane, the rows of all layers together that are neurons on it; none for others."""
        found: list[tuple[int, ...]] = [()] * self.plain.first_label[0]
        start = 0
        for planes, width in zip(self.plain.hyperplanes, self.plain.widths, strict=True):
            own: list[list[int]] = [[] for _ in planes.first]
            for neuron, plane in enumerate(planes.of.tolist()):
                own[plane].append(start + neuron)
            found += [tuple(one) for one in own]
            start += width
        return tuple(found)

    @cached_property
    def planes(self) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
        """For each row of a neuron with ReLU its hyperplane among those of all layers, and on which side it is positive."""
        first = self.plain.first_label
        of = [planes.of + start - first[0] for planes, start in zip(self.plain.hyperplanes, first, strict=False)]
        return np.concatenate(of), np.concatenate([planes.side for planes in self.plain.hyperplanes])

    @cached_property
    def lines(self) -> tuple[tuple[fmpz, ...], ...]:
        """A basis of the directions in which nothing changes; in these cells hold lines."""
        n = self.dimension
        if len(self.net.essential) == n or self.net.bounds is not None:
            return ()
        forms = stack(fmpq_mat(self.plain.domain), fmpq_mat(self.plain.entry))
        kernel, nullity = integer_rows(take_columns(forms, range(n))).nullspace()
        columns = fmpq_mat(kernel).transpose()
        rows = integer_rows(fmpq_mat([[columns[row, place] for place in range(n)] for row in range(nullity)]))
        return tuple(tuple(row) for row in rows.tolist())

    def is_side(self, facet: Facet) -> bool:
        """Whether a facet lies on a side of the domain."""
        return (facet.normal, facet.offset) in self._side_rows

    @cached_property
    def _side_rows(self) -> set[tuple[tuple[fmpz, ...], fmpz]]:
        return {(facet.normal, facet.offset) for facet in self.side_facets.values()}

    @cached_property
    def side_facets(self) -> dict[int, Facet]:
        """By label, the domain's inequalities that the walk sees."""
        found = {}
        for label, (row, numbers) in enumerate(zip(self.plain.domain.tolist(), self.sides, strict=True), 1):
            *linear, constant = row
            found[label] = Facet(tuple(-entry for entry in linear), constant, (), numbers)
        return found


def _walked(network: Network, domain: Domain) -> HomogeneousNet:
    """The net for the walk; where its cells are held by constraints, in coordinates from which a way leads back."""
    polyhedron = domain.polyhedron
    if polyhedron is None or not fits_constraints(network, polyhedron):
        return homogenize(network, domain)
    # All coordinates are listed: also those that nothing depends on, and of nets with one layer, which are counted by rays.
    if has_many_vertices(polyhedron) and (found := in_place(network, polyhedron)):
        return found
    if by_constraints(network, domain):
        found = in_place(network, polyhedron) or charted(network, polyhedron)
        assert found is not None, "it can be held by constraints"
        return found
    return homogenize(network, domain)


def _names(network: Network) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The layers and numbers of the neurons with ReLU, and where each layer's signs are in a text of all."""
    names: list[tuple[int, int]] = []
    spans = []
    for number, layer in enumerate(network.hidden, 1):
        own = (np.flatnonzero(layer.has_relu) + 1).tolist()
        spans.append((len(names), len(names) + len(own)))
        names += [(number, neuron) for neuron in own]
    return tuple(names), tuple(spans)


def _without_function(network: Network) -> Network:
    """A net with one neuron, which is never active and sees nothing: on any domain it has one cell."""
    first = Layer(fmpq_mat(1, network.input_dim), fmpq_mat([[-1]]))
    return Network((first, Layer(fmpq_mat(network.output_dim, 1), fmpq_mat(network.output_dim, 1))))


def _rows(domain: Domain, dimension: int) -> fmpz_mat:
    """The forms b - <a, x> of a domain's inequalities that say something."""
    if domain.polyhedron is None:
        return fmpz_mat(0, dimension + 1)
    forms = beside(-domain.polyhedron.matrix, domain.polyhedron.bound).tolist()
    rows = [row for row in forms if any(row[:-1])]
    return integer_rows(from_rows(rows, dimension + 1))


def _hyperplane(form: Sequence[fmpz]) -> tuple[fmpz, ...]:
    """The hyperplane <a, x> = b of a form b - <a, x>, as `relupoly.pieces.listing.face_to_face.hyperplane` has it."""
    *linear, constant = form
    lead = next(entry for entry in linear if entry)
    return (*linear, -constant) if lead > 0 else (*(-entry for entry in linear), constant)
