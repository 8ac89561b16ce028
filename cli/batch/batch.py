"""A batch: its jobs to workers, what comes of them to where that goes, and how it all has ended."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from relupoly.run import Stopped

from ..exit_codes import BUG, CHECK_FAILED, COMPLETE, INPUT, INTERRUPTED, PARTIAL, USAGE
from ..output.progress import Progress, in_words
from .job import Job
from .record import Ending, record_line
from .sinks import Sink
from .worker_process import Done

Runner: TypeAlias = Callable[[Sequence[Job], Callable[[], None]], Generator[Done, None, None]]

_WORST_LAST = (COMPLETE, PARTIAL, CHECK_FAILED, INPUT, USAGE, BUG)
_KILLED = 137  # by SIGKILL, which the system sends where memory is short


@dataclass
class Tally:
    """How many jobs have ended, and how.

    Attributes
    ----------
    total : int
    codes : Counter of int
        How many have ended with each exit code.
    before : int
        How many of them had ended before this run.
    stopped : str or None
        "interrupted" or "fail-fast", if some are left.
    """

    total: int
    codes: Counter[int] = field(default_factory=Counter)
    before: int = 0
    stopped: str | None = None

    @property
    def done(self) -> int:
        """How many jobs have ended."""
        return self.codes.total()

    @property
    def failed(self) -> int:
        """How many have ended with another exit code than 0."""
        return self.done - self.codes[COMPLETE]

    def exit_code(self) -> int:
        """The exit code of the batch.

        Examples
        --------
        >>> Tally(3, Counter([0, 4, 5])).exit_code(), Tally(2, Counter([0, -11 + 128])).exit_code()
        (5, 1)
        """
        if self.stopped == "interrupted":
            return INTERRUPTED
        return max((_own(code) for code in self.codes), key=_WORST_LAST.index, default=COMPLETE)


def _own(code: int) -> int:
    """An exit code of a job as one of a batch."""
    if code in _WORST_LAST:
        return code
    return PARTIAL if code in (INTERRUPTED, _KILLED) else BUG


def malformed(jobs: Iterable[Job]) -> Iterator[Done]:
    """The ends of jobs that cannot be read."""
    for job in jobs:
        if job.error is not None:
            yield Done(job, INPUT, record_line(job.number, job.words, Ending(INPUT, 0.0, error=job.error)))


def run_batch(
    jobs: Sequence[Job],
    run: Runner,
    ask: Callable[[], None],
    sink: Sink,
    tally: Tally,
    progress: Progress,
    fail_fast: bool = False,
) -> None:
    """Run jobs, and give what comes of them to a sink, until all have ended or something stops that.

    Parameters
    ----------
    jobs : sequence of Job
    run : callable
        Gives what comes of those jobs that can be read, and calls its second argument several times a second.
    ask : callable
        Called as often; what it raises stops all.
    sink : Sink
    tally : Tally
    progress : Progress
    fail_fast : bool
        Whether to stop when one job has failed.
    """
    start, already = time.monotonic(), tally.done

    def more() -> str:
        return how_far(tally, already, time.monotonic() - start)

    def tick() -> None:
        ask()
        progress(tally.done - already, more)

    def take(ends: Iterator[Done]) -> None:
        for done in ends:
            sink.add(done.job.number, done.exit_code, done.record)
            tally.codes[done.exit_code] += 1
            progress(tally.done - already, more)
            if fail_fast and done.exit_code != COMPLETE:
                tally.stopped = "fail-fast"
                return

    try:
        take(malformed(jobs))
        ready = [job for job in jobs if job.error is None]
        if ready and not tally.stopped:
            with contextlib.closing(run(ready, tick)) as ends:
                take(ends)
    except (Stopped, KeyboardInterrupt):
        tally.stopped = "interrupted"
    if tally.done == tally.total:
        tally.stopped = None


def how_far(tally: Tally, already: int, seconds: float) -> str:
    """What a line of progress says beside how many jobs have ended, and how fast.

    Examples
    --------
    >>> how_far(Tally(10), 0, 8.0), how_far(Tally(10, Counter({0: 3, 3: 1})), 0, 8.0)
    ('; 10 to go', '; 6 to go, 1 failed, about 12 s left')
    """
    done, left = tally.done - already, tally.total - tally.done
    failed = f", {tally.failed} failed" if tally.failed else ""
    # As long as none has ended, nobody knows how long one takes.
    more = f", about {in_words(seconds / done * left)} left" if done else ""
    return f"; {left} to go{failed}{more}"


def summary(tally: Tally) -> str:
    """How a batch has ended, in a line."""
    from ..reports.words import counted

    each = [f"{number} with exit code {code}" for code, number in sorted(tally.codes.items())]
    left = tally.total - tally.done
    parts = [*each, *([f"{left} not run"] if left else [])]
    before = f"; {tally.before} of them before this run" if tally.before else ""
    return f"{counted(tally.total, 'job')}: {', '.join(parts)}{before}"
