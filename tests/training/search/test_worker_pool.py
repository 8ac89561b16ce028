"""Threads that search: none waits for another, and what they have in hand is known."""

from __future__ import annotations

import threading

import pytest

from relupoly.run import UNLIMITED
from relupoly.training.search.worker_pool import WorkerPool


class FakeRoom:
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
    with WorkerPool([FakeRoom({"slow": slow}) for _ in range(2)]) as crew:
        crew.start(["slow"], 1)
        for number in range(5):
            assert crew.is_free
            crew.start([number], "fast")
            assert not crew.is_free
            assert sorted(map(str, crew.nodes)) == [str(number), "slow"]
            assert crew.next().step == (number, "fast")
            assert crew.nodes == ["slow"]
        slow.set()
        done = crew.next()
        assert (done.nodes, done.step) == (["slow"], ("slow", 1))
        assert done.seconds > 0
        assert not crew.nodes


def test_a_node_whose_search_fails_stays_in_hand():
    with WorkerPool([FakeRoom({})]) as crew:
        crew.start(["wrong"])
        with pytest.raises(RuntimeError, match="wrong"):
            crew.next()
        assert crew.nodes == ["wrong"]


def test_threads_can_be_started_anew():
    crew = WorkerPool([FakeRoom({})])
    for number in range(2):
        with crew:
            crew.start([number])
            assert crew.next().step == (number,)


class Enough(Exception):
    """What whoever waits is told."""


def test_whoever_waits_can_be_told_to_stop_and_threads_are_halted():
    busy = threading.Event()
    room = FakeRoom({"busy": busy})
    with WorkerPool([room]) as crew:
        crew.start(["quick"])
        crew.next()
        crew.start(["busy"])

        def tick():
            raise Enough

        with pytest.raises(Enough):
            crew.next(UNLIMITED.also(tick))
        assert crew.nodes == ["busy"]
        assert crew.halted().nodes == ["busy"]
        assert crew.halted() is None
    assert not crew.abandoned
    assert room.halts[-1] is False


def test_a_first_search_that_cannot_be_halted_is_left_to_itself(monkeypatch):
    monkeypatch.setattr("relupoly.training.search.worker_pool._SECONDS_TO_END", 0.01)
    compiling = threading.Event()
    room = FakeRoom({"compiling": compiling})
    room.halt = lambda stop: None
    with WorkerPool([room]) as crew:
        crew.start(["compiling"])
        assert crew.halted() is None
        assert crew.abandoned
    assert crew.nodes == ["compiling"]
    compiling.set()
