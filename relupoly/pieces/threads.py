"""Work spread over threads: the kernel releases Python's lock, so cells are walked on all cores at once."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from relupoly.run import UNLIMITED, Run

Task = TypeVar("Task")
Result = TypeVar("Result")

_SECONDS_BETWEEN = 0.05
_RESULTS_AHEAD = 256


class _End:
    """What a worker leaves when it is through: the error that ended it, if any."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def spread(
    tasks: Iterable[Task],
    hire: Callable[[], Callable[[Task], Iterator[Result]]],
    jobs: int,
    run: Run = UNLIMITED,
) -> Iterator[Result]:
    """The results of all tasks, as they come.

    Parameters
    ----------
    tasks : iterable
        Taken one by one, by whichever worker is free.
    hire : callable
        Makes a worker: a function from a task to its results. Each worker is used by one thread.
    jobs : int
        The number of threads.
    run : Run, optional
        Asked now and then, in the calling thread, whether to go on.

    Notes
    -----
    An error in a worker, or a stop, ends all workers after their current result, and is raised here.
    """
    source, lock, stop = iter(tasks), threading.Lock(), threading.Event()
    results: queue.Queue[Result | _End] = queue.Queue(_RESULTS_AHEAD)

    def labour() -> None:
        try:
            work = hire()
            while not stop.is_set():
                with lock:
                    task = next(source, None)
                if task is None:
                    break
                for result in work(task):
                    results.put(result)
                    if stop.is_set():
                        break
        except BaseException as error:
            results.put(_End(error))
        else:
            results.put(_End(None))

    threads = [threading.Thread(target=labour, daemon=True) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    try:
        yield from _collect(results, len(threads), run)
    finally:
        stop.set()
        while any(thread.is_alive() for thread in threads):
            _drain(results)


def _collect(results: queue.Queue[Result | _End], working: int, run: Run) -> Iterator[Result]:
    """What the workers produce, until the last of them is through."""
    while working:
        run.tick()
        try:
            result = results.get(timeout=_SECONDS_BETWEEN)
        except queue.Empty:
            continue
        if not isinstance(result, _End):
            yield result
            continue
        if result.error:
            raise result.error
        working -= 1


def _drain(results: queue.Queue[Result | _End]) -> None:
    """Make room, so that no worker waits to be heard."""
    with contextlib.suppress(queue.Empty):
        results.get(timeout=_SECONDS_BETWEEN)
