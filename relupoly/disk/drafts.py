"""Drafts: files on their way to their place, and how those that a killed run left are told from those in work.

A draft lies beside its place as `.NAME.<16 hexadecimal digits>.relupoly-tmp`, and its writer holds its lock (`locks`), which
dies with the writer. So a draft that can be locked belongs to nobody who is alive; its name and its owner tell that it was
ours.

A folder may be given by its descriptor, for whoever has checked it: then nobody can exchange it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from relupoly.disk.locks import lock
from relupoly.disk.ownership import belongs_to_us
from relupoly.disk.plain import descriptor_of, is_plain

SUFFIX = ".relupoly-tmp"

_DRAFT = re.compile(r"\..+\.[0-9a-f]{16}" + re.escape(SUFFIX), re.DOTALL)
# A name has up to 255 bytes on all common file systems; dots, digits and suffix of a draft take 31 of them.
_LONGEST = 220
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AS_ANY_FILE = 0o666  # less what the user's mask takes away


@contextmanager
def drafted(place: Path, folder: int | None = None, mode: int = _AS_ANY_FILE) -> Iterator[tuple[Path, BinaryIO]]:
    """A draft and a stream into it; what is still a draft in the end is removed.

    Parameters
    ----------
    place : path
        Where it is to go; a mere name where the folder is given.
    folder : int, optional
        The descriptor of its folder.
    mode : int
        The permissions of the file.
    """
    draft, descriptor = create_draft(place, folder, mode)
    try:
        with open(descriptor, "wb") as stream:
            yield draft, stream
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)


def create_draft(place: Path, folder: int | None = None, mode: int = _AS_ANY_FILE) -> tuple[Path, int]:
    """A new, empty file beside a place, locked and open for writing; for whoever closes it, which lets the lock go.

    Returns
    -------
    Path
    int
        Its descriptor.
    """
    while True:
        draft = place.with_name(f".{short_name(place.name)}.{secrets.token_hex(8)}{SUFFIX}")
        # Opened by hand, since tempfile would give the finished file permissions for its owner alone.
        descriptor = os.open(draft, _NEW, mode, dir_fd=folder)
        # Between the two steps another run may have taken it for one that was left, and removed it.
        if lock(descriptor) is not False and os.fstat(descriptor).st_nlink:
            return draft, descriptor
        os.close(descriptor)


def sweep(folder: Path | int) -> None:
    """Remove the drafts that runs of this user left in a folder when they were killed.

    Nothing is removed that another process writes, that another user owns, or that is no plain file. A folder that cannot be
    listed is left as it is: this is done on the way, and must not stop what the way leads to.
    """
    opened = folder if isinstance(folder, int) else None
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if _DRAFT.fullmatch(entry.name)]:
            with suppress(OSError):
                _remove_if_left(Path(name) if isinstance(folder, int) else folder / name, opened)


def _remove_if_left(draft: Path, folder: int | None) -> None:
    descriptor = descriptor_of(draft, folder)
    try:
        found = os.fstat(descriptor)
        ours = is_plain(found) and belongs_to_us(found)
        if ours and lock(descriptor) and os.path.samestat(found, os.stat(draft, dir_fd=folder, follow_symlinks=False)):
            os.unlink(draft, dir_fd=folder)
    finally:
        os.close(descriptor)


def short_name(name: str) -> str:
    """A name, or what stands for it where a draft's name would be too long."""
    return name if len(os.fsencode(name)) <= _LONGEST else hashlib.sha256(os.fsencode(name)).hexdigest()
