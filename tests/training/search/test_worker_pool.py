"""Threads that search: none waits for another, and what they have in hand is known."""

from __future__ import annotations

import threading

import pytest

from relupoly.run import UNLIMITED
from relupoly.training.search.worker_pool import WorkerPool


class FakeWorkspace:
    """Its search waits for an event, unless the first node is none of those that have one, and returns what it was given."""

    def __init__(self, events):
        self.events = events
        self.halts = []

    def halt(self, stop):
        self.halts.append(stop)
        if stop:
            for event in self.events.values():
                event.set()

    def search(self, nodes, *arguments):
        node = nodes[0]
        if node in self.events:
            assert self.events[node].wait(60)
        if node == "wrong":
            raise RuntimeError("wrong")
        return node, *arguments


def test_a_thread_goes_on_while_another_is_busy():
    slow = threading.Event()
    with WorkerPool([FakeWorkspace({"slow": slow}) for _ in range(2)]) as pool:
        pool.start(["slow"], 1)
        for number in range(5):
            assert pool.is_free
            pool.start([number], "fast")
            assert not pool.is_free
            assert sorted(map(str, pool.nodes)) == [str(number), "slow"]
            assert pool.next().step == (number, "fast")
            assert pool.nodes == ["slow"]
        slow.set()
        done = pool.next()
        assert (done.nodes, done.step) == (["slow"], ("slow", 1))
        assert done.seconds > 0
        assert not pool.nodes


def test_a_node_whose_search_fails_stays_in_hand():
    with WorkerPool([FakeWorkspace({})]) as pool:
        pool.start(["wrong"])
        with pytest.raises(RuntimeError, match="wrong"):
            pool.next()
        assert pool.nodes == ["wrong"]


def test_threads_can_be_started_anew():
    pool = WorkerPool([FakeWorkspace({})])
    for number in range(2):
        with pool:
            pool.start([number])
            assert pool.next().step == (number,)


class Enough(Exception):
    """What whoever waits is told."""


def test_whoever_waits_can_be_told_to_stop_and_threads_are_halted():
    busy = threading.Event()
    room = FakeWorkspace({"busy": busy})
    with WorkerPool([room]) as pool:
        pool.start(["quick"])
        pool.next()
        pool.start(["busy"])

        def tick():
            raise Enough

        with pytest.raises(Enough):
            pool.next(UNLIMITED.also(tick))
        assert pool.nodes == ["busy"]
        assert pool.halted().nodes == ["busy"]
        assert pool.halted() is None
    assert not pool.abandoned
    assert room.halts[-1] is False


def test_a_first_search_that_cannot_be_halted_is_left_to_itself(monkeypatch):
    monkeypatch.setattr("relupoly.training.search.worker_pool._SECONDS_TO_END", 0.01)
    compiling = threading.Event()
    room = FakeWorkspace({"compiling": compiling})
    room.halt = lambda stop: None
    with WorkerPool([room]) as pool:
        pool.start(["compiling"])
        assert pool.halted() is None
        assert pool.abandoned
    assert pool.nodes == ["compiling"]
    compiling.set()
