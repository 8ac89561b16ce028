"""Files of generators of a zonotope: the table of formats, and `read_generators`.

Tables and .npy files are those of points, one generator on each line; JSON is a list of rows, or {"generators": rows}. A .ext
file of cddlib or lrs is a V-representation: each row is a 0 or 1, which says whether it means a direction or a point there,
and then the generator.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpq

from relupoly.files.ext import parse_generators
from relupoly.files.formats import TABLES, choose_format
from relupoly.files.json_text import check_keys, check_rows, parse_json
from relupoly.files.rows import decode_csv, decode_npy, exact_rows
from relupoly.files.streams import Location, display_name, located, read_bytes
from relupoly.geometry.zonotope import Zonotope


def read_generators(source: Location, format: str | None = None) -> Zonotope:
    """The zonotope whose generators stand in a file.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    format : str or None
        "csv" (a table, also .tsv, .txt and .dat), "json", "ext" or "npy"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises; it names the place.
    ZonotopeError
        If there is no generator, or they differ in length.
    """
    with located(display_name(source)):
        decode = GENERATOR_FORMATS[choose_format(source, format, GENERATOR_FORMATS, default="csv")]
        return Zonotope.of(decode(read_bytes(source)))


def decode_json(data: bytes) -> list[list[fmpq]]:
    """A list of generators, or {"generators": list}; decimals are exact.

    Examples
    --------
    >>> decode_json(b'{"generators": [[0.1, 1], ["1/3", 0]]}')
    [[1/10, 1], [1/3, 0]]
    """
    document = parse_json(data, exact_decimals=True)
    if not isinstance(document, list):
        check_keys(document, ("generators",))
        document = document["generators"]
    check_rows(document, "generators")
    return exact_rows(document)


def decode_ext(data: bytes) -> list[list[fmpq]]:
    r"""The rows of a V-representation without their first column.

    Examples
    --------
    >>> decode_ext(b"V-representation\nbegin\n2 3 rational\n0 1 1/2\n1 0 3\nend\n")
    [[1, 1/2], [0, 3]]
    """
    return [row[1:] for row in parse_generators(data).rows]


GENERATOR_FORMATS: dict[str, Callable[[bytes], list[list[fmpq]]]] = {
    **dict.fromkeys(TABLES, decode_csv),
    "json": decode_json,
    "ext": decode_ext,
    "npy": decode_npy,
}
