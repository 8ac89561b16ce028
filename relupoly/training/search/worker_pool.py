"""`WorkerPool`: threads that search below some nodes each, and the nodes that they have in hand.

Each thread gets its next nodes as soon as it is done, whatever the others do: searches below nodes take very different times.
What a thread has in hand is open until its step is taken in: so a bound that is asked for meanwhile, or a checkpoint, loses
nothing.

Whoever waits for them can be told to stop: then the searches are halted, which takes as long as the kernel needs to price all
rays once. What cannot be halted is the compiler, in the first search of a process: such a thread is left to itself, and dies
with the process.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, TypeAlias

from relupoly.run import UNLIMITED, Run
from relupoly.training.compiled.workspace import Step, Workspace
from relupoly.training.search.open_node import OpenNode

# How often whoever waits asks whether to stop.
_SECONDS_BETWEEN = 0.05
# How long a first search may take to end: it may have been loaded just now, or be in the compiler's hands.
_SECONDS_TO_END = 0.5


@dataclass(frozen=True)
class Done:
    """Nodes, what was done below them, and how many seconds that took."""

    nodes: list[OpenNode]
    step: Step
    seconds: float


# A room, nodes, and the other arguments of the search; None ends a thread.
_Tasks: TypeAlias = "SimpleQueue[tuple[Workspace, list[OpenNode], tuple[Any, ...]] | None]"


@dataclass(frozen=True)
class _Ended:
    """A search that came to an end, or failed."""

    room: Workspace
    done: Done | None
    error: BaseException | None


class WorkerPool:
    """Threads with a room each; a context manager, which halts them at the end.

    Parameters
    ----------
    rooms : list of Workspace

    Attributes
    ----------
    abandoned : bool
        Whether a thread could not be halted: then its room must not be used.
    """

    def __init__(self, rooms: list[Workspace]) -> None:
        self._rooms = rooms
        self._free = list(rooms)
        self._hands: dict[int, tuple[Workspace, list[OpenNode]]] = {}
        self._tasks: _Tasks = SimpleQueue()
        self._ended: SimpleQueue[_Ended] = SimpleQueue()
        self._used = False
        self.abandoned = False

    def __enter__(self) -> WorkerPool:
        # A thread that is late still takes its end from the queue before.
        self._tasks = SimpleQueue()
        for _ in self._rooms:
            threading.Thread(target=_work, args=(self._tasks, self._ended), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for _ in self._rooms:
            self._tasks.put(None)
        for room, _ in self._hands.values():
            room.halt(True)
        for room in self._free:
            room.halt(False)

    @property
    def nodes(self) -> list[OpenNode]:
        """Those in hand."""
        return [node for _, nodes in self._hands.values() for node in nodes]

    @property
    def is_free(self) -> bool:
        """Whether some thread has nothing to do."""
        return bool(self._free)

    def start(self, nodes: list[OpenNode], *arguments: Any) -> None:
        """Let a free thread call `Workspace.search`."""
        room = self._free.pop()
        self._hands[id(room)] = room, nodes
        self._tasks.put((room, nodes, arguments))

    def next(self, run: Run = UNLIMITED) -> Done:
        """Wait until a thread is done, and take its step from it.

        Parameters
        ----------
        run : Run
            Where it stops this, nobody waits any more; the threads go on.
        """
        while True:
            try:
                return self._taken(self._ended.get(timeout=_SECONDS_BETWEEN))
            except Empty:
                run.tick()

    def halted(self) -> Done | None:
        """Halt all threads, and wait for one of them; None if there is none that can be waited for."""
        for room in self._rooms:
            room.halt(True)
        if not self._hands:
            return None
        try:
            return self._taken(self._ended.get(timeout=None if self._used else _SECONDS_TO_END))
        except Empty:
            self.abandoned = True
            return None

    def _taken(self, ended: _Ended) -> Done:
        if ended.error is not None:
            # Its nodes stay in hand, and whoever asks again is told again.
            self._ended.put(ended)
            raise ended.error
        assert ended.done is not None
        self._used = True
        del self._hands[id(ended.room)]
        self._free.append(ended.room)
        return ended.done


def _work(tasks: _Tasks, ended: SimpleQueue[_Ended]) -> None:
    """Do one task after the other, until there is None."""
    while (task := tasks.get()) is not None:
        room, nodes, arguments = task
        began = time.perf_counter()
        try:
            step = room.search(nodes, *arguments)
        except BaseException as error:
            ended.put(_Ended(room, None, error))
        else:
            ended.put(_Ended(room, Done(nodes, step, time.perf_counter() - began), None))
