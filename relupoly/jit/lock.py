"""One process compiles, the others wait and use it: a lock that dies with the process that holds it (`relupoly.disk.locks`)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from relupoly.disk.locks import lock
from relupoly.jit import code_cache

_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
# Who can open a lock can hold it for ever.
_OURS_ALONE = 0o600


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until no other process is in a block of the same name; where nothing can be kept, there is nothing to wait for."""
    with contextlib.ExitStack() as stack:
        file = _opened(name)
        if file is not None:
            stack.callback(os.close, file)
            # Where the file system knows no locks, work may be done twice.
            lock(file, wait=True)
        yield


def is_taken(name: str) -> bool:
    """Whether some process is in a block of that name."""
    file = _opened(name)
    if file is None:
        return False
    try:
        return lock(file) is False
    finally:
        os.close(file)


def _opened(name: str) -> int | None:
    """The lock's file in the first folder that has one, or lets one be made."""
    for folder in code_cache.writable_folders():
        with contextlib.suppress(OSError):
            return os.open(f".{name}.lock", _LOCK, _OURS_ALONE, dir_fd=folder)
    return None
