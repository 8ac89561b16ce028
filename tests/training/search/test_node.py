"""Nodes: which nets they hold, and that children leave none out."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from relupoly.training.search.node import NeuronClass, Node, children, roots


def described(node: Node) -> list[tuple[int, int, list[int]]]:
    return [(one.sign, one.count, one.sides.tolist()) for one in node.classes]


def test_the_roots_cover_all_output_signs() -> None:
    assert [described(node) for node in roots(2, 1)] == [
        [(-1, 2, [0])],
        [(1, 1, [0]), (-1, 1, [0])],
        [(1, 2, [0])],
    ]


def test_children_come_in_the_order_of_the_format() -> None:
    [parent] = [Node((NeuronClass(1, 2, np.zeros(2, np.int8)), NeuronClass(-1, 1, np.array([0, 1], np.int8))))]
    assert [described(child) for child in children(parent, 0, 1)] == [
        [(-1, 1, [0, 1]), (1, 2, [0, -1])],
        [(-1, 1, [0, 1]), (1, 1, [0, -1]), (1, 1, [0, 1])],
        [(-1, 1, [0, 1]), (1, 2, [0, 1])],
    ]
    assert described(parent) == [(1, 2, [0, 0]), (-1, 1, [0, 1])]


def holds(node: Node, net: list[tuple[int, list[int]]]) -> bool:
    """Whether the neurons of a net, given by sign and sides, fit the classes in some order."""
    places = [place for place, one in enumerate(node.classes) for _ in range(one.count)]
    return any(
        all(fits(node.classes[place], *neuron) for place, neuron in zip(places, order, strict=True))
        for order in itertools.permutations(net)
    )


def fits(one: NeuronClass, sign: int, sides: list[int]) -> bool:
    return one.sign == sign and bool((one.sides * np.array(sides) >= 0).all())


@pytest.mark.parametrize("seed", range(20))
def test_a_net_is_in_a_child_whenever_it_is_in_the_parent(seed: int) -> None:
    source = random.Random(seed)
    net = [(source.choice([1, -1]), [source.choice([1, -1]) for _ in range(4)]) for _ in range(3)]
    [node] = [root for root in roots(3, 4) if holds(root, net)]
    for point in range(4):
        place = source.randrange(len(node.classes))
        parts = list(children(node, place, point))
        assert len(parts) == node.classes[place].count + 1
        [node] = [child for child in parts if holds(child, net)]
        assert sum(one.count for one in node.classes) == 3
