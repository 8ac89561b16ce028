"""`Table`: rows of equal length, and columns that are found by name or number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted

Column = str | int
_MOST_NAMED = 20  # columns in a message: a few lines of a terminal
ONE_OUTPUT = "only one output is supported, because optimal weights for two outputs can be irrational; give one target"


@dataclass(frozen=True)
class Table:
    """Rows of a file.

    Attributes
    ----------
    names : list of str or None
        The names of the columns, where they have any.
    rows : sequence of (str, sequence)
        The place of each row in the file, and its entries.
    place_of : callable, optional
        What messages call an entry, from the numbers of its row and its column, counted from 0.
    check_text : callable, optional
        Raises where an entry of such a row, which is no number, shows what is wrong with the lines of the file.

    Raises
    ------
    FileFormatError
        If there is no row, or rows have different lengths.
    """

    names: list[str] | None
    rows: Sequence[tuple[str, Sequence[Any]]]
    place_of: Callable[[int, int], str] | None = None
    check_text: Callable[[int, str], None] | None = None

    def __post_init__(self) -> None:
        if not self.rows:
            raise FileFormatError("there is no sample; give at least one row of numbers")
        first = "the header" if self.names is not None else self.rows[0][0]
        check_lengths(self.rows, first, self.width)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names if self.names is not None else self.rows[0][1])

    def entry_name(self, row: int, column: int) -> str:
        """An entry as messages name it, by its place."""
        if self.place_of is not None:
            return self.place_of(row, column)
        return f"{self.rows[row][0]}, column {column_name(self, column)}"


def check_lengths(rows: Iterable[tuple[str, Sequence[Any]]], first: str, width: int) -> None:
    """Raise unless all rows, given with their places, are as long as the first one, or as what gives their length."""
    for where, row in rows:
        if len(row) != width:
            raise FileFormatError(f"{where} has {len(row)} entries, but {first} has {width}; give all the same number")


def find_column(table: Table, wanted: Column) -> int:
    """The place of a column, from its name or its number.

    Parameters
    ----------
    wanted : str or int
        A name, or a number counted from 1; a name that is a number comes first.

    Raises
    ------
    FileFormatError
        If there is no such column, or more than one; it suggests the nearest name.

    Examples
    --------
    >>> table = Table(["age", "dose"], [("line 2", ["1", "2"])])
    >>> find_column(table, "dose"), find_column(table, "1")
    (1, 0)
    >>> find_column(table, "does")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: there is no column "does"; did you mean "dose"?
    """
    names = table.names or []
    if isinstance(wanted, str) and wanted in names:
        if names.count(wanted) > 1:
            raise FileFormatError(f"{names.count(wanted)} columns have the name {quoted(wanted)}; give the number of one")
        return names.index(wanted)
    try:
        number = int(wanted)
    except ValueError:
        parts = [part.strip() for part in str(wanted).split(",")]
        if len(parts) > 1 and all(part in names for part in parts):
            raise FileFormatError(f"{len(parts)} targets are asked for; {ONE_OUTPUT}") from None
        raise FileFormatError(f"there is no column {quoted(str(wanted))}; {_known(names, str(wanted), table.width)}") from None
    if not 1 <= number <= table.width:
        raise FileFormatError(f"there is no column {number}; columns are numbered from 1 to {table.width}")
    return number - 1


def column_name(table: Table, place: int) -> str:
    """A column as messages name it: its number, counted from 1, and its name."""
    return f"{place + 1}" if table.names is None else f"{place + 1} ({quoted(table.names[place])})"


def nearest(names: Sequence[str], wanted: str) -> str:
    """What a message suggests in the place of a name that is unknown: the one that is like it, else those that there are.

    Examples
    --------
    >>> nearest(["age", "dose"], "does"), nearest(["age", "dose"], "x")
    ('did you mean "dose"?', 'known are "age", "dose"')
    """
    near = get_close_matches(wanted, names, n=1)
    if near:
        return f"did you mean {quoted(near[0])}?"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"known are {', '.join(quoted(name) for name in names[:_MOST_NAMED])}{more}"


def _known(names: list[str], wanted: str, width: int) -> str:
    return nearest(names, wanted) if names else f"the file has no header: give a number from 1 to {width}"
