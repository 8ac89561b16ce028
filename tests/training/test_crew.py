"""Threads that search: none waits for another, and what they have in hand is known."""

from __future__ import annotations

import threading

import pytest

from relupoly.training.crew import Crew


class FakeRoom:
    """Its search waits for an event, unless the node is none of those that have one, and returns what it was given."""

    def __init__(self, events):
        self.events = events

    def search(self, node, *arguments):
        if node in self.events:
            assert self.events[node].wait(60)
        if node == "wrong":
            raise RuntimeError("wrong")
        return node, *arguments


def test_a_thread_goes_on_while_another_is_busy():
    slow = threading.Event()
    with Crew([FakeRoom({"slow": slow}) for _ in range(2)]) as crew:
        crew.start("slow", 1)
        for number in range(5):
            assert crew.is_free
            crew.start(number, "fast")
            assert not crew.is_free
            assert sorted(map(str, crew.nodes)) == [str(number), "slow"]
            assert crew.next().step == (number, "fast")
            assert crew.nodes == ["slow"]
        slow.set()
        done = crew.next()
        assert (done.node, done.step) == ("slow", ("slow", 1))
        assert done.seconds > 0
        assert not crew.nodes


def test_a_node_whose_search_fails_stays_in_hand():
    with Crew([FakeRoom({})]) as crew:
        crew.start("wrong")
        with pytest.raises(RuntimeError, match="wrong"):
            crew.next()
        assert crew.nodes == ["wrong"]


def test_threads_can_be_started_anew():
    crew = Crew([FakeRoom({})])
    for number in range(2):
        with crew:
            crew.start(number)
            assert crew.next().step == (number,)
