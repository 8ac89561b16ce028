"""The ways to count an arrangement agree: plain, compiled sweep, flats up to linear maps; one prime or several."""

import random

import pytest

from relupoly.geometry.arrangement import Arrangement, normalized
from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.geometry.characteristic import counting, orbits, plain
from relupoly.geometry.characteristic.counting import Work, _compiled, whitney_numbers
from relupoly.geometry.characteristic.fields import choose_field, minor_bound
from relupoly.run import UNLIMITED, Run

CENTRAL = [("typeB", 4), ("resonance", 5), ("all-pm1", 3), ("threshold", 3), ("boolean", 5)]
AFFINE = [("shi", 5), ("catalan", 4), ("linial", 6)]


def vectors_of(name: str, n: int) -> tuple[tuple[int, ...], ...]:
    arrangement = family_arrangement(name, n)
    return arrangement.vectors() if arrangement.is_central else arrangement.cone()


@pytest.mark.parametrize(("name", "n"), CENTRAL + AFFINE)
@pytest.mark.parametrize("symmetry", [None, False, True])
def test_of_families(name: str, n: int, symmetry: bool | None) -> None:
    vectors = vectors_of(name, n)
    assert _compiled(vectors, Work(symmetry=symmetry), 0) == plain.whitney_numbers(vectors)


@pytest.mark.parametrize("symmetry", [False, True])
@pytest.mark.parametrize("scale", [1, 10**6, 10**15])
def test_of_random_vectors_with_one_prime_or_several(symmetry: bool, scale: int) -> None:
    chance = random.Random(scale)
    base = [[chance.choice((0, 0, 1, -1, 2)) for _ in range(5)] for _ in range(14)]
    mix = [[chance.randint(-scale, scale) for _ in range(5)] for _ in range(5)]
    rows = [[sum(a * b for a, b in zip(row, column, strict=True)) for column in mix] for row in base if any(row)]
    vectors = Arrangement.of([[*row, 0] for row in rows]).vectors()
    assert (len(choose_field(vectors).primes) > 1) == (scale > 1)
    assert _compiled(vectors, Work(symmetry=symmetry), 0) == plain.whitney_numbers(vectors)


def test_several_primes_are_taken_for_long_entries() -> None:
    vectors = ((10**12, 1, 0), (0, 10**12, 1), (1, 0, 10**12))
    field = choose_field(vectors)
    assert len(field.primes) > 1
    product = 1
    for prime in field.primes:
        product *= int(prime)
    assert product > minor_bound(vectors)


def test_a_bad_prime_is_replaced() -> None:
    first = int(choose_field(((10**12, 1, 0), (0, 10**12, 1), (1, 0, 10**12))).primes[0])
    rows = [(first, 0, 0, 0), (1, first, 10**14, 1), (first, 1, 3, 10**9), (0, first, 1, 0), (1, 1, 1, 1), (0, 0, first, 5)]
    vectors = tuple(normalized(row) for row in rows)
    assert whitney_numbers(vectors, Work(symmetry=True)) == plain.whitney_numbers(vectors)
    assert whitney_numbers(vectors, Work(symmetry=False)) == plain.whitney_numbers(vectors)


def test_compiling_ahead_leaves_the_kernel_on_disk() -> None:
    counting.compile_ahead()
    assert counting.ENGINE.is_compiled


class Compiler:
    """An engine that is ready or never is."""

    def __init__(self, there: bool) -> None:
        self.there = there

    def ready(self, run: object, begin: bool) -> bool:
        return self.there

    def wait(self, run: object) -> bool:
        return self.there


def test_without_a_compiler_symmetry_is_no_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "ENGINE", Compiler(False))
    monkeypatch.setattr(counting, "_compiled", lambda *_: pytest.fail("compiled"))
    vectors = vectors_of("resonance", 5)
    assert whitney_numbers(vectors, Work(symmetry=True)) == plain.whitney_numbers(vectors)


def test_little_is_counted_uncompiled_where_the_kernel_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    monkeypatch.setattr(counting, "_compiled", lambda vectors, work, attempt: compiled.append(len(vectors)))
    for there, expected in ((False, []), (True, [63])):
        monkeypatch.setattr(counting, "ENGINE", Compiler(there))
        whitney_numbers(vectors_of("resonance", 6), Work())
        assert compiled == expected


def test_threads_change_nothing() -> None:
    vectors = vectors_of("resonance", 6)
    for symmetry in (False, True):
        assert _compiled(vectors, Work(symmetry=symmetry, jobs=3), 0) == _compiled(vectors, Work(symmetry=symmetry), 0)


def test_symmetry_is_taken_only_where_hyperplanes_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    original = orbits.count_by_orbits

    def spy(*arguments: object) -> object:
        taken.append(original(*arguments))  # type: ignore[arg-type]
        return taken[-1]

    monkeypatch.setattr(orbits, "count_by_orbits", spy)
    monkeypatch.setattr(counting, "_LONG_SWEEP", 0)
    _compiled(vectors_of("resonance", 5), Work(), 0)
    assert taken.pop() is not None
    chance = random.Random(1)
    unlike = Arrangement.of([[*(chance.randint(-9, 9) for _ in range(5)), 0] for _ in range(12)]).vectors()
    assert _compiled(unlike, Work(), 0) == plain.whitney_numbers(unlike)
    assert taken.pop() is None


def test_a_stop_ends_all_ways() -> None:
    class Enough(Exception):
        pass

    def tick() -> None:
        raise Enough

    for symmetry in (None, False, True):
        with pytest.raises(Enough):
            whitney_numbers(vectors_of("resonance", 6), Work(symmetry=symmetry, run=UNLIMITED.also(tick)))


def test_progress_is_told() -> None:
    seen: list[int] = []
    whitney_numbers(vectors_of("resonance", 6), Work(symmetry=True, run=Run(progress=seen.append)))
    assert seen == sorted(seen)
    assert seen[-1] > 10


@pytest.mark.parametrize(
    ("vectors", "most"),
    [
        ([(1, 0), (0, 1), (1, 1)], 1),
        ([(3, 1), (-1, 2)], 7),
        ([(1, 1, 0), (1, 0, 1), (0, 1, 1)], 2),
        ([(1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1)], 16),
    ],
)
def test_minors_are_bounded(vectors: list[tuple[int, ...]], most: int) -> None:
    assert minor_bound(vectors) >= most
