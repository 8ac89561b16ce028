"""A net and a domain, made ready for the walk: homogeneous, essential, in integers.

Homogeneous: a point x of R^d becomes the ray (x, 1); an affine form becomes a linear one. A layer becomes an augmented
matrix [[W, b], [0, c]] with a constant c > 0, so that layers may be rescaled freely and stay integers.

Essential: directions in which neither the first layer nor the domain changes only multiply every cell by a line. So
input columns that depend on earlier ones, in the first layer and the domain's inequalities together, are left out: the
coordinate subspace that remains is a complement of those directions, and it has the same cells.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat, nmod_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.matrices import beside, cleared, from_rows, integer_rows, primitive, rows_of, stack, take_columns
from relupoly.exact.modular import (
    Residues,
    ShortResidues,
    random_residues,
    residue_matrix,
    row_times,
    short_primes,
    short_residues,
)
from relupoly.exact.rank import pivot_columns
from relupoly.geometry.domain import Domain
from relupoly.networks.composition import restrict
from relupoly.networks.network import Layer, Network

INFINITY = 0
PRIMES = tuple(short_primes(2))
_SEED = 20161105  # any number, but the same in every run

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Hyperplanes:
    """The distinct hyperplanes of a layer's neurons: neurons with proportional weights and biases share one.

    Attributes
    ----------
    first : ndarray of int, shape (h,)
        The first neuron on each hyperplane.
    of : ndarray of int, shape (n,)
        The hyperplane of each neuron.
    side : ndarray of int8, shape (n,)
        Whether the neuron is a positive (1) or negative (-1) multiple of the first one on its hyperplane.
    size : tuple of fmpq
        The absolute value of this multiple.
    """

    first: NDArray[np.intp]
    of: NDArray[np.intp]
    side: NDArray[np.int8]
    size: tuple[fmpq, ...]

    @cached_property
    def two_sided(self) -> NDArray[np.bool_]:
        """For each hyperplane whether it has neurons on both sides, so that none of them is active on it; shape (h,)."""
        found = np.zeros(len(self.first), dtype=np.bool_)
        found[self.of[self.side < 0]] = True
        return found

    def rises(self, following: fmpz_mat) -> fmpz_mat:
        """By how much the next layer's forms rise across each hyperplane, up to one positive factor; shape (n_out, h).

        Crossing to the positive side of a hyperplane, neurons on the positive side come and those on the negative side go:
        the sum of all outputs, with their weights in the next layer, rises by the sum of weights times sizes.
        """
        sizes = primitive(self.size)
        matrix = fmpz_mat(len(sizes) + 1, len(self.first))
        for neuron, (plane, size) in enumerate(zip(self.of.tolist(), sizes, strict=True)):
            matrix[neuron, plane] = size
        return following * matrix


@dataclass(frozen=True)
class HomogeneousNet:
    """A net on a domain, in homogeneous essential coordinates.

    Attributes
    ----------
    dimension : int
        D = d + 1, where d is the number of essential coordinates.
    layers : tuple of fmpz_mat
        The augmented layers, of shape (n_out + 1, n_in + 1); the last one gives the outputs.
    integers : tuple of list of int
        The entries of the augmented hidden layers, row by row: Python's integers turn into floats faster.
    domain : fmpz_mat, shape (m, D)
        The domain is where these forms are non-negative (and the last coordinate is positive).
    essential : tuple of int, length d
        Which coordinates of the domain these are; at the others, every cell has points with 0.

    Notes
    -----
    Walls have labels: 0 is t = 0, then come the inequalities of the domain, then the hyperplanes of all hidden layers.
    """

    dimension: int
    layers: tuple[fmpz_mat, ...]
    integers: tuple[list[int], ...]
    domain: fmpz_mat
    essential: tuple[int, ...]

    @property
    def depth(self) -> int:
        """The number of hidden layers."""
        return len(self.layers) - 1

    @cached_property
    def hyperplanes(self) -> tuple[Hyperplanes, ...]:
        """The distinct hyperplanes of each hidden layer."""
        return tuple(
            _hyperplanes(_rows(entries, layer.ncols())[:-1]) for entries, layer in zip(self.integers, self.layers, strict=False)
        )

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """The number of neurons of each hidden layer."""
        return tuple(layer.nrows() - 1 for layer in self.layers[:-1])

    @cached_property
    def first_label(self) -> tuple[int, ...]:
        """The label of the first hyperplane of each hidden layer, then the number of labels."""
        labels = [1 + self.domain.nrows()]
        for planes in self.hyperplanes:
            labels.append(labels[-1] + len(planes.first))
        return tuple(labels)

    @cached_property
    def residues(self) -> tuple[nmod_mat, ...]:
        """The augmented layers modulo a prime."""
        return tuple(residue_matrix(layer) for layer in self.layers)

    @cached_property
    def short_residues(self) -> tuple[ShortResidues, ...]:
        """The augmented layers modulo the two primes of fingerprints."""
        return tuple(short_residues(layer, PRIMES) for layer in self.layers)

    @cached_property
    def floats(self) -> tuple[FloatVectors, ...]:
        """The augmented hidden layers in floating point, with error bounds."""
        return tuple(
            FloatVectors.from_entries(entries, (layer.nrows(), layer.ncols()))
            for entries, layer in zip(self.integers, self.layers, strict=False)
        )

    @cached_property
    def output_residues(self) -> Residues:
        """A random combination of the outputs, as a form in the last hidden layer's neurons, modulo a prime."""
        combination = random_residues(self.layers[-1].nrows() - 1, _SEED)
        return row_times([*combination, 0], self.residues[-1])

    @property
    def bits(self) -> int:
        """The number of bits of the largest entry of all hidden layers."""
        return max(max(max(entries), -min(entries)).bit_length() for entries in self.integers)


