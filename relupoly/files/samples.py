"""Files of samples: inputs, one target and perhaps a weight for each; the table of formats and `read_samples`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.formats import TABLES, Formats
from relupoly.files.json_text import check_keys, check_rows, parse_json, quoted
from relupoly.files.named_lists import check_heights, json_lists, npz_lists, single
from relupoly.files.streams import Location, display_name, located, read_bytes
from relupoly.files.tables.column_lists import find_columns
from relupoly.files.tables.columns import ONE_OUTPUT, Column, Table
from relupoly.files.tables.csv_lines import check_first_row, text_rows
from relupoly.files.tables.sample_columns import Roles, SampleColumns, Samples, chosen_inputs, samples_of, table_samples
from relupoly.files.tables.separators import check_text

_PLAIN = SampleColumns()


def read_samples(
    source: Location,
    target: Column | Sequence[Column] | None = None,
    weights: Column | None = None,
    format: str | None = None,
    *,
    inputs: Column | Sequence[Column] = (),
    exclude: Column | Sequence[Column] = (),
    one_hot: bool = False,
    categories: Column | Sequence[Column] = (),
    dropna: bool = False,
    header: bool | None = None,
) -> Samples:
    """The samples in a file; decimals in a text are exact rationals.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    target : str or int, optional
        The name of the target's column, or its number, counted from 1; by default the last column that is not excluded.
    weights : str or int, optional
        The column of the weights; by default there is none.
    format : str, optional
        "csv" (a table, also .tsv, .txt and .dat), "json" or "npz"; by default the suffix decides.
    inputs : str, int or sequence of these, optional
        The columns of the inputs: names, numbers, or lists of these and of ranges, such as "age,4-6,first:last"; by default all
        that are nothing else.
    exclude : str, int or sequence of these, optional
        Columns that are no inputs, likewise.
    one_hot : bool, optional
        Whether columns of texts are encoded: each of their values is an input, which is 1 in the rows that have it, else 0.
    categories : str, int or sequence of these, optional
        Columns that are encoded whatever they hold.
    dropna : bool, optional
        Whether rows are left out in which a value is missing: an empty entry, "NA", "NaN", "null", "None" or "?".
    header : bool, optional
        Whether the first line of a table has names; by default it has if none of its entries is a number.

    Raises
    ------
    FileFormatError
        If the file cannot be read, its format is not known, it is not what its format promises, there is no such column or no
        sample, there are several targets, or an entry is no number; it names row and column, and says which option helps.

    Notes
    -----
    A table (.csv, .tsv, .txt, .dat) has commas, semicolons, tabs or blanks, and perhaps a header. JSON is a list of records
    {"name": number, ...}, a list of rows, or {"X": rows, "y": entries, "weights": entries}; an .npz archive has the arrays X,
    y and perhaps weights. Columns that are not used may hold anything.
    """
    lists = _listed(inputs), _listed(exclude), one_hot, _listed(categories)
    with located(display_name(source)):
        chosen = SampleColumns(_one_target(target), weights, *lists, dropna, header)
        name = SAMPLE_FORMATS.name_of_source(source, format)
        if header is not None and name not in TABLES:
            raise FileFormatError(f"{name} files have no line of names; leave --header and --no-header (header=...) out")
        data = read_bytes(source)
        samples = SAMPLE_FORMATS[name](data, chosen)
        assert samples.origin is not None
        return replace(samples, origin=replace(samples.origin, sha256=hashlib.sha256(data).hexdigest()))


def decode_csv(data: bytes, chosen: SampleColumns = _PLAIN) -> Samples:
    r"""The samples of a table, one on each line.

    Examples
    --------
    >>> decode_csv(b"age,dose,effect\n1,0.1,3\n2,1/3,4\n", SampleColumns("dose"))
    Samples(points=((1, 3), (2, 4)), targets=(1/10, 1/3), weights=None, inputs=('age', 'effect'), target='dose')
    """
    lines = text_rows(data, chosen.header)

    def check(row: int, entry: str) -> None:
        check_text(entry, lines.separator, lines.rows[row][0])

    rows = [(f"line {number}", row) for number, row in lines.rows]
    samples = table_samples(Table(lines.names, rows, check_text=check), chosen)
    if lines.names is None and chosen.header is None:
        check_first_row(rows[0][0], rows[0][1], rows[0][1])
    return samples


def decode_json(data: bytes, chosen: SampleColumns = _PLAIN) -> Samples:
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
            return table_samples(_records(document), chosen)
        check_rows(document, "the samples")
        return table_samples(Table(None, [(f"row {number}", row) for number, row in enumerate(document, 1)]), chosen)
    lists = json_lists(document, ("X", "y"), ("weights",))
    return _named(lists["X"], lists["y"], lists.get("weights"), chosen)


def decode_npz(data: bytes, chosen: SampleColumns = _PLAIN) -> Samples:
    """The samples of a numpy archive with the arrays X, y and perhaps weights; floats are the doubles that they store."""
    lists = npz_lists(data, ("X", "y"), ("weights",))
    return _named(lists["X"], lists["y"], lists.get("weights"), chosen)


SAMPLE_FORMATS: Formats[Callable[[bytes, SampleColumns], Samples]] = Formats(
    {**dict.fromkeys(TABLES, "samples:decode_csv"), "json": "samples:decode_json", "npz": "samples:decode_npz"}, default="csv"
)


def _one_target(target: Column | Sequence[Column] | None) -> Column | None:
    if target is None or isinstance(target, (str, int)):
        return target
    if len(target) > 1:
        raise FileFormatError(f"{len(target)} targets are asked for; {ONE_OUTPUT}")
    return target[0] if target else None


def _listed(columns: Column | Sequence[Column]) -> tuple[Column, ...]:
    return (columns,) if isinstance(columns, (str, int)) else tuple(columns)


def _records(document: list[Any]) -> Table:
    """The table of a list of objects with the same keys."""
    names = list(document[0])
    for number, record in enumerate(document, 1):
        check_keys(record, names, place=f"record {number}: ")
    return Table(names, [(f"record {number}", [one[name] for name in names]) for number, one in enumerate(document, 1)])


def _named(points: list[Any], targets: list[Any], masses: list[Any] | None, chosen: SampleColumns) -> Samples:
    """The samples of a file that says itself what they are."""
    _check_named(points, targets, masses, chosen)
    inputs = Table(None, [(f"row {number} of X", row) for number, row in enumerate(points, 1)])
    width = inputs.width

    def place_of(row: int, column: int) -> str:
        if column < width:
            return f"X[{row + 1}][{column + 1}]"
        return f"{'y' if column == width else 'weights'}[{row + 1}]"

    ends = [[single(entry, f"y[{row}]")] for row, entry in enumerate(targets, 1)]
    if masses is not None:
        ends = [[*end, mass] for end, mass in zip(ends, masses, strict=True)]
    rows = [(where, [*row, *end]) for (where, row), end in zip(inputs.rows, ends, strict=True)]
    roles = Roles(chosen_inputs(inputs, chosen, ()), width, None if masses is None else width + 1)
    return samples_of(Table(None, rows, place_of), roles, find_columns(inputs, chosen.categories), chosen)


def _check_named(points: list[Any], targets: list[Any], masses: list[Any] | None, chosen: SampleColumns) -> None:
    """Refuse what is asked for and not there, and tables that do not fit each other."""
    for role, given, key in (("target is", chosen.target, "y"), ("weights are", chosen.weights, "weights")):
        if given is not None and given != key:
            raise FileFormatError(f"there is no column {quoted(str(given))}: here the {role} called {key}; name no other")
    if chosen.weights is not None and masses is None:
        raise FileFormatError("there are no weights; add them, or ask for none")
    if not points:
        raise FileFormatError("there is no sample; give X at least one row")
    if not points[0]:
        raise FileFormatError("row 1 of X is empty; give at least one input")
    check_heights({"X": points, "y": targets} | ({} if masses is None else {"weights": masses}))
