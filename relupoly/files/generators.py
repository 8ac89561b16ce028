"""Files of generators of a zonotope: the table of formats, and `read_generators`.

Tables and .npy files are those of points, one generator on each line; JSON is a list of rows, or {"generators": rows}. A .ext
file of cddlib or lrs is a V-representation: each row is a 0 or 1, which says whether it means a direction or a point there,
and then the generator.
"""

from __future__ import annotations

from flint import fmpq

from relupoly.files.formats import TABLES, Formats
from relupoly.files.polyhedra.ext import parse_generators
from relupoly.files.rows import RowReader, exact_rows, json_rows
from relupoly.files.streams import Location, display_name, located
from relupoly.geometry.zonotope import Zonotope

GENERATOR_FORMATS: Formats[RowReader] = Formats(
    {
        **dict.fromkeys(TABLES, "rows:decode_csv"),
        "json": "generators:decode_json",
        "ext": "generators:decode_ext",
        "npy": "rows:decode_npy",
    },
    default="csv",
)


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
        decode, data = GENERATOR_FORMATS.read(source, format)
        return Zonotope.of(decode(data))


def decode_json(data: bytes) -> list[list[fmpq]]:
    """A list of generators, or {"generators": list}; decimals are exact.

    Examples
    --------
    >>> decode_json(b'{"generators": [[0.1, 1], ["1/3", 0]]}')
    [[1/10, 1], [1/3, 0]]
    """
    return exact_rows(json_rows(data, "generators"))


def decode_ext(data: bytes) -> list[list[fmpq]]:
    r"""The rows of a V-representation without their first column.

    Examples
    --------
    >>> decode_ext(b"V-representation\nbegin\n2 3 rational\n0 1 1/2\n1 0 3\nend\n")
    [[1, 1/2], [0, 3]]
    """
    return [row[1:] for row in parse_generators(data).rows]
