"""Files that appear whole or not at all: written beside their place, then moved onto it.

A move within a folder is one step for the operating system, so that a reader, a full disk or an interruption never
leaves half a file behind; the folder is written to disk after the move, so that a power cut cannot undo it. What a killed run
left on the way, the next one removes (`relupoly.disk.drafts`).

A symbolic link at the place is refused, whoever made it: it would let whoever filled a folder (an archive does that, too)
choose which file is overwritten. To follow it, as most programs do, is not safe; to put a file in its place, as a move
would, loses the link. Links among the folders that lead to the place are followed: they are where the user is. Devices and
pipes are written to directly, there is nothing to replace; and so are the descriptors that the user has opened for this
process, /dev/stdout and /dev/fd/3, whatever they lead to.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from relupoly.disk.drafts import drafted, sweep
from relupoly.disk.plain import is_plain, reason
from relupoly.errors import FileFormatError

_OWN = re.compile(r"/dev/(?:std(?P<name>out|err)|fd/(?P<number>[0-9]{1,9}))|/proc/self/fd/(?P<other>[0-9]{1,9})")
_STANDARD = {"out": 1, "err": 2}


def replace_file(target: Path, data: bytes, force: bool = False, tidy: bool = True) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    target : Path
        No symbolic link. A device, a pipe or a descriptor of this process is written to directly.
    data : bytes
    force : bool
        Whether an existing file may be overwritten; its permissions are kept.
    tidy : bool
        Whether to look for drafts that killed runs left in the folder. Who writes many files into one looks once.

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, it is a link, or the folder is missing or cannot be written.
    """
    with replacing(target, force, tidy) as stream:
        stream.write(data)


@contextmanager
def replacing(target: Path, force: bool = False, tidy: bool = True) -> Iterator[BinaryIO]:
    """A stream whose bytes become a file when all of them are written, for what is too large to hold at once.

    Raises
    ------
    FileFormatError
        As for `replace_file`.
    """
    with _clear_errors(target):
        own = _own_descriptor(target)
        found = None if own is not None else _checked(target, force)
        if own is not None:
            if sys.stdout is not None:
                sys.stdout.flush()
            with open(os.dup(own), "wb") as stream:
                yield from _filled(stream)
        elif found is not None and not is_plain(found):
            with open(os.open(target, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "wb") as stream:
                yield from _filled(stream)
        else:
            if tidy:
                sweep(target.parent)
            with _draft(target, force) as stream:
                yield from _filled(stream)


def check_target(target: Path, force: bool = False) -> None:
    """Raise now if `replace_file` would refuse, for work that takes long before it writes.

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, or it is a directory or a link, or its folder is missing or may not be
        written.
    """
    with _clear_errors(target):
        own = _own_descriptor(target)
        if own is not None:
            os.fstat(own)
            return
        found = _checked(target, force)
        if found is None or is_plain(found):
            if not os.access(target.parent, os.W_OK | os.X_OK):
                raise PermissionError(None, "Permission denied")
            sweep(target.parent)


def _own_descriptor(target: Path) -> int | None:
    """The descriptor of this process that a name stands for."""
    found = _OWN.fullmatch(os.fspath(target))
    return found and (_STANDARD[found["name"]] if found["name"] else int(found["number"] or found["other"]))


def _checked(target: Path, force: bool) -> os.stat_result | None:
    """What is at a place; None for nothing."""
    os.stat(os.path.join(target.parent, ""))  # raises unless it is a folder
    try:
        found = os.lstat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise FileFormatError(f"it is a symbolic link, to {os.readlink(target)!r}; give the name of the file itself")
    if stat.S_ISDIR(found.st_mode):
        raise FileFormatError("it is a directory; give the name of a file in it")
    if is_plain(found) and not force:
        raise _exists()
    return found


def _exists() -> FileFormatError:
    return FileFormatError("the file exists; give --force (force=True) to overwrite it, or another name")


class _FromTheWriter(Exception):
    """An error of whoever fills a file, on its way past what speaks of the file."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def _filled(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Lend a stream; of what goes wrong meanwhile, only writing to it is about the file. Such errors name no file."""
    try:
        yield stream
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None:
            raise
        raise _FromTheWriter(error) from None


@contextmanager
def _clear_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except _FromTheWriter as passing:
        raise passing.error from passing.error.__cause__
    except FileNotFoundError:
        raise FileFormatError(f"there is no folder {str(target.parent)!r}; make it first") from None
    except (OSError, ValueError) as error:
        raise FileFormatError(f"it cannot be written ({reason(error)}); give another place") from None


@contextmanager
def _draft(place: Path, force: bool) -> Iterator[BinaryIO]:
    """A stream to a file beside its place, which is moved there in the end."""
    with drafted(place) as (draft, stream):
        yield stream
        stream.flush()
        with suppress(FileNotFoundError):
            os.fchmod(stream.fileno(), stat.S_IMODE(os.lstat(place).st_mode) & 0o777)
        os.fsync(stream.fileno())
        _move(draft, place, force)
    _sync_folder(place.parent)


def _move(draft: Path, place: Path, force: bool) -> None:
    """Put a draft at its place; without leave to overwrite what has appeared there meanwhile, that stays."""
    if force:
        os.replace(draft, place)
        return
    try:
        os.link(draft, place, follow_symlinks=False)
    except FileExistsError:
        raise _exists() from None
    except OSError:
        # A file system without hard links cannot do both in one step.
        if os.path.lexists(place):
            raise _exists() from None
        os.replace(draft, place)


def _sync_folder(folder: Path) -> None:
    """Write a folder's list of names to disk, where that can be done."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
