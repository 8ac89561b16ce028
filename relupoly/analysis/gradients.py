"""The gradient of a net at a point, exactly, also where a preactivation vanishes.

Where none does, the net is affine near the point. Elsewhere it may be differentiable all the same (relu(x) - relu(-x) = x),
and that is decided: its directional derivatives are a net of their own (`relupoly.networks.tangent`), of which one cell says
what the gradient would be; then their difference vanishes or does not (`relupoly.analysis.equality.vanishing`). That is
coNP-hard in general, but most kinks show at the first point that is tried.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat

from relupoly.analysis.equality.vanishing import nonzero_point
from relupoly.exact.blocks import beside, block_diagonal, densely, stack, take_rows
from relupoly.exact.matrices import column, from_rows
from relupoly.exact.sparse import SparseMatrix
from relupoly.geometry.domain import Domain
from relupoly.networks.evaluation import Signs, evaluate, exact_point, values_and_pattern
from relupoly.networks.network import Layer, Network
from relupoly.networks.tangent import Row, jacobian, tangent_of, without_kinks
from relupoly.run import UNLIMITED, Run

Gradients: TypeAlias = tuple[Row | None, ...]

# Any seed; it is fixed so that the same question always takes the same time.
_SEED = 20180430
# Random directions have entries up to this one: so large that they meet a hyperplane by bad luck once in a million times.
_REACH = 10**6


def gradient(network: Network, point: Sequence[Any], *, run: Run = UNLIMITED) -> Gradients:
    """The gradient of each output of a net at a point; None for an output that is not differentiable there.

    Parameters
    ----------
    network : Network
    point : sequence of numbers, length n_in
    run : Run, optional

    Returns
    -------
    tuple of (tuple of fmpq, length n_in, or None), length n_out

    Raises
    ------
    NetworkError, NumberError
        If the point has the wrong length, or an entry is no finite number.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [-1]], None), ([[1, 1], [1, -1]], None)])
    >>> gradient(net, ["1/3"]), gradient(net, [0])  # |x| and x
    (((1,), (1,)), (None, (1,)))
    """
    _, signs = values_and_pattern(network, exact_point(network, point))
    return gradient_at(network, signs, run)


def gradient_at(network: Network, signs: Signs, run: Run = UNLIMITED) -> Gradients:
    """The same from the signs of the preactivations at the point, for neurons with ReLU."""
    if without_kinks(signs):
        return tuple(jacobian(network, signs))
    local = tangent_of(network, signs)
    rows, (_, *others) = _candidates(local, run)
    if not any(local.relus):  # nothing is seen of the neurons that vanish, and nothing is left to decide
        return tuple(rows)
    left = list(range(local.output_dim))
    for direction in others:
        left = _agreeing(local, rows, left, direction)
    while left:
        run.tick()
        other = nonzero_point(_difference(local, rows, left), Domain(), run=run)
        if other is None:
            break
        left = _agreeing(local, rows, left, other)
    return tuple(row if place in left else None for place, row in enumerate(rows))


def _candidates(local: Network, run: Run) -> tuple[list[Row], list[list[fmpq]]]:
    """What the gradients are if there are any, and some directions to try, the first of which they have come from."""
    source = random.Random(_SEED)
    first = [fmpq(source.randint(-_REACH, _REACH)) for _ in range(local.input_dim)]
    _, signs = values_and_pattern(local, first)
    directions = [first, [-entry for entry in first]]
    if without_kinks(signs):
        return jacobian(local, signs), directions
    # Neurons cancel, so that one of them vanishes on all of a neighbourhood: a linear map is known by a basis.
    columns = []
    for along in range(local.input_dim):
        run.tick()
        columns.append(evaluate(local, [fmpq(place == along) for place in range(local.input_dim)]))
    return list(zip(*columns, strict=True)), directions


def _agreeing(local: Network, rows: Sequence[Row], left: Sequence[int], direction: Sequence[fmpq]) -> list[int]:
    """Those outputs of which the derivative in a direction is what the gradient says."""
    values = evaluate(local, direction) if left else []
    return [
        place for place in left if values[place] == sum((a * b for a, b in zip(rows[place], direction, strict=True)), fmpq(0))
    ]


def _difference(local: Network, rows: Sequence[Row], left: Sequence[int]) -> Network:
    """Some outputs of the tangent minus the linear maps, which linear neurons carry from layer to layer."""
    count = len(left)
    linear = from_rows([rows[place] for place in left])
    unit = densely(SparseMatrix.identity(count))
    layers = []
    for number, layer in enumerate(local.hidden):
        weight = block_diagonal([layer.weight, unit]) if number else stack(layer.weight, linear)
        passing = (*layer.linear, *range(layer.outputs, layer.outputs + count))
        layers.append(Layer(weight, fmpq_mat(layer.outputs + count, 1), passing))
    last = local.layers[-1].weight
    layers.append(Layer(beside(take_rows(last, left), -unit), column([fmpq(0)] * count)))
    return Network(tuple(layers))
