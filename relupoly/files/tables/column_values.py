"""`ColumnValues`: the numbers of a table's column, the texts among them, and where values are missing.

A column may hold something else than numbers in three ways, and each has another remedy: a slip in one entry, which is to be
corrected; texts throughout, which can be left out or encoded; missing values, whose rows can be left out. Errors say which it
is, where, and by which options it is dealt with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import rational, rational_at
from relupoly.files.json_text import quoted
from relupoly.files.tables.column_lists import column_list
from relupoly.files.tables.columns import Table, column_name
from relupoly.files.tables.csv_lines import looks_numeric
from relupoly.files.tables.input_columns import is_missing

_MOST_TOLD = 6  # columns, each with an example: so many fit into a few lines of a terminal
_BOOLEANS = frozenset({"true", "false", "yes", "no", "t", "f", "y", "n"})
_DATE = re.compile(r"(?:[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2[0-9]{2,4})(?:[T ].*)?", re.ASCII)


@dataclass(frozen=True)
class ColumnValues:
    """What a column holds.

    Attributes
    ----------
    table : Table
    place : int
        Of the column, from 0.
    values : list of fmpq or None
        The number in each row, where there is one.
    missing, texts : list of int
        The rows without a value, and those with something else than a number.
    """

    table: Table
    place: int
    values: list[fmpq | None]
    missing: list[int]
    texts: list[int]

    @classmethod
    def of(cls, table: Table, place: int) -> ColumnValues:
        """The values of a column of a table.

        Examples
        --------
        >>> found = ColumnValues.of(Table(["a"], [("line 2", ["1/2"]), ("line 3", ["NA"]), ("line 4", ["one"])]), 0)
        >>> found.values, found.missing, found.texts
        ([1/2, None, None], [1], [2])
        """
        values: list[fmpq | None] = []
        missing: list[int] = []
        texts: list[int] = []
        for number, (_, row) in enumerate(table.rows):
            value = None
            try:
                value = rational(row[place])
            except NumberError:
                (missing if is_missing(row[place]) else texts).append(number)
            values.append(value)
        return cls(table, place, values, missing, texts)

    @property
    def title(self) -> str:
        """What messages call the column."""
        return f"column {column_name(self.table, self.place)}"

    @cached_property
    def is_text(self) -> bool:
        """Whether it holds texts throughout: then a text is no slip."""
        return bool(self.texts) and len(self.texts) + len(self.missing) == len(self.values)

    def entry(self, row: int) -> Any:
        """What stands in a row."""
        return self.table.rows[row][1][self.place]

    def name_of(self, row: int) -> str:
        """What messages call the entry in a row."""
        return self.table.entry_name(row, self.place)

    def check_texts(self) -> None:
        """Raise where a text is a number that went wrong, or shows that the file has another separator.

        Raises
        ------
        FileFormatError
            It names the entry.
        """
        for row in self.texts:
            entry = self.entry(row)
            if isinstance(entry, str) and not looks_numeric(entry):
                if self.table.check_text is not None:
                    self.table.check_text(row, entry)
            elif not isinstance(entry, bool):
                rational_at(entry, self.name_of(row), FileFormatError)

    def check_slips(self, remedy: str = "") -> None:
        """Raise if there are texts among numbers: it names the first one, and what to do if it is no slip."""
        if self.texts and not self.is_text:
            row = self.texts[0]
            try:
                rational_at(self.entry(row), self.name_of(row), FileFormatError)
            except FileFormatError as error:
                raise FileFormatError(f"{error}{self._header_hint(row) or remedy}") from None

    def _header_hint(self, row: int) -> str:
        """What to do where a first line may hold names."""
        if row or self.table.names is not None or self.table.check_text is None:
            return ""
        return f"; if {self.table.rows[0][0]} holds the names of the columns, give --header (header=True)"

    @property
    def kind(self) -> str:
        """What its texts are, with an example."""
        entries = [self.entry(row) for row in self.texts]
        if all(isinstance(one, bool) or (isinstance(one, str) and one.strip().lower() in _BOOLEANS) for one in entries):
            kind = "true or false"
        else:
            kind = "dates" if all(isinstance(one, str) and _DATE.fullmatch(one.strip()) for one in entries) else "texts"
        return f"{kind}, such as {quoted(str(entries[0]).strip())}"


def check_target(column: ColumnValues, role: str) -> None:
    """Raise unless the target, or the weights, are numbers."""
    column.check_texts()
    if column.is_text:
        wanted = "numbers, such as -1 and 1 for --loss hinge" if role == "target" else "numbers that are not negative"
        raise FileFormatError(
            f"{column.title} is the {role}, and holds {column.kind}; write {wanted}, or name another column by --{role}"
        )
    column.check_slips()


def check_inputs(columns: Sequence[ColumnValues], encoded: Container[int] = ()) -> None:
    """Raise unless all inputs that are not encoded are numbers, but for missing values.

    Raises
    ------
    FileFormatError
        If there are texts; it names the columns, and the options that leave them out or encode them.
    """
    for column in columns:
        column.check_texts()
        number = column.place + 1
        count = f"{len(column.texts)} of {len(column.values)} entries of the column are no numbers"
        column.check_slips(f"; {count}: --exclude {number} leaves it out, --categories {number} encodes its values")
    texts = [column for column in columns if column.is_text and column.place not in encoded]
    if not texts:
        return
    names = [f"{column_name(one.table, one.place).removesuffix(')')}" for one in texts[:_MOST_TOLD]]
    told = [f"{name}{': ' if '(' in name else ' ('}{one.kind})" for name, one in zip(names, texts[:_MOST_TOLD], strict=True)]
    more = f" and {len(texts) - _MOST_TOLD} more" if len(texts) > _MOST_TOLD else ""
    several = len(texts) > 1
    raise FileFormatError(
        f"column{'s' if several else ''} {', '.join(told)}{more} {'hold' if several else 'holds'} no numbers; "
        f"--exclude {column_list(one.place for one in texts)} leaves {'them' if several else 'it'} out, "
        "--one-hot makes each of the values an input of 0 and 1"
    )


def check_missing(columns: Sequence[ColumnValues]) -> None:
    """Raise if a value is missing: it names the first one, and how many there are in which columns."""
    rows = Counter(row for column in columns for row in column.missing)
    if not rows:
        return
    first = min(rows)
    column = next(one for one in columns if first in one.missing)
    entry = column.entry(first)
    shown = f" ({quoted(entry.strip())})" if isinstance(entry, str) and entry.strip() else ""
    lacking = sorted((one for one in columns if one.missing), key=lambda one: one.place)
    told = [f"{one.title} in {len(one.missing)}" for one in lacking[:_MOST_TOLD]]
    more = f" and {len(lacking) - _MOST_TOLD} columns more" if len(lacking) > _MOST_TOLD else ""
    others = f", as values are in {len(rows)} of {len(column.values)} rows: {', '.join(told)}{more}" if len(rows) > 1 else ""
    raise FileFormatError(
        f"{column.name_of(first)}: the value is missing{shown}{others}; --dropna (dropna=True) leaves such rows out, "
        "--exclude columns"
    )
