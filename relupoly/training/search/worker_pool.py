"""`WorkerPool`: threads that search below some nodes each, and the nodes that they have in hand.

The threads are those of `relupoly.run.pool`: each gets its next nodes as soon as it is done, whatever the others do, since
searches below nodes take very different times; and what a thread has in hand is open until its step is taken in. To each task
belongs a workspace, which only one thread may use at a time.

Whoever waits for them can be told to stop: then the searches are halted, which takes as long as the kernel needs to price all
rays once. What cannot be halted is the compiler, in the first search of a process: such a thread is left to itself, and dies
with the process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from relupoly.run import UNLIMITED, Run
from relupoly.run.pool import Pool
from relupoly.training.compiled.workspace import Step, Workspace
from relupoly.training.search.open_node import OpenNode

# How long a first search may take to end: it may have been loaded just now, or be in the compiler's hands.
_SECONDS_TO_END = 0.5


@dataclass(frozen=True)
class Done:
    """Nodes, what was done below them, and how many seconds that took."""

    nodes: list[OpenNode]
    step: Step
    seconds: float


@dataclass(frozen=True, eq=False)
class _Task:
    """A workspace, nodes, and the other arguments of the search."""

    workspace: Workspace
    nodes: list[OpenNode]
    arguments: tuple[Any, ...]


class WorkerPool:
    """Threads with a workspace each; a context manager, which halts them at the end.

    Parameters
    ----------
    workspaces : list of Workspace

    Attributes
    ----------
    abandoned : bool
        Whether a thread could not be halted: then its workspace must not be used.
    """

    def __init__(self, workspaces: list[Workspace]) -> None:
        self._workspaces = workspaces
        self._free = list(workspaces)
        self._pool: Pool[_Task, Done] | None = None
        self._used = False
        self.abandoned = False

    def __enter__(self) -> WorkerPool:
        if self._pool is None:
            self._pool = Pool(len(self._workspaces), _hire)
            self._pool.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for workspace in self._free:
            workspace.halt(False)
        tasks = self._in_hand
        for task in tasks:
            task.workspace.halt(True)
        # A thread that is late keeps the pool, so that its step can be taken in where the search goes on.
        if self._pool and not tasks:
            self._pool.__exit__(kind, error, trace)
            self._pool = None

    @property
    def nodes(self) -> list[OpenNode]:
        """Those in hand."""
        return [node for task in self._in_hand for node in task.nodes]

    @property
    def is_free(self) -> bool:
        """Whether some thread has nothing to do."""
        return bool(self._free)

    def start(self, nodes: list[OpenNode], *arguments: Any) -> None:
        """Let a free thread call `Workspace.search`."""
        assert self._pool is not None
        workspace = self._free.pop()
        workspace.halt(False)
        self._pool.give(_Task(workspace, nodes, arguments))

    def next(self, run: Run = UNLIMITED) -> Done:
        """Wait until a thread is done, and take its step from it.

        Parameters
        ----------
        run : Run
            Where it stops this, nobody waits any more; the threads go on.
        """
        assert self._pool is not None
        found = self._pool.take(run)
        return self._taken(found.task, found.result)

    def halted(self) -> Done | None:
        """Halt all threads, and wait for one of them; None if there is none that can be waited for."""
        for workspace in self._workspaces:
            workspace.halt(True)
        if not self._in_hand:
            return None
        assert self._pool is not None
        found = self._pool.take_within(None if self._used else _SECONDS_TO_END)
        if found is None:
            self.abandoned = True
            return None
        return self._taken(found.task, found.result)

    @property
    def _in_hand(self) -> list[_Task]:
        return self._pool.in_hand if self._pool else []

    def _taken(self, task: _Task, done: Done) -> Done:
        self._used = True
        self._free.append(task.workspace)
        return done


def _hire() -> Callable[[_Task], Done]:
    return _searched


def _searched(task: _Task) -> Done:
    began = time.perf_counter()
    step = task.workspace.search(task.nodes, *task.arguments)
    return Done(task.nodes, step, time.perf_counter() - began)
