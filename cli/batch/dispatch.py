"""Jobs to workers of this machine, and what comes of them, as they end."""

from __future__ import annotations

import selectors
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence

from relupoly.disk.plain import reason
from relupoly.errors import RelupolyError

from .job import Job
from .settings import Settings
from .worker_process import Done, WorkerProcess

SECONDS_BETWEEN = 0.1  # short enough for whoever presses Ctrl-C, and for a timeout
MOST_VAIN = 3  # Workers in a row that end before they begin with a job: then nothing is wrong with the jobs.


class NoWorkers(RelupolyError):
    """Workers end before they begin."""

    exit_code = 4


def run_here(jobs: Sequence[Job], settings: Settings, number: int, ask: Callable[[], None]) -> Generator[Done, None, None]:
    """What comes of jobs, as they end, each in one of so many workers.

    Parameters
    ----------
    jobs : sequence of Job
    settings : Settings
    number : int
    ask : callable
        Called several times a second; what it raises ends all.

    Raises
    ------
    NoWorkers
        If no worker can be begun.
    """
    dispatch = _Dispatch(jobs, settings, ask)
    try:
        yield from dispatch.run(min(number, len(jobs)))
    finally:
        dispatch.close()


class _Dispatch:
    def __init__(self, jobs: Sequence[Job], settings: Settings, ask: Callable[[], None]) -> None:
        self._waiting, self._settings, self._ask = deque(jobs), settings, ask
        self._workers: list[WorkerProcess] = []
        self._vain = 0
        self._selector = selectors.DefaultSelector()

    def run(self, number: int) -> Iterator[Done]:
        """What comes of the jobs, done by so many workers."""
        for _ in range(number):
            self._begin()
        while any(worker.job for worker in self._workers):
            self._ask()
            for key, _ in self._selector.select(SECONDS_BETWEEN):
                yield from self._heard(key.data)
            for worker in self._workers:
                worker.limit()

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.close()
        self._selector.close()

    def _begin(self) -> None:
        """Begin a worker, and give it a job; where the system gives fewer of them, those that there are do all."""
        try:
            worker = WorkerProcess(self._settings)
        except OSError as error:
            if not self._workers:
                raise NoWorkers(f"no worker can be begun ({reason(error)}); free what is short, and go on") from None
            return
        self._workers.append(worker)
        self._selector.register(worker, selectors.EVENT_READ, worker)
        self._feed(worker)

    def _heard(self, worker: WorkerProcess) -> Iterator[Done]:
        try:
            done = worker.hear()
        except EOFError:
            yield from self._lost(worker)
            return
        if done is None:
            return
        self._vain = 0
        if worker.worn:
            self._replace(worker)
        else:
            # Before anybody looks at what is done, so that it need not wait.
            self._feed(worker)
        yield done

    def _lost(self, worker: WorkerProcess) -> Iterator[Done]:
        """A worker has ended: its job is over if it had begun with it, and else is given to another one."""
        done = worker.ended()
        if done is not None:
            self._vain = 0
        else:
            self._vain += 1
            if self._vain > MOST_VAIN:
                why = worker.last_words or "is there enough memory for --workers?"
                raise NoWorkers(f"workers end before they begin with a job: {why}")
            if worker.job is not None:
                self._waiting.appendleft(worker.job)
        self._replace(worker)
        if done is not None:
            yield done

    def _feed(self, worker: WorkerProcess) -> None:
        """Give a worker its next job, if there is one; one that cannot be told has ended, which will be heard."""
        if self._waiting:
            worker.give(self._waiting.popleft())

    def _replace(self, worker: WorkerProcess) -> None:
        self._selector.unregister(worker)
        self._workers.remove(worker)
        worker.close()
        if self._waiting:
            self._begin()
