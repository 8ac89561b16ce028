"""Pools of threads: nothing lost, errors raised, nobody left behind or waited for, as is wanted."""

import threading
from collections import Counter

import pytest

from relupoly.run import Run, Stopped
from relupoly.run.pool import Abandoned, Pool, spread


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


@pytest.fixture
def scarce(monkeypatch):
    """Sets how many threads more the system gives."""
    start, left = threading.Thread.start, []

    def scarcely(thread):
        if not left:
            raise RuntimeError("can't start new thread")
        left.pop()
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarcely)
    return lambda number: left.extend([None] * number)


def test_with_fewer_threads_than_were_asked_for(scarce):
    scarce(2)
    found = Counter(spread(range(1, 500), lambda: squares, 5))
    assert found == Counter(result for task in range(1, 500) for result in squares(task))
    scarce(1)
    with Pool(3, lambda: abs) as pool:
        assert pool.is_free
        assert list(pool.map([-3, -2, -1])) == [3, 2, 1]
        pool.give(4)
        assert not pool.is_free


def test_without_any_thread(scarce):
    with pytest.raises(MemoryError, match="no thread"):
        list(spread(range(3), lambda: squares, 2))


def test_each_thread_has_a_worker_of_its_own():
    hired = []

    def hire():
        owner = threading.get_ident()
        hired.append(owner)
        return lambda task: iter([threading.get_ident() == owner])

    assert all(spread(range(1, 300), hire, 3))
    assert len(hired) == len(set(hired)) == 3


class Enough(Exception):
    """A stop."""


def test_results_come_in_order() -> None:
    with Pool(3, lambda: lambda number: number**2) as pool:
        assert list(pool.map(range(50))) == [number**2 for number in range(50)]
        assert next(pool.map([7])) == 49


def test_errors_are_raised_where_the_result_is_wanted() -> None:
    with Pool(1, lambda: lambda number: 1 // number) as pool:
        found = pool.map([1, 0])
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

    with pytest.raises(Enough), Pool(1, lambda: work) as pool:
        list(pool.map([1, 2, 3], Run().also(tick)))
    hold.set()
    pool.wait()
    assert begun == left == [1]


def test_tasks_are_in_hand_until_what_came_of_them_was_taken() -> None:
    hold = threading.Event()
    with Pool(2, lambda: lambda task: task == "slow" and hold.wait()) as pool:
        pool.give("slow")
        assert pool.is_free
        pool.give("quick")
        assert (pool.is_free, pool.in_hand) == (False, ["slow", "quick"])
        assert (pool.take().task, pool.in_hand) == ("quick", ["slow"])
        assert pool.take_within(0.01) is None
        hold.set()
        assert (pool.take().task, pool.in_hand) == ("slow", [])


def test_what_failed_stays_in_hand_and_is_told_again() -> None:
    with Pool(1, lambda: lambda number: 1 // number) as pool:
        pool.give(0)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                pool.take()
        assert pool.in_hand == [0]


def test_a_worker_that_cannot_be_hired() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread([1], lambda: 1 // 0, 2))


def test_tasks_are_taken_one_by_one() -> None:
    """A source of tasks that takes long is not emptied before the first result is there."""
    taken = []

    def source():
        for number in range(1000):
            taken.append(number)
            yield number

    found = spread(source(), lambda: lambda task: iter([task]), 2)
    next(found)
    assert len(taken) < 20
    found.close()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_ctrl_c_while_threads_begin(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    before, begun = threading.active_count(), []
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        begun.append(thread)
        if len(begun) == number:
            raise KeyboardInterrupt
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(spread(range(10), lambda: squares, 3))
    assert threading.active_count() == before
