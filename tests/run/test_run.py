"""Runs: their clock, and why they stop."""

import pytest

from relupoly.run import Run, Stopped


def test_without_a_deadline_nothing_stops():
    run = Run()
    assert all(run.tick() is None for _ in range(1000))
    before = run.elapsed
    assert 0 < before < run.elapsed


@pytest.mark.parametrize(
    ("deadline", "interrupted", "reason"),
    [(0, False, "deadline"), (-1, True, "interrupted"), (1e9, True, "interrupted")],
)
def test_reasons(deadline, interrupted, reason):
    with pytest.raises(Stopped) as caught:
        Run(deadline=deadline, interrupted=lambda: interrupted).tick()
    assert caught.value.reason == str(caught.value) == reason
