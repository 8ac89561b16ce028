"""Where the program begins and ends: it imports nothing but numbers before Ctrl-C has an answer, and no traceback leaves it.

Until a command runs there is nothing to lose, so Ctrl-C ends the program at once, in the middle of any import. What no
other place has turned into a line and an exit code is a bug: it ends in one line that names a file with the traceback.
"""

import _signal
import os
import sys

from .exit_codes import BUG, INTERRUPTED

_STDIN, _STDOUT, _STDERR = range(3)


def _leave_at_once(number: int, frame: object) -> None:
    """Answer Ctrl-C while nothing is open and nothing is printed."""
    os.write(_STDERR, b"Interrupted.\n")
    os._exit(INTERRUPTED)


# Whoever started the program with Ctrl-C ignored keeps it so.
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _leave_at_once)


def main() -> int:
    """Run the command line; the exit code."""
    open_streams()
    try:
        from .process.program import run
    except Exception as error:
        return _last_words(error)
    return run(_leave_at_once)


def open_streams() -> None:
    """Put something behind standard streams that are closed.

    Else the next file that is opened takes the number of a stream, and gets what is meant for that. What stands for
    standard output refuses to be written, so that an answer is not lost without a word.
    """
    for stream in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(stream)
        except OSError:
            # The lowest number that is free is this one; the mode is that in which nobody wants to use it, but for errors.
            os.open(os.devnull, os.O_WRONLY if stream in (_STDIN, _STDERR) else os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(_STDOUT, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(_STDERR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _last_words(error: BaseException) -> int:
    """Say that the program itself cannot be loaded: then there is nothing with which to report it."""
    os.write(_STDERR, f"Error: relupoly cannot be loaded ({error!r}); install it again\n".encode("ascii", "backslashreplace"))
    return BUG
