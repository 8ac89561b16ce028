"""Points of a file one by one: `stream_points`, for questions that are asked at each of them.

A table is read line by line, each point as soon as its line is there; JSON, .npy and .npz files are read first. The entries are
kept as they were written, too, so that an answer can repeat them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import rational
from relupoly.files.arrays import exact_list, load_array
from relupoly.files.formats import TABLES, Formats
from relupoly.files.json_text import check_keys, check_rows, parse_json
from relupoly.files.named_lists import check_heights, json_lists, npz_lists, single
from relupoly.files.streams import Location, display_name, located, read_bytes
from relupoly.files.tables.csv_lines import check_first_row, stream_rows
from relupoly.files.tables.line_stream import stream_lines
from relupoly.files.tables.point_columns import Layout, PointColumns

KEY = "points"
_PARTS = ("X",), ("y", "weights")


@dataclass(frozen=True)
class PointRow:
    """A point of a file.

    Attributes
    ----------
    texts : tuple of str
        The entries as the file has them; those of an array as exact fractions.
    point : tuple of fmpq
    """

    texts: tuple[str, ...]
    point: tuple[fmpq, ...]


@dataclass
class LeftOut:
    """How many rows were left out, since a value is missing."""

    count: int = 0


@dataclass(frozen=True)
class PointTable:
    """The points of a file.

    Attributes
    ----------
    names : tuple of str or None
        The names of the columns, where the file has any.
    rows : iterator of PointRow
        What is wrong with a row is raised when its turn has come.
    layout : Layout
        Which columns are inputs of the net.
    left_out : LeftOut
        How many rows were left out so far.
    total : int or None
        How many rows there are, with those that are left out; None where they are read one by one.
    """

    names: tuple[str, ...] | None
    rows: Iterator[PointRow]
    layout: Layout
    left_out: LeftOut = field(default_factory=LeftOut)
    total: int | None = None


PlacedRow: TypeAlias = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class ReadRows:
    """What a file holds.

    Attributes
    ----------
    names : list of str or None
        The names of the columns, where the file has any.
    rows : iterator of PlacedRow
        Each row with its place.
    beside : tuple of str
        The last columns, where the file says that they are no inputs: y and weights of samples.
    total : int or None
        How many rows there are, where all are read already.
    """

    names: list[str] | None
    rows: Iterator[PlacedRow]
    beside: tuple[str, ...] = ()
    total: int | None = None


Reader: TypeAlias = Callable[[Location, Callable[[], None], PointColumns], ReadRows]
_PLAIN = PointColumns()


def stream_points(
    source: Location,
    dimension: int,
    format: str | None = None,
    waiting: Callable[[], None] = lambda: None,
    chosen: PointColumns = _PLAIN,
) -> PointTable:
    """The points in a file, each of which has so many coordinates.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    dimension : int
    format : str or None
        "csv" (a table, also .tsv, .txt and .dat), "json", "npy" or "npz"; by default the suffix decides.
    waiting : callable
        Called again and again while there is nothing to read; what it raises ends the stream.
    chosen : PointColumns
        Which columns the coordinates are; by default all.

    Raises
    ------
    FileFormatError
        If the file cannot be read, its format is not known, it is not what its format promises, it holds no point, or one
        with another number of coordinates; it names row and column. The first point is read at once, the others later.
    """
    name = display_name(source)
    with located(name):
        kind = POINT_FORMATS.name_of_source(source, format)
        if chosen.header is not None and kind not in TABLES:
            raise FileFormatError(f"{kind} files have no line of names; leave --header and --no-header (header=...) out")
        read = POINT_FORMATS[kind](source, waiting, chosen)
        names, rows = read.names, read.rows
        if names is not None:
            layout = chosen.layout(names, names, "the header", dimension)
        first = next(rows, None)
        if first is None:
            raise FileFormatError("it holds no point; write one on each line")
        if names is None:
            layout = chosen.without_last(len(read.beside), len(first[1])).layout(None, first[1], first[0], dimension)
            names = _titles(len(first[1]) - len(read.beside), read.beside)
            if kind in TABLES and chosen.header is None and (chosen.trained is None or chosen.expected):
                others = [entry for place, entry in enumerate(first[1]) if place not in layout.places]
                check_first_row(first[0], first[1], others)
    left_out = LeftOut()
    points = _points(name, itertools.chain([first], rows), layout, left_out if chosen.dropna else None)
    return PointTable(None if names is None else tuple(names), points, layout, left_out, read.total)


def _titles(inputs: int, beside: tuple[str, ...]) -> list[str] | None:
    """What columns are called, of which the last ones have names."""
    return [*(f"x{number}" for number in range(1, inputs + 1)), *beside] if beside else None


def read_table(source: Location, waiting: Callable[[], None], chosen: PointColumns) -> ReadRows:
    """The rows of a table, as its lines come in."""
    lines = stream_rows(stream_lines(source, waiting), chosen.has_header, chosen.given, chosen.expected)
    first = next(lines, None)
    if first is None:
        return ReadRows(None, iter(()))
    names, _ = first
    rows = (row for _, row in (lines if names is not None else itertools.chain([first], lines)) if row is not None)
    return ReadRows(names, ((f"line {number}", row) for number, row in rows))


def read_json(source: Location, waiting: Callable[[], None], chosen: PointColumns) -> ReadRows:
    """The rows of a list, {"points": rows}, {"X": rows, ...} or records with the same keys; decimals are exact."""
    document = parse_json(read_bytes(source), exact_decimals=True)
    if isinstance(document, list) and document and isinstance(document[0], dict):
        names = list(document[0])
        return ReadRows(names, _records(document, names), total=len(document))
    if isinstance(document, dict) and "X" in document:
        return _samples(json_lists(document, *_PARTS))
    if not isinstance(document, list):
        check_keys(document, (KEY,))
        document = document[KEY]
    check_rows(document, KEY)
    return _listed(document)


def read_npy(source: Location, waiting: Callable[[], None], chosen: PointColumns) -> ReadRows:
    """The rows of an array of two dimensions; floats are the doubles that they store."""
    array = load_array(read_bytes(source))
    if not isinstance(array, np.ndarray):
        array.close()
        raise FileFormatError("it is an archive of arrays; save one array with np.save, or name the file .npz")
    return _listed(exact_list(array, "the array", 2))


def read_npz(source: Location, waiting: Callable[[], None], chosen: PointColumns) -> ReadRows:
    """The rows of the array X in an archive, beside them those of y and weights, as `train` takes them."""
    return _samples(npz_lists(read_bytes(source), *_PARTS))


def _listed(rows: Sequence[Sequence[Any]]) -> ReadRows:
    """Rows that have no names."""
    return ReadRows(None, ((f"row {number}", row) for number, row in enumerate(rows, 1)), total=len(rows))


def _samples(lists: dict[str, list[Any]]) -> ReadRows:
    """The rows of X, each with its target and its weight, if there are any: so has a table of samples its columns."""
    check_heights(lists)
    columns = {"y": [single(entry, f"y[{row}]") for row, entry in enumerate(lists["y"], 1)]} if "y" in lists else {}
    columns |= {"weights": lists["weights"]} if "weights" in lists else {}
    width = len(lists["X"][0]) if lists["X"] else 0

    def rows() -> Iterator[PlacedRow]:
        ends = zip(*columns.values(), strict=True) if columns else itertools.repeat(())
        for number, (row, end) in enumerate(zip(lists["X"], ends, strict=False), 1):
            if len(row) != width:
                raise FileFormatError(
                    f"row {number} of X has length {len(row)}, but row 1 has {width}; give all rows one length"
                )
            yield f"row {number} of X", [*row, *end]

    return ReadRows(None, rows(), tuple(columns), len(lists["X"]))


POINT_FORMATS: Formats[Reader] = Formats(
    {
        **dict.fromkeys(TABLES, "point_rows:read_table"),
        "json": "point_rows:read_json",
        "npy": "point_rows:read_npy",
        "npz": "point_rows:read_npz",
    },
    default="csv",
)


def point_of(entries: Sequence[Any], place: str, layout: Layout) -> PointRow:
    """A point from its entries.

    Raises
    ------
    FileFormatError
        If it has another number of entries, or one of them is no finite number; it names place and column.

    Examples
    --------
    >>> point_of(["0.5", " 1/3"], "line 1", Layout.plain(None, 2))
    PointRow(texts=('0.5', '1/3'), point=(1/2, 1/3))
    >>> point_of(["1", ""], "line 1", Layout.plain(["a", "b"], 2))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: line 1, column 2 ("b"): it is missing; write a number, or give --dropna ...
    """
    row = _point_of(entries, place, layout, False)
    assert row is not None
    return row


def _point_of(entries: Sequence[Any], place: str, layout: Layout, dropna: bool) -> PointRow | None:
    """A point from its entries; None where one is missing, and such rows are to be left out."""
    layout.check_length(entries, place)
    point = layout.point(entries, place, dropna)
    if point is None:
        return None
    if layout.selects:
        return PointRow(tuple(map(_text, entries)), point)
    texts = (entry.strip() if isinstance(entry, str) else str(value) for entry, value in zip(entries, point, strict=True))
    return PointRow(tuple(texts), point)


def _text(entry: Any) -> str:
    """An entry of a row of which not all are numbers, as a text."""
    if isinstance(entry, str):
        return entry.strip()
    if entry is None:
        return ""
    try:
        return str(rational(entry))
    except NumberError:
        return json.dumps(entry)


def _points(name: str, rows: Iterator[PlacedRow], layout: Layout, left_out: LeftOut | None) -> Iterator[PointRow]:
    while True:
        with located(name):
            following = next(rows, None)
            if following is None:
                return
            row = _point_of(following[1], following[0], layout, left_out is not None)
        if row is not None:
            yield row
        elif left_out is not None:
            left_out.count += 1


def _records(document: list[Any], names: list[str]) -> Iterator[PlacedRow]:
    for number, record in enumerate(document, 1):
        check_keys(record, names, place=f"record {number}: ")
        yield f"record {number}", [record[name] for name in names]
