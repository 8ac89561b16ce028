"""The lines of a stream, each as soon as it is there: for files that need not end, or fit into memory.

A pipe may be silent for long. Whoever waits for it is asked meanwhile, several times a second, so that a deadline and Ctrl-C
are heard.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from typing import BinaryIO

from relupoly.disk.sizes import check_exponents, check_size
from relupoly.errors import FileFormatError
from relupoly.files.streams import Location, opened
from relupoly.files.tables.separators import NumberedLine

_SECONDS_BETWEEN = 0.1  # short enough that nobody waits for an answer to Ctrl-C
_CHUNK = 2**16  # as much as a pipe holds


def stream_lines(source: Location, waiting: Callable[[], None]) -> Iterator[NumberedLine]:
    """The lines of a UTF-8 text, with or without byte order mark, numbered from 1 as `str.splitlines` divides them.

    Parameters
    ----------
    source : path or "-"
    waiting : callable
        Called again and again while there is nothing to read; what it raises ends the stream.

    Raises
    ------
    FileFormatError
        If the file cannot be read, a line is not UTF-8, or holds more than a whole file may.
    """
    number = start = 0
    for line in _raw_lines(source, waiting):
        for text in _decoded(line, number + 1, start).splitlines():
            number += 1
            yield number, text
        start += len(line)


def _raw_lines(source: Location, waiting: Callable[[], None]) -> Iterator[bytes]:
    """The lines, each with its line feed; the last one may have none."""
    pieces: list[bytes] = []
    size = 0
    for chunk in _chunks(source, waiting):
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            yield b"".join([*pieces, line, b"\n"])
            pieces, size = [], 0
        pieces.append(rest)
        size += len(rest)
        check_size(size, "one of its lines holds")
    if size:
        yield b"".join(pieces)


def _chunks(source: Location, waiting: Callable[[], None]) -> Iterator[bytes]:
    """What there is to read, piece by piece."""
    with opened(source) as stream:
        # One system call, and no wait for a full buffer, where the stream can do that.
        read = getattr(stream, "read1", stream.read)
        while True:
            while not _is_ready(stream):
                waiting()
            chunk = read(_CHUNK)
            if not chunk:
                return
            yield chunk


def _is_ready(stream: BinaryIO) -> bool:
    """Whether reading would not wait; True also where nobody can know."""
    try:
        return bool(select.select([stream], [], [], _SECONDS_BETWEEN)[0])
    except (OSError, ValueError):  # no file of the system, or its number is too large for this call
        return True


def _decoded(line: bytes, number: int, start: int) -> str:
    """The text of a line that starts at such a byte of the file."""
    try:
        text = line.decode("utf-8" if start else "utf-8-sig")
    except UnicodeDecodeError as error:
        place = start + error.start + 1
        raise FileFormatError(f"line {number}: byte {place} of the file is not UTF-8; save it as UTF-8 text") from None
    check_exponents(text)
    return text
