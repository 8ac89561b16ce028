"""Plain files only: for files that a program finds by their name in a folder which somebody else may have filled.

What a user names may be a link, a pipe or a device: that is the user's choice. What a program looks for itself may not: a link
would let whoever filled the folder choose what is read, a pipe never ends.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from relupoly.disk.sizes import read_limited
from relupoly.errors import FileFormatError


def reason(error: Exception) -> str:
    """Why the system refuses a file, in its own words, without the file's name.

    Examples
    --------
    >>> reason(OSError(13, "Permission denied", "a.json")), reason(ValueError("embedded null byte"))
    ('Permission denied', 'embedded null byte')
    """
    return getattr(error, "strerror", None) or str(error)


def is_plain(status: os.stat_result) -> bool:
    """Whether what a file system says is of a plain file."""
    return stat.S_ISREG(status.st_mode)


def descriptor_of(place: str | Path, folder: int | None = None) -> int:
    """An open descriptor, for reading; no link is followed, and nothing is waited for.

    Parameters
    ----------
    place : path
    folder : int, optional
        The descriptor of the folder that it is in.

    Raises
    ------
    OSError
        If there is nothing, or a link, or it cannot be read.
    """
    # Opening a pipe would wait for a writer without the flag O_NONBLOCK.
    return os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)


def read_plain(place: Path) -> bytes | None:
    """All bytes of a plain file; None where there is nothing.

    Raises
    ------
    FileFormatError
        If it is a symbolic link, or anything else that is no plain file, cannot be read, or holds more than a file may; the
        message does not name it.
    """
    stream = open_plain(place)
    if stream is None:
        return None
    with stream:
        return read_limited(stream)


def open_plain(place: Path) -> BinaryIO | None:
    """A plain file, opened; None where there is nothing. What is looked at is the file that is read, whatever moves meanwhile.

    Raises
    ------
    FileFormatError
        If it is a symbolic link, or anything else that is no plain file, or cannot be read; the message does not name it.
    """
    try:
        descriptor = descriptor_of(place)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        if os.path.islink(place):
            raise FileFormatError("it is a symbolic link, which is not followed here; put the file itself there") from None
        raise FileFormatError(f"it cannot be read ({reason(error)})") from None
    if not is_plain(os.fstat(descriptor)):
        os.close(descriptor)
        raise FileFormatError("it is no plain file; remove it")
    return open(descriptor, "rb")
