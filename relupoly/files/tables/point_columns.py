"""`PointColumns`: which columns of a table are the inputs of a net, and how their entries become numbers.

A table of points may hold more than points, above all the table on which the net was trained: its target, and the columns that
were left out. Where somebody names the inputs, these are taken. Else, where the net says on which columns it was trained, they
are found by their names; in a table without a header, all columns are inputs, or it has the shape of the table of the training,
and they are found by their numbers. In any other case each column is an input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import rational
from relupoly.files.json_text import quoted
from relupoly.files.tables.column_lists import find_columns
from relupoly.files.tables.columns import Column, Table, column_name, nearest
from relupoly.files.tables.input_columns import InputColumn, TrainedColumns, input_names, is_missing
from relupoly.files.tables.separators import check_decimal_comma
from relupoly.plain_text import counted

_MOST_TOLD = 8  # columns in a line of narration


@dataclass(frozen=True)
class Layout:
    """Where the inputs of a net are in a row.

    Attributes
    ----------
    width : int
        How many entries a row has.
    places : tuple of int
        The entries that are inputs, in the order of the net's.
    columns : tuple of InputColumn
        How each of them becomes inputs.
    note : str or None
        What there is to say of how they were found.
    """

    width: int
    places: tuple[int, ...]
    columns: tuple[InputColumn, ...]
    note: str | None = None

    @classmethod
    def plain(cls, names: Sequence[str] | None, dimension: int) -> Layout:
        """The layout of a table in which each column is an input."""
        titles = [None] * dimension if names is None else names
        columns = tuple(InputColumn(name, number) for number, name in enumerate(titles, 1))
        return cls(dimension, tuple(range(dimension)), columns)

    @cached_property
    def selects(self) -> bool:
        """Whether rows are not the points themselves."""
        whole = self.places == tuple(range(self.width))
        return not whole or any(column.categories is not None for column in self.columns)

    @property
    def inputs(self) -> tuple[str, ...] | None:
        """What the inputs are called, if they have names, or rows are not the points."""
        return tuple(name for column in self.columns for name in column.inputs) if self.selects else input_names(self.columns)

    def check_length(self, row: Sequence[Any], place: str) -> None:
        """Raise unless a row has as many entries as there are columns.

        Raises
        ------
        FileFormatError
            It names the place.
        """
        count = len(row)
        if count == self.width:
            return
        if self.selects:
            raise FileFormatError(f"{place} has {count} entries, but there are {self.width} columns; give all rows so many")
        raise FileFormatError(
            f"{place} has {counted(count, 'number')}, but the network has {counted(self.width, 'input')}; give {self.width}"
        )

    def point(self, row: Sequence[Any], place: str, dropna: bool) -> tuple[fmpq, ...] | None:
        """The point of a row; None where a value is missing, and such rows are to be left out.

        Raises
        ------
        FileFormatError
            If an entry is missing, no number, or none of the categories; it names place and column.
        """
        point: list[fmpq] = []
        for index, column in zip(self.places, self.columns, strict=True):
            entry = row[index]
            if column.categories is None:
                try:
                    point.append(rational(entry))
                    continue
                except NumberError:
                    pass
            where = f"{place}, column {index + 1}{'' if column.name is None else f' ({quoted(column.name)})'}"
            if is_missing(entry):
                if dropna:
                    return None
                shown = f" ({quoted(entry.strip())})" if isinstance(entry, str) and entry.strip() else ""
                raise FileFormatError(
                    f"{where}: it is missing{shown}; write a number, or give --dropna (dropna=True) to leave such rows out"
                )
            if isinstance(entry, str) and column.categories is None:
                check_decimal_comma(entry, where)
            point += column.encoded(entry, where)
        return tuple(point)


@dataclass(frozen=True)
class PointColumns:
    """What is known of the columns of a table of points.

    Attributes
    ----------
    trained : TrainedColumns or None
        The columns on which the net was trained.
    inputs, exclude : tuple of str or int
        The columns that are inputs, and those that are not, as `relupoly.files.tables.column_lists.find_columns` takes them.
    dropna : bool
        Whether rows are left out in which an input is missing.
    header : bool or None
        Whether the first line has names; None where that is to be seen.
    """

    trained: TrainedColumns | None = None
    inputs: tuple[Column, ...] = ()
    exclude: tuple[Column, ...] = ()
    dropna: bool = False
    header: bool | None = None

    @property
    def given(self) -> bool:
        """Whether rows may hold more than points."""
        return self.trained is not None or bool(self.inputs or self.exclude)

    @property
    def has_header(self) -> bool | None:
        """Whether the first line has names: not where a net wants texts alone, and was trained on a table without names."""
        texts = self.trained is not None and all(column.categories is not None for column in self.trained.columns)
        return False if self.header is None and texts and not self.expected else self.header

    @property
    def expected(self) -> frozenset[str]:
        """The names that a header should have, if it is known that it has some."""
        names = () if self.trained is None else (column.name for column in self.trained.columns)
        return frozenset(name for name in names if name is not None)

    def without_last(self, count: int, width: int) -> PointColumns:
        """The same for a file which says that so many columns, the last ones of so many, are no inputs.

        Where the table is as wide as that of the training, and its numbers say what the inputs are, there is nothing to add.
        """
        trained = self.trained
        if trained is not None and trained.width == width and not (self.inputs or self.exclude):
            return self
        return self if not count else replace(self, exclude=(*self.exclude, *range(width - count + 1, width + 1)))

    def layout(self, names: Sequence[str] | None, row: Sequence[Any], place: str, dimension: int) -> Layout:
        """The layout of a table with this header, or none, and this first row.

        Parameters
        ----------
        names : sequence of str or None
        row : sequence
        place : str
            Where it is.
        dimension : int
            The number of inputs of the net.

        Raises
        ------
        FileFormatError
            If a column is not there, or there are too many or too few.
        """
        table = Table(None if names is None else list(names), [(place, row)])
        out = set(find_columns(table, self.exclude))
        listed = find_columns(table, self.inputs) if self.inputs else tuple(range(table.width))
        places = tuple(one for one in listed if one not in out)
        wanted = Layout.plain(None, dimension).columns if self.trained is None else self.trained.columns
        note = None
        if self.trained is not None and not self.inputs:
            if names is not None and wanted[0].name is not None:
                places = tuple(_by_name(table, column, places) for column in wanted)
                note = _note("names", table, places)
            elif not self.exclude and len(places) != len(wanted) and table.width == self.trained.width:
                places = tuple(column.number - 1 for column in wanted)
                note = _note("numbers", table, places)
        if len(places) != len(wanted):
            raise _wrong_count(table, places, wanted, dimension)
        titles = [None if names is None else names[one] for one in places]
        columns = [
            InputColumn(title, one + 1, column.categories) for title, one, column in zip(titles, places, wanted, strict=True)
        ]
        return Layout(table.width, places, tuple(columns), note)


def _by_name(table: Table, column: InputColumn, places: Sequence[int]) -> int:
    """The place of the column with the name of one on which the net was trained; of several, of the one with its number."""
    assert table.names is not None
    found = [place for place in places if table.names[place] == column.name]
    if len(found) > 1 and column.number - 1 in found:
        return column.number - 1
    name = quoted(column.name or "")
    if len(found) > 1:
        raise FileFormatError(f"{len(found)} columns have the name {name}; name the columns of the inputs by --inputs")
    if not found and column.name in table.names:
        raise FileFormatError(f"the column {name} is excluded, but the network was trained on it; leave it out of --exclude")
    if not found:
        raise FileFormatError(
            f"there is no column {name}, on which the network was trained ({nearest(table.names, column.name or '')}); where "
            "the inputs have other names, name them by --inputs"
        )
    return found[0]


def _note(how: str, table: Table, places: Sequence[int]) -> str | None:
    """What there is to say of inputs that were found by names or numbers; nothing where they are all columns."""
    if places == tuple(range(table.width)):
        return None
    told = [column_name(table, place) for place in places[:_MOST_TOLD]]
    more = f" and {len(places) - _MOST_TOLD} more" if len(places) > _MOST_TOLD else ""
    others = table.width - len(set(places))
    kept = f"; {counted(others, 'other column')} kept" if others else ""
    return f"inputs found by the {how} on which the network was trained: column {', '.join(told)}{more}{kept}"


def _wrong_count(table: Table, places: Sequence[int], wanted: Sequence[InputColumn], dimension: int) -> FileFormatError:
    """The error that there are more or fewer columns than the net has inputs."""
    count, needed = len(places), len(wanted)
    what = f"the header has {counted(count, 'name')}"
    if table.names is None:
        what = f"{table.rows[0][0]} has {counted(count, 'number')}"
    if count != table.width:
        what = f"{counted(count, 'column')} {'is' if count == 1 else 'are'} chosen"
    whence = "" if needed == dimension else f" from {counted(needed, 'column')}"
    more = ", or choose them by --inputs" if count > needed else ""
    return FileFormatError(f"{what}, but the network has {counted(dimension, 'input')}{whence}; give {needed}{more}")
