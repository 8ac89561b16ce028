"""Jobs to workers of this machine, and what comes of them, as they end."""

from __future__ import annotations

import selectors
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from relupoly.errors import RelupolyError

from .job import Job
from .settings import Settings
from .worker_process import Done, WorkerProcess, workers

SECONDS_BETWEEN = 0.1  # short enough for whoever presses Ctrl-C, and for a timeout
MOST_VAIN = 3  # Workers in a row that end before they begin with a job: then nothing is wrong with the jobs.


class NoWorkers(RelupolyError):
    """Workers end before they begin."""

    exit_code = 4


def run_here(jobs: Sequence[Job], settings: Settings, number: int, ask: Callable[[], None]) -> Iterator[Done]:
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
    with workers(settings, min(number, len(jobs))) as crew:
        yield from _Dispatch(jobs, settings, crew, ask).run()


class _Dispatch:
    def __init__(self, jobs: Sequence[Job], settings: Settings, crew: list[WorkerProcess], ask: Callable[[], None]) -> None:
        self._waiting, self._settings, self._crew, self._ask = deque(jobs), settings, crew, ask
        self._vain = 0
        self._selector = selectors.DefaultSelector()

    def run(self) -> Iterator[Done]:
        """What comes of the jobs."""
        with self._selector:
            for worker in self._crew:
                self._selector.register(worker, selectors.EVENT_READ, worker)
                self._feed(worker)
            while any(worker.job for worker in self._crew):
                self._ask()
                for key, _ in self._selector.select(SECONDS_BETWEEN):
                    yield from self._heard(key.data)
                for worker in self._crew:
                    worker.limit()

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
                raise NoWorkers("workers end before they begin with a job; is there enough memory for --workers?")
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
        self._crew.remove(worker)
        worker.close()
        if self._waiting:
            new = WorkerProcess(self._settings)
            self._crew.append(new)
            self._selector.register(new, selectors.EVENT_READ, new)
            self._feed(new)
