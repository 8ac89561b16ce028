"""Numbers between commas: the lines of a CSV file and its header, if it has one."""

from __future__ import annotations

import csv
import math

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import parse_rational
from relupoly.files.streams import decode_text

NumberedRow = tuple[int, list[str]]


def csv_rows(data: bytes, separators: str = ",") -> tuple[list[str] | None, list[NumberedRow]]:
    r"""The header and the rows, each with the number of its line.

    Blank lines and comments (#) are passed over. A first line without any number is a header.

    Parameters
    ----------
    data : bytes
    separators : str
        What may stand between entries; the first that the first line has is meant.

    Raises
    ------
    FileFormatError
        If a line is not CSV.

    Examples
    --------
    >>> csv_rows(b"height,weight\n\n0.1,1/3\n")
    (['height', 'weight'], [(3, ['0.1', '1/3'])])
    """
    lines = decode_text(data).splitlines()
    kept = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    separator = next((one for one in separators if kept and one in kept[0][1]), separators[0])
    try:
        rows = [(number, next(csv.reader([line], delimiter=separator, skipinitialspace=True))) for number, line in kept]
    except csv.Error as error:
        raise FileFormatError(f"it is not CSV ({error}); write numbers between commas") from None
    if rows and not any(map(looks_numeric, rows[0][1])):
        return [entry.strip() for entry in rows[0][1]], rows[1:]
    return None, rows


def looks_numeric(text: str) -> bool:
    """Whether a text is a number, or would be one if it were finite: nan and inf are no headers.

    Examples
    --------
    >>> looks_numeric("1/0"), looks_numeric("-inf"), looks_numeric("age")
    (True, True, False)
    """
    try:
        parse_rational(text)
    except NumberError:
        try:
            return not math.isfinite(float(text))
        except ValueError:
            return "/" in text and text.replace("/", "").strip().isdigit()
    return True
