"""One process compiles, the others wait and use it: a lock that dies with the process that holds it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from relupoly.jit import store

_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
# Who can open a lock can hold it for ever.
_OURS_ALONE = 0o600


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until no other process is in a block of the same name; where nothing can be kept, there is nothing to wait for."""
    with contextlib.ExitStack() as stack:
        lock = _opened(name)
        if lock is not None:
            stack.callback(os.close, lock)
            # File systems that have no locks say so; then work may be done twice.
            with contextlib.suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_taken(name: str) -> bool:
    """Whether some process is in a block of that name."""
    lock = _opened(name)
    if lock is None:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(lock)
    return False


def _opened(name: str) -> int | None:
    """The lock's file in the first folder that has one, or lets one be made."""
    for folder in store.writable_folders():
        with contextlib.suppress(OSError):
            return os.open(f".{name}.lock", _LOCK, _OURS_ALONE, dir_fd=folder)
    return None
