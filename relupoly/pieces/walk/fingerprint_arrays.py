"""Fingerprints in the arrays of the compiled walk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.modular import ShortResidues, SparseResidues, dense_residues, residues_of
from relupoly.pieces import kernel
from relupoly.pieces.forms.fingerprints import BITS, combination, idle_fingerprint, proof_primes
from relupoly.pieces.forms.homogeneous import PRIMES, HomogeneousNet
from relupoly.pieces.forms.layer_map import random_point
from relupoly.pieces.walk.cell_arrays import no_cells
from relupoly.pieces.walk.face_arrays import no_faces
from relupoly.pieces.walk.level_arrays import no_levels

_ROOM = 2**15  # fingerprints that are handed over at a time: 256 kilobytes
_RAYS = 2**13  # of all cones that are being cut where cells are listed; a cone with more is cut on the walk's own stack
_MOST_BUCKET_BITS = 16  # watched fingerprints are found by their first bits: a table of at most 512 kilobytes
_HALF = np.uint64(32)


def no_prints(depth: int) -> kernel.Prints:
    """For walks without fingerprints."""
    nothing = _residues(np.zeros((0, 0), dtype=np.uint64), (), np.zeros((0, 0), dtype=np.uint32), depth, 0)
    return kernel.Prints(
        count=np.zeros(1, dtype=np.int64),
        found=np.zeros(0, dtype=np.uint64),
        words=np.zeros((0, 0), dtype=np.uint32),
        quick=nothing,
        output=np.zeros((2, 0), dtype=np.uint32),
        base=np.zeros(2, dtype=np.uint64),
        rise=np.zeros((2, 0), dtype=np.uint64),
        idle=np.zeros(depth, dtype=np.uint64),
        idles=np.zeros(depth, dtype=np.int64),
        watch=np.zeros(0, dtype=np.uint64),
        bucket=np.zeros(2, dtype=np.int64),
        full=nothing,
        outputs=np.zeros((0, 0, 0), dtype=np.uint32),
        leaves=_leaves(0, 0),
        levels=no_levels(),
        faces=no_faces(),
        cells=no_cells(),
    )


def _leaves(planes: int, rays: int) -> kernel.Leaves:
    """Room for cones that so many hyperplanes cut, with so many rays in all."""
    return kernel.Leaves(
        frame=np.zeros((planes + 2, 4), dtype=np.int64),
        plane=np.zeros((planes + 2, planes), dtype=np.int64),
        side=np.zeros((planes + 2, planes), dtype=np.int8),
        value=np.zeros(16 * rays),
        error=np.zeros(rays),
        span=np.zeros(rays),
        tight=np.zeros(rays, dtype=np.uint64),
        pair=np.zeros((2, rays), dtype=np.int64),
        weight=np.zeros((2, rays)),
    )


def prints_of(net: HomogeneousNet, watch: NDArray[np.uint64] | None = None) -> kernel.Prints:
    """For walks with fingerprints; of watched functions only, with their maps, where some are given, in ascending order.

    Examples
    --------
    >>> from relupoly.geometry.domain import Domain
    >>> from relupoly.networks.network import Network
    >>> from relupoly.pieces.forms.homogeneous import homogenize
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> prints_of(homogenize(hat, Domain())).rise.shape
    (2, 3)
    """
    last, outputs = net.layers[-1], net.layers[-1].nrows() - 1
    final = dense_residues(net.short_residues[-1])
    row = (combination(outputs)[:, :, None] * final[:, :-1] % _column(PRIMES)).sum(axis=1)
    quick = _montgomery((row % np.array(PRIMES, dtype=np.uint64)[:, None])[:, None], PRIMES)[:, 0]
    prints = no_prints(net.depth)._replace(
        found=np.zeros(_ROOM, dtype=np.uint64),
        quick=_of_net(net, net.short_residues[:-1], random_point(net.dimension), (0, 1), PRIMES),
        output=quick,
        rise=np.zeros((2, len(net.hyperplanes[-1].first)), dtype=np.uint64),
        leaves=_leaves(len(net.hyperplanes[-1].first), _RAYS),
        idle=np.array([idle_fingerprint(net, layer) for layer in range(net.depth)], dtype=np.uint64),
    )
    if watch is None:
        return prints
    primes = proof_primes(net)
    layers = [residues_of(layer, primes) for layer in net.layers[:-1]]
    units = np.tile(np.eye(net.dimension, dtype=np.uint64), (len(primes), 1))
    numbers = np.repeat(np.arange(len(primes)), net.dimension)
    bits = min(_MOST_BUCKET_BITS, max(1, len(watch).bit_length()))
    edges = np.arange(2**bits, dtype=np.uint64) << np.uint64(BITS - bits)
    words = outputs * net.dimension * len(primes)
    room = max(1, min(_ROOM, 2**22 // words))
    return prints._replace(
        found=np.zeros(room + 1, dtype=np.uint64),
        words=np.zeros((room + 1, words), dtype=np.uint32),
        watch=watch,
        bucket=np.append(np.searchsorted(watch, edges), len(watch)).astype(np.int64),
        full=_of_net(net, layers, units, numbers, primes),
        outputs=_montgomery(dense_residues(residues_of(last, primes))[:, :-1], primes),
    )


def _of_net(
    net: HomogeneousNet,
    layers: Sequence[ShortResidues | SparseResidues],
    points: ShortResidues,
    numbers: Sequence[int] | NDArray[np.int64],
    primes: Sequence[int],
) -> kernel.Residues:
    """The residues of a net at points, each modulo the prime with its number."""
    moduli = np.array(primes, dtype=np.uint64)[np.asarray(numbers)]
    deeper = [_by_columns(layer, primes) for layer in layers[1:]]
    weight = np.concatenate([np.zeros((len(primes), 0), dtype=np.uint32), *deeper], axis=1)
    rows, first = sum(net.rows), dense_residues(layers[0])
    residues = _residues(np.zeros((len(points), rows), dtype=np.uint64), moduli.tolist(), weight, net.depth, rows)
    residues.number[:] = numbers
    for point, (number, entries) in enumerate(zip(residues.number.tolist(), points, strict=True)):
        products = first[number] * entries % moduli[point]
        residues.value[point, : net.rows[0]] = products.sum(axis=1) % moduli[point]
    return residues


def _by_columns(layer: ShortResidues | SparseResidues, primes: Sequence[int]) -> NDArray[np.uint32]:
    """The residues of a layer modulo each prime, laid out like `Program.column`."""
    if isinstance(layer, SparseResidues):
        order = np.lexsort((layer.matrix.row, layer.matrix.column))
        ordered: NDArray[np.uint32] = _montgomery(layer.value[:, None, order], primes)[:, 0]
        return ordered
    return np.asarray(_montgomery(layer, primes).transpose(0, 2, 1).reshape(len(primes), -1))


def _residues(
    value: NDArray[np.uint64], moduli: Sequence[int], weight: NDArray[np.uint32], depth: int, rows: int
) -> kernel.Residues:
    return kernel.Residues(
        modulus=np.array(moduli, dtype=np.uint64),
        inverse=np.array([-pow(modulus, -1, 2**32) % 2**32 for modulus in moduli], dtype=np.uint64),
        square=np.array([2**64 % modulus for modulus in moduli], dtype=np.uint64),
        number=np.zeros(len(moduli), dtype=np.int64),
        weight=np.ascontiguousarray(weight),
        value=value,
        summed=np.zeros(rows, dtype=np.bool_),
        serial=np.full(depth, -1, dtype=np.int64),
        version=np.zeros(depth, dtype=np.int64),
        source=np.full(depth, -1, dtype=np.int64),
    )


def _montgomery(residues: ShortResidues, primes: Sequence[int]) -> NDArray[np.uint32]:
    """Residues w as w 2^32 mod p; shape (primes, rows, columns)."""
    return np.ascontiguousarray(((residues << _HALF) % _column(primes)).astype(np.uint32))


def _column(primes: Sequence[int]) -> NDArray[np.uint64]:
    return np.array(primes, dtype=np.uint64)[:, None, None]
