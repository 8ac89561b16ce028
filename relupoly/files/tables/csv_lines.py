"""The lines of a table and its header, if it has one: numbers between commas, semicolons, tabs or blanks."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import parse_rational
from relupoly.files.json_text import quoted
from relupoly.files.streams import decode_text
from relupoly.files.tables.quoted_lines import is_comment, joined_lines
from relupoly.files.tables.separators import BLANK, NumberedLine, check_entries, check_line, find_separator, separator_of_header

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
    lines = text_rows(data, texts=False)
    for number, row in lines.rows:
        check_entries(row, lines.separator, number)
    return lines.names, lines.rows


@dataclass(frozen=True)
class TextRows:
    """The lines of a table whose entries may be texts: who takes one for a number has it checked by `check_entries`.

    Attributes
    ----------
    names : list of str or None
    rows : list of (int, list of str)
    separator : str
    """

    names: list[str] | None
    rows: list[NumberedRow]
    separator: str


def text_rows(data: bytes, header: bool | None = None, texts: bool = True) -> TextRows:
    r"""The header and the rows of a table whose entries may be texts.

    Parameters
    ----------
    data : bytes
    header : bool, optional
        Whether the first line has names; by default it has if none of its entries is a number.
    texts : bool
        Whether other characters that separate may stand in texts, where a header shows which one does separate.

    Raises
    ------
    FileFormatError
        If the file has two separators, or a line that is not CSV, or what seems to be a header has decimal commas.

    Examples
    --------
    >>> text_rows(b"year,2019\nAda,1\n", header=True)
    TextRows(names=['year', '2019'], rows=[(2, ['Ada', '1'])], separator=',')
    """
    kept = list(_kept(enumerate(decode_text(data).splitlines(), 1)))
    separator = _separator_of(kept, texts)
    rows = _split(kept, separator)
    if rows and _is_header(rows[0][1], header):
        if header is None:
            check_entries(rows[0][1], separator, rows[0][0])
        return TextRows([entry.strip() for entry in rows[0][1]], rows[1:], separator)
    return TextRows(None, rows, separator)


def check_first_row(place: str, row: Sequence[str], others: Iterable[str]) -> None:
    """Raise where a first row with numbers has texts, too, so that nobody can know whether it is a header.

    Parameters
    ----------
    place : str
    row : sequence of str
    others : iterable of str
        Its entries that need not be numbers.

    Raises
    ------
    FileFormatError
        It says which option decides.
    """
    text = next((entry for entry in others if entry.strip() and not looks_numeric(entry)), None)
    if text is not None and any(map(looks_numeric, row)):
        raise FileFormatError(
            f"{place} has numbers, and texts such as {quoted(text.strip())}; give --header (header=True) if it holds the names "
            "of the columns, else --no-header (header=False)"
        )


def stream_rows(
    lines: Iterable[NumberedLine], header: bool | None = None, texts: bool = False, expected: Collection[str] = ()
) -> Iterator[tuple[list[str] | None, NumberedRow | None]]:
    r"""The header and None, where there is a header, then None and a row for each line that follows, as soon as it is known.

    The rules are those of `csv_rows`, but nobody looks ahead: the first lines say what the separator is. A first line that
    is not all numbers is given out when the next one has shown whether it is a header.

    Parameters
    ----------
    lines : iterable of (int, str)
    header : bool, optional
        As for `text_rows`.
    texts : bool
        Whether entries may be texts, as for `text_rows`.
    expected : collection of str
        Names: a first line that has all of them is a header, whatever else it holds.

    Raises
    ------
    FileFormatError
        As `csv_rows`, at the line that shows it.

    Examples
    --------
    >>> list(stream_rows([(1, "height,weight"), (2, ""), (3, "0.1,1/3")]))
    [(['height', 'weight'], None), (None, (3, ['0.1', '1/3']))]
    """
    kept = _kept(lines)
    first = next(kept, None)
    if first is None:
        return
    divide = _split if texts else _checked
    begun = [first] if _is_row(first) else [first, *itertools.islice(kept, 1)]
    separator = _separator_of(begun, texts)
    rows = divide(begun, separator)
    names = {entry.strip() for entry in rows[0][1]}
    if header is None and expected and names.issuperset(expected):
        header = True
    if _is_header(rows[0][1], header):
        yield [entry.strip() for entry in rows.pop(0)[1]], None
    yield from ((None, row) for row in rows)
    for line in kept:
        if not texts:
            check_line(line, separator, begun[-1])
        yield None, divide([line], separator)[0]


def _is_header(row: list[str], said: bool | None) -> bool:
    return said if said is not None else not any(map(looks_numeric, row))


def _kept(lines: Iterable[NumberedLine]) -> Iterator[NumberedLine]:
    """The lines that hold something, without comments."""
    return ((number, line) for number, line in joined_lines(lines) if line.strip() and not is_comment(line))


def _separator_of(lines: list[NumberedLine], texts: bool) -> str:
    """The separator of lines; that of the header, where it divides all lines in the same way, and entries may be texts."""
    try:
        return find_separator(lines)
    except FileFormatError:
        separator = separator_of_header(lines[0]) if texts else None
        if separator is None or len({len(row) for _, row in _split(lines, separator)}) > 1:
            raise
        return separator


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
