"""The lines of a certificate in a file, compressed or not."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from typing import IO, cast

from relupoly.errors import CheckFailed, FileFormatError

_MAGIC = b"\x1f\x8b"
# A dual vector has a number for each sample; a thousandth of it holds those of today. More would be a small file that expands.
_LONGEST = 2**26


def read_lines(place: str, longest: int = _LONGEST) -> Iterator[str]:
    """The lines of a file, or of standard input for "-", one at a time.

    Parameters
    ----------
    place : str
    longest : int
        How many characters a line may have.

    Raises
    ------
    FileFormatError
        If it cannot be read, or a line is too long.
    CheckFailed
        If it is damaged.
    """
    try:
        with _opened(place) as raw:
            head = raw.peek(len(_MAGIC))[: len(_MAGIC)]
            data = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if head == _MAGIC else raw
            with io.TextIOWrapper(data, "utf-8") as text:
                while line := text.readline(longest + 1):
                    if len(line) > longest:
                        raise FileFormatError(
                            f"a line has more than {longest} characters; if that is meant, raise the limit: "
                            "relupoly --max-size 1GB ..."
                        )
                    yield line
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError):
        raise CheckFailed("the file is damaged: it cannot be decoded to its end") from None
    except FileNotFoundError:
        raise FileFormatError("there is no such file; check its name and folder") from None
    except IsADirectoryError:
        raise FileFormatError("it is a directory; give a file") from None
    except (OSError, ValueError) as error:
        raise FileFormatError(
            f"it cannot be read ({getattr(error, 'strerror', None) or error}); give a readable file"
        ) from None


def _opened(place: str) -> io.BufferedReader:
    if place != "-":
        return open(place, "rb")
    # Streams that tests put in its place cannot be peeked into.
    return cast(io.BufferedReader, sys.stdin.buffer) if hasattr(sys.stdin.buffer, "peek") else _buffered()


def _buffered() -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(sys.stdin.buffer.read()))
