"""`--csv`: answers as rows of one table, as they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from .report import Document


class CsvTable:
    """A table whose header is that of its first row.

    Parameters
    ----------
    pass_on : callable
        Takes a line; what is not printable in it is escaped there.
    """

    def __init__(self, pass_on: Callable[[str], None]) -> None:
        self._pass_on = pass_on
        self._header: list[str] | None = None

    def add(self, rows: Sequence[Document]) -> None:
        """Write rows."""
        for row in rows:
            if self._header is None:
                self._header = list(row)
                self._write(self._header)
            self._write([_cell(row.get(name)) for name in self._header])

    def _write(self, cells: Sequence[str]) -> None:
        stream = io.StringIO()
        csv.writer(stream, lineterminator="").writerow(cells)
        self._pass_on(stream.getvalue())


def _cell(value: object) -> str:
    """What stands in a cell: nothing for what is not known, 2x8x8 for widths.

    Examples
    --------
    >>> _cell(None), _cell(True), _cell([2, 8, 8]), _cell(0.5), _cell(10**30)
    ('', 'true', '2x8x8', '0.5', '1000000000000000000000000000000')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "x".join(map(str, value))
    return _digits(value) if isinstance(value, int) else str(value)


def _digits(value: int) -> str:
    """All digits of an integer; Python itself refuses to print thousands of them, flint does not."""
    if value.bit_length() < 10_000:  # some 3,000 digits
        return str(value)
    from flint import fmpz

    return str(fmpz(value))
