"""Files that appear whole or not at all: written beside their place, then moved onto it.

A move within a folder is one step for the operating system, so that a reader, a full disk or an interruption never
leaves half a file behind.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from relupoly.errors import FileFormatError


def replace_file(target: Path, data: bytes, force: bool = False) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    target : Path
        A symbolic link is followed. A device or a pipe is written to directly: there is nothing to replace.
    data : bytes
    force : bool
        Whether an existing file may be overwritten; its permissions are kept.

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, or the folder is missing or cannot be written.
    """
    with _clear_errors(target):
        place = _checked(target, force)
        if place.exists() and not place.is_file():
            place.write_bytes(data)
        else:
            _move_into_place(place, data)


@contextmanager
def replacing(target: Path, force: bool = False) -> Iterator[BinaryIO]:
    """A stream whose bytes become a file when all of them are written, for what is too large to hold at once.

    Raises
    ------
    FileFormatError
        As for `replace_file`.
    """
    with _clear_errors(target):
        place = _checked(target, force)
        if place.exists() and not place.is_file():
            with open(place, "wb") as stream:
                yield stream
        else:
            with _draft(place) as stream:
                yield stream


def check_target(target: Path, force: bool = False) -> None:
    """Raise now if `replace_file` would refuse, for work that takes long before it writes.

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, or it is a directory, or its folder is missing.
    """
    with _clear_errors(target):
        _checked(target, force)


def _checked(target: Path, force: bool) -> Path:
    place = Path(os.path.realpath(target))
    if place.is_dir():
        raise FileFormatError("it is a directory; give the name of a file in it")
    if place.is_file() and not force:
        raise FileFormatError("the file exists; give --force (force=True) to overwrite it, or another name")
    os.stat(os.path.join(place.parent, ""))  # raises unless it is a folder
    return place


@contextmanager
def _clear_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FileFormatError(f"there is no folder {str(target.parent)!r}; make it first") from None
    except (OSError, ValueError) as error:
        raise FileFormatError(
            f"it cannot be written ({getattr(error, 'strerror', None) or error}); give another place"
        ) from None


def _move_into_place(place: Path, data: bytes) -> None:
    with _draft(place) as stream:
        stream.write(data)


@contextmanager
def _draft(place: Path) -> Iterator[BinaryIO]:
    """A stream to a file beside its place, which is moved there in the end."""
    # Opened by hand, since tempfile would give the finished file permissions for its owner alone.
    draft = place.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(draft, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if place.exists():
            shutil.copymode(place, draft)
        os.replace(draft, place)
    finally:
        draft.unlink(missing_ok=True)
