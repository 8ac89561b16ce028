"""The long calls of the kernel that a stop does not wait for."""

import threading

import pytest

from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.geometry.characteristic import compiled, counting, orbits, sweep
from relupoly.geometry.characteristic.counting import Work, _compiled
from relupoly.run import UNLIMITED
from relupoly.run.pool import Abandoned

VECTORS = family_arrangement("resonance", 5).vectors()


class Enough(Exception):
    """A stop."""


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

    monkeypatch.setattr(compiled, name, endless)
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
