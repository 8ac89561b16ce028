"""Fingerprints: the same from every walk, and never believed; words, which are proofs."""

import itertools
import random
from collections import Counter

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.merging import NETS
from oracles.strategies import nets_on_domains

from relupoly.exact.floats import FloatVectors
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.forms import fingerprints
from relupoly.pieces.forms.fingerprints import fingerprint, forms_of, idle_fingerprint, proof_primes, words_of
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.merging import affine_functions
from relupoly.pieces.recount import recount
from relupoly.pieces.walk import fingerprint_arrays
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail

NOTIONS = ("open", "activation", "affine", "closed")


def hostile(seed):
    source = random.Random(f"{seed} fingerprints")
    entry = ENTRIES[source.choice(list(ENTRIES))]
    widths = [source.randint(1, 5) for _ in range(source.randint(1, 3))]
    net = hostile_net(source, entry, source.randint(1, 3), widths, source.randint(1, 2))
    return homogenize(net, random_domain(source, net.input_dim))


def prepared(name):
    return homogenize(NETS[name], Domain())


CASES = [name for name in NETS if name != "no hidden layer"]


def outputs(net):
    return [cell.output for cell in Walk(net, patience=10**9)]


def collected(net, detail=Detail.FINGERPRINT, **options):
    """The fingerprints of all cells by a compiled walk, and how often each came."""
    found = Counter()
    for part in Walk(net, patience=0, **options).cells(detail):
        if isinstance(part, Cell):
            found[fingerprint(part.output)] += 1
            continue
        assert part.count == len(part.fingerprints) + sum(part.idle.values())
        found.update(part.fingerprints.tolist())
        for layer, count in part.idle.items():
            found[idle_fingerprint(net, layer)] += count
    return found


@pytest.mark.parametrize("detail", [Detail.FINGERPRINT, Detail.FINGERPRINT | Detail.MERGE])
@pytest.mark.parametrize("kind", [None, FloatVectors])
@pytest.mark.parametrize("net", [*map(prepared, CASES), *map(hostile, range(24))])
def test_every_walk_finds_the_same(net, kind, detail):
    expected = Counter(map(fingerprint, outputs(net)))
    assert collected(net, detail, kind=kind) == expected
    assert collected(net, detail, kind=kind, jobs=2) == expected


@pytest.mark.slow
@pytest.mark.parametrize("detail", [Detail.FINGERPRINT, Detail.FINGERPRINT | Detail.MERGE])
@pytest.mark.parametrize(("inputs", "widths"), [(2, [40, 30, 20]), (3, [12, 12]), (4, [9, 9]), (5, [9]), (6, [8])])
def test_generic_nets(inputs, widths, detail):
    source = np.random.default_rng(inputs)
    sizes = [inputs, *widths, 2]
    net = Network.from_rows([(source.normal(size=(b, a)), source.normal(size=b)) for a, b in itertools.pairwise(sizes)])
    net = homogenize(net, Domain())
    assert collected(net, detail) == Counter(map(fingerprint, outputs(net)))


@pytest.mark.parametrize(("room", "rays"), [(3, 2**13), (50, 2**13), (2**15, 20), (2**15, 100), (5, 60)])
@pytest.mark.parametrize(("inputs", "widths"), [(2, [9, 8, 8]), (3, [7, 9]), (4, [9])])
def test_where_there_is_little_room(inputs, widths, room, rays, monkeypatch):
    """Cells of which not all can be listed at once are built one by one."""
    monkeypatch.setattr(fingerprint_arrays, "_ROOM", room)
    monkeypatch.setattr(fingerprint_arrays, "_RAYS", rays)
    source = np.random.default_rng(inputs)
    sizes = [inputs, *widths, 1]
    net = Network.from_rows([(source.normal(size=(b, a)), source.normal(size=b)) for a, b in itertools.pairwise(sizes)])
    net = homogenize(net, Domain())
    expected = Counter(map(fingerprint, outputs(net)))
    assert collected(net) == expected
    some = np.unique(np.array(list(expected)[::3], dtype=np.uint64))
    parts = list(Walk(net, patience=0, watch=some).cells(Detail.FINGERPRINT))
    assert sorted(one for part in parts for one in part.fingerprints.tolist()) == some.tolist()
    assert sum(part.count for part in parts) == expected.total()


