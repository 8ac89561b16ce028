"""`--log FILE`: what goes to stderr is appended to a file, too, each line with the time.

Only a file that is new, empty, or a log already is appended to: a name that slips must not damage a network. A line is one
write at the end of the file, so that several programs may share a log.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator

import click

from relupoly.errors import FileFormatError
from relupoly.plain_text import plain_text

_TIME = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T")


class _State:
    """Which log is written, by the command that runs."""

    file: str | None = None
    command: str = ""


def current() -> str | None:
    """The log that is written, or None."""
    return _State.file


def write(*lines: str) -> None:
    """Append lines to the log, if there is one; where that fails, the work goes on."""
    if _State.file is None:
        return
    from datetime import datetime

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    text = "".join(f"{now} {plain_text(line)}\n" for line in lines if line)
    with contextlib.suppress(OSError):
        _append(_State.file, text.encode("utf-8", "backslashreplace"))


@contextlib.contextmanager
def of_command(words: list[str]) -> Iterator[None]:
    """While open, a command runs, which may begin a log; the log says how it ended."""
    import shlex

    _State.file, _State.command = None, shlex.join(["relupoly", *words])
    try:
        yield
    except SystemExit as leave:
        write(f"exit code {leave.code or 0}")
        raise
    except BaseException as error:
        write(f"ended by {type(error).__name__}")
        raise
    else:
        write("exit code 0")
    finally:
        _State.file = None


def start(context: click.Context, option: click.Parameter, file: str | None) -> None:
    """Begin a log, if one is wanted.

    Raises
    ------
    FileFormatError
        If the file cannot be written, or is no log.
    click.UsageError
        If it is none.
    """
    from relupoly.files.streams import display_name, located

    if file is None or context.resilient_parsing:
        return
    if file in ("", "-"):
        raise click.UsageError("--log wants a file; what it gets goes to standard error anyway", context)
    with located(f"--log {display_name(file)}"):
        try:
            with open(file, "ab+") as stream:
                if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    stream.seek(0)
                    head = stream.read(11)
                    if head and not _TIME.match(head):
                        raise FileFormatError("it is there, and no log; give another name")
        except OSError as error:
            raise FileFormatError(f"it cannot be written ({error.strerror}); give another place") from None
    _State.file = file
    write(_State.command)


def _append(file: str, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)
