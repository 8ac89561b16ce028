"""Sparse weights in native files: {"shape": [rows, columns], "rows": [[column, entry, column, entry, ...], ...]}.

A row lists its entries that are not 0, each after its column. Columns are counted from 0, and ascend in each row.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.exact.blocks import nonzero_rows
from relupoly.exact.json_numbers import number_text
from relupoly.exact.rationals import rational_at
from relupoly.exact.sparse import SparseMatrix
from relupoly.files.json_text import check_keys, quoted

_NUMBER = 8  # bytes; whoever looks at a point has a number for each column


def sparse_weight(value: Any, number: int) -> SparseMatrix:
    """The weight that a JSON object describes.

    Parameters
    ----------
    value : mapping
    number : int
        Of the layer, for messages.

    Raises
    ------
    FileFormatError
        If it describes none; the message names layer, row and column.

    Examples
    --------
    >>> sparse_weight({"shape": [2, 3], "rows": [[0, 1, 2, "1/2"], []]}, 1).dense()
    [1, 0, 1/2]
    [0, 0,   0]
    """
    place = f"layer {number}: weight"
    check_keys(value, ("shape", "rows"), place=f"{place}: ")
    shape, rows = value["shape"], value["rows"]
    if not isinstance(shape, list) or len(shape) != 2 or any(type(size) is not int or size < 0 for size in shape):
        raise FileFormatError(f"{place}: shape is not a list of two whole numbers; write [rows, columns]")
    if not isinstance(rows, list):
        raise FileFormatError(f"{place}: rows is not a list; write [[column, entry, column, entry, ...], ...]")
    if len(rows) != shape[0]:
        raise FileFormatError(f"{place}: there are {len(rows)} rows, but shape says {_size(shape[0])}; make them equal")
    # A header promises nothing: so many columns need not be backed by entries.
    check_size(shape[1] * _NUMBER, f"as numbers, one row of the weight of layer {number} takes")
    heights: list[int] = []
    columns: list[int] = []
    entries: list[fmpq] = []
    for r, row in enumerate(rows):
        places, values = _row(row, shape[1], f"layer {number}: row {r + 1} of weight")
        heights += [r] * len(places)
        columns += places
        entries += values
    return SparseMatrix.from_triples((shape[0], shape[1]), heights, columns, entries)


def sparse_text(weight: SparseMatrix) -> str:
    """The text in a native file that stands for a sparse weight."""
    rows = ",\n    ".join(_row_text(row) for row in nonzero_rows(weight))
    return f'{{"shape": [{weight.nrows()}, {weight.ncols()}], "rows": [\n    {rows}]}}'


def _row(row: Any, width: int, place: str) -> tuple[list[int], list[fmpq]]:
    """The columns and entries of a row."""
    if not isinstance(row, list) or len(row) % 2:
        raise FileFormatError(f"{place} is not a list of pairs; write [column, entry, column, entry, ...]")
    columns, entries = row[::2], []
    before = -1
    for column, entry in zip(columns, row[1::2], strict=True):
        if type(column) is not int or not 0 <= column < width:
            shown = _size(column) if type(column) is int else quoted(str(column))
            raise FileFormatError(f"{place}: {shown} is no column; columns are whole numbers from 0 to {width - 1}")
        if column <= before:
            raise FileFormatError(f"{place}: column {column} stands after column {before}; let columns ascend, each once")
        value = rational_at(entry, f"{place}: column {column}", FileFormatError)
        if not value:
            raise FileFormatError(f"{place}: column {column}: the entry is 0; leave zeros out")
        entries.append(value)
        before = column
    return columns, entries


def _row_text(row: dict[int, fmpq]) -> str:
    return f"[{', '.join(f'{column}, {number_text(entry)}' for column, entry in row.items())}]"


def _size(value: int) -> str:
    """A whole number, not of thousands of digits."""
    return str(value) if value.bit_length() < 64 else f"a number of {value.bit_length()} bits"
