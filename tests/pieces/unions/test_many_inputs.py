"""Unions of boxes whose cells are held by constraints: against the walk over rays, and boxes that are cut into parts."""

import itertools
import random

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, linear_nets

from relupoly import Domain, DomainUnion, Network, count_pieces
from relupoly.errors import SizeError
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.unions import convex_parts
from relupoly.run import Run

NOTIONS = ("activation", "open", "strict", "affine", "closed")


def always(patch):
    """Constraints hold cells in bounded sets of every dimension."""
    patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


@settings(max_examples=60)
@given(st.data(), linear_nets(inputs=3, neurons=7), st.sampled_from([*NOTIONS, "all"]))
def test_counts_are_those_of_the_walk_over_rays(data, network, notion):
    parts = [data.draw(boxes(network.input_dim)) for _ in range(data.draw(st.integers(2, 3)))]
    if network.input_dim == 2 and data.draw(st.booleans()):
        parts.append(Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1]], [1, 1, 1])))
    union = DomainUnion(tuple(parts))
    expected = count_pieces(network, union, notion).counts
    with pytest.MonkeyPatch.context() as patch:
        always(patch)
        assert count_pieces(network, union, notion).counts == expected


def random_net(inputs, widths, seed):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, 1]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


def cut(box, parts, seed):
    """A box in so many boxes, which overlap a little."""
    source, found = random.Random(seed), [(list(box.lower), list(box.upper))]
    while len(found) < parts:
        low, high = found.pop(0)
        place = source.randrange(len(low))
        at = low[place] + (high[place] - low[place]) * fmpq(source.randint(1, 7), 8)
        over = (high[place] - at) * fmpq(source.choice([0, 1]), 10)
        found.append((low, [at + over if index == place else x for index, x in enumerate(high)]))
        found.append(([at if index == place else x for index, x in enumerate(low)], high))
    return DomainUnion(tuple(Domain.box(low, high) for low, high in found))


@pytest.mark.parametrize("notion", ["activation", "open", "affine"])
@pytest.mark.parametrize("inputs", [12, 20])
def test_a_box_that_is_cut_counts_as_the_box(inputs, notion):
    network, box = random_net(inputs, [4, 3], 1), Polyhedron.box([-1] * inputs, [1] * inputs)
    union = cut(box, 3, inputs)
    with pytest.MonkeyPatch.context() as patch:
        seen = []
        original = convex_parts.in_place
        patch.setattr(convex_parts, "in_place", lambda *given: seen.append(1) or original(*given))
        found = count_pieces(network, union, notion)
    assert seen
    assert found.counts[notion] == count_pieces(network, Domain(box), notion).counts[notion]


def test_with_patterns_pieces_are_joined_as_without():
    """With patterns cells have rays, whose walls are numbered in another way than those of the constraints."""
    network = Network.from_rows([([[1] * 7 + [0]], [-1]), ([[0]], [0]), ([[0]], [0])])
    union = DomainUnion((Domain.box([0] * 8, [1] * 8), Domain.box([0] * 7 + ["1/2"], [1] * 7 + [2])))
    expected = {"open": 1, "activation": 2, "affine": 1, "closed": 1, "patterns": 2, "strict": 0}
    assert count_pieces(network, union, "all").counts == expected


def test_separate_boxes_add_up():
    network = random_net(15, [4, 3], 2)
    parts = tuple(Domain.box([low] * 15, [low + fmpq(1, 2)] * 15) for low in (-1, 0, 1))
    expected = sum(count_pieces(network, part).pieces for part in parts)
    assert count_pieces(network, DomainUnion(parts)).pieces == expected
    assert count_pieces(network, DomainUnion(parts), "affine").pieces <= expected


def test_slivers_are_parts():
    inputs, thin = 13, fmpq(1, 10**30)
    network = random_net(inputs, [3, 2], 4)
    box = Domain.box([0] * inputs, [1] * inputs)
    sliver = Domain.box([1, *[0] * (inputs - 1)], [1 + thin, *[1] * (inputs - 1)])
    whole = Domain.box([0] * inputs, [1 + thin, *[1] * (inputs - 1)])
    found = count_pieces(network, DomainUnion((box, sliver)), "activation")
    assert found.counts == count_pieces(network, whole, "activation").counts


def test_what_needs_vertices_is_refused():
    network = random_net(30, [3, 2], 1)
    union = DomainUnion((Domain.box([0] * 30, [1] * 30), Domain.box([0] * 30, [2] * 30)))
    with pytest.raises(SizeError, match="2\\^30 vertices"):
        count_pieces(network, union, "patterns")
    assert count_pieces(network, union, run=Run(deadline=0)).stopped == "deadline"
