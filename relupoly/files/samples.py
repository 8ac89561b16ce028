"""Files of samples: inputs, one target and perhaps a weight for each; the table of formats and `read_samples`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import rational_at
from relupoly.files.arrays import exact_list, load_arrays
from relupoly.files.columns import ONE_OUTPUT, Column, Table, column_name, find_column
from relupoly.files.csv_lines import csv_rows
from relupoly.files.formats import TABLES, Formats
from relupoly.files.json_text import check_keys, check_rows, parse_json, quoted
from relupoly.files.streams import Location, display_name, located


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
    """

    points: tuple[tuple[fmpq, ...], ...]
    targets: tuple[fmpq, ...]
    weights: tuple[fmpq, ...] | None = None
    inputs: tuple[str, ...] | None = None
    target: str | None = None


def read_samples(
    source: Location,
    target: Column | Sequence[Column] | None = None,
    weights: Column | None = None,
    format: str | None = None,
) -> Samples:
    """The samples in a file; decimals in a text are exact rationals.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    target : str or int, optional
        The name of the target's column, or its number, counted from 1; the last column by default.
    weights : str or int, optional
        The column of the weights; by default there is none.
    format : str, optional
        "csv" (a table, also .tsv, .txt and .dat), "json" or "npz"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, its format is not known, it is not what its format promises, there is no such column or no
        sample, or there are several targets; it names row and column.

    Notes
    -----
    A table (.csv, .tsv, .txt, .dat) has commas, semicolons, tabs or blanks, and perhaps a header. JSON is a list of records
    {"name": number, ...}, a list of rows, or {"X": rows, "y": entries, "weights": entries}; an .npz archive has the arrays X,
    y and perhaps weights.
    """
    with located(display_name(source)):
        decode, data = SAMPLE_FORMATS.read(source, format)
        return decode(data, _one_target(target), weights)


def decode_csv(data: bytes, target: Column | None = None, weights: Column | None = None) -> Samples:
    r"""The samples of a table, one on each line.

    Examples
    --------
    >>> decode_csv(b"age,dose,effect\n1,0.1,3\n2,1/3,4\n", "dose")
    Samples(points=((1, 3), (2, 4)), targets=(1/10, 1/3), weights=None, inputs=('age', 'effect'), target='dose')
    """
    names, rows = csv_rows(data)
    return _samples(Table(names, [(f"line {number}", row) for number, row in rows]), target, weights)


def decode_json(data: bytes, target: Column | None = None, weights: Column | None = None) -> Samples:
    """The samples of a JSON document.

    Examples
    --------
    >>> decode_json(b'{"X": [[0.1, 2]], "y": ["1/3"]}').targets
    (1/3,)
    >>> decode_json(b'[{"x": 1, "y": 2}]').inputs
    ('x',)
    """
    document = parse_json(data, exact_decimals=True)
    if isinstance(document, list):
        if document and isinstance(document[0], dict):
            return _samples(_records(document), target, weights)
        check_rows(document, "the samples")
        return _samples(Table(None, [(f"row {number}", row) for number, row in enumerate(document, 1)]), target, weights)
    check_keys(document, ("X", "y"), ("weights",))
    check_rows(document["X"], "X")
    for key in ("y", "weights"):
        if not isinstance(document.get(key, []), list):
            raise FileFormatError(f"{key} is not a list of numbers")
    return _named(document["X"], document["y"], document.get("weights"), target, weights)


def decode_npz(data: bytes, target: Column | None = None, weights: Column | None = None) -> Samples:
    """The samples of a numpy archive with the arrays X, y and perhaps weights; floats are the doubles that they store."""
    arrays = load_arrays(data, "X=..., y=...")
    check_keys(arrays, ("X", "y"), ("weights",))
    axes = {"X": 2, "y": 2 if np.ndim(arrays["y"]) == 2 else 1, "weights": 1}
    lists = {key: exact_list(array, key, axes[key]) for key, array in arrays.items()}
    return _named(lists["X"], lists["y"], lists.get("weights"), target, weights)


