"""Open pieces: keys of facets, what crossing a facet changes, and counters of parts of a walk in any order."""

from __future__ import annotations

import random

import numpy as np
import pytest
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.merging import NETS

from relupoly.geometry.domain import Domain
from relupoly.geometry.faces import facets
from relupoly.pieces.count import count_pieces
from relupoly.pieces.forms.homogeneous import HomogeneousNet, homogenize
from relupoly.pieces.merging.open_pieces import OpenPieces, _packed, _unpacked, changing, silent_facets
from relupoly.pieces.walk.cell import Cell, same_function
from relupoly.pieces.walk.driver import Walk

CASES = [name for name in NETS if name != "no hidden layer"]


@pytest.mark.parametrize("length", range(1, 20))
def test_keys_in_two_bits_a_sign(length: int) -> None:
    source = random.Random(length)
    key = bytes(source.choice([255, 0, 1]) for _ in range(length))
    data = _packed(key)
    assert len(data) == -(-2 * length // 8)
    assert _unpacked(data, length) == key
    for wrong in (data + b"\0", data[:-1]):
        with pytest.raises(ValueError, match="a facet of another net"):
            _unpacked(wrong, length)


def test_a_key_by_hand() -> None:
    """1, -1, 0: the positive ones, then the negative ones, from the left."""
    assert _packed(bytes([1, 255, 0])) == bytes([0b100_010_00])


def nets() -> list[HomogeneousNet]:
    prepared = [homogenize(NETS[name], Domain()) for name in CASES]
    for seed in range(12):
        source = random.Random(f"{seed} merging")
        entry = ENTRIES[source.choice(list(ENTRIES))]
        net = hostile_net(source, entry, source.randint(1, 2), [source.randint(1, 4), 3], 1)
        prepared.append(homogenize(net, random_domain(source, net.input_dim)))
    return prepared


@pytest.mark.parametrize("net", nets(), ids=lambda net: "-".join(str(len(one.side)) for one in net.hyperplanes))
def test_what_crossing_a_hyperplane_changes(net: HomogeneousNet) -> None:
    """The functions on both sides of a facet differ if and only if it is said so; what is not said is a silent facet."""
    first = net.first_label[0]
    shared = any(np.bincount(layer.of).max(initial=0) > 1 for layer in net.hyperplanes)
    seen: dict[bytes, tuple[Cell, bool]] = {}
    for cell in Walk(net, patience=10**9):
        assert isinstance(cell, Cell)
        silent, changes = set(silent_facets(cell)), changing(cell.net, cell.signs)
        for group in facets(cell.cone):
            walls = cell.cone.walls[group]
            if walls.min() < first:
                continue
            key = cell.face_key(walls)
            alone = len(walls) == 1 and bool(cell.all_signs.all())
            certain = alone and bool(changes[walls[0] - first])
            assert (key in silent) == (not certain)
            other = seen.pop(key, None)
            if other is None:
                seen[key] = (cell, certain)
                continue
            differ = not same_function(other[0].output, cell.output)
            if certain or other[1]:
                assert differ
            elif alone and not shared:
                assert not differ


def tally_of(net: HomogeneousNet, cells: list[Cell]) -> OpenPieces:
    counter = OpenPieces(net)
    for cell in cells:
        counter.add(cell)
    return counter


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_tallies_of_parts(name: str, parts: int) -> None:
    """In any order, each written down and read again, with as many joints as pieces that vanish."""
    net = homogenize(NETS[name], Domain())
    cells = [cell for cell in Walk(net, patience=10**9) if isinstance(cell, Cell)]
    counters = [tally_of(net, cells[start::parts]) for start in range(parts)]
    assert sum(counter.cells for counter in counters) == len(cells)
    random.Random(name).shuffle(counters)
    whole = OpenPieces(net)
    assert (whole.cells, whole.merges, whole.count, whole.counts()) == (0, 0, 0, {"open": 0})
    for counter in counters:
        restored = OpenPieces(net)
        restored.restore(counter.state())
        assert (restored.cells, restored.merges) == (counter.cells, counter.merges)
        assert sorted(map(str, restored.state()["waiting"])) == sorted(map(str, counter.state()["waiting"]))
        before = whole.count + restored.count
        assert len(whole.merge(restored)) == before - whole.count
    assert whole.counts() == {"open": count_pieces(NETS[name]).pieces}
