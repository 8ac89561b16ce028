"""`Samples` from the columns of a table: which are inputs, target and weights, what is encoded, which rows are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.files.tables.column_lists import column_list, find_columns
from relupoly.files.tables.column_values import ColumnValues, check_inputs, check_missing, check_target
from relupoly.files.tables.columns import Column, Table, column_name, find_column
from relupoly.files.tables.input_columns import InputColumn, category_of, input_names


@dataclass(frozen=True)
class Origin:
    """Where samples come from: what a net that is trained on them says of its data.

    Attributes
    ----------
    columns : tuple of InputColumn
        What the inputs are.
    target : InputColumn
    width : int
        How many columns the table has.
    left_out : int
        How many rows were left out, since a value is missing.
    sha256 : str
        Of the bytes of the file.
    """

    columns: tuple[InputColumn, ...]
    target: InputColumn
    width: int
    left_out: int
    sha256: str = ""


@dataclass(frozen=True)
class Samples:
    """What a net should learn.

    Attributes
    ----------
    points : tuple of tuple of fmpq, shape (D, n)
    targets : tuple of fmpq, length D
    weights : tuple of fmpq, length D, or None
        None where the file has no weights: each sample counts once.
    inputs : tuple of str or None
        The names of the inputs, where the file has any.
    target : str or None
        The name of the target.
    origin : Origin or None
        Where they come from; samples are equal whatever that is.
    """

    points: tuple[tuple[fmpq, ...], ...]
    targets: tuple[fmpq, ...]
    weights: tuple[fmpq, ...] | None = None
    inputs: tuple[str, ...] | None = None
    target: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class SampleColumns:
    """Which columns of a table are what; see `read_samples`."""

    target: Column | None = None
    weights: Column | None = None
    inputs: tuple[Column, ...] = ()
    exclude: tuple[Column, ...] = ()
    one_hot: bool = False
    categories: tuple[Column, ...] = ()
    dropna: bool = False
    header: bool | None = None


@dataclass(frozen=True)
class Roles:
    """The places of the columns that are used."""

    inputs: tuple[int, ...]
    target: int
    weights: int | None

    @property
    def used(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.inputs, self.target, *([] if self.weights is None else [self.weights]))


def table_samples(table: Table, chosen: SampleColumns) -> Samples:
    """The samples of a table whose columns say what they are.

    Raises
    ------
    FileFormatError
        If there is no such column, one has two roles, or an entry is no number.
    """
    weights = find_column(table, chosen.weights) if chosen.weights is not None else None
    excluded = find_columns(table, chosen.exclude)
    listed = find_columns(table, chosen.inputs)
    target = find_column(table, chosen.target) if chosen.target is not None else _last(table, weights, excluded)
    if target == weights:
        raise FileFormatError(
            f"column {column_name(table, target)} cannot be both the target and the weights; name two columns"
        )
    for place, role in ((target, "the target"), (weights, "the weights")):
        if place is not None and place in listed and place not in excluded:
            name = column_name(table, place)
            default = "; it is the target because it is the last one" if place == target and chosen.target is None else ""
            raise FileFormatError(
                f"column {name} cannot be both an input and {role}{default}; name another one by --{role.split()[1]}, or add "
                f"--exclude {place + 1} to take it out of --inputs"
            )
    roles = Roles(chosen_inputs(table, chosen, [target] if weights is None else [target, weights]), target, weights)
    return samples_of(table, roles, find_columns(table, chosen.categories), chosen)


def chosen_inputs(table: Table, chosen: SampleColumns, others: Sequence[int]) -> tuple[int, ...]:
    """The places of the inputs: those that are named, else all that are nothing else; without those that are excluded."""
    listed = find_columns(table, chosen.inputs) if chosen.inputs else range(table.width)
    out = {*others, *find_columns(table, chosen.exclude)}
    inputs = tuple(place for place in listed if place not in out)
    if not inputs:
        raise FileFormatError("no column is left for inputs; give at least one besides the target and the weights")
    return inputs


def samples_of(table: Table, roles: Roles, categories: Sequence[int], chosen: SampleColumns) -> Samples:
    """The samples of a table, whose columns have these roles.

    Raises
    ------
    FileFormatError
        If a column that is to be encoded is no input, or an entry is no number.
    """
    strangers = [place for place in categories if place not in roles.inputs]
    if strangers:
        raise FileFormatError(f"column {column_name(table, strangers[0])} is no input, so that --categories cannot encode it")
    read = {place: ColumnValues.of(table, place) for place in roles.used}
    encoded = {place for place in roles.inputs if place in categories or (chosen.one_hot and read[place].is_text)}
    check_target(read[roles.target], "target")
    if roles.weights is not None:
        check_target(read[roles.weights], "weights")
    check_inputs([read[place] for place in roles.inputs if place not in categories], encoded)
    if not chosen.dropna:
        check_missing(list(read.values()))
    kept = sorted({*range(len(table.rows))}.difference(*(read[place].missing for place in roles.used)))
    if not kept:
        lacking = column_list(place for place in roles.used if len(read[place].missing) == len(table.rows))
        empty = f", such as {lacking}, which have no value" if lacking else ""
        raise FileFormatError(f"a value is missing in each row, so that none is left; --exclude columns{empty}")
    columns = [_input_column(read[place], kept if place in encoded else None) for place in roles.inputs]
    inputs = [_inputs_of(column, read[place], kept) for place, column in zip(roles.inputs, columns, strict=True)]
    target = _input_column(read[roles.target], None)
    return Samples(
        tuple(tuple(entry for column in inputs for entry in column[row]) for row in range(len(kept))),
        _numbers(read[roles.target], kept),
        None if roles.weights is None else _numbers(read[roles.weights], kept),
        input_names(columns),
        target.name,
        Origin(tuple(columns), target, table.width, len(table.rows) - len(kept)),
    )


def _input_column(read: ColumnValues, rows: Sequence[int] | None) -> InputColumn:
    """A column; with the categories that it has in some rows, if it is encoded."""
    names = read.table.names
    categories = None if rows is None else tuple(sorted({category_of(read.entry(row), read.name_of(row)) for row in rows}))
    return InputColumn(None if names is None else names[read.place], read.place + 1, categories)


def _inputs_of(column: InputColumn, read: ColumnValues, rows: Sequence[int]) -> list[list[fmpq]]:
    """The inputs that a column is, in each row."""
    if column.categories is None:
        return [[value] for value in _numbers(read, rows)]
    return [column.encoded(read.entry(row), read.name_of(row)) for row in rows]


def _numbers(read: ColumnValues, rows: Sequence[int]) -> tuple[fmpq, ...]:
    values = [read.values[row] for row in rows]
    return tuple(value for value in values if value is not None)


def _last(table: Table, weights: int | None, excluded: Sequence[int]) -> int:
    """The last column that is not excluded, and does not hold the weights."""
    places = [place for place in range(table.width) if place not in excluded]
    if not places:
        raise FileFormatError("no column is left; give at least one for the inputs, and one for the target")
    return next((place for place in reversed(places) if place != weights), places[-1])