@settings(max_examples=50)
@given(nets_on_domains(neurons=9, width=4))
def test_words_are_equal_only_for_equal_functions(case):
    net = homogenize(*case)
    primes, known = proof_primes(net), {}
    for one in outputs(net):
        words = words_of(net, one.forms, primes)
        assert forms_of(net, words, primes) == one.forms
        assert known.setdefault(words.tobytes(), one.forms) == one.forms
    assert len(known) == len({tuple(one.forms.entries()) for one in outputs(net)})


@pytest.mark.parametrize("net", [*map(prepared, CASES), *map(hostile, range(24))])
def test_the_compiled_walk_writes_the_same_words(net):
    primes, maps = proof_primes(net), outputs(net)
    watch = np.unique(np.array([fingerprint(one) for one in maps[::2]], dtype=np.uint64))
    expected = Counter(words_of(net, one.forms, primes).tobytes() for one in maps if fingerprint(one) in set(watch.tolist()))
    found = Counter()
    for part in Walk(net, patience=0, watch=watch).cells(Detail.FINGERPRINT):
        if isinstance(part, Cell):
            found.update(words.tobytes() for _, words in affine_functions.watched(net, part, watch, primes))
        else:
            assert len(part.fingerprints) == len(part.words)
            assert set(part.fingerprints.tolist()) <= set(watch.tolist())
            found.update(words.tobytes() for words in part.words)
    assert found == expected


def test_words_of_the_largest_coefficients():
    """Beside the bound: all weights have the largest size, and all neurons are active."""
    net = homogenize(Network.from_rows([([[-(2**70)]] * 3, [2**70] * 3), ([[2**70] * 3], [-(2**70)])]), Domain())
    primes = proof_primes(net)
    for sign in (1, -1):
        forms = fmpz_mat([[sign * 3 * 2**140, sign * (3 * 2**140 + 2**70)], [0, 1]])
        assert forms_of(net, words_of(net, forms, primes), primes) == forms


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("factor", [0, 1])
@pytest.mark.parametrize("name", CASES)
def test_fingerprints_only_save_time(name, factor, compiled, monkeypatch):
    """With factors 0 all functions have the fingerprint 0, and are told apart by their words alone."""
    monkeypatch.setattr(fingerprints, "combination", lambda outputs: np.full((2, outputs), factor, dtype=np.uint64))
    monkeypatch.setattr(fingerprint_arrays, "combination", fingerprints.combination)
    monkeypatch.setattr(Walk, "_impatient", lambda self: compiled)
    monkeypatch.setattr(affine_functions, "_LEAST_BYTES", 100)
    monkeypatch.setattr(affine_functions, "_BYTES_PER_CELL", 0)
    net = NETS[name]
    expected = recount(net, notions=NOTIONS)
    assert count_pieces(net, notion="closed").counts == expected
    assert count_pieces(net, notion="affine").counts == {notion: expected[notion] for notion in ("activation", "affine")}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_rounds_of_few_functions(name, jobs, monkeypatch):
    monkeypatch.setattr(affine_functions, "_LEAST_BYTES", 1)
    monkeypatch.setattr(affine_functions, "_BYTES_PER_CELL", 0)
    monkeypatch.setattr(Walk, "_impatient", lambda self: True)
    assert count_pieces(NETS[name], notion="affine", jobs=jobs).pieces == recount(NETS[name], notions=("affine",))["affine"]


def test_generic_nets_need_no_second_walk(monkeypatch):
    """Cells with an idle layer are known by the layer, though they all have one function."""
    source = np.random.default_rng(3)
    net = Network.from_rows(
        [(source.normal(size=(b, a)), source.normal(size=b)) for a, b in [(2, 12), (12, 3), (3, 4), (4, 1)]]
    )
    monkeypatch.setattr(affine_functions, "_Round", None)
    for compiled in (True, False):
        monkeypatch.setattr(Walk, "_impatient", lambda self, compiled=compiled: compiled)
        counted = count_pieces(net, notion="affine")
        assert counted.counts["activation"] > counted.pieces
        monkeypatch.undo()
        assert counted.pieces == count_pieces(net, notion="closed").counts["affine"]
        monkeypatch.setattr(affine_functions, "_Round", None)
