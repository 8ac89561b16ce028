"""Fingerprints of a net's affine functions, and what proves that two functions are equal.

A fingerprint is a random combination of the outputs at a random point, modulo two primes near 2^31: one word. Functions with
different fingerprints are different. Two different functions have the same one with probability about 2^-61, so equal ones
prove nothing.

A proof: up to a factor that all cells have in common, the coefficients of a cell's map are integers, sums of products of
weights; their sizes have a bound B for all cells. Two maps with the same residues modulo primes whose product exceeds 2 B are
equal. These residues are a function's *words*. They are as cheap to keep up to date as fingerprints are, and both are products
of the same matrices: so the compiled walk has them, too (`relupoly.pieces.kernel`, `Residues`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import coprime
from relupoly.exact.modular import ShortResidues, primes_beyond, random_residues, short_products, short_residues
from relupoly.pieces.forms.augmented import corner, sizes, times
from relupoly.pieces.forms.homogeneous import PRIMES, HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap, passing

BITS = 62  # two residues of 31 bits

_SEED = 20161104  # of the combination of outputs: any number, but the same in every run, since parts of a count are merged
_HALF = 31  # the length of a residue modulo a prime below 2^31


def combination(outputs: int) -> ShortResidues:
    """The factors of the outputs in a fingerprint, modulo each of two primes; shape (2, outputs)."""
    factors = np.array(random_residues(2 * outputs, _SEED), dtype=np.uint64).reshape(2, outputs)
    return np.asarray(factors % np.array(PRIMES, dtype=np.uint64)[:, None], dtype=np.uint64)


def fingerprint(output: LayerMap) -> int:
    """The fingerprint of an output map."""
    residues = output.residues[:, :-1]
    one, two = short_products(combination(residues.shape[1])[:, None, :], residues, PRIMES).ravel().tolist()
    return int(one << _HALF | two)


def idle_fingerprint(net: HomogeneousNet, layer: int) -> int:
    """The fingerprint of the function where a hidden layer is idle, and no layer behind it is."""
    return fingerprint(_behind_idle(net, layer))


def proof_primes(net: HomogeneousNet) -> list[int]:
    """Primes modulo which maps of cells are equal only if they are the same."""
    largest = fmpz_mat(net.dimension, net.dimension, [int(i == j) for i in range(net.dimension) for j in range(net.dimension)])
    for layer in net.layers:
        largest = times(sizes(layer), largest)
    return primes_beyond(2 * max(int(entry) for entry in largest.entries()))


def words_of(net: HomogeneousNet, forms: fmpz_mat, primes: Sequence[int]) -> NDArray[np.uint32]:
    """The words of a function, from the forms of its map: output by output, modulo one prime after another."""
    last, dimension = forms.nrows() - 1, forms.ncols()
    factor = fmpz(_constant(net)) // forms[last, dimension - 1]
    residues = short_residues(forms * factor, primes)[:, :last]
    return np.asarray(residues.transpose(1, 0, 2).ravel(), dtype=np.uint32)


def forms_of(net: HomogeneousNet, words: NDArray[np.uint32], primes: Sequence[int]) -> fmpz_mat:
    """The forms of a map, without common factor, from its words: by the Chinese remainder theorem."""
    product = math.prod(primes)
    parts = [product // prime * pow(product // prime, -1, prime) for prime in primes]
    residues = words.reshape(-1, len(primes), net.dimension)
    entries: list[fmpz] = []
    for row in residues.transpose(0, 2, 1).reshape(-1, len(primes)).tolist():
        entry = sum(map(int.__mul__, row, parts)) % product
        entries.append(fmpz(entry - product if 2 * entry > product else entry))
    entries += [fmpz(0)] * (net.dimension - 1) + [fmpz(_constant(net))]
    return fmpz_mat(len(residues) + 1, net.dimension, coprime(entries))


def _constant(net: HomogeneousNet) -> int:
    """The form of the constant in every map, before common factors are taken out."""
    return math.prod(int(corner(layer)) for layer in net.layers)


def _behind_idle(net: HomogeneousNet, idle: int) -> LayerMap:
    """The output map where a layer is idle; the activations of later ones follow from that."""
    layer_map = LayerMap(net, 0)
    for layer, width in enumerate(net.widths):
        active = np.zeros(width, dtype=np.bool_)
        if layer > idle:
            active[:] = [entry > 0 for entry in layer_map.forms.transpose().tolist()[-1][:width]]
        layer_map = LayerMap(net, layer + 1, passing(net, layer, active), layer_map)
    return layer_map
