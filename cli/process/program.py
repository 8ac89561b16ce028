"""The program around the commands: whatever goes wrong inside ends in one line.

The commands turn errors of relupoly and of click into lines and exit codes (`main.Commands`). Here is what only a program
of its own does: Ctrl-C between commands, streams in any encoding, and bugs.
"""

from __future__ import annotations

import _signal
import _thread
import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..exit_codes import BUG, INTERRUPTED

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SECONDS_TO_RAISE_AGAIN = 0.01  # long enough for Python to leave its hook, too short to be noticed


def run(leaving: Callable[[int, object], None]) -> int:
    """Run the command line as a program; the exit code.

    Parameters
    ----------
    leaving : callable
        The answer to Ctrl-C until the command runs; whoever had it ignored keeps that.
    """
    interruption = Interruption()
    heard = _signal.getsignal(_signal.SIGINT) is leaving
    if heard:
        # The last of all that Python does at its end before it takes its handlers away, after which Ctrl-C would kill.
        atexit.register(_signal.signal, _signal.SIGINT, _signal.SIG_IGN)
    # Names of files may hold bytes that are no text, and the terminal's encoding may lack what we print.
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.unraisablehook = interruption.unraisable
    try:
        from ..main import cli

        if heard:
            _signal.signal(_signal.SIGINT, interruption.come)
        code = outcome(cli, interruption)
    except BaseException as error:
        code = _ending(error, interruption)
    if heard:
        # The answer is out; what is left is Python's own end, which Ctrl-C may cut short.
        _signal.signal(_signal.SIGINT, lambda number, frame: os._exit(code))
    return code


class Interruption:
    """Remembers that Ctrl-C was pressed: what it stops may be code that turns it into another error, or drops it."""

    def __init__(self) -> None:
        self.seen = False

    def come(self, number: int, frame: object) -> None:
        """Answer Ctrl-C."""
        self.seen = True
        raise KeyboardInterrupt

    def unraisable(self, found: UnraisableHookArgs) -> None:
        """Raise an interruption again that came where nothing can be raised; other errors there cannot change an answer."""
        if isinstance(found.exc_value, KeyboardInterrupt):
            # At once it would come in this very function, where it cannot be raised either.
            again = threading.Timer(_SECONDS_TO_RAISE_AGAIN, _thread.interrupt_main)
            again.daemon = True
            again.start()


def outcome(cli: Callable[..., object], interruption: Interruption, arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default that of this process; its exit code, whatever happens."""
    try:
        return _code(cli, interruption, arguments)
    except BaseException as error:
        return _ending(error, interruption)


def _code(cli: Callable[..., object], interruption: Interruption, arguments: Sequence[str] | None) -> int:
    """Run the commands; the exit code with which they leave."""
    try:
        cli(arguments, prog_name=None if arguments is None else "relupoly", obj=interruption)
    except SystemExit as leave:
        if leave.code is None or isinstance(leave.code, int):
            return leave.code or 0
        raise
    return 0


def _ending(error: BaseException, interruption: Interruption) -> int:
    """Say what stopped the program; the exit code."""
    if interruption.seen or isinstance(error, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    from .crash import report

    say(report(error))
    return BUG


def say(line: str) -> None:
    """Write a line to stderr, if that can be written."""
    with contextlib.suppress(OSError, ValueError):
        os.write(2, f"{line}\n".encode("utf-8", "backslashreplace"))
