"""`Unbegun`: work was stopped before it began, so there is nothing to answer."""

from __future__ import annotations

from typing import Any

from relupoly.errors import RelupolyError

from ..exit_codes import code_of


class Unbegun(RelupolyError):
    """The deadline or Ctrl-C struck before the work began.

    Parameters
    ----------
    text : str
    file : str or None
        What was being read, or what the work is about.
    stopped : str
        "deadline" or "interrupted".
    """

    def __init__(self, text: str, file: str | None, stopped: str) -> None:
        super().__init__(text)
        self.file, self.stopped = file, stopped
        self.exit_code = code_of(stopped)

    def document(self) -> dict[str, Any]:
        """The answer for JSON."""
        return {"schema": 1, "file": self.file, "complete": False, "stopped": self.stopped, "error": str(self)}


def line_of(error: RelupolyError) -> str:
    """What people are told of an error of the library; Ctrl-C is none."""
    pressed = isinstance(error, Unbegun) and error.stopped == "interrupted"
    return str(error) if pressed else f"Error: {error}"
