"""Threads that nobody waits for, and the long calls that a stop does not wait for."""

import threading

import pytest

from relupoly.geometry.characteristic import counting, kernel, orbits, sweep
from relupoly.geometry.characteristic.counting import Work, _compiled
from relupoly.geometry.characteristic.threads import Abandoned, Threads
from relupoly.geometry.families import family_arrangement
from relupoly.run import UNLIMITED

VECTORS = family_arrangement("resonance", 5).vectors()


class Enough(Exception):
    """A stop."""


def test_results_come_in_order() -> None:
    with Threads(3, UNLIMITED) as pool:
        assert list(pool.map(lambda number: number**2, range(50))) == [number**2 for number in range(50)]
        assert pool.call(lambda: "one") == "one"


def test_errors_are_raised_where_the_result_is_wanted() -> None:
    with Threads(1, UNLIMITED) as pool:
        found = pool.map(lambda number: 1 // number, [1, 0])
        assert next(found) == 1
        with pytest.raises(ZeroDivisionError):
            next(found)


def test_a_stop_leaves_a_call_that_does_not_end() -> None:
    hold, begun, left = threading.Event(), [], []

    def work(number: int) -> None:
        begun.append(number)
        hold.wait()
        try:
            pool.check()
        except Abandoned:
            left.append(number)

    def tick() -> None:
        if begun:
            raise Enough

    with pytest.raises(Enough), Threads(1, UNLIMITED.also(tick)) as pool:
        list(pool.map(work, [1, 2, 3]))
    hold.set()
    pool._threads[0].join()
    assert begun == left == [1]


@pytest.mark.parametrize("name", ["normalise", "large_flats", "in_standard_form", "whitney", "orbits", "finish"])
def test_no_call_of_the_kernel_is_waited_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    hold, reached = threading.Event(), threading.Event()

    def endless(*_: object) -> None:
        reached.set()
        hold.wait()
        raise Abandoned

    def tick() -> None:
        if reached.is_set():
            raise Enough

    monkeypatch.setattr(kernel, name, endless)
    try:
        with pytest.raises(Enough):
            _compiled(VECTORS, Work(symmetry=name in ("orbits", "finish"), run=UNLIMITED.also(tick)), 0)
    finally:
        hold.set()


def test_pairs_are_not_listed_of_very_many_hyperplanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_LONG_SWEEP", 0)
    monkeypatch.setattr(counting, "_MOST_IN_PAIRS", len(VECTORS) - 1)
    monkeypatch.setattr(orbits, "count_by_orbits", lambda *_: pytest.fail("listed"))
    taken = []
    monkeypatch.setattr(sweep, "sweep", lambda *_: taken.append(True) or (1,))
    assert _compiled(VECTORS, Work(), 0) == (1,)
    assert taken
