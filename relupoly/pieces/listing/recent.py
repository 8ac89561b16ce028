"""`Recent`: what was computed lately, by key, in bounded memory."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_MOST = 2**14  # 40 to 75 megabytes of vertices, as measured; cells that share one come soon after each other


class Recent(Generic[Key, Value]):
    """Remembers the last entries that were set or looked up, as many as `most` at least and twice as many at most.

    Parameters
    ----------
    most : int

    Examples
    --------
    >>> known = Recent(2)
    >>> for number in range(5):
    ...     known[number] = number
    >>> known.get(0), known.get(3)
    (None, 3)
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._new: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """The value of a key, if it is remembered."""
        found = self._new.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self[key] = found
        return found

    def __setitem__(self, key: Key, value: Value) -> None:
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[key] = value
