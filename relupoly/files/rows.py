"""Files of exact rows, text tables, JSON or .npy: the table of formats, and `read_rows`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import rational_at
from relupoly.files.arrays import exact_list, load_array
from relupoly.files.formats import TABLES, Formats
from relupoly.files.json_text import check_keys, check_rows, parse_json
from relupoly.files.streams import Location, display_name, located
from relupoly.files.tables.csv_lines import csv_rows


def decode_csv(data: bytes) -> list[list[fmpq]]:
    r"""One row on each line, exact numbers between commas, semicolons, tabs or blanks.

    Blank lines, comments (#) and a first line without any number are passed over.

    Examples
    --------
    >>> decode_csv(b"height,weight\n0.1,1/3\n2,-1e2\n")
    [[1/10, 1/3], [2, -100]]
    """
    _, rows = csv_rows(data)
    return [_exact_row(row, f"line {number}") for number, row in rows]


def decode_json(data: bytes) -> list[list[fmpq]]:
    """A list of rows, or {"points": list}; decimals are exact.

    Examples
    --------
    >>> decode_json(b'{"points": [[0.1], ["1/3"]]}')
    [[1/10], [1/3]]
    """
    return exact_rows(json_rows(data, "points"))


def decode_npy(data: bytes) -> list[list[fmpq]]:
    """An array of two dimensions; floats are the doubles that they store."""
    array = load_array(data)
    if not isinstance(array, np.ndarray):
        array.close()
        raise FileFormatError("it is an archive of arrays; save one array with np.save")
    return exact_rows(exact_list(array, "the array", 2))


RowReader: TypeAlias = Callable[[bytes], list[list[fmpq]]]

ROW_FORMATS: Formats[RowReader] = Formats(
    {**dict.fromkeys(TABLES, "rows:decode_csv"), "json": "rows:decode_json", "npy": "rows:decode_npy"}, default="csv"
)


def read_rows(source: Location, format: str | None = None) -> list[list[fmpq]]:
    """The rows of a file; they may differ in length.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    format : str or None
        "csv" (a table, also .tsv, .txt and .dat), "json" or "npy"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises; it names row and
        column.
    """
    with located(display_name(source)):
        return rows_in(source, format)


def rows_in(source: Location, format: str | None) -> list[list[fmpq]]:
    """The same, with errors that do not name the file."""
    decode, data = ROW_FORMATS.read(source, format)
    return decode(data)


def json_rows(data: bytes, key: str) -> list[list[Any]]:
    """The rows of a list of rows, or of {key: rows}; decimals are their texts.

    Examples
    --------
    >>> json_rows(b'[[0.1, 2]]', "points"), json_rows(b'{"points": [["1/3"]]}', "points")
    ([['0.1', '2']], [['1/3']])
    """
    document = parse_json(data, exact_decimals=True)
    if not isinstance(document, list):
        check_keys(document, (key,))
        document = document[key]
    check_rows(document, key)
    return document  # type: ignore[no-any-return]


def exact_rows(rows: Sequence[Sequence[Any]]) -> list[list[fmpq]]:
    """Rows of numbers as rationals; an error names row and column."""
    return [_exact_row(row, f"row {number}") for number, row in enumerate(rows, 1)]


def _exact_row(row: Sequence[Any], place: str) -> list[fmpq]:
    return [rational_at(entry, f"{place}, column {number}", FileFormatError) for number, entry in enumerate(row, 1)]
