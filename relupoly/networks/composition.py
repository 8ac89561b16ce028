"""Nets made of nets: composition, nets side by side, differences, and restriction to an affine subspace.

Nets side by side need equally many layers. The outputs of neurons with ReLU are not negative, so they pass through further
layers as they are: relu(relu(z)) = relu(z). Such neurons cut nothing, where the usual u = relu(u) - relu(-u) would. What linear
neurons compute is passed on by linear ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from relupoly.errors import NetworkError
from relupoly.exact import matrices
from relupoly.exact.blocks import block_diagonal, from_nonzero_rows, stack
from relupoly.exact.matrices import beside
from relupoly.exact.sparse import Matrix, SparseMatrix, stacked
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
    joint = Layer(first.weight * last.weight, first.weight * last.bias + first.bias, first.linear)
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
    entered = Layer(subspace.pull_back(first.weight), first.weight * subspace.origin + first.bias, first.linear)
    return Network((entered, *network.layers[1:]), network.metadata)


def deepen(network: Network, depth: int) -> Network:
    """The same function with `depth` hidden layers, by neurons that pass on what they get.

    Raises
    ------
    ValueError
        If the net has more hidden layers than that.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> deepen(absolute_value, 3).widths
    (2, 2, 2)
    """
    missing = depth - len(network.hidden)
    if missing < 0:
        raise ValueError(f"the network has {len(network.hidden)} hidden layers already; ask for at least as many")
    if missing and not network.hidden:
        network, missing = _split_by_sign(network), missing - 1
    if not missing:
        return network
    narrowest = max(range(len(network.hidden)), key=lambda number: (-network.widths[number], number))
    width = network.widths[narrowest]
    sparse = any(isinstance(layer.weight, SparseMatrix) for layer in network.layers)
    unit = SparseMatrix.identity(width) if sparse else _identity(width)
    identity = Layer(unit, fmpq_mat(width, 1), network.layers[narrowest].linear)
    before, after = network.layers[: narrowest + 1], network.layers[narrowest + 1 :]
    return Network((*before, *[identity] * missing, *after), network.metadata)


def side_by_side(networks: Sequence[Network]) -> Network:
    """The net that gives the outputs of all nets at the same input.

    Raises
    ------
    NetworkError
        If the nets have different numbers of inputs.

    Examples
    --------
    >>> positive = Network.from_rows([([[1]], None), ([[1]], None)])
    >>> both = side_by_side([positive, Network.from_rows([([[3]], [1])])])
    >>> both.widths, both.output_dim
    ((3,), 2)
    """
    for network in networks:
        if network.input_dim != networks[0].input_dim:
            raise NetworkError(
                f"one network has {networks[0].input_dim} inputs, but another has {network.input_dim}; make them equal"
            )
    depth = max(len(network.hidden) for network in networks)
    stacks = zip(*(deepen(network, depth).layers for network in networks), strict=True)
    (first, *deeper) = stacks
    layers = [_stacked(stack(*(layer.weight for layer in first)), first)]
    layers += [_stacked(block_diagonal([layer.weight for layer in level]), level) for level in deeper]
    return Network(tuple(layers))


def with_inputs(network: Network, places: Sequence[int]) -> Network:
    """The net of x -> (network(x), x_i, ...): some inputs, counted from 0, are passed on beside the outputs.

    Linear neurons carry them, so that there are no more cells.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> both = with_inputs(absolute_value, [0])
    >>> both([-3]), both.relus
    ([3, -3], (2,))
    """
    if not places:
        return network
    sparse = any(isinstance(layer.weight, SparseMatrix) for layer in network.layers)
    carried = tuple(range(len(places)))
    unit, bias = SparseMatrix.identity(len(places)) if sparse else _identity(len(places)), fmpq_mat(len(places), 1)
    picked = from_nonzero_rows([{place: fmpq(1)} for place in places], network.input_dim, sparse)
    depth = len(network.hidden)
    passing = [Layer(unit if number else picked, bias, carried if number < depth else ()) for number in range(depth + 1)]
    return side_by_side([network, Network(tuple(passing))])


def subtract(network: Network, other: Network) -> Network:
    """The net of x -> network(x) - other(x).

    Raises
    ------
    NetworkError
        If the nets have different numbers of inputs or outputs.

    Examples
    --------
    >>> positive = Network.from_rows([([[1]], None), ([[1]], None)])
    >>> negative = Network.from_rows([([[-1]], None), ([[1]], None)])
    >>> subtract(positive, negative).layers[-1].weight
    [1, -1]
    """
    if network.output_dim != other.output_dim:
        raise NetworkError(
            f"one network has {network.output_dim} outputs, and the other has {other.output_dim}; they must be equal in number"
        )
    both = side_by_side([network, other])
    last = both.layers[-1]
    unit = SparseMatrix.identity(network.output_dim)
    minus = stacked([unit, -unit]).transpose()
    return Network((*both.layers[:-1], Layer(minus * last.weight, minus * last.bias)))


def _split_by_sign(network: Network) -> Network:
    """A net without hidden layer as one with a hidden layer: u = relu(u) - relu(-u)."""
    (layer,) = network.layers
    outputs = network.output_dim
    signs = beside(_identity(outputs), -_identity(outputs))
    entered = Layer(stack(layer.weight, -layer.weight), matrices.stack(layer.bias, -layer.bias))
    return Network((entered, Layer(signs, fmpq_mat(outputs, 1))), network.metadata)


def _stacked(weight: Matrix, layers: Sequence[Layer]) -> Layer:
    starts = itertools.accumulate((layer.outputs for layer in layers), initial=0)
    linear = tuple(start + neuron for start, layer in zip(starts, layers, strict=False) for neuron in layer.linear)
    return Layer(weight, matrices.stack(*(layer.bias for layer in layers)), linear)


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [int(row == column) for row in range(size) for column in range(size)])
