"""Locks that die with whoever holds them: an open file, locked by `flock`.

The system lets go of such a lock when its process ends, in whatever way. Numbers of processes, which systems use again, and
ages, which say nothing about slow work, would be guesses.
"""

from __future__ import annotations

import fcntl


def lock(descriptor: int, wait: bool = False) -> bool | None:
    """Lock an open file, which nobody else can do until it is closed.

    Parameters
    ----------
    descriptor : int
    wait : bool
        Whether to wait for whoever holds it.

    Returns
    -------
    bool or None
        Whether it is ours; None where the file system knows no locks.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
