"""One run at a time on a file that is replaced again and again: a lock that dies with its process.

The file itself cannot be locked: it may not be there yet, and each replacement is another file for the system. So an empty
file `.NAME.relupoly-lock` beside it is (`relupoly.disk.locks`), which is removed at the end. One that a killed run left is in
nobody's way: who comes next locks it, and removes it. Its name is removed by its holder only, so whoever has locked a file that
no longer has the name has come too late, and tries again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from relupoly.disk.drafts import short_name, sweep
from relupoly.disk.locks import lock
from relupoly.disk.plain import is_plain, reason
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
    file = Path(place).parent / f".{short_name(Path(place).name)}{SUFFIX}"
    with located(display_name(place)):
        _check_plain(Path(place))
        descriptor = _locked(file, wait)
    try:
        sweep(file.parent)
        yield
    finally:
        with suppress(OSError):
            os.unlink(file)
        os.close(descriptor)


def _check_plain(place: Path) -> None:
    """Refuse devices and pipes: what is read from them is not what was written, and may never end."""
    with suppress(OSError, ValueError):
        found = os.lstat(place)
        if not is_plain(found) and not stat.S_ISDIR(found.st_mode):
            raise FileFormatError("it is no plain file; give one, or the name of a new one")


def _locked(file: Path, wait: bool) -> int:
    """The descriptor of a lock file that has its name, and that nobody else holds."""
    while True:
        try:
            # Reading is enough for `flock`, so that a lock that another user's killed run left is in nobody's way either.
            descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            raise FileFormatError(f"there is no folder {str(file.parent)!r}; make it first") from None
        except (OSError, ValueError) as error:
            why = f"it cannot be locked by {file.name!r} beside it ({reason(error)})"
            raise FileFormatError(f"{why}; give another place") from None
        if _is_held(descriptor, file, wait):
            return descriptor
        os.close(descriptor)


def _is_held(descriptor: int, file: Path, wait: bool) -> bool:
    """Lock an open file: whether it still has its name then."""
    try:
        found = os.fstat(descriptor)
        if not is_plain(found):
            raise FileFormatError(f"{file.name!r} beside it is no plain file; remove that")
        # A file system may have no locks: better one run without protection than none at all.
        if lock(descriptor, wait) is False:
            raise FileFormatError("another run keeps its work in it; wait until that ends, or give another file")
        return os.path.samestat(found, os.lstat(file))
    except FileNotFoundError:
        return False
    except BaseException:
        os.close(descriptor)
        raise
