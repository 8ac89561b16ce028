"""Leave to round: formats that cannot hold every rational either keep all entries exactly, or are told to round.

A format says which numbers it holds. If a network has others, writing stops and says how many; with leave, each of them
becomes the nearest double. A number beyond the largest double has no nearest one, and stops in either case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from flint import fmpq

from relupoly.errors import RoundingError
from relupoly.exact.blocks import from_nonzero_rows, nonzero_rows
from relupoly.exact.matrices import column, rows_of
from relupoly.exact.rationals import decimal_text, nearest_float, rational
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.networks.network import Layer, Network


def rounded(network: Network, holds: Callable[[fmpq], bool], kind: str, round: bool) -> Network:
    """The network with every entry that the format does not hold replaced by the nearest double.

    Parameters
    ----------
    network : Network
        It is not changed.
    holds : callable
        Whether the format holds a number exactly.
    kind : str
        What such numbers are called, for the message: "a double", "a finite decimal".
    round : bool
        Whether there is leave to round.

    Raises
    ------
    RoundingError
        If an entry would be rounded without leave, or is beyond the largest double.
    """
    foreign = [(place, value) for place, value in entries(network) if not holds(value)]
    for place, value in foreign:
        if math.isinf(nearest_float(value)):
            raise RoundingError(f"{place} is beyond the largest double, 1.8e308; write a native .json, which is exact")
    if not foreign:
        return network
    if not round:
        place, value = foreign[0]
        raise RoundingError(
            f"{len(foreign)} of the {network.parameters} weights and biases would be rounded, the first is {place} = "
            f"{decimal_text(value, 12)}, not {kind}; give --round (round=True), or write a native .json, which is exact"
        )
    return Network(tuple(_rounded_layer(layer, holds) for layer in network.layers), network.metadata)


def entries(network: Network) -> Iterator[tuple[str, fmpq]]:
    """Every weight and bias with its place, as messages name it; of sparse weights those that are kept.

    Examples
    --------
    >>> list(entries(Network.from_rows([([[3]], [4])])))
    [('layer 1: weight[1][1]', 3), ('layer 1: bias[1]', 4)]
    """
    for number, layer in enumerate(network.layers, 1):
        for r, row in enumerate(_kept_rows(layer.weight), 1):
            for c, value in row:
                yield f"layer {number}: weight[{r}][{c + 1}]", value
        for r, value in enumerate(layer.bias.entries(), 1):
            yield f"layer {number}: bias[{r}]", value


def _kept_rows(weight: Matrix) -> Iterator[Iterable[tuple[int, fmpq]]]:
    """For each row the entries that are kept, with their columns, from 0."""
    if isinstance(weight, SparseMatrix):
        return (row.items() for row in nonzero_rows(weight))
    return (enumerate(row) for row in rows_of(weight))


def _rounded_layer(layer: Layer, holds: Callable[[fmpq], bool]) -> Layer:
    def near(value: fmpq) -> fmpq:
        return value if holds(value) else rational(nearest_float(value))

    rows = [{c: near(value) for c, value in row} for row in _kept_rows(layer.weight)]
    weight = from_nonzero_rows(rows, layer.inputs, isinstance(layer.weight, SparseMatrix))
    return Layer(weight, column([near(value) for value in layer.bias.entries()]), layer.linear)
