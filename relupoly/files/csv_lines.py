"""The lines of a table and its header, if it has one: numbers between commas, semicolons, tabs or blanks."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterable, Iterator

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import parse_rational
from relupoly.files.separators import BLANK, NumberedLine, check_entries, check_line, find_separator
from relupoly.files.streams import decode_text

NumberedRow = tuple[int, list[str]]


def csv_rows(data: bytes) -> tuple[list[str] | None, list[NumberedRow]]:
    r"""The header and the rows, each with the number of its line.

    Blank lines and comments (#) are passed over. A first line without any number is a header.

    Raises
    ------
    FileFormatError
        If the file has two separators, decimal commas, or a line that is not CSV.

    Examples
    --------
    >>> csv_rows(b"height,weight\n\n0.1,1/3\n")
    (['height', 'weight'], [(3, ['0.1', '1/3'])])
    >>> csv_rows(b"1  2\n3  4\n")
    (None, [(1, ['1', '2']), (2, ['3', '4'])])
    """
    lines = enumerate(decode_text(data).splitlines(), 1)
    kept = [(number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
    separator = find_separator(kept)
    rows = _checked(kept, separator)
    if rows and not any(map(looks_numeric, rows[0][1])):
        return [entry.strip() for entry in rows[0][1]], rows[1:]
    return None, rows


def stream_rows(lines: Iterable[NumberedLine]) -> Iterator[tuple[list[str] | None, NumberedRow | None]]:
    r"""The header and None, where there is a header, then None and a row for each line that follows, as soon as it is known.

    The rules are those of `csv_rows`, but nobody looks ahead: the first lines say what the separator is. A first line that
    is not all numbers is given out when the next one has shown whether it is a header.

    Raises
    ------
    FileFormatError
        As `csv_rows`, at the line that shows it.

    Examples
    --------
    >>> list(stream_rows([(1, "height,weight"), (2, ""), (3, "0.1,1/3")]))
    [(['height', 'weight'], None), (None, (3, ['0.1', '1/3']))]
    """
    kept = ((number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#"))
    first = next(kept, None)
    if first is None:
        return
    begun = [first] if _is_row(first) else [first, *itertools.islice(kept, 1)]
    separator = find_separator(begun)
    rows = _checked(begun, separator)
    if not any(map(looks_numeric, rows[0][1])):
        yield [entry.strip() for entry in rows.pop(0)[1]], None
    yield from ((None, row) for row in rows)
    for line in kept:
        check_line(line, separator, begun[-1])
        yield None, _checked([line], separator)[0]


def _is_row(line: NumberedLine) -> bool:
    """Whether a first line is a row of numbers, whatever follows."""
    try:
        return bool([parse_rational(entry) for entry in _checked([line], find_separator([line]))[0][1]])
    except (FileFormatError, NumberError):
        return False


def _checked(lines: list[NumberedLine], separator: str) -> list[NumberedRow]:
    """The entries of each line, none of which shows another separator."""
    rows = _split(lines, separator)
    for number, row in rows:
        check_entries(row, separator, number)
    return rows


def _split(lines: list[NumberedLine], separator: str) -> list[NumberedRow]:
    """The entries of each line."""
    bare = [line.strip() if separator == BLANK else line for _, line in lines]
    try:
        rows = [next(csv.reader([line], delimiter=separator, skipinitialspace=True)) for line in bare]
    except csv.Error as error:
        raise FileFormatError(f"it is not CSV ({error}); write numbers between commas") from None
    return [(number, row) for (number, _), row in zip(lines, rows, strict=True)]


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
