"""The exit codes of the program, as its manual lists them; this file imports nothing, since the program begins with it."""

from __future__ import annotations

COMPLETE = 0
BUG = 1
USAGE = 2
INPUT = 3
PARTIAL = 4
CHECK_FAILED = 5
INTERRUPTED = 130  # as shells have it: 128 and the number of the signal
NO_READER = 141  # likewise, for SIGPIPE

_WORST_LAST = (COMPLETE, PARTIAL, CHECK_FAILED, INPUT, INTERRUPTED)


def worst(*codes: int) -> int:
    """The exit code of several answers.

    Examples
    --------
    >>> worst(COMPLETE, CHECK_FAILED, PARTIAL)
    5
    """
    return max(codes, key=_WORST_LAST.index)


def code_of(stopped: str | None) -> int:
    """The exit code of work that something stopped, or nothing.

    Examples
    --------
    >>> code_of(None), code_of("limit"), code_of("interrupted")
    (0, 4, 130)
    """
    if stopped is None:
        return COMPLETE
    return INTERRUPTED if stopped == "interrupted" else PARTIAL
