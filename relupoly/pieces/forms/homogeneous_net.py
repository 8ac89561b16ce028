"""`HomogeneousNet`: a net on a domain, ready for the walk; `relupoly.pieces.forms.homogeneous` says what that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq_mat, fmpz, fmpz_mat, nmod_mat
from numpy.typing import NDArray

from relupoly.errors import SizeError
from relupoly.exact.floats import FloatVectors
from relupoly.exact.matrices import from_rows, integer_rows, rows_of
from relupoly.exact.modular import (
    PRIME,
    Residues,
    ShortResidues,
    SparseResidues,
    random_residues,
    residue_matrix,
    residues_of,
    row_times,
    short_primes,
)
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.sparse_vectors import LayerVectors, SparseFloats, SparseIntegers
from relupoly.exact.vectors import Vectors
from relupoly.networks.network import Layer, Network
from relupoly.pieces.forms.augmented import IntegerMatrix, augment
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.hyperplanes import Hyperplanes, hyperplanes_of

INFINITY = 0
PRIMES = tuple(short_primes(2))
# So many that the box has 65,536 vertices: a walk over its faces has begun after half a minute or so.
_MOST_COORDINATES = 16
_SEED = 20161105  # any number, but the same in every run


@dataclass(frozen=True)
class HomogeneousNet:
    """A net on a domain, in homogeneous essential coordinates.

    Attributes
    ----------
    dimension : int
        D = d + 1, where d is the number of essential coordinates.
    layers : tuple of fmpz_mat or SparseMatrix
        The augmented layers, of shape (n_out + 1, n_in + 1); the last one gives the outputs. The first one is dense.
    integers : tuple of list of int
        The entries that are kept of the augmented hidden layers, row by row: Python's integers turn into floats faster.
    widths : tuple of int
        The number of neurons with ReLU of each hidden layer: its first rows. Its linear neurons follow, and the constant.
    domain : fmpz_mat, shape (m, D)
        The domain is where these forms are non-negative (and the last coordinate is positive). Of a net without hidden layer
        there are none: it has one cell on any domain.
    essential : tuple of int, length d
        Which coordinates of the domain these are; at the others, every cell has points with 0.
    bounds : Bounds or None
        A box around the domain, whose cells are held by constraints; the inequalities are those that do not follow from the
        box. Coordinates are those of `BoxCoordinates`.
    chart : fmpz_mat, shape (D, D), or None
        Of an unbounded domain, the positive multiple of (x, t) that points (y, 1) within the bounds stand for; None where
        coordinates are those of the bounds.

    Notes
    -----
    Walls have labels: 0 is t = 0, then come the inequalities of the domain, then the hyperplanes of all hidden layers.
    """

    dimension: int
    layers: tuple[IntegerMatrix, ...]
    integers: tuple[list[int], ...]
    widths: tuple[int, ...]
    domain: fmpz_mat
    essential: tuple[int, ...]
    bounds: Bounds | None = None
    chart: fmpz_mat | None = None

    @classmethod
    def of(
        cls,
        network: Network,
        first: Layer,
        essential: Sequence[int],
        domain: fmpz_mat,
        bounds: Bounds | None = None,
        chart: fmpz_mat | None = None,
    ) -> HomogeneousNet:
        """A net whose first layer is another one, in essential coordinates.

        Parameters
        ----------
        network : Network
            Its neurons with ReLU first in each layer.
        first : Layer
            Dense.
        essential, domain, bounds, chart
            As the attributes.
        """
        augmented = [augment(layer) for layer in (first, *network.layers[1:])]
        return cls(
            dimension=len(essential) + 1,
            layers=tuple(matrix for matrix, _ in augmented),
            integers=tuple(entries for _, entries in augmented[:-1]),
            widths=network.relus,
            domain=domain,
            essential=tuple(essential),
            bounds=bounds,
            chart=chart,
        )

    @property
    def depth(self) -> int:
        """The number of hidden layers."""
        return len(self.layers) - 1

    @property
    def entry(self) -> fmpz_mat:
        """The first layer."""
        first = self.layers[0]
        assert isinstance(first, fmpz_mat), "the first layer is dense"
        return first

    @cached_property
    def hyperplanes(self) -> tuple[Hyperplanes, ...]:
        """The distinct hyperplanes of each hidden layer."""
        return tuple(map(hyperplanes_of, self.layers, self.integers, self.widths))

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The number of rows of each hidden layer: of neurons with ReLU, of linear ones, and the constant."""
        return tuple(layer.nrows() for layer in self.layers[:-1])

    @cached_property
    def first_label(self) -> tuple[int, ...]:
        """The label of the first hyperplane of each hidden layer, then the number of labels."""
        labels = [1 + self.domain.nrows()]
        for planes in self.hyperplanes:
            labels.append(labels[-1] + len(planes.first))
        return tuple(labels)

    @cached_property
    def modulus(self) -> int:
        """The prime of `residues`: a short one where layers are sparse, whose products with rows are not flint's work."""
        return PRIMES[0] if any(isinstance(layer, SparseMatrix) for layer in self.layers) else PRIME

    @cached_property
    def residues(self) -> tuple[nmod_mat | SparseResidues, ...]:
        """The augmented layers modulo a prime; sparse ones are transposed."""
        return tuple(
            SparseResidues.of(layer.transpose(), PRIMES[:1])
            if isinstance(layer, SparseMatrix)
            else residue_matrix(layer, self.modulus)
            for layer in self.layers
        )

    def row_times(self, entries: Sequence[int], layer: int) -> Residues:
        """The product of a row and an augmented layer modulo the prime."""
        matrix = self.residues[layer]
        if isinstance(matrix, nmod_mat):
            return row_times(entries, matrix)
        column = np.array([[entry % self.modulus for entry in entries]], dtype=np.uint64)
        return [int(entry) for entry in matrix.times(column, PRIMES[:1])[0].tolist()]

    @cached_property
    def short_residues(self) -> tuple[ShortResidues | SparseResidues, ...]:
        """The augmented layers modulo the two primes of fingerprints."""
        return tuple(residues_of(layer, PRIMES) for layer in self.layers)

    @cached_property
    def floats(self) -> tuple[FloatVectors | SparseFloats, ...]:
        """The augmented hidden layers in floating point, with error bounds."""
        return tuple(
            SparseFloats(layer)
            if isinstance(layer, SparseMatrix)
            else FloatVectors.from_entries(entries, (layer.nrows(), layer.ncols()))
            for entries, layer in zip(self.integers, self.layers, strict=False)
        )

    @cached_property
    def entering(self) -> FloatVectors:
        """The first hidden layer in floating point, in the coordinates of the bounds."""
        first = self.floats[0]
        if self.chart is None and isinstance(first, FloatVectors):
            return first
        return FloatVectors.from_integers(self.charted(self.entry))

    def vectors(self, kind: type[Vectors]) -> Sequence[LayerVectors[Any]]:
        """The augmented hidden layers in an arithmetic."""
        if kind is FloatVectors:
            return self.floats
        return [
            SparseIntegers(layer) if isinstance(layer, SparseMatrix) else kind.from_integers(layer)
            for layer in self.layers[:-1]
        ]

    @cached_property
    def output_residues(self) -> Residues:
        """A random combination of the outputs, as a form in the last hidden layer's neurons, modulo a prime."""
        combination = random_residues(self.layers[-1].nrows() - 1, _SEED)
        return self.row_times([*combination, 0], len(self.layers) - 1)

    def charted(self, forms: fmpz_mat) -> fmpz_mat:
        """Forms in the coordinates of the bounds."""
        return forms if self.chart is None else forms * self.chart

    def in_space(self, ray: Sequence[fmpz]) -> list[fmpz]:
        """A positive multiple of the vector (x, t) that one in the coordinates of the bounds stands for."""
        if self.chart is None:
            return list(ray)
        return list((self.chart * fmpz_mat(len(ray), 1, list(ray))).entries())

    @cached_property
    def changing_last(self) -> NDArray[np.bool_]:
        """For each hyperplane of the last hidden layer whether crossing it alone changes the function for certain."""
        planes, gradient = self.hyperplanes[-1], self.output_residues
        return planes.alone & np.array([gradient[neuron] != 0 for neuron in planes.first.tolist()], dtype=np.bool_)

    def with_rays(self) -> HomogeneousNet:
        """The same net, whose cells are held by rays: bounds become inequalities.

        Raises
        ------
        SizeError
            If the box has too many vertices.
        """
        if self.bounds is None:
            return self
        size = self.dimension - 1
        if size > _MOST_COORDINATES:
            where = "a set like the domain" if self.domain.nrows() else "the box"
            may = "may have as many as " if self.domain.nrows() else "has "
            raise SizeError(
                f"patterns, and closed pieces of unions, belong to faces, and {where} in R^{size} {may}2^{size} vertices; "
                "count another notion (all includes patterns), or on a subspace with --through"
            )
        inequalities = fmpq_mat(self.bounds.inequalities)
        if self.chart is not None:
            # Those of the box, and of the domain, in the coordinates (x, t).
            inequalities = inequalities * fmpq_mat(self.chart).inv()
        sides = [*rows_of(inequalities), *rows_of(fmpq_mat(self.domain))]
        return replace(self, domain=integer_rows(from_rows(sides, self.dimension)), bounds=None, chart=None)

    @property
    def bits(self) -> int:
        """The number of bits of the largest entry of all hidden layers."""
        return max(max(max(entries), -min(entries)).bit_length() for entries in self.integers)
