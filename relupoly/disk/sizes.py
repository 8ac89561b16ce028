"""How much one file may hold, as it is and expanded, so that a small file or an endless one cannot fill the memory.

Objects take up to some hundred times the bytes of the text that they are read from (`[],[],...` is the worst), so that the
limit is some hundredth of the memory that a machine has today. The largest nets whose pieces can be counted have a million
weights, 20 MB as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import BinaryIO

from relupoly.errors import FileFormatError
from relupoly.exact.limits import LARGEST_EXPONENT

DEFAULT_SIZE = 64 * 2**20

# Parts and checkpoints, which long work writes, are mostly long texts that expand little.
OWN_FILES = 4

_CHUNK = 2**20  # large enough that the loop costs nothing, small enough that Ctrl-C is noticed between two
_BYTES_PER_DIGIT = 0.42  # log2(10) / 8: a decimal exponent of 10^4 makes an integer of 4 kB
# At the end of a word: digests and base64 hold such texts, too. Shorter exponents cost no more than their digits, those of more
# than five digits are refused where they are read.
_EXPONENT = re.compile(r"[eE](?<=[0-9.][eE])[+-]?([0-9]{3,5})(?![\w.])", re.ASCII)

_limit: ContextVar[int] = ContextVar("relupoly_max_size", default=DEFAULT_SIZE)


def largest_size() -> int:
    """How many bytes a file may hold."""
    return _limit.get()


@contextmanager
def size_limit(size: int) -> Iterator[None]:
    """Let files hold up to so many bytes, inside `with`.

    Examples
    --------
    >>> with size_limit(2**30):
    ...     largest_size()
    1073741824
    """
    token = _limit.set(size)
    try:
        yield
    finally:
        _limit.reset(token)


def check_size(size: float, what: str, times: int = 1) -> None:
    """Raise if something takes more bytes than it may.

    Parameters
    ----------
    size : number
    what : str
        The subject of the message, such as "it holds".
    times : int
        How much more than other files it may hold.

    Raises
    ------
    FileFormatError
        It says what the limit is, and how it is raised.
    """
    limit = times * _limit.get()
    if size > limit:
        raise FileFormatError(
            f"{what} more than {size_text(limit)}; if that is meant, raise the limit: relupoly --max-size 1GB ..., or the "
            "variable RELUPOLY_MAX_SIZE=1GB"
        )


def read_limited(stream: BinaryIO, times: int = 1) -> bytes:
    """What is left of a stream, piece by piece, since a device may have no end.

    Raises
    ------
    FileFormatError
        If it is more than a file may hold, or `times` as much.
    """
    limit = times * _limit.get()
    pieces, size = [], 0
    while size <= limit and (piece := stream.read(_CHUNK)):
        pieces.append(piece)
        size += len(piece)
    check_size(size, "it holds", times)
    return b"".join(pieces)


def check_exponents(text: str) -> None:
    """Raise if the exponents of a text, each a few characters, stand for numbers that take more than a file may hold.

    Raises
    ------
    FileFormatError
        As `check_size`.
    """
    digits = sum(exponent for found in _EXPONENT.findall(text) if (exponent := int(found)) <= LARGEST_EXPONENT)
    check_size(digits * _BYTES_PER_DIGIT, "written out, its numbers with large exponents take")


def size_text(size: int) -> str:
    """A number of bytes for people.

    Examples
    --------
    >>> size_text(DEFAULT_SIZE), size_text(1000)
    ('64 MiB', '1000 bytes')
    """
    for unit, name in ((2**30, "GiB"), (2**20, "MiB")):
        if size and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"
