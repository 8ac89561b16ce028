"""Files of exact rows: CSV, JSON or .npy, one row of numbers after the other."""

from __future__ import annotations

from flint import fmpq

from relupoly.files.formats import choose_format
from relupoly.files.points import POINT_FORMATS
from relupoly.files.streams import Location, display_name, located, read_bytes


def read_rows(source: Location, format: str | None = None) -> list[list[fmpq]]:
    """The rows of a file; they may differ in length.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    format : str or None
        "csv", "json" or "npy"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises; it names row and
        column.
    """
    with located(display_name(source)):
        decode = POINT_FORMATS[choose_format(source, format, POINT_FORMATS, default="csv")]
        return decode(read_bytes(source))
