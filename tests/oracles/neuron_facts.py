"""The facts about neurons by loops over fractions, pair by pair: what `relupoly.networks.neurons` finds on arrays."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from relupoly.networks.network import Network

Facts = list[dict[str, Any]]


def facts(network: Network) -> Facts:
    """For each hidden layer its dead, constant, duplicate, opposite and unused neurons, as `LayerNeurons` has them."""
    layers = [_rows(layer) for layer in network.layers]
    known: list[Fraction | None] = [None] * network.input_dim
    positive = [False] * network.input_dim
    found: Facts = []
    for layer, rows in zip(network.hidden, layers, strict=False):
        relus = [index not in layer.linear for index in range(layer.outputs)]
        varying = [_varying(row, known) for row in rows]
        pairs = list(zip(varying, relus, strict=True))
        known, positive = [_value(*pair, positive) for pair in pairs], [_never_negative(*pair, positive) for pair in pairs]
        groups = _groups(varying, [index for index, value in enumerate(known) if relus[index] and value is None])
        found.append(
            {
                "dead": tuple(i for i, value in enumerate(known) if relus[i] and value == 0),
                "constant": tuple(i for i, value in enumerate(known) if value is not None and (value > 0 or not relus[i])),
                "duplicate": tuple(tuple(group) for group in groups if len(group) > 1),
                "opposite": tuple(
                    (one[0], other[0])
                    for one in groups
                    for other in groups
                    if one[0] < other[0] and _multiple(varying[other[0]], varying[one[0]], -1)
                ),
            }
        )
    gone: set[int] = set()
    for number in reversed(range(len(found))):
        readers = [row[:-1] for index, row in enumerate(layers[number + 1]) if index not in gone]
        unused = tuple(i for i in range(network.widths[number]) if not any(row[i] for row in readers))
        found[number]["unused"] = unused
        gone = {*found[number]["dead"], *unused}
    return found


def _rows(layer: Any) -> list[list[Fraction]]:
    """The weights of each neuron, then its bias."""
    weight = layer.weight.tolist()
    return [
        [Fraction(int(entry.p), int(entry.q)) for entry in (*row, bias)]
        for row, bias in zip(weight, layer.bias.entries(), strict=True)
    ]


def _varying(row: list[Fraction], known: list[Fraction | None]) -> list[Fraction]:
    constant = sum((w * v for w, v in zip(row, known, strict=False) if v is not None), row[-1])
    return [w if v is None else Fraction(0) for w, v in zip(row, known, strict=False)] + [constant]


def _value(row: list[Fraction], relu: bool, positive: list[bool]) -> Fraction | None:
    *weights, bias = row
    if not any(weights):
        return max(bias, Fraction(0)) if relu else bias
    if relu and bias <= 0 and all(w == 0 or (w < 0 and sure) for w, sure in zip(weights, positive, strict=True)):
        return Fraction(0)
    return None


def _never_negative(row: list[Fraction], relu: bool, positive: list[bool]) -> bool:
    *weights, bias = row
    return relu or (bias >= 0 and all(w == 0 or (w > 0 and sure) for w, sure in zip(weights, positive, strict=True)))


def _multiple(row: list[Fraction], other: list[Fraction], sign: int) -> bool:
    """Whether a row is another one times a number of this sign."""
    lead = next(index for index, entry in enumerate(other) if entry)
    factor = row[lead] / other[lead]
    return factor * sign > 0 and all(one == factor * two for one, two in zip(row, other, strict=True))


def _groups(rows: list[list[Fraction]], neurons: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for index in neurons:
        for group in groups:
            if _multiple(rows[index], rows[group[0]], 1):
                group.append(index)
                break
        else:
            groups.append([index])
    return groups
