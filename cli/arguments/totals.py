"""How much there is to do in a file, as far as that is seen at once: for the time that is left, and nothing else."""

from __future__ import annotations

import gzip
import json
import os
import stat
import zlib
from typing import IO

_SAMPLE = 2**20  # the lines of a megabyte are as long as those of the whole, more or less
_TAIL = 4096  # the last line of a certificate has 150 characters
_MOST_EXPANDED = 2**26  # a third of a second; the check of what is longer takes minutes
_MAGIC = b"\x1f\x8b"


def rough_lines(file: str) -> int | None:
    """About how many lines a file has; None for streams, and for what cannot be read.

    Examples
    --------
    >>> rough_lines("-") is None
    True
    """
    try:
        if not _is_regular(file):
            return None
        size = os.stat(file).st_size
        with open(file, "rb") as stream:
            sample = stream.read(_SAMPLE)
    except (OSError, ValueError):
        return None
    lines = sample.count(b"\n") + (len(sample) == size and not sample.endswith(b"\n"))
    return round(lines * size / len(sample)) if sample else None


def said_leaves(certificate: str) -> int | None:
    """How many leaves a certificate says that it has, in its last line; None for streams, and where it does not say that."""
    try:
        if not _is_regular(certificate):
            return None
        with open(certificate, "rb") as stream:
            packed = stream.read(len(_MAGIC)) == _MAGIC
            tail = _expanded_tail(stream) if packed else _tail(stream)
        leaves = json.loads(tail.rstrip().rpartition(b"\n")[2])["end"]["leaves"]
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, RecursionError):
        return None
    return leaves if type(leaves) is int and leaves > 0 else None


def _tail(stream: IO[bytes]) -> bytes:
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL))
    return stream.read()


def _expanded_tail(stream: IO[bytes]) -> bytes:
    """The tail of what is compressed; empty where it would take long to come there."""
    stream.seek(0)
    tail, size = b"", 0
    with gzip.GzipFile(fileobj=stream) as expanded:
        while piece := expanded.read(_SAMPLE):
            tail, size = (tail + piece)[-_TAIL:], size + len(piece)
            if size > _MOST_EXPANDED:
                return b""
    return tail


def _is_regular(file: str) -> bool:
    """Whether a file can be looked into without taking anything from whoever reads it then."""
    return file != "-" and stat.S_ISREG(os.stat(file).st_mode)
