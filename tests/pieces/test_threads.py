"""Work spread over threads: nothing lost, errors raised, nobody left behind."""

import threading
from collections import Counter

import pytest

from relupoly.pieces.threads import spread
from relupoly.run import Run, Stopped


def squares(task):
    for _ in range(task % 3):
        yield task * task


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_result_of_every_task_comes_once(jobs):
    found = Counter(spread(range(1, 2000), lambda: squares, jobs))
    assert found == Counter(result for task in range(1, 2000) for result in squares(task))


def test_an_error_in_a_worker_is_raised_and_ends_all():
    def work(task):
        if task == 500:
            raise Stopped("deadline")
        yield task

    before = threading.active_count()
    with pytest.raises(Stopped, match="deadline"):
        list(spread(range(1, 10**9), lambda: work, 3))
    assert threading.active_count() == before


def test_a_stop_while_workers_wait_to_be_heard():
    """More results than the queue holds: the workers are blocked when the caller stops."""
    before, ticks = threading.active_count(), []

    def tick():
        ticks.append(1)
        if len(ticks) > 10:
            raise Stopped("interrupted")

    with pytest.raises(Stopped, match="interrupted"):
        for _ in spread(range(1, 10**9), lambda: lambda task: iter([task] * 1000), 2, Run().also(tick)):
            pass
    assert threading.active_count() == before


def test_each_thread_has_a_worker_of_its_own():
    hired = []

    def hire():
        owner = threading.get_ident()
        hired.append(owner)
        return lambda task: iter([threading.get_ident() == owner])

    assert all(spread(range(1, 300), hire, 3))
    assert len(hired) == len(set(hired)) == 3
