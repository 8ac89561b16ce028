"""`Crew`: threads that search below one node each, and the nodes that they have in hand.

Each thread gets its next node as soon as it is done, whatever the others do: searches below nodes take very different times.
What a thread has in hand is open until its step is taken in: so a bound that is asked for meanwhile, or a checkpoint, loses
nothing.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from relupoly.training.compiled import Open, Room, Step


@dataclass(frozen=True)
class Done:
    """A node, what was done below it, and how many seconds that took."""

    node: Open
    step: Step
    seconds: float


class Crew:
    """Threads with a room each; a context manager, which waits for them at the end.

    Parameters
    ----------
    rooms : list of Room
    """

    def __init__(self, rooms: list[Room]) -> None:
        self._free = list(rooms)
        self._size = len(rooms)
        self._hands: dict[Future[Done], tuple[Room, Open]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Crew:
        self._pool = ThreadPoolExecutor(self._size)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._pool is not None
        self._pool.shutdown()

    @property
    def nodes(self) -> list[Open]:
        """Those in hand."""
        return [node for _, node in self._hands.values()]

    @property
    def is_free(self) -> bool:
        """Whether some thread has nothing to do."""
        return bool(self._free)

    def start(self, node: Open, *arguments: Any) -> None:
        """Let a free thread call `Room.search`."""
        assert self._pool is not None
        room = self._free.pop()
        self._hands[self._pool.submit(_search, room, node, arguments)] = room, node

    def next(self) -> Done:
        """Wait until a thread is done, and take its step from it."""
        done = next(iter(wait(self._hands, return_when=FIRST_COMPLETED).done))
        found = done.result()
        self._free.append(self._hands.pop(done)[0])
        return found


def _search(room: Room, node: Open, arguments: tuple[Any, ...]) -> Done:
    began = time.perf_counter()
    step = room.search(node, *arguments)
    return Done(node, step, time.perf_counter() - began)
