"""Arrangement files: the table of formats and `read_arrangement`.

A hyperplane <a, x> = b is a row a_1, ..., a_n, b in tables and JSON. In cddlib's .ine format it is the boundary of the
inequality b + <a, x> >= 0, so that the facets' hyperplanes of a polyhedron are an arrangement as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files import ine
from relupoly.files.formats import TABLES, choose_format
from relupoly.files.json_text import check_keys, check_rows, parse_json
from relupoly.files.rows import decode_csv
from relupoly.files.streams import Location, display_name, located, read_bytes
from relupoly.geometry.arrangement import Arrangement

Rows = Sequence[Sequence[Any]]


def decode_json(data: bytes) -> Rows:
    """The rows of {"hyperplanes": rows}, or of a list of rows; decimals are exact.

    Examples
    --------
    >>> decode_json(b'{"hyperplanes": [[1, "1/3", 0.5]]}')
    [['1', '1/3', '0.5']]
    """
    document = parse_json(data, exact_decimals=True)
    if not isinstance(document, list):
        check_keys(document, ("hyperplanes",))
        document = document["hyperplanes"]
    check_rows(document, "hyperplanes")
    return document  # type: ignore[no-any-return]


def decode_ine(data: bytes) -> Rows:
    r"""The boundaries of the inequalities b + <a, x> >= 0 of an .ine file, as rows (a, -b).

    Examples
    --------
    >>> decode_ine(b"H-representation\nbegin\n1 3 integer\n1 2 3\nend\n")
    [[2, 3, -1]]
    """
    return [[*row[1:], -row[0]] for row in ine.decode_rows(data)]


ARRANGEMENT_FORMATS: dict[str, Callable[[bytes], Rows]] = {
    **dict.fromkeys(TABLES, decode_csv),
    "json": decode_json,
    "ine": decode_ine,
}


def read_arrangement(source: Location, format: str | None = None) -> Arrangement:
    """The arrangement of the hyperplanes in a file; repeated ones are merged.

    Every number is the exact rational that its text stands for.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, JSON unless `format` says otherwise.
    format : str or None
        "csv" (a table, also .tsv, .txt and .dat), "json" or "ine"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises.
    ArrangementError
        If rows differ in length, an entry is not a number, or a row is no hyperplane; it names the row.
    """
    with located(display_name(source)):
        decode = ARRANGEMENT_FORMATS[choose_format(source, format, ARRANGEMENT_FORMATS)]
        rows = decode(read_bytes(source))
        if not rows:
            raise FileFormatError("there is no hyperplane in it; write rows a_1, ..., a_n, b")
        return Arrangement.of(rows)
