"""One run at a time on a file that is replaced again and again: a lock that dies with its process.

The file itself cannot be locked: it may not be there yet, and each replacement is another file for the system. So an empty
file `.NAME.relupoly-lock` beside it is, with `flock`, which the system lets go of when the process ends in whatever way. The
lock file is removed at the end. One that a killed run left is in nobody's way: who comes next locks it, and removes it. Its
name is removed by its holder only, so whoever has locked a file that no longer has the name has come too late, and tries again.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from relupoly.disk.drafts import short_name, sweep
from relupoly.errors import FileFormatError
from relupoly.files.streams import Location, display_name, located

SUFFIX = ".relupoly-lock"


@contextmanager
def held(place: Location | None, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a file, which need not exist; for None there is nothing to hold.

    Drafts that killed runs have left beside it are removed.

    Parameters
    ----------
    place : path or None
    wait : bool
        Whether to wait for another run that holds it: for work that is short.

    Raises
    ------
    FileFormatError
        If another run holds it and `wait` is False, it is no plain file, or there is no place for it.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "work"
    >>> with held(place), held(place):  # doctest: +ELLIPSIS
    ...     pass
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: ...work: another run keeps its work in it; wait until that ends, or give another file
    """
    if place is None:
        yield
        return
    lock = Path(place).parent / f".{short_name(Path(place).name)}{SUFFIX}"
    with located(display_name(place)):
        _check_plain(Path(place))
        descriptor = _locked(lock, wait)
    try:
        sweep(lock.parent)
        yield
    finally:
        with suppress(OSError):
            os.unlink(lock)
        os.close(descriptor)


def _check_plain(place: Path) -> None:
    """Refuse devices and pipes: what is read from them is not what was written, and may never end."""
    with suppress(OSError, ValueError):
        mode = os.lstat(place).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise FileFormatError("it is no plain file; give one, or the name of a new one")


def _locked(lock: Path, wait: bool) -> int:
    """The descriptor of a lock file that has its name, and that nobody else holds."""
    while True:
        try:
            # Reading is enough for `flock`, so that a lock that another user's killed run left is in nobody's way either.
            descriptor = os.open(lock, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            raise FileFormatError(f"there is no folder {str(lock.parent)!r}; make it first") from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise FileFormatError(f"it cannot be locked by {lock.name!r} beside it ({why}); give another place") from None
        if _is_held(descriptor, lock, wait):
            return descriptor
        os.close(descriptor)


def _is_held(descriptor: int, lock: Path, wait: bool) -> bool:
    """Lock an open file: whether it still has its name then."""
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise FileFormatError(f"{lock.name!r} beside it is no plain file; remove that")
        # A file system may have no locks: better one run without protection than none at all.
        with suppress(OSError):
            _lock(descriptor, wait)
        return os.path.samestat(found, os.lstat(lock))
    except FileNotFoundError:
        return False
    except BaseException:
        os.close(descriptor)
        raise


def _lock(descriptor: int, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FileFormatError("another run keeps its work in it; wait until that ends, or give another file") from None
