"""Runs as people give them, and Ctrl-C where somebody types: at Python's prompt and in notebooks."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator

from relupoly.run.run import Run


def run_of(deadline: float | None, run: Run | None) -> Run:
    """The run, or one with a deadline."""
    if run is None:
        return Run(deadline=deadline)
    if deadline is not None:
        raise ValueError("a run has a deadline of its own; give one of deadline and run")
    return run


@contextlib.contextmanager
def interruptible(run: Run) -> Iterator[Run]:
    """The run, which in an interactive session stops at the first Ctrl-C."""
    if not (_is_interactive() and threading.current_thread() is threading.main_thread()):
        yield run
        return
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield run
        return
    asked = False

    def ask(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield run.stopped_by(lambda: asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _is_interactive() -> bool:
    """Whether somebody types: at Python's prompt, or in IPython and what is built on it."""
    return hasattr(sys, "ps1") or "ipykernel" in sys.modules or hasattr(sys.modules.get("builtins"), "__IPYTHON__")