SAMPLE_FORMATS: Formats[Callable[[bytes, Column | None, Column | None], Samples]] = Formats(
    {**dict.fromkeys(TABLES, "samples:decode_csv"), "json": "samples:decode_json", "npz": "samples:decode_npz"}, default="csv"
)


def _one_target(target: Column | Sequence[Column] | None) -> Column | None:
    if target is None or isinstance(target, (str, int)):
        return target
    if len(target) > 1:
        raise FileFormatError(f"{len(target)} targets are asked for; {ONE_OUTPUT}")
    return target[0] if target else None


def _records(document: list[Any]) -> Table:
    """The table of a list of objects with the same keys."""
    names = list(document[0])
    for number, record in enumerate(document, 1):
        check_keys(record, names, place=f"record {number}: ")
    return Table(names, [(f"record {number}", [one[name] for name in names]) for number, one in enumerate(document, 1)])


def _samples(table: Table, target: Column | None, weights: Column | None) -> Samples:
    """The samples of a table whose columns say what they are."""
    chosen = find_column(table, target) if target is not None else _last(table, weights)
    weighing = find_column(table, weights) if weights is not None else None
    if chosen == weighing:
        raise FileFormatError(
            f"column {column_name(table, chosen)} cannot be both the target and the weights; name two columns"
        )
    inputs = [place for place in range(table.width) if place not in (chosen, weighing)]
    if not inputs:
        raise FileFormatError("no column is left for inputs; give at least one besides the target and the weights")
    exact = [
        [rational_at(entry, f"{where}, column {column_name(table, place)}", FileFormatError) for place, entry in enumerate(row)]
        for where, row in table.rows
    ]
    return Samples(
        tuple(tuple(row[place] for place in inputs) for row in exact),
        tuple(row[chosen] for row in exact),
        None if weighing is None else tuple(row[weighing] for row in exact),
        None if table.names is None else tuple(table.names[place] for place in inputs),
        None if table.names is None else table.names[chosen],
    )


def _last(table: Table, weights: Column | None) -> int:
    """The last column that does not hold the weights."""
    last = table.width - 1
    return last - 1 if weights is not None and find_column(table, weights) == last and last else last


def _named(
    points: list[Any], targets: list[Any], masses: list[Any] | None, target: Column | None, weights: Column | None
) -> Samples:
    """The samples of a file that says itself what they are."""
    for role, given, key in (("target is", target, "y"), ("weights are", weights, "weights")):
        if given is not None and given != key:
            raise FileFormatError(f"there is no column {quoted(str(given))}: here the {role} called {key}; name no other")
    if weights is not None and masses is None:
        raise FileFormatError("there are no weights; add them, or ask for none")
    if not points:
        raise FileFormatError("there is no sample; give X at least one row")
    if not points[0]:
        raise FileFormatError("row 1 of X is empty; give at least one input")
    for key, table in (("y", targets), ("weights", masses)):
        if table is not None and len(table) != len(points):
            raise FileFormatError(f"X has {len(points)} rows, but {key} has {len(table)}; give one for each sample")
    Table(None, [(f"row {number} of X", row) for number, row in enumerate(points, 1)])
    return Samples(
        tuple(
            tuple(rational_at(entry, f"X[{row}][{column}]", FileFormatError) for column, entry in enumerate(entries, 1))
            for row, entries in enumerate(points, 1)
        ),
        tuple(rational_at(_single(entry, f"y[{row}]"), f"y[{row}]", FileFormatError) for row, entry in enumerate(targets, 1)),
        None
        if masses is None
        else tuple(rational_at(entry, f"weights[{row}]", FileFormatError) for row, entry in enumerate(masses, 1)),
    )


def _single(entry: Any, place: str) -> Any:
    """The only target of a sample, which may stand in a list of its own."""
    if not isinstance(entry, list):
        return entry
    if len(entry) != 1:
        raise FileFormatError(f"{place} has {len(entry)} targets; {ONE_OUTPUT}")
    return entry[0]
