"""What a command prints, caught where it leaves the process: what other processes and libraries print is caught, too."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from types import TracebackType

_STDIN, _STDOUT, _STDERR = range(3)


class Capture:
    """Two files in the place of standard output and stderr, for one command after another; standard input is empty.

    While open, these descriptors are the files. `fresh` begins anew, whatever the last command has done to the streams.

    Stderr has to be a file already, of whoever began this process, who can then read why that has ended.
    """

    def __init__(self) -> None:
        self._files = [tempfile.TemporaryFile(), open(os.dup(_STDERR), "r+b")]  # noqa: SIM115
        self._before: list[int] = []

    def __enter__(self) -> Capture:
        self._before = [os.dup(stream) for stream in (_STDIN, _STDOUT, _STDERR)]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for stream, descriptor in enumerate(self._before):
            os.dup2(descriptor, stream)
            os.close(descriptor)
        for file in self._files:
            file.close()

    def fresh(self) -> None:
        """Empty both files, and give Python new streams into them."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, _STDIN)
        os.close(nothing)
        sys.stdin = _text(_STDIN, "r")
        for stream, file in zip((_STDOUT, _STDERR), self._files, strict=True):
            os.ftruncate(file.fileno(), 0)
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            os.dup2(file.fileno(), stream)
        sys.stdout, sys.stderr = _text(_STDOUT, "w"), _text(_STDERR, "w")

    def taken(self) -> tuple[bytes, bytes]:
        """What was printed to standard output and to stderr since `fresh`."""
        for stream in (sys.stdout, sys.stderr):
            # A command may have closed it, or put something else in its place.
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        out, err = (os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0) for file in self._files)
        return out, err


def _text(stream: int, mode: str) -> io.TextIOWrapper:
    """A stream of text, as Python has it for a file; the descriptor stays open when it goes."""
    binary = open(stream, f"{mode}b", closefd=False)  # noqa: SIM115
    return io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace" if mode == "w" else "strict")
