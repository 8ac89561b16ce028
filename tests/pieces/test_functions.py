"""Sets of affine functions: exact even where fingerprints say nothing, and small."""

import pytest
from hypothesis import given, settings
from oracles.merging import NETS
from oracles.strategies import nets_on_domains

from relupoly.geometry.domain import Domain
from relupoly.pieces import functions as module
from relupoly.pieces.count import count_pieces
from relupoly.pieces.functions import Functions
from relupoly.pieces.homogeneous import homogenize
from relupoly.pieces.maps import LayerMap
from relupoly.pieces.recount import recount
from relupoly.pieces.walk import Walk


def outputs(net, domain=None):
    prepared = homogenize(net, domain or Domain())
    return prepared, [cell.output for cell in Walk(prepared)]


@settings(max_examples=60)
@given(nets_on_domains(neurons=9, width=4))
def test_a_pattern_is_a_function(case):
    prepared, maps = outputs(*case)
    for one in maps:
        again = LayerMap.of_pattern(prepared, one.pattern)
        assert (again.forms, again.residues, again.pattern) == (one.forms, one.residues, one.pattern)


@pytest.mark.parametrize("recent", [1, 3, 10**6])
@pytest.mark.parametrize("factor", [0, 1, None])
@pytest.mark.parametrize("name", ["hill", "trap", "zonotope", "sawtooth"])
def test_fingerprints_only_save_time(name, factor, recent, monkeypatch):
    """With factors 0 all functions have the fingerprint 0, and are told apart by their exact maps alone."""
    monkeypatch.setattr(module, "_RECENT", recent)
    if factor is not None:
        monkeypatch.setattr(module, "random_residues", lambda count, seed: [factor] * count)
    net = NETS[name]
    assert count_pieces(net, notion="closed").counts == recount(net, notions=("open", "activation", "affine", "closed"))


@pytest.mark.parametrize("recent", [2, 10**6])
def test_a_name_is_that_of_the_first_cell_with_the_function(recent, monkeypatch):
    monkeypatch.setattr(module, "_RECENT", recent)
    prepared, maps = outputs(NETS["zonotope"])
    known, names = Functions(prepared), {}
    for one in maps:
        name, new = known.add(one)
        assert new == (name not in names)
        first = names.setdefault(name, one)
        assert first.forms == one.forms == known.function(name).forms
        assert name[1] == first.pattern
    assert known.count == len(names) == len(list(known)) < len(maps)
    assert set(known) == set(names)


@settings(max_examples=40)
@given(nets_on_domains(neurons=9, width=4))
def test_merging_and_writing_down(case):
    prepared, maps = outputs(*case)
    whole, halves = Functions(prepared), [Functions(prepared), Functions(prepared)]
    for number, one in enumerate(maps):
        whole.add(one)
        halves[number % 2].add(one)
    restored = Functions(prepared)
    restored.restore(halves[1].state())
    assert restored.state() == halves[1].state()
    for there, here in halves[0].merge(restored):
        assert restored.function(there).forms == halves[0].function(here).forms
    assert halves[0].count == whole.count


def test_bytes_for_each_function():
    """A net with 64 neurons: 8 bytes of fingerprint, 8 of pattern; all the rest is of a fixed size."""
    prepared, maps = outputs(NETS["hill"])
    known = Functions(prepared)
    for one in maps:
        known.add(one)
    known.state()
    assert {fingerprints.itemsize for fingerprints, _ in known._bins} == {8}
    assert {patterns.shape[1] for _, patterns in known._bins} == {(20 + 2 + 7) // 8}
    assert sum(len(fingerprints) for fingerprints, _ in known._bins) == known.count
    assert not known._recent
