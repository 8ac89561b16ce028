"""`Report`: what a command hands over for printing, whatever it has computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..exit_codes import COMPLETE
from .printing import Lines

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What a command has to tell; of document and text only the one is made that is printed.

    Attributes
    ----------
    document : callable
        Makes what `--json` prints; its keys are stable.
    text : callable
        Makes what people read: a line, or several; no lines print nothing.
    code : int
        The exit code that this asks for.
    complaints : tuple of str
        What is wrong with the answer, such as a count that was not expected. It is said after the answer, and the exit code is
        that of a check that failed.
    rows : callable
        Makes what `--csv` prints, where there is that: the rows of a table, all with the same keys.
    """

    document: Callable[[], Document]
    text: Callable[[], Lines]
    code: int = COMPLETE
    complaints: tuple[str, ...] = ()
    rows: Callable[[], Sequence[Document]] = list
