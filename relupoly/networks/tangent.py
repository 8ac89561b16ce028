"""How a net changes at a point: the directional derivatives as a net of their own, and the linear map of a pattern.

Beside a point p the net f is f(p) + f'(p; h) for all short h, and f'(p; .) is again what a ReLU net without biases computes:
neurons that are active at p, or linear, pass on what they get; those that are inactive pass on nothing; and where the
preactivation vanishes at p, the ReLU is left. So f is differentiable at p exactly if this net, the tangent, is a linear map.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flint import fmpq, fmpq_mat

from relupoly.exact.blocks import densely, nonzero_rows, take_columns, take_rows
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.networks.evaluation import Signs, activation_pattern
from relupoly.networks.network import Layer, Network

Row = tuple[fmpq, ...]


def tangent(network: Network, point: Sequence[Any]) -> Network:
    """The net of the directional derivatives at a point, h -> f'(point; h); it has no biases.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [-1], [1]], [0, 0, 5]), ([[1, 1, 1]], [7])])
    >>> at_the_kink, elsewhere = tangent(net, [0]), tangent(net, [-9])
    >>> at_the_kink([-1]), at_the_kink([1]), elsewhere([1])
    ([0], [2], [-1])
    >>> at_the_kink.relus, elsewhere.relus
    ((2,), (0,))
    """
    return tangent_of(network, activation_pattern(network, point))


def tangent_of(network: Network, signs: Signs) -> Network:
    """The same from the signs of the preactivations at the point, for neurons with ReLU.

    Neurons that pass on nothing in any direction are left out: those that are inactive, and those that see only such neurons.
    """
    layers: list[Layer] = []
    seen = list(range(network.input_dim))
    for layer, entries in zip(network.hidden, signs, strict=True):
        given = iter(entries)
        weight = take_columns(layer.weight, seen)
        neurons = [next(given) if relu else 1 for relu in layer.has_relu.tolist()]
        moved = _rows_that_move(weight)
        seen = [place for place, (sign, moves) in enumerate(zip(neurons, moved, strict=True)) if moves and sign >= 0]
        if not seen:
            return Network((_linear(fmpq_mat(network.output_dim, network.input_dim)),))
        passing = tuple(new for new, place in enumerate(seen) if neurons[place] > 0)
        layers.append(_linear(take_rows(weight, seen), passing))
    return Network((*layers, _linear(take_columns(network.layers[-1].weight, seen))))


def jacobian(network: Network, signs: Signs) -> list[Row]:
    """The matrix of the derivatives where the neurons with ReLU have these signs; those of sign 0 pass on nothing.

    Returns
    -------
    list of tuple of fmpq
        A row for each output, with an entry for each input.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 0], [0, 1]], None), ([[2, 3]], None)])
    >>> jacobian(net, ((1, -1),))
    [(2, 0)]
    """
    product: Matrix = densely(network.layers[-1].weight)
    for layer, entries in zip(network.hidden[::-1], signs[::-1], strict=True):
        given = iter(entries)
        passing = [place for place, relu in enumerate(layer.has_relu.tolist()) if not relu or next(given) > 0]
        if not passing:
            product = fmpq_mat(network.output_dim, network.input_dim)
            break
        product = take_columns(product, passing) * take_rows(layer.weight, passing)
    return [tuple(row) for row in product.tolist()]


def without_kinks(signs: Iterable[Sequence[int]]) -> bool:
    """Whether no preactivation of a neuron with ReLU vanishes."""
    return all(all(entries) for entries in signs)


def _linear(weight: Matrix, linear: tuple[int, ...] = ()) -> Layer:
    return Layer(weight, fmpq_mat(weight.nrows(), 1), linear)


def _rows_that_move(weight: Matrix) -> list[bool]:
    """Which rows have an entry that is not 0."""
    if isinstance(weight, SparseMatrix):
        return [bool(length) for length in (weight.start[1:] - weight.start[:-1]).tolist()]
    return [bool(row) for row in nonzero_rows(weight)]
