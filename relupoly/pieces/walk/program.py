"""A net in the arrays of the compiled walk."""

from __future__ import annotations

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.modular import random_residues
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet

_SEED = 20180430  # of the combination of outputs: any number, but the same in every run


def program_of(net: HomogeneousNet, every_wall: bool = False) -> kernel.Program:
    """The net in the kernel's arrays; `every_wall` as in `relupoly.pieces.walk.driver.Walk`."""
    planes = [len(layer.first) for layer in net.hyperplanes]
    deeper = net.floats[1:]
    jumps = [_jumps(net, number, layer) for number, layer in enumerate(deeper)]
    empty = [np.zeros(0)]
    infinity = FloatVectors.from_integers(fmpz_mat(1, net.dimension, [0] * (net.dimension - 1) + [1]))
    boundary = infinity.join(FloatVectors.from_directions(net.domain))
    combination = _combination(net.layers[-1])
    output = FloatVectors.from_integers(combination)
    return kernel.Program(
        dimension=net.dimension,
        fewest=1 if every_wall else max(1, net.dimension - 1),
        depth=net.depth,
        widths=np.array(net.widths, dtype=np.int64),
        planes=np.array(planes, dtype=np.int64),
        column=np.concatenate([*empty, *(layer.value.T.ravel() for layer in deeper)]),
        column_error=np.concatenate([*empty, *(layer.error.T.ravel() for layer in deeper)]),
        norm=np.array([0.0, *(np.abs(layer.value).sum(axis=1).max() for layer in deeper)]),
        norm_error=np.array([0.0, *(layer.error.sum(axis=1).max() for layer in deeper)]),
        rough=np.array([False, *(bool(layer.error.any()) for layer in deeper)]),
        weight_at=starts([0, *(layer.value.size for layer in deeper)]),
        first=np.concatenate([layer.first for layer in net.hyperplanes]).astype(np.int64),
        final=np.concatenate([_finals(layer.of, len(layer.first)) for layer in net.hyperplanes]),
        plane_at=starts(planes),
        of=np.concatenate([layer.of for layer in net.hyperplanes]).astype(np.int64),
        side=np.concatenate([layer.side for layer in net.hyperplanes]),
        neuron_at=starts(list(net.widths)),
        row_at=starts([width + 1 for width in net.widths]),
        jump=np.concatenate([*empty, *(jump.value.ravel() for jump in jumps)]),
        jump_size=np.concatenate([*empty, *(np.abs(jump.value).max(axis=1) for jump in jumps)]),
        jump_error=np.concatenate([*empty, *(jump.error.max(axis=1) for jump in jumps)]),
        jump_at=starts([*(jump.value.size for jump in jumps), 0]),
        rises=np.array([bool(entry) for entry in net.hyperplanes[-1].rises(combination).entries()]),
        two_sided=np.concatenate([layer.two_sided for layer in net.hyperplanes]),
        label=np.array(net.first_label, dtype=np.int64),
        boundary=boundary.value,
        boundary_error=boundary.error,
        output=output.value[0],
        output_error=output.error[0],
        output_doubt=2 * float(output.error[0].sum()),
    )


def _finals(of: NDArray[np.intp], planes: int) -> NDArray[np.int64]:
    """The last neuron on each hyperplane."""
    finals = np.zeros(planes, dtype=np.int64)
    np.maximum.at(finals, of, np.arange(len(of)))
    return finals


def _jumps(net: HomogeneousNet, number: int, following: FloatVectors) -> FloatVectors:
    """By how much the preactivations of the following layer rise across each hyperplane of a layer: rows."""
    planes = net.hyperplanes[number]
    jumps = FloatVectors(following.value.T[planes.first], following.error.T[planes.first])
    several = np.flatnonzero(np.bincount(planes.of) > 1)
    if len(several):
        rises = planes.rises(net.layers[number + 1]).transpose().tolist()
        exact = FloatVectors.from_integers(fmpz_mat([rises[plane] for plane in several]))
        jumps.value[several], jumps.error[several] = exact.value, exact.error
    return jumps


def _combination(layer: fmpz_mat) -> fmpz_mat:
    """A random combination of the outputs, as a form in the last hidden layer's neurons and the constant."""
    outputs = layer.nrows() - 1
    factors = [*(fmpz(entry % 1009 + 1) for entry in random_residues(outputs, _SEED)), fmpz(0)]
    return fmpz_mat(1, outputs + 1, factors) * layer


def starts(sizes: list[int]) -> NDArray[np.int64]:
    """Where each part starts when parts of these sizes are laid end to end."""
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
