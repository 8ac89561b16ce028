"""Counts in parts on boxes of many inputs, whose cells are held by constraints."""

import itertools

import pytest
from command import random_layers
from oracles.stops import After

from relupoly import Domain, Network
from relupoly.parallel.part_file import decode, encode
from relupoly.parallel.run import count_part
from relupoly.pieces.count import count_pieces
from relupoly.run import Run

INPUTS = 14
NOTION = "closed"  # of all notions but patterns


@pytest.fixture(scope="module")
def net():
    return Network.from_rows(random_layers([INPUTS, 6, 5, 1]))


@pytest.fixture(scope="module")
def box():
    return Domain.box([-1] * INPUTS, [1] * INPUTS)


@pytest.fixture(scope="module")
def whole(net, box):
    found = count_pieces(net, box, NOTION).counts
    assert found["activation"] > 100
    return found


def test_shards_are_merged_into_the_whole(net, box, whole):
    first, *others = (decode(encode(count_part(net, box, NOTION, shard=(number, 3)))) for number in (1, 2, 3))
    for other in others:
        first.merge(other)
    first.finish()
    assert first.count().counts == whole


def test_a_checkpoint_goes_on(net, box, whole, tmp_path):
    place, stops = tmp_path / "a.part", 0
    for attempt in itertools.count(1):
        part = count_part(net, box, NOTION, checkpoint=place, jobs=1, run=Run(interrupted=After(60 * attempt)))
        if not part.stopped:
            break
        stops += 1
    assert stops
    assert part.count().counts == whole


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_threads_find_the_same(net, box, whole, jobs):
    assert count_part(net, box, NOTION, jobs=jobs).count().counts == whole
