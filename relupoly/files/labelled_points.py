"""`LabelledPoints`: points of a table with a column that says what each is: a class, or a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.files.streams import Location, display_name, located, read_bytes
from relupoly.files.tables.column_lists import find_columns
from relupoly.files.tables.column_values import ColumnValues, check_inputs, check_missing
from relupoly.files.tables.columns import Column, Table, column_name, find_column
from relupoly.files.tables.csv_lines import text_rows


@dataclass(frozen=True)
class LabelledPoints:
    """Points, each with a label.

    Attributes
    ----------
    points : tuple of tuple of fmpq, shape (m, n)
    names : tuple of str or None
        Of the coordinates, where the file has a header.
    label : str or None
        The name of the column of labels.
    labels : tuple of str or None
        As the file has them; None where there is no such column.
    """

    points: tuple[tuple[fmpq, ...], ...]
    names: tuple[str, ...] | None = None
    label: str | None = None
    labels: tuple[str, ...] | None = None


def read_labelled_points(
    source: Location, dimensions: Sequence[int], inputs: Sequence[Column] = (), label: Column | None = None
) -> LabelledPoints:
    """The points in a table (.csv, .tsv, .txt, .dat).

    Parameters
    ----------
    source : path or "-"
    dimensions : sequence of int
        How many coordinates points may have.
    inputs : sequence of str or int
        The columns of the coordinates, as for `relupoly.read_samples`; by default all but the label.
    label : str or int, optional
        The column of the labels, by name or number from 1; by default the last one, if there is one more than there are
        coordinates.

    Raises
    ------
    FileFormatError
        If the file cannot be read, there is no such column, or an entry of a coordinate is no number.
    """
    with located(display_name(source)):
        return decode_labelled_points(read_bytes(source), dimensions, inputs, label)


def decode_labelled_points(
    data: bytes, dimensions: Sequence[int], inputs: Sequence[Column] = (), label: Column | None = None
) -> LabelledPoints:
    r"""The same, of the bytes of a table.

    Examples
    --------
    >>> decode_labelled_points(b"a,b,kind\n1,0.5,iris\n2,1/3,rose\n", [2])
    LabelledPoints(points=((1, 1/2), (2, 1/3)), names=('a', 'b'), label='kind', labels=('iris', 'rose'))
    >>> decode_labelled_points(b"1,2\n3,4\n", [2]).labels is None
    True
    """
    lines = text_rows(data)
    table = Table(lines.names, [(f"line {number}", row) for number, row in lines.rows])
    place = None if label is None else find_column(table, label)
    listed = list(find_columns(table, inputs))
    if place is None and not listed and table.width - 1 in dimensions and table.width not in dimensions:
        place = table.width - 1
    if place is None and listed and len(listed) - 1 in dimensions and len(listed) not in dimensions:
        place = listed.pop()  # the last of those that are named
    columns = listed or [one for one in range(table.width) if one != place]
    if len(columns) not in dimensions:
        wanted = " or ".join(map(str, dimensions))
        raise FileFormatError(
            f"{len(columns)} columns are left for coordinates, and the picture has {wanted}; name them by --inputs, and the "
            "labels by --label"
        )
    if place in columns:
        raise FileFormatError(f"column {column_name(table, place or 0)} cannot be both a coordinate and the label")
    read = [ColumnValues.of(table, one) for one in columns]
    check_inputs(read, set())
    check_missing(read)
    points = tuple(zip(*(one.values for one in read), strict=True))
    names = None if table.names is None else tuple(table.names[one] for one in columns)
    labels = None if place is None else tuple(str(row[place]).strip() for _, row in table.rows)
    return LabelledPoints(points, names, None if place is None or not table.names else table.names[place], labels)
