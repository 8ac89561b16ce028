"""Arrangement files: the table of formats and `read_arrangement`.

A hyperplane <a, x> = b is a row a_1, ..., a_n, b in tables and JSON. In cddlib's .ine format it is the boundary of the
inequality b + <a, x> >= 0, so that the facets' hyperplanes of a polyhedron are an arrangement as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.formats import TABLES, Formats
from relupoly.files.polyhedra import ine
from relupoly.files.rows import json_rows
from relupoly.files.streams import Location, display_name, located
from relupoly.geometry.arrangement import Arrangement

Rows = Sequence[Sequence[Any]]


def decode_json(data: bytes) -> Rows:
    """The rows of {"hyperplanes": rows}, or of a list of rows; decimals are exact.

    Examples
    --------
    >>> decode_json(b'{"hyperplanes": [[1, "1/3", 0.5]]}')
    [['1', '1/3', '0.5']]
    """
    return json_rows(data, "hyperplanes")


def decode_ine(data: bytes) -> Rows:
    r"""The boundaries of the inequalities b + <a, x> >= 0 of an .ine file, as rows (a, -b).

    Examples
    --------
    >>> decode_ine(b"H-representation\nbegin\n1 3 integer\n1 2 3\nend\n")
    [[2, 3, -1]]
    """
    rows = ine.decode_rows(data)
    if not rows:
        raise FileFormatError("there is no hyperplane in it; write rows b a_1 ... a_n, which mean b + <a, x> >= 0")
    return [[*row[1:], -row[0]] for row in rows]


ARRANGEMENT_FORMATS: Formats[Callable[[bytes], Rows]] = Formats(
    {**dict.fromkeys(TABLES, "rows:decode_csv"), "json": "arrangements:decode_json", "ine": "arrangements:decode_ine"}
)


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
        decode, data = ARRANGEMENT_FORMATS.read(source, format)
        rows = decode(data)
        if not rows:
            raise FileFormatError("there is no hyperplane in it; write rows a_1, ..., a_n, b")
        return Arrangement.of(rows)
