"""Disjoint sets against a graph search."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relupoly.pieces.merging.disjoint import DisjointSets, components


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_components_of_a_graph(edges):
    sets = DisjointSets()
    groups = {item: {item} for item in range(13)}
    for one, other in edges:
        assert sets.join(one, other) == (groups[one] is not groups[other])
        if groups[one] is not groups[other]:
            joint = groups[one] | groups[other]
            groups |= dict.fromkeys(joint, joint)
    for one in range(13):
        for other in range(13):
            assert (sets.find(one) == sets.find(other)) == (groups[one] is groups[other])


def test_long_chains_need_no_recursion():
    sets = DisjointSets()
    assert all(sets.join(item, item + 1) for item in range(100_000))
    assert sets.find(0) == sets.find(100_000)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_components_all_at_once(edges):
    sets = DisjointSets()
    for one, other in edges:
        sets.join(one, other)
    ends = np.array(edges, dtype=np.intp).reshape(len(edges), 2)
    expected = [min(other for other in range(13) if sets.find(other) == sets.find(one)) for one in range(13)]
    assert components(13, ends[:, 0], ends[:, 1]).tolist() == expected


def test_long_chains_all_at_once():
    order = np.random.default_rng(1).permutation(100_000)
    assert not components(100_000, order[1:], order[:-1]).any()
