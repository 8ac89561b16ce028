"""Where bytes come from and go to: a path, or "-" for standard input and output.

Everything that can be wrong with a path becomes a `FileFormatError` here. A message begins with the file's name exactly
once: the code that knows the name wraps its work in `located`, and the code below it names the line, layer or entry only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from relupoly.disk.atomic import replace_file
from relupoly.disk.plain import reason
from relupoly.disk.sizes import check_exponents, read_limited
from relupoly.errors import FileFormatError, InputError

NO_SUCH_FILE = "there is no such file; check its name and folder"
Location: TypeAlias = str | os.PathLike[str]
STANDARD = "-"


def is_standard(location: Location) -> bool:
    """Whether a location is "-": standard input or output."""
    return os.fspath(location) == STANDARD


def display_name(location: Location) -> str:
    """A location as messages name it.

    Examples
    --------
    >>> display_name("-"), display_name(Path("nets/a.json"))
    ('standard input', 'nets/a.json')
    """
    name = os.fspath(location)
    if name == STANDARD:
        return "standard input"
    return name if name and name.isprintable() else repr(name)


def short_name(location: Location) -> str:
    """The same without folders, for the names of what is in a file.

    Examples
    --------
    >>> short_name("-"), short_name(Path("nets/a.json"))
    ('standard input', 'a.json')
    """
    name = display_name(location)
    return name if is_standard(location) else name.replace("\\", "/").rsplit("/", 1)[-1]


@contextmanager
def located(name: str) -> Iterator[None]:
    """Put a file's name in front of the message of every `InputError`, while it is read: it may be nested too deeply for that.

    Examples
    --------
    >>> with located("net.json"):
    ...     raise FileFormatError("it is empty")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: net.json: it is empty
    """
    with named(name):
        try:
            yield
        except RecursionError:
            raise FileFormatError("it is nested too deeply; flatten it") from None


@contextmanager
def named(name: str) -> Iterator[None]:
    """Put a name in front of the message of every `InputError`, while there is work on what was read.

    Examples
    --------
    >>> with named("a.json, b.json"):
    ...     raise InputError("they differ in inputs")
    Traceback (most recent call last):
    relupoly.errors.InputError: a.json, b.json: they differ in inputs
    """
    try:
        yield
    except InputError as error:
        raise type(error)(f"{name}: {error}") from None


def read_bytes(source: Location, times: int = 1) -> bytes:
    """All bytes of a file, or of standard input for "-".

    Parameters
    ----------
    source : path or "-"
    times : int
        How much more than other files it may hold.

    Raises
    ------
    FileFormatError
        If the file is missing, is a directory, cannot be read, or holds more than `relupoly.disk.sizes` allows.
    """
    with opened(source) as stream:
        return read_limited(stream, times)


@contextmanager
def opened(source: Location) -> Iterator[BinaryIO]:
    """The stream of a file's bytes, or of standard input for "-"; what goes wrong with it meanwhile is about the file.

    Raises
    ------
    FileFormatError
        If the file is missing, is a directory, or cannot be read.
    """
    if is_standard(source) and sys.stdin is None:
        raise FileFormatError("it is closed; give a file")
    try:
        if is_standard(source):
            yield sys.stdin.buffer
        else:
            with open(Path(source), "rb") as stream:
                yield stream
    except FileNotFoundError:
        raise FileFormatError(NO_SUCH_FILE) from None
    except IsADirectoryError:
        raise FileFormatError("it is a directory; give a file") from None
    except (OSError, ValueError) as error:
        raise FileFormatError(f"it cannot be read ({reason(error)}); give a readable file") from None


def write_bytes(target: Location, data: bytes, force: bool = False) -> None:
    """Write bytes to a file, whole or not at all, or to standard output for "-".

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, or it cannot be written.
    """
    if is_standard(target):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with located(display_name(target)):
        replace_file(Path(target), data, force)


def decode_text(data: bytes) -> str:
    """The text of a UTF-8 file, with or without byte order mark.

    Raises
    ------
    FileFormatError
        If the bytes are not UTF-8; it names the first wrong byte. Or if its numbers would be too large, written out.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFormatError(f"line {line}: byte {error.start + 1} of the file is not UTF-8; save it as UTF-8 text") from None
    check_exponents(text)
    return text
