"""The text of the kernel, interpreted: indices are checked there, and what is in its arrays before a job means nothing."""

import random

import numpy as np
import pytest
from oracles.kernel_text import interpret

from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.geometry.characteristic import compiled, counting, kernel, plain
from relupoly.geometry.characteristic.compiled import BadPrimeError
from relupoly.geometry.characteristic.counting import Work
from relupoly.geometry.characteristic.kernel import jobs, sorting
from relupoly.geometry.characteristic.kernel.tables import table_size


class Interpreted:
    """In the place of the compiled function."""

    def partial(self, *first):
        def call(*rest):
            with np.errstate(over="ignore"):  # codes and colours are meant to wrap around
                return jobs.do(*first, *rest)

        return call


class NumpyThatFills:
    """numpy, but for arrays that are empty."""

    def __getattr__(self, name):
        return getattr(np, name)

    def empty(self, shape, dtype):
        return np.full(shape, True if dtype == np.bool_ else 10**8, dtype)


@pytest.fixture
def _interpreted(monkeypatch):
    """The kernel as text, whose arrays are full of an index that is nowhere."""
    interpret(monkeypatch, kernel)
    monkeypatch.setattr(compiled, "do", Interpreted())
    monkeypatch.setattr(compiled, "np", NumpyThatFills())


def random_vectors(scale):
    chance = random.Random(scale)
    rows = [[chance.choice((0, 0, scale, -1, 2)) for _ in range(4)] + [0] for _ in range(9)]
    rows += [[int(i == j) for j in range(5)] for i in range(4)]
    return Arrangement.of([row for row in rows if any(row)]).vectors()


@pytest.mark.usefixtures("_interpreted")
@pytest.mark.parametrize("symmetry", [False, True])
@pytest.mark.parametrize("scale", [1, 10**9], ids=["one prime", "several primes"])
def test_random_vectors(scale, symmetry):
    vectors = random_vectors(scale)
    assert counting._compiled(vectors, Work(symmetry), 0) == plain.whitney_numbers(vectors)


@pytest.mark.usefixtures("_interpreted")
@pytest.mark.parametrize("symmetry", [False, True])
def test_an_arrangement_with_symmetry(symmetry):
    vectors = family_arrangement("threshold", 4).cone()
    assert counting._compiled(vectors, Work(symmetry), 0) == plain.whitney_numbers(vectors)


@pytest.mark.usefixtures("_interpreted")
def test_an_expanded_sweep(monkeypatch):
    monkeypatch.setattr("relupoly.geometry.characteristic.sweep._AT_ONCE", 10)
    vectors = family_arrangement("resonance", 4).vectors()
    assert counting._compiled(vectors, Work(False), 0) == plain.whitney_numbers(vectors)


def test_vectors_that_do_not_span_their_space_have_no_form():
    form, field = counting._transformed(family_arrangement("resonance", 5).vectors(), 0)
    flat = np.ascontiguousarray(form[:5])
    with pytest.raises(BadPrimeError):
        compiled.sections(flat, np.ones(5, dtype=np.int64), field)(0)


@pytest.mark.usefixtures("_interpreted")
@pytest.mark.parametrize("count", [*range(40), 200])
def test_places_in_order_of_keys(count):
    chance = random.Random(count)
    keys = np.array([chance.randrange(1 + count // 3) for _ in range(count)], dtype=np.uint64)
    places, spare = np.empty((2, count), dtype=np.int64)
    sorting.sort_places(keys, places, spare)
    assert places.tolist() == sorted(range(count), key=lambda place: (keys[place], place))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 8, 9, 100, 2**10, 2**10 + 1])
def test_hash_tables_are_as_long_as_the_kernel_takes_them_for(count):
    assert compiled._table_size(count) == table_size.py_func(count)
