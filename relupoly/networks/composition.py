"""Nets made of nets: composition, and restriction to an affine subspace."""

from __future__ import annotations

from relupoly.errors import NetworkError
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Layer, Network


def compose(outer: Network, inner: Network) -> Network:
    """The net of x -> outer(inner(x)): the two affine maps that meet become one.

    Raises
    ------
    NetworkError
        If `inner` has not as many outputs as `outer` has inputs.

    Examples
    --------
    >>> tent = Network.from_rows([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> compose(tent, tent).widths
    (2, 2)
    """
    if inner.output_dim != outer.input_dim:
        raise NetworkError(f"the inner network has {inner.output_dim} outputs, but the outer one has {outer.input_dim} inputs")
    last, first = inner.layers[-1], outer.layers[0]
    joint = Layer(first.weight * last.weight, first.weight * last.bias + first.bias)
    return Network((*inner.layers[:-1], joint, *outer.layers[1:]))


def restrict(network: Network, subspace: AffineSubspace) -> Network:
    """The net t -> network(origin + basis t) on an affine subspace of its input space.

    Raises
    ------
    NetworkError
        If the subspace lies in a space of another dimension than the net's input.

    Examples
    --------
    >>> absolute_sum = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], [0])])
    >>> diagonal = AffineSubspace.through([[0, 0], [1, 1]])
    >>> restrict(absolute_sum, diagonal).input_dim
    1
    """
    if subspace.ambient_dimension != network.input_dim:
        raise NetworkError(
            f"the subspace lies in dimension {subspace.ambient_dimension}, but the network has {network.input_dim} inputs"
        )
    first = network.layers[0]
    entered = Layer(first.weight * subspace.basis, first.weight * subspace.origin + first.bias)
    return Network((entered, *network.layers[1:]), network.metadata)
