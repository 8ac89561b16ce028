"""The volume where a net is at most c, by cutting a box neuron by neuron: volumes by Lasserre's recursion, no vertices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import fmpq
from oracles.half_spaces import ZERO, Row, image, volume


def sublevel_volume(net, box: Sequence[Row], weights: Sequence[fmpq], level: fmpq) -> fmpq:
    """The volume of the part of a polytope in which a combination of outputs is at most a level."""
    total = ZERO
    for rows, form in affine_parts(net, box, weights):
        total += volume([*rows, (*form[:-1], level - form[-1])])
    return total


def affine_parts(net, box: Sequence[Row], weights: Sequence[fmpq]) -> Iterator[tuple[list[Row], Row]]:
    """The parts of positive volume, by half-spaces, with the combination of outputs as a form of the input."""
    n = net.input_dim
    start = [(*(fmpq(int(i == j)) for j in range(n)), ZERO) for i in range(n)]
    *hidden, last = net.layers
    parts: list[tuple[list[Row], list[Row]]] = [(list(box), start)]
    for layer in hidden:
        parts = [cut for rows, state in parts for cut in cuts(rows, images(layer, state))]
    for rows, state in parts:
        yield rows, image((*weights, ZERO), images(last, state))


def images(layer, state: Sequence[Row]) -> list[Row]:
    return [image((*row, b), state) for row, b in zip(layer.weight.tolist(), layer.bias.entries(), strict=True)]


def cuts(rows: list[Row], forms: Sequence[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """A polytope cut by the zeros of forms, and what ReLU makes of them on each part."""
    if not forms:
        yield rows, []
        return
    first, *others = forms
    zero = (ZERO,) * len(first)
    sides = [(zero, (*first[:-1], -first[-1]))]
    if first != zero:  # else the other side is the same
        sides.append((first, (*(-entry for entry in first[:-1]), first[-1])))
    for kept, row in sides:
        part = [*rows, row]
        if volume(part) > 0:
            for inner, state in cuts(part, others):
                yield inner, [kept, *state]
