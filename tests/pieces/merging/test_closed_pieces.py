"""Closed pieces, function by function: what is settled, and what each cell that comes later changes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from oracles.merging import NETS

from relupoly.constructions.hard import hard
from relupoly.geometry.domain import Domain
from relupoly.networks.composition import compose
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.forms.fingerprints import BITS
from relupoly.pieces.forms.homogeneous import HomogeneousNet, homogenize
from relupoly.pieces.merging.affine_functions import UnseenFunctions
from relupoly.pieces.merging.closed_pieces import PiecesByFunction, pieces_by_words
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount import recount
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import FingerprintedCells

CASES = [name for name in NETS if name != "no hidden layer"]


def parts_of(net: HomogeneousNet, patience: int) -> list[object]:
    return list(Walk(net, patience=patience).cells(PiecesByFunction.detail))


def tally_of(net: HomogeneousNet, parts: list[object]) -> PiecesByFunction:
    counter = PiecesByFunction(net)
    for part in parts:
        take(counter, part)
    return counter


def take(counter: PiecesByFunction, part: object) -> None:
    if isinstance(part, FingerprintedCells):
        counter.add_counted(part)
    else:
        assert isinstance(part, Cell)
        counter.add(part)


def settle(counter: PiecesByFunction, net: HomogeneousNet) -> None:
    counter.settle(lambda **options: Walk(net, **options))


@pytest.mark.parametrize("patience", [0, 10**9], ids=["compiled", "interpreted"])
@pytest.mark.parametrize("name", CASES)
def test_what_is_settled_stays_so_until_a_cell_comes(name: str, patience: int) -> None:
    net = homogenize(NETS[name], Domain())
    parts = parts_of(net, patience)
    counter = tally_of(net, parts)
    assert not counter.settled
    assert "closed" not in counter.counts()
    settle(counter, net)
    assert counter.settled
    expected = count_pieces(NETS[name], notion="closed").counts
    assert counter.counts() == {key: expected[key] for key in ("affine", "closed", "open")}
    for kind in (Cell, FingerprintedCells):
        again = tally_of(net, parts)
        settle(again, net)
        for part in [part for part in parts if isinstance(part, kind)][:1]:
            take(again, part)
            assert not again.settled


@pytest.mark.parametrize("name", CASES)
def test_what_is_settled_is_merged_and_written_down(name: str) -> None:
    net = homogenize(NETS[name], Domain())
    whole, empty = tally_of(net, parts_of(net, 10**9)), PiecesByFunction(net)
    settle(whole, net)
    restored = PiecesByFunction(net)
    restored.restore(whole.state())
    assert (restored.settled, restored.counts()) == (True, whole.counts())
    assert restored.state() == whole.state()
    # Nothing is added: what was settled is settled still, on either side.
    restored.merge(empty)
    empty.merge(whole)
    assert restored.settled
    assert (empty.settled, empty.counts()) == (True, whole.counts())
    # Something is: it is not.
    restored.merge(tally_of(net, parts_of(net, 10**9)[:1]))
    assert not restored.settled


@pytest.mark.parametrize("name", ["trap", "crossed trap"])
def test_a_slice_joins_what_it_leads_to(name: str) -> None:
    """The zeros on both sides of the strip |x| < 1 are two open pieces; the segment y = 0 makes them one closed piece."""
    counts = count_pieces(NETS[name], notion="all").counts
    assert counts["closed"] == counts["open"] - 1 == counts["affine"]
    assert counts == recount(NETS[name], notions=NOTIONS)


def test_a_second_walk_that_is_compiled_sees_each_function_again() -> None:
    """A sawtooth with flat tops: their function is the same on all of them, and no layer is idle there."""
    flat = Network.from_rows([([[1], [1]], ["-1/4", "-3/4"]), ([[1, -1]], ["1/4"])])
    net = homogenize(compose(flat, hard("sawtooth", width=3, depth=4).network), Domain())
    counter = tally_of(net, parts_of(net, 0))
    counter.settle(lambda **options: Walk(net, patience=0, **options))
    expected = tally_of(net, parts_of(net, 10**9))
    settle(expected, net)
    assert counter.counts() == expected.counts()
    assert counter.counts()["open"] > counter.counts()["affine"] + 50


def test_states_that_no_count_has() -> None:
    net = homogenize(NETS[CASES[0]], Domain())
    parts = parts_of(net, 10**9)
    counter = tally_of(net, parts)
    assert counter.is_plausible(len(parts), True)
    # More cells than were taken; then more pieces, by function, than there are.
    assert not counter.is_plausible(len(parts) + 1, True)
    state = counter.state()
    state["pieces"] = [[one, count + len(parts)] for one, count in state["pieces"]]
    other = PiecesByFunction(net)
    other.restore(state)
    assert not other.is_plausible(len(parts), True)


def test_pieces_that_no_function_has() -> None:
    """A function without a piece, or with a fingerprint that is too long, while all sums are right."""
    net = homogenize(NETS[CASES[0]], Domain())
    parts = parts_of(net, 10**9)
    state = tally_of(net, parts).state()
    [first, count], *rest = state["pieces"]
    for pieces, plausible in (
        (state["pieces"], True),
        ([*state["pieces"], [first ^ 1, 0]], False),
        ([[first | 1 << BITS, count], *rest], False),
    ):
        other = PiecesByFunction(net)
        other.restore(state | {"pieces": pieces})
        assert other.is_plausible(len(parts), True) == plausible


def test_each_function_that_is_watched_is_seen_again() -> None:
    """A second walk that misses one has seen other cells than the first."""
    net, watch = homogenize(NETS[CASES[0]], Domain()), np.array([5, 9], dtype=np.uint64)
    words = np.array([[1, 2], [3, 4]], dtype=np.uint32)

    def walk(found: np.ndarray) -> SimpleNamespace:
        part = FingerprintedCells(len(found), watch[found], words[found], {})
        return SimpleNamespace(cells=lambda detail: [part])

    pieces = pieces_by_words(net, watch, lambda watch: walk(np.array([0, 1, 1])))
    assert pieces == {words[0].tobytes(): 1, words[1].tobytes(): 2}
    with pytest.raises(UnseenFunctions, match="has not met all their functions"):
        pieces_by_words(net, watch, lambda watch: walk(np.array([0])))
