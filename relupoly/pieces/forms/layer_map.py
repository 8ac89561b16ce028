"""The affine map of a net up to a layer, on a cell: the preactivations of the layer as linear forms.

Cells with the same activations in the earlier layers share the map. What is costly is computed once, when first asked
for: the exact integer forms (which decide signs that floats leave open) and the residues of the map at a random point
(fingerprints of the function).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import coprime
from relupoly.exact.modular import ShortResidues, SparseResidues, random_residues, short_products
from relupoly.pieces.forms.augmented import constants, corner, times
from relupoly.pieces.forms.homogeneous import INFINITY, PRIMES, HomogeneousNet

_SEED = 20180430  # of the random point: any number, but the same in every run, since parts of a count are merged


class LayerMap:
    """The preactivations of a layer as linear forms in (x, t), on the cells with given earlier activations.

    Attributes
    ----------
    net : HomogeneousNet
    layer : int
        Counted from 0.
    active : ndarray of bool, shape (rows of the layer before,), or None
        Which rows of the previous layer pass on what they compute: its active neurons, and always its linear ones and the
        constant, which come last. None in the first layer.
    previous : LayerMap or None
    """

    def __init__(
        self, net: HomogeneousNet, layer: int, active: NDArray[np.bool_] | None = None, previous: LayerMap | None = None
    ) -> None:
        self.net = net
        self.layer = layer
        self.active = active
        self.previous = previous

    @classmethod
    def of_pattern(cls, net: HomogeneousNet, pattern: bytes) -> LayerMap:
        """The output map where these neurons are active; the inverse of `pattern`.

        Raises
        ------
        ValueError
            If the pattern has not as many bytes as the net's neurons need.
        """
        if len(pattern) != pattern_bytes(net):
            raise ValueError("a pattern of another net")
        active = np.unpackbits(np.frombuffer(pattern, dtype=np.uint8), count=sum(net.widths)).astype(np.bool_)
        layer_map, start = cls(net, 0), 0
        for layer, width in enumerate(net.widths, 1):
            layer_map = cls(net, layer, passing(net, layer - 1, active[start : start + width]), layer_map)
            start += width
        return layer_map

    @property
    def pattern(self) -> bytes:
        """Which neurons of the layers before are active, one bit each: all that tells the map from others of the net."""
        parts: list[NDArray[np.bool_]] = []
        source: LayerMap | None = self
        while source is not None and source.active is not None:
            parts.append(source.active[: self.net.widths[source.layer - 1]])
            source = source.previous
        return np.packbits(np.concatenate(parts[::-1])).tobytes()

    @cached_property
    def forms(self) -> fmpz_mat:
        """The exact augmented matrix of the forms, shape (n_out + 1, D), up to a positive factor."""
        matrix = self.net.layers[self.layer]
        if self.previous is None or self.active is None:
            return self.net.entry
        if self.is_constant:
            return fmpz_mat([[0] * (self.net.dimension - 1) + [entry] for entry in coprime(constants(matrix))])
        source = self.previous.forms
        masked = [entry if on else fmpz(0) for row, on in zip(source.tolist(), self.active, strict=True) for entry in row]
        product = times(matrix, fmpz_mat(source.nrows(), source.ncols(), masked))
        return fmpz_mat(product.nrows(), product.ncols(), coprime(product.entries()))

    @cached_property
    def residues(self) -> ShortResidues:
        """The forms at a random point modulo each of two primes, shape (2, n_out + 1); the last is that of the constant."""
        matrices = self.net.short_residues[self.layer]
        if self.previous is None or self.active is None:
            return short_products(matrices, random_point(self.net.dimension), PRIMES)
        if self.is_constant and not isinstance(matrices, SparseResidues):
            return short_products(matrices[:, :, -1:], self.previous.constant_residues[:, None], PRIMES)
        return short_products(matrices, self.previous.residues * self.active, PRIMES)

    @property
    def is_constant(self) -> bool:
        """Whether no neuron of the layer before is active, nor linear."""
        return self.active is not None and not self.active[:-1].any()

    @property
    def idle_layer(self) -> int | None:
        """The last layer before this one that has no active neuron; it alone determines the map."""
        source: LayerMap | None = self
        while source is not None and not source.is_constant:
            source = source.previous
        return None if source is None else source.layer - 1

    @cached_property
    def constant_residues(self) -> ShortResidues:
        """The last of the residues modulo each prime, which do not depend on what is active."""
        before = self.previous.constant_residues if self.previous else random_point(self.net.dimension)[:, -1]
        corners = np.array([int(corner(self.net.layers[self.layer]) % prime) for prime in PRIMES], dtype=np.uint64)
        return np.asarray(corners * before % np.array(PRIMES, dtype=np.uint64), dtype=np.uint64)

    def form(self, label: int) -> list[fmpz]:
        """The exact form of a wall, up to a positive factor: of this layer or an earlier one."""
        if label == INFINITY:
            return [fmpz(0)] * (self.net.dimension - 1) + [fmpz(1)]
        if label < self.net.first_label[0]:
            return _row(self.net.domain, label - 1)
        source = self
        while label < self.net.first_label[source.layer]:
            assert source.previous is not None
            source = source.previous
        index = label - self.net.first_label[source.layer]
        return _row(source.forms, int(self.net.hyperplanes[source.layer].first[index]))


def passing(net: HomogeneousNet, layer: int, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows of a hidden layer pass on what they compute, where these neurons with ReLU are active."""
    return np.append(active, np.ones(net.rows[layer] - len(active), dtype=np.bool_))


def random_point(dimension: int) -> ShortResidues:
    """Where maps are evaluated, modulo each of two primes; shape (2, D)."""
    entries = random_residues(2 * dimension, _SEED)
    return np.array(entries, dtype=np.uint64).reshape(2, dimension) % np.array(PRIMES, dtype=np.uint64)[:, None]


def pattern_bytes(net: HomogeneousNet) -> int:
    """The length of the pattern of an output map."""
    return (sum(net.widths) + 7) // 8


def _row(matrix: fmpz_mat, index: int) -> list[fmpz]:
    return [matrix[index, column] for column in range(matrix.ncols())]
