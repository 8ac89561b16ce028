"""Counting on a Dask cluster: the same tasks, done by the workers behind a scheduler.

The plan goes to the scheduler once, as a task of its own, and from there to each worker that needs it: so it can be had
again when the worker that held it is lost. Each task is a pure function of the plan and a number; the tasks of a lost
worker are given to others by the scheduler. A worker divides the walk itself, once, since the division is the same
everywhere, and keeps it for its next tasks.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import threading
import time
import warnings
import zlib
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from relupoly.errors import ClusterError, InputError
from relupoly.files.json_text import quoted
from relupoly.parallel.part_file import plan_document, plan_of
from relupoly.pieces.counting.part import Outcome
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.counting.tasks import Tasks
from relupoly.pieces.counting.worker import Worker
from relupoly.pieces.serialization import State
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from distributed import Client

# The task, the state of its counters, and its exact predicates.
Result: TypeAlias = tuple[int, State, int]

_LOGS = ("asyncio", "distributed", "distributed.client", "tornado.application")
_UNDER_WAY = ("pending", "lost")
_SECONDS_TO_ANSWER = 5  # long for a network, short for whoever has mistyped an address
_SECONDS_BETWEEN = 0.02  # short for whoever presses Ctrl-C, and long for a processor


def count_on_cluster(
    scheduler: str,
    plan: Plan,
    digest: str,
    numbers: Sequence[int],
    run: Run = UNLIMITED,
) -> Generator[Outcome, None, None]:
    """The outcomes of tasks as they come, each counted by a worker of a cluster.

    Parameters
    ----------
    scheduler : str
        Its address, such as "tcp://127.0.0.1:8786".
    plan : Plan
    digest : str
        That of the tasks of the plan.
    numbers : sequence of int
        The tasks.
    run : Run, optional
        Asked now and then whether to go on; told if the cluster has no worker yet.

    Raises
    ------
    ClusterError
        If dask.distributed is not installed, the scheduler does not answer, or a task fails there.
    """
    with connected(scheduler) as client:
        if not client.scheduler_info()["workers"]:
            run.notice("the cluster has no worker yet; waiting for one")
        sent = client.submit(bytes, _sent(plan), pure=False)
        futures = client.map(count_task, numbers, plan=sent, digest=digest, pure=False)
        try:
            for number, state, exact_predicates in _results(client, futures, run):
                counters = plan.counters()
                counters.restore(state)
                yield Outcome(number, counters, exact_predicates)
        finally:
            with contextlib.suppress(Exception):
                client.cancel([sent, *futures])


def count_task(number: int, plan: bytes, digest: str) -> Result:
    """Count a task of a plan; this is what runs on the workers.

    Raises
    ------
    ClusterError
        If this version of relupoly divides the walk into other tasks.
    """
    known, tasks, idle = _received(plan)
    if tasks.digest != digest:
        raise ClusterError(
            "a worker of the cluster has a version of relupoly that divides the work in another way; install the same version "
            "of it on each worker"
        )
    # Threads of this process take a worker each; it is an atomic step, which may find none.
    try:
        worker = idle.pop()
    except IndexError:
        worker = Worker(known, tasks)
    outcome = worker.count(number)
    idle.append(worker)
    return number, outcome.counters.state(), outcome.exact_predicates


@contextlib.contextmanager
def connected(scheduler: str) -> Iterator[Client]:
    """A client of the scheduler, closed at the end."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError('--scheduler needs dask.distributed; pip install "relupoly[cluster]"') from None
    # A client that is given a wrong address may never give up, nor end: so whoever is there is asked first.
    with _silent():
        found = _asked(scheduler)
        if isinstance(found, Exception):
            raise _unreachable(scheduler, found)
        if found != "Scheduler":
            raise ClusterError(f"at {quoted(scheduler)} is a Dask {found.lower()}; give the address of the scheduler")
        try:
            client = Client(scheduler, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
        except Exception as error:
            raise _unreachable(scheduler, error) from None
        with client:
            yield client


def _unreachable(scheduler: str, error: Exception) -> ClusterError:
    """That there is no scheduler at an address, and why."""
    reason = _one_line(error) or "no answer"
    return ClusterError(
        f"no Dask scheduler can be reached at {quoted(scheduler)} ({reason}); start one with dask scheduler, and give its "
        "address, such as tcp://127.0.0.1:8786"
    )


def _asked(scheduler: str) -> str | Exception:
    """What kind of Dask server is at an address; the error, whatever it is, if none is: anybody may listen there.

    A thread asks, since a name that no server knows may block for much longer than any time that is given.
    """
    found: list[str | Exception] = []

    def ask() -> None:
        try:
            found.append(asyncio.run(asyncio.wait_for(_identity(scheduler), _SECONDS_TO_ANSWER)))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thread.start()
        # Twice: closing a connection that does not answer may take as long again.
        thread.join(2 * _SECONDS_TO_ANSWER)
    return found[0] if found else TimeoutError()


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """While open, the client's logs are off: what they have to say is raised here."""
    logs = [logging.getLogger(name) for name in _LOGS]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


async def _identity(scheduler: str) -> str:
    """What kind of Dask server is at an address."""
    from distributed import Security
    from distributed.comm import resolve_address
    from distributed.core import rpc

    arguments = Security().get_connection_args("client")
    async with rpc(resolve_address(scheduler), timeout=_SECONDS_TO_ANSWER, connection_args=arguments) as server:
        return str((await server.identity())["type"])


def _results(client: Client, futures: Sequence[Any], run: Run) -> Iterator[Result]:
    """The results of tasks as they come; each is let go of where it lies."""
    from distributed import as_completed

    left = len(futures)
    arriving = as_completed(futures, loop=client.loop)
    while left:
        run.tick()
        batch = arriving.next_batch(block=False)
        # The worker that held a result may be lost just now; then another one is at the task already.
        done = [future for future in batch if future.status not in _UNDER_WAY]
        arriving.update([future for future in batch if future not in done])
        for result in _gathered(client, done):
            left -= 1
            yield result
        for future in done:
            future.release()
        if not done:
            time.sleep(_SECONDS_BETWEEN)


def _gathered(client: Client, futures: Sequence[Any]) -> Sequence[Result]:
    """The results of tasks that have come to an end.

    Raises
    ------
    ClusterError
        If a task ended without result, or it cannot be had.
    """
    for future in futures:
        if future.status != "finished":
            raise ClusterError(complaint(future.status, future.exception() if future.status == "error" else None))
    try:
        results: Sequence[Result] = client.gather(futures)
    except Exception as error:
        raise ClusterError(complaint("lost", error)) from None
    return results


def complaint(status: str, error: BaseException | None) -> str:
    """Why a task has no result, in a line."""
    reason = _one_line(error) or type(error).__name__
    if isinstance(error, InputError):
        return reason
    if isinstance(error, ImportError):
        return f"a worker of the cluster cannot run relupoly ({reason}); install the same version of it on each worker"
    if status == "error":
        return f"a task failed on the cluster ({type(error).__name__}: {reason}); look into the log of its workers"
    detail = f": {reason}" if error else ""
    return f"the cluster has lost a task ({status}{detail}); look after its scheduler, and count again"


def _one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())[:200]


def _sent(plan: Plan) -> bytes:
    """A plan as it travels."""
    return zlib.compress(json.dumps(plan_document(plan)).encode())


@functools.lru_cache(maxsize=2)
def _received(sent: bytes) -> tuple[Plan, Tasks, list[Worker]]:
    """A plan that has arrived, its tasks, and the workers of this process that wait for one."""
    plan = plan_of(json.loads(zlib.decompress(sent)))
    return plan, plan.tasks(), []
