"""Jobs on a Dask cluster: each task is a job, which the same kind of worker runs there as here.

A Dask worker runs tasks in threads, and a job needs a process: its streams, its signals and its end are its own. So a task
hands its job to a worker process of ours, which stays for the next one; it ends with the Dask worker. Jobs of a Dask worker
that is lost are given to others by the scheduler.
"""

from __future__ import annotations

import contextlib
import select
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

from relupoly.errors import ClusterError
from relupoly.parallel.cluster import complaint, connected

from .dispatch import MOST_VAIN, SECONDS_BETWEEN
from .job import Job
from .record import Ending, record_line
from .settings import Settings
from .worker_process import Done, WorkerProcess

_AHEAD = 2  # Jobs for each thread of the cluster: it has its next one at once, and few are begun in vain.
_UNDER_WAY = ("pending", "lost")
_SECONDS_TO_LOOK = 0.02  # short for whoever presses Ctrl-C, and long for a processor
_SECONDS_TO_ASK = 1.0  # a new worker need not be used sooner

_idle: dict[str, list[WorkerProcess]] = {}
_guard = threading.Lock()


def run_there(
    jobs: Sequence[Job], settings: Settings, scheduler: str, ask: Callable[[], None], notice: Callable[[str], None]
) -> Generator[Done, None, None]:
    """What comes of jobs, as they end, each on a worker of a cluster.

    Raises
    ------
    ClusterError
        If dask.distributed is not installed, the scheduler does not answer, or a task fails there.
    """
    waiting = iter(jobs)
    with connected(scheduler) as client:
        if not client.scheduler_info()["workers"]:
            notice("the cluster has no worker yet; waiting for one")
        under_way: dict[Any, Job] = {}
        size = _Size(client)
        try:
            while True:
                for job in waiting:
                    future = client.submit(run_task, job.number, job.words, settings.text(), pure=False)
                    under_way[future] = job
                    if len(under_way) >= _AHEAD * size.threads():
                        break
                if not under_way:
                    return
                ask()
                ended = [future for future in under_way if future.status not in _UNDER_WAY]
                for future in ended:
                    yield _done(client, future, under_way.pop(future))
                if not ended:
                    time.sleep(_SECONDS_TO_LOOK)
        finally:
            with contextlib.suppress(Exception):
                client.cancel(list(under_way))


class _Size:
    """How many tasks a cluster does at once, asked now and then, since its workers come and go."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._threads, self._asked = 1, -_SECONDS_TO_ASK

    def threads(self) -> int:
        """The number of its threads, or 1."""
        if time.monotonic() - self._asked >= _SECONDS_TO_ASK:
            self._threads, self._asked = max(1, sum(self._client.nthreads().values())), time.monotonic()
        return self._threads


def _done(client: Any, future: Any, job: Job) -> Done:
    if future.status != "finished":
        raise ClusterError(complaint(future.status, future.exception() if future.status == "error" else None))
    try:
        code, record = client.gather(future)
    except Exception as error:
        raise ClusterError(complaint("lost", error)) from None
    future.release()
    return Done(job, code, record)


def run_task(number: int, words: Sequence[str], settings: str) -> tuple[int, bytes]:
    """Run a job in a worker process of this machine: its exit code, and its record. This is what runs on the cluster."""
    job, how = Job(number, tuple(words)), Settings.of(settings)
    for _ in range(MOST_VAIN):
        with _guard:
            waiting = _idle.setdefault(settings, [])
            worker = waiting.pop() if waiting else None
        try:
            worker = worker or WorkerProcess(how)
        except OSError as error:
            line = f"no worker can be begun on a machine of the cluster, in {how.folder!r} ({error.strerror})"
            return 3, record_line(number, job.words, Ending(3, 0.0, error=line))
        done = _run(worker, job)
        if done is not None and not worker.worn:
            with _guard:
                waiting.append(worker)
        else:
            worker.close()
        if done is not None:
            return done.exit_code, done.record
    raise ClusterError("workers of a batch end before they begin with a job")


def _run(worker: WorkerProcess, job: Job) -> Done | None:
    """Let a worker do a job; None if it ended before it began with that."""
    worker.give(job)
    while True:
        select.select([worker], [], [], SECONDS_BETWEEN)
        try:
            if done := worker.hear():
                return done
        except EOFError:
            worker.worn = True
            return worker.ended()
        worker.limit()
