"""Where many records go as they come: to standard output, in bundles, or into a file that appears when it is whole.

A hundred thousand lines in a second cannot be written one by one; but whoever waits for a line shall have it at once, and who
has read enough shall stop the work. So what has waited for some hundredths of a second is written, also while the work looks
for the next record; and at the same times it is asked whether anybody reads still.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from relupoly.errors import RelupolyError

_SECONDS_BETWEEN = 0.04  # nobody sees that lines come in bundles, and writing them takes no time any more


class RecordStream(Protocol):
    """What takes the text of records."""

    def write(self, text: str) -> None:
        """Take a text, with its line feeds."""

    def look(self) -> None:
        """Between records: write what has waited, and see whether somebody reads."""


@contextlib.contextmanager
def opened(place: str | None, force: bool) -> Iterator[RecordStream]:
    """A stream to a file, or to standard output where no file is named.

    Parameters
    ----------
    place : str or None
    force : bool
        Whether an existing file may be overwritten.

    Raises
    ------
    FileFormatError
        If the file cannot be written; then there is none.
    BrokenPipeError
        If nobody reads standard output any more.
    """
    if place in (None, "-"):
        stream = StandardOutput()
        yield stream
        stream.flush()
        return
    from relupoly.disk.atomic import replacing
    from relupoly.files.streams import display_name, located

    try:
        with located(display_name(str(place))), replacing(Path(str(place)), force) as file:
            try:
                yield _File(file)
            except RelupolyError as error:
                raise _FromTheRecords(error) from None
    except _FromTheRecords as passing:
        raise passing.error from passing.error.__cause__


class _FromTheRecords(Exception):
    """An error about records, on its way past what speaks of the file."""

    def __init__(self, error: RelupolyError) -> None:
        super().__init__(error)
        self.error = error


class StandardOutput:
    """Standard output, where records appear at once, or in bundles if they come fast."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._last = 0.0
        self._poll = _poll()
        self._process = os.getpid()

    def write(self, text: str) -> None:
        """Write a text now, or with those that follow it soon."""
        self._waiting.append(text)
        if time.perf_counter() - self._last >= _SECONDS_BETWEEN:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        text = "".join(self._waiting)
        self._waiting.clear()
        if text and sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
        self._last = time.perf_counter()

    def look(self) -> None:
        """Write what has waited, and see whether somebody reads.

        Raises
        ------
        BrokenPipeError
            If nobody does: the next record would find that out, but it may be long in coming.
        """
        # A copy of this process, which makes records, has a copy of what waits, too.
        if time.perf_counter() - self._last >= _SECONDS_BETWEEN and os.getpid() == self._process:
            self.flush()
            if self._poll is not None and any(events & _GONE for _, events in self._poll.poll(0)):
                raise BrokenPipeError


class _File:
    """A file that is being written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write a text."""
        self._file.write(text.encode())

    def look(self) -> None:
        """Nobody reads yet."""


_GONE = getattr(select, "POLLERR", 0) | getattr(select, "POLLHUP", 0)


def _poll() -> select.poll | None:
    """Knows whether somebody reads standard output; None where nobody can tell."""
    try:
        descriptor = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        return None
    if not hasattr(select, "poll"):
        return None
    found = select.poll()
    found.register(descriptor, 0)
    return found
