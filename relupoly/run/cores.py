"""How many cores there are, and how many threads make sense."""

from __future__ import annotations

import os

_MOST_THREADS_PER_CORE = 2  # see `threads_for`


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_for(jobs: int | None) -> int:
    """How many threads to start where so many are asked for: one for each core by default, and at most twice as many.

    Compiled code never waits, so more threads than cores gain nothing, and each has tables of its own. Twice as many, as not
    all of them are in compiled code all the time.
    """
    return min(jobs or cores(), _MOST_THREADS_PER_CORE * cores())
