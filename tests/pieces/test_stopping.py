"""The clock."""

import pytest

from relupoly.pieces.stopping import Stopwatch
from relupoly.run import Stopped


def test_without_a_deadline_nothing_stops():
    watch = Stopwatch()
    assert all(watch.check() is None for _ in range(1000))
    before = watch.elapsed
    assert 0 < before < watch.elapsed


@pytest.mark.parametrize(
    ("deadline", "interrupted", "reason"),
    [(0, False, "deadline"), (-1, True, "interrupted"), (1e9, True, "interrupted")],
)
def test_reasons(deadline, interrupted, reason):
    with pytest.raises(Stopped) as caught:
        Stopwatch(deadline, lambda: interrupted).check()
    assert caught.value.reason == str(caught.value) == reason