def homogenize(network: Network, domain: Domain) -> HomogeneousNet:
    """Bring a net and a domain into homogeneous essential coordinates."""
    domain.check_dimension(network.input_dim)
    if domain.subspace:
        network = restrict(network, domain.subspace)
    first = network.layers[0]
    inequalities = _inequalities(domain, network.input_dim)
    linear = stack(take_columns(inequalities, range(network.input_dim)), first.weight)
    essential = pivot_columns(linear)
    layers = (Layer(take_columns(first.weight, essential), first.bias), *network.layers[1:])
    entries = [_augmented(layer) for layer in layers]
    return HomogeneousNet(
        dimension=len(essential) + 1,
        layers=tuple(
            fmpz_mat(layer.outputs + 1, layer.inputs + 1, matrix) for layer, matrix in zip(layers, entries, strict=True)
        ),
        integers=tuple(list(map(int, matrix)) for matrix in entries[:-1]),
        domain=integer_rows(take_columns(inequalities, [*essential, network.input_dim])),
        essential=tuple(essential),
    )


def _inequalities(domain: Domain, dimension: int) -> fmpq_mat:
    """The rows (-a, b) of the domain's inequalities <a, x> <= b that say something."""
    if domain.polyhedron is None:
        return from_rows([], dimension + 1)
    rows = rows_of(beside(-domain.polyhedron.matrix, domain.polyhedron.bound))
    return from_rows([row for row in rows if any(row[:-1])], dimension + 1)


def _augmented(layer: Layer) -> list[fmpz]:
    """The entries of the integer matrix [[W, b], [0, c]] of a layer, row by row.

    They have no common factor, since c is the least common denominator of the rationals in W and b.
    """
    weight, below = cleared(layer.weight)
    bias, other = cleared(layer.bias)
    constant = below.lcm(other)
    factor, other_factor = constant // below, constant // other
    scaled = [entry * factor for entry in weight]
    rows = _rows(scaled, layer.inputs) if layer.inputs else [[] for _ in range(layer.outputs)]
    entries: list[fmpz] = []
    for row, offset in zip(rows, [entry * other_factor for entry in bias], strict=True):
        entries += row
        entries.append(offset)
    return [*entries, *[fmpz(0)] * layer.inputs, constant]


def _rows(entries: list[Entry], length: int) -> list[list[Entry]]:
    """The rows of a matrix, of some length that is not 0."""
    return [entries[start : start + length] for start in range(0, len(entries), length)]


def _hyperplanes(forms: list[list[int]]) -> Hyperplanes:
    """The distinct hyperplanes of the neurons of a layer, from their integer forms.

    Rows on one hyperplane agree in where their first two entries are that are not 0, and in the ratio of these: only rows
    that do are compared.
    """
    alike: dict[tuple[int, int, int, int], list[int]] = {}
    first: list[int] = []
    of: list[int] = []
    multiples: list[fmpq] = []
    for neuron, form in enumerate(forms):
        direction = _direction(form)
        lead = direction[0]
        planes = alike.setdefault(direction, [])
        plane = next((plane for plane in planes if _proportional(form, forms[first[plane]], lead)), len(first))
        if plane == len(first):
            first.append(neuron)
            planes.append(plane)
        of.append(plane)
        multiples.append(fmpq(form[lead], forms[first[plane]][lead]) if form[lead] else fmpq(0))
    return Hyperplanes(
        np.array(first, dtype=np.intp),
        np.array(of, dtype=np.intp),
        np.array([-1 if multiple < 0 else 1 for multiple in multiples], dtype=np.int8),
        tuple(abs(multiple) for multiple in multiples),
    )


def _direction(form: list[int]) -> tuple[int, int, int, int]:
    """Where the first two entries are that are not 0, and their ratio."""
    places = itertools.islice((place for place, entry in enumerate(form) if entry), 2)
    lead, second = (*places, 0, 0)[:2]
    divisor = math.gcd(form[lead], form[second]) or 1
    divisor = -divisor if form[lead] < 0 else divisor
    return lead, second, form[lead] // divisor, form[second] // divisor


def _proportional(form: list[int], other: list[int], lead: int) -> bool:
    a, b = form[lead], other[lead]
    return all(b * one == a * two for one, two in zip(form, other, strict=True))
