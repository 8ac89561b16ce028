"""`Job`: a command with its options, and what tells it from others."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Job:
    """One job of a list.

    Attributes
    ----------
    number : int
        Its place in the list, from 1.
    words : tuple of str
        The words of its command line, without the name of the program; none if they cannot be read.
    error : str or None
        Why they cannot be read, with the place.
    """

    number: int
    words: tuple[str, ...]
    error: str | None = None

    @cached_property
    def digest(self) -> str:
        """What tells its words from those of another job.

        Examples
        --------
        >>> Job(1, ("info", "a.json")).digest == Job(2, ("info", "a.json")).digest
        True
        """
        return digest_of(self.words)

    @property
    def line(self) -> str:
        """Its command line, as a shell reads it.

        Examples
        --------
        >>> Job(1, ("info", "my net.json")).line
        "relupoly info 'my net.json'"
        """
        return shlex.join(["relupoly", *self.words])


def digest_of(words: tuple[str, ...] | list[str]) -> str:
    """What stands for the words of a job."""
    return hashlib.sha256(json.dumps(list(words)).encode()).hexdigest()[:16]
