"""Drafts: files on their way to their place, and how those that a killed run left are told from those in work.

A draft lies beside its place as `.NAME.<16 hexadecimal digits>.relupoly-tmp`, and its writer holds it with `flock`, which the
system lets go of when a process ends in whatever way. So a draft that can be locked belongs to nobody who is alive; its name
and its owner tell that it was ours. Process numbers, which systems use again, and ages, which say nothing about a slow
writer, would be guesses.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

SUFFIX = ".relupoly-tmp"

_DRAFT = re.compile(r"\..+\.[0-9a-f]{16}" + re.escape(SUFFIX), re.DOTALL)
# A name has up to 255 bytes on all common file systems; dots, digits and suffix of a draft take 31 of them.
_LONGEST = 220


def create_draft(place: Path) -> tuple[Path, int]:
    """A new, empty file beside a place, locked and open for writing.

    Returns
    -------
    Path
    int
        Its descriptor; whoever closes it lets the lock go.
    """
    while True:
        draft = place.with_name(f".{short_name(place.name)}.{secrets.token_hex(8)}{SUFFIX}")
        # Opened by hand, since tempfile would give the finished file permissions for its owner alone.
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        # Between the two steps another run may have taken it for one that was left, and removed it.
        if _lock(descriptor) is not False and os.fstat(descriptor).st_nlink:
            return draft, descriptor
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove the drafts that runs of this user left in a folder when they were killed.

    Nothing is removed that another process writes, that another user owns, or that is no plain file. A folder that cannot be
    listed is left as it is: this is done on the way, and must not stop what the way leads to.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if _DRAFT.fullmatch(entry.name)]:
            with suppress(OSError):
                _remove_if_left(folder / name)


def _remove_if_left(draft: Path) -> None:
    # Not to be held up by a pipe of that name, nor led away by a link.
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if ours and _lock(descriptor) and os.path.samestat(found, os.lstat(draft)):
            os.unlink(draft)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock an open file: whether that was possible; None where the file system knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def short_name(name: str) -> str:
    """A name, or what stands for it where a draft's name would be too long."""
    return name if len(os.fsencode(name)) <= _LONGEST else hashlib.sha256(os.fsencode(name)).hexdigest()
