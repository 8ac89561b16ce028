"""A text of comma-separated lines, read one by one; its errors name line and entry."""

from __future__ import annotations

import re
from collections import deque

from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.files.decimals import parse_decimal
from relupoly.files.json_text import quoted
from relupoly.files.streams import decode_text


class TextLines:
    r"""The lines of a text and the one that is being read; comments and blank lines are passed over.

    Attributes
    ----------
    comments : list of str
        The comments of the whole text, without their mark.
    entries : list of str
        What stands between the commas of the current line; a comma may end it.

    Examples
    --------
    >>> lines = TextLines(b"// sizes\n1,2.5,\n", comment="//")
    >>> lines.take("two numbers", 2), lines.number(1), lines.comments
    (['1', '2.5'], 5/2, ['sizes'])
    """

    def __init__(self, data: bytes, comment: str) -> None:
        lines = decode_text(data).split("\n")
        stripped = [(number, kept) for number, line in enumerate(lines, 1) if (kept := line.strip())]
        self.comments = [line.removeprefix(comment).strip() for _, line in stripped if line.startswith(comment)]
        self.entries: list[str] = []
        self._rest = deque((number, line) for number, line in stripped if not line.startswith(comment))
        self._lines = lines
        self._line = 0
        self._last = len(lines)

    @property
    def left(self) -> int:
        """How many lines are left."""
        return len(self._rest)

    def peek(self) -> tuple[int, list[str]]:
        """The number of an empty line that follows the current one, or 0, and the entries of the next line that is not."""
        if not self._rest:
            return 0, _entries("")
        # Lines are counted from 1: this is the one after the current line.
        is_empty = not self._lines[self._line].strip()
        return self._line + 1 if is_empty else 0, _entries(self._rest[0][1])

    def take(self, what: str, count: int | None = None, more: bool = False) -> list[str]:
        """Go to the next line, which holds `what`, and give its entries.

        `count` is how many there must be, or, with `more`, how many at least.
        """
        self._line, line = self._next()
        if not self._line:
            raise FileFormatError(f"line {self._last}: the file ends before {what}")
        self.entries = _entries(line)
        if count is not None and len(self.entries) != count and not (more and len(self.entries) > count):
            raise self.error(f"{what}: {len(self.entries)} entries, but {count} are needed")
        return list(self.entries)

    def number(self, index: int) -> fmpq:
        """An entry of the current line as the exact decimal that it is."""
        try:
            return parse_decimal(self.entries[index])
        except NumberError as error:
            raise self.error(f"entry {index + 1}: {error}") from None

    def count(self, index: int, most: int) -> int:
        """An entry of the current line as a whole number between 1 and `most`."""
        entry = self.entries[index]
        if not re.fullmatch(r"[0-9]{1,10}", entry) or not 1 <= int(entry) <= most:
            raise self.error(f"entry {index + 1}: {quoted(entry)} is not a size; write a whole number from 1 to {most}")
        return int(entry)

    def finish(self) -> None:
        """Raise unless the text ends here."""
        self._line = self._next()[0]
        if self._line:
            raise self.error("the network is complete, but the file goes on; remove the rest or correct the sizes")

    def _next(self) -> tuple[int, str]:
        """The next line and its number; 0 where there is none."""
        return self._rest.popleft() if self._rest else (0, "")

    def error(self, message: str) -> FileFormatError:
        """The error that names the current line."""
        return FileFormatError(f"line {self._line}: {message}")


def _entries(line: str) -> list[str]:
    return [entry.strip() for entry in line.removesuffix(",").split(",")]
