"""SUBSET-SUM against all subsets, and on numbers that only one of the methods can manage."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.constructions.representation import subset_sum
from relupoly.constructions.representation.subset_sum import subset_with_sum
from relupoly.run import UNLIMITED, Run, Stopped

NUMBERS = st.lists(st.one_of(st.integers(-6, 6), st.integers(-(10**25), 10**25)), max_size=8)


def brute(numbers, target):
    return any(sum(chosen) == target for k in range(len(numbers) + 1) for chosen in itertools.combinations(numbers, k))


def check(numbers, target):
    found = subset_with_sum(numbers, target)
    if found is not None:
        assert len(set(found)) == len(found)
        assert sum(numbers[index] for index in found) == target
    return found is not None


@given(NUMBERS, st.data())
def test_against_all_subsets(numbers, data):
    target = data.draw(st.one_of(st.integers(-20, 20), st.sampled_from([*numbers, sum(numbers[::2])])))
    assert check(numbers, target) == brute(numbers, target)


@given(st.lists(st.integers(-3, 3), max_size=10), st.integers(-12, 12))
def test_many_equal_numbers(numbers, target):
    assert check(numbers, target) == brute(numbers, target)


@pytest.mark.parametrize("room", [4, 16, 64])
def test_with_little_room(room, monkeypatch):
    monkeypatch.setattr(subset_sum, "_ROOM", room)
    monkeypatch.setattr(subset_sum, "_LARGEST_TABLE", 0)
    source = random.Random(room)
    for _ in range(60):
        numbers = [source.randint(-99, 99) * 10**18 + source.randint(-2, 2) for _ in range(8)]
        target = source.choice([sum(numbers[:3]), sum(numbers[2:7]) + 1, numbers[0]])
        assert check(numbers, target) == brute(numbers, target)


def test_long_numbers():
    source = random.Random(1)
    numbers = [source.getrandbits(300) - source.getrandbits(300) for _ in range(36)]
    assert check(numbers, sum(numbers[::3]))
    assert not check(numbers, sum(numbers[::3]) + 1)


def test_many_short_numbers():
    source = random.Random(2)
    numbers = [source.randint(-1000, 1000) for _ in range(2000)]
    assert check(numbers, sum(numbers[::3]))
    assert not check([2 * number for number in numbers], 1)
    assert not check([1000, *[1003] * 50], 500)


def test_it_can_be_stopped(monkeypatch):
    monkeypatch.setattr(subset_sum, "_ROOM", 2**12)
    source = random.Random(3)
    numbers = [source.getrandbits(500) for _ in range(200)]
    steps = itertools.count()

    def stop():
        if next(steps) > 60:
            raise Stopped("deadline")

    with pytest.raises(Stopped):
        subset_with_sum(numbers, sum(numbers) // 2, run=UNLIMITED.also(stop))


def test_progress_counts_choices_from_one():
    """7 of 6, 5, 4 and 3, which a table takes one by one: it is there with the last."""
    told = []
    assert subset_with_sum([3, 4, 5, 6], 7, run=Run(progress=told.append)) == (0, 1)
    assert told == [1, 2, 3, 4]


def test_a_table_can_be_stopped():
    def stop():
        raise Stopped("deadline")

    with pytest.raises(Stopped):
        subset_with_sum([3, 4, 5, 6], 7, run=UNLIMITED.also(stop))
