"""Whose a file is: folders and files that nobody else can write, which machine code may be loaded from, and what is secret.

All is asked of open descriptors, so that nothing can be exchanged between a question and what is done upon its answer: a folder
is opened from the root on, one name after another, none of them a link, and each folder on the way has to belong to us or to
the superuser. Others may write to a folder on the way only if it is sticky, as /tmp is: then they cannot move what is ours.

What a group can write is refused, whatever group it is. Whether one is ours alone cannot be told: its list of members leaves
out those whose primary group it is, a directory service need not list all users, and under an access control list the group's
bits in the mode are the mask of that list, so anybody who is named there may be meant.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from relupoly.disk.plain import descriptor_of, is_plain

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN_TO_ALL_READERS = 0o755
_SUPERUSER = 0


class Untrusted(OSError):
    """Somebody else can write here, or could have."""


def belongs_to_us(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user."""
    return status.st_uid == os.geteuid()


def is_ours(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to us or the superuser, and nobody else can write it."""
    return _is_owned(status) and not others_can_write(status)


def others_can_write(status: os.stat_result) -> bool:
    """Whether its mode lets anybody but its owner write it."""
    return bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def is_secret(status: os.stat_result) -> bool:
    """Whether a file belongs to us, and nobody else can do anything with it."""
    return belongs_to_us(status) and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


@contextlib.contextmanager
def opened_folder(path: Path, create: bool = False) -> Iterator[int]:
    """The descriptor of a folder that nobody else can write.

    Parameters
    ----------
    path : Path
        Links in it are followed first; what they lead to is checked.
    create : bool
        Whether to make the folders that are missing.

    Raises
    ------
    OSError
        If the folder is not there; `Untrusted` if somebody else can write it, or exchange it.
    """
    real = Path(os.path.realpath(path))
    folder = os.open(real.anchor, _FOLDER)
    try:
        for name in real.parts[1:]:
            _check_on_the_way(folder, path)
            below = _entered(folder, name, create)
            os.close(folder)
            folder = below
        if not is_ours(os.fstat(folder)):
            raise Untrusted(f"{path} can be written by others")
        yield folder
    finally:
        os.close(folder)


def trusted_bytes(folder: int, name: str) -> bytes:
    """The content of a file in a folder that nobody else can write.

    Raises
    ------
    OSError
        If there is none; `Untrusted` if it is not a plain file of ours.
    """
    file = descriptor_of(name, folder)
    with open(file, "rb") as stream:
        status = os.fstat(file)
        if not is_plain(status) or not is_ours(status):
            raise Untrusted(f"{name} is not a plain file that only its owner can write")
        return stream.read()


def _entered(folder: int, name: str, create: bool) -> int:
    if create:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, _OPEN_TO_ALL_READERS, dir_fd=folder)
    return os.open(name, _FOLDER, dir_fd=folder)


def _check_on_the_way(folder: int, path: Path) -> None:
    status = os.fstat(folder)
    if not _is_owned(status) or (others_can_write(status) and not status.st_mode & stat.S_ISVTX):
        raise Untrusted(f"a folder above {path} can be written by others")


def _is_owned(status: os.stat_result) -> bool:
    return belongs_to_us(status) or status.st_uid == _SUPERUSER
