"""Sets of cells that are joined across facets, in any order; each is given out as soon as it is complete."""

import random
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st
from oracles.piece_facts import components

from relupoly import Domain, Network
from relupoly.pieces.listing.joined import Joined
from relupoly.pieces.listing.pieces import list_pieces
from relupoly.pieces.listing.records import CellRecord


def cell(number):
    return CellRecord(number, ())


@given(st.integers(1, 12), st.sets(st.tuples(st.integers(1, 12), st.integers(1, 12))), st.randoms(use_true_random=False))
def test_components_come_when_they_are_complete(count, pairs, source):
    edges = {frozenset(pair) for pair in pairs if pair[0] != pair[1] and max(pair) <= count}
    facets = defaultdict(list)
    for edge in edges:
        for one in edge:
            facets[one].append(edge)
    expected = {frozenset(one + 1 for one in own) for own in components(count, [[one - 1 for one in edge] for edge in edges])}
    order = list(range(1, count + 1))
    source.shuffle(order)
    joined, seen, found = Joined(), set(), set()
    for number in order:
        seen.add(number)
        complete = joined.add(cell(number), facets[number])
        (own,) = [one for one in expected if number in one]
        assert (complete is not None) == (own <= seen)
        if complete is not None:
            assert [one.number for one in complete] == sorted(own)
            found.add(own)
    assert found == expected
    assert list(joined.left()) == []


def test_several_facets_between_two_cells():
    joined = Joined()
    assert joined.add(cell(1), ["a", "b"]) is None
    assert [one.number for one in joined.add(cell(2), ["a", "b"])] == [1, 2]


def test_a_facet_that_has_no_other_side():
    joined = Joined()
    joined.add(cell(2), ["a"])
    joined.add(cell(1), ["a", "b"])
    assert [[one.number for one in own] for own in joined.left()] == [[1, 2]]


class Watched(Joined):
    """Notes how many cells are kept at most."""

    most = 0

    def add(self, cell, facets):
        complete = super().add(cell, facets)
        Watched.most = max(Watched.most, sum(len(own) for own in self.left()))
        return complete


def test_few_cells_are_kept_where_few_merge(monkeypatch):
    monkeypatch.setattr("relupoly.pieces.listing.pieces.Joined", Watched)
    source = random.Random(1)
    rows = [[source.gauss(0, 1) for _ in range(3)] for _ in range(20)]
    weights = [source.gauss(0, 1) for _ in range(20)]
    net = Network.from_rows([([row[:2] for row in rows], [row[2] for row in rows]), ([[0, *weights[1:]]], None)])
    pieces = list(list_pieces(net, Domain.box([-3, -3], [3, 3])))
    cells = sum(len(piece.cells) for piece in pieces)
    merged = sum(len(piece.cells) for piece in pieces if len(piece.cells) > 1)
    # One neuron does not count: cells on both sides of its line are pairs.
    assert merged == 2 * (cells - len(pieces)) > 0
    assert cells > 100
    assert 0 < Watched.most <= merged
    assert Watched.most < cells / 4
