"""What stands between the entries of a table: commas, semicolons, tabs or blanks. One rule for every file of rows.

The lines of numbers decide, since names in a header may hold any of these characters. A table has one separator: where two
of them occur, no reading is sure ("1,5;2" may mean two numbers or three), so that is an error and not a guess. Blanks around
another separator mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import parse_rational
from relupoly.files.json_text import quoted
from relupoly.plain_text import MOST_SHOWN

NumberedLine = tuple[int, str]

BLANK = " "
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", BLANK: "blanks"}
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_DECIMAL_COMMA = re.compile(r"\s*[-+]?[0-9]*,[0-9]+(?:[eE][-+]?[0-9]+)?\s*")


def find_separator(lines: Sequence[NumberedLine]) -> str:
    r"""The character that separates the entries of a table's lines; a blank stands for any number of blanks.

    Parameters
    ----------
    lines : sequence of (int, str)
        The lines with their numbers, without comments and empty ones.

    Raises
    ------
    FileFormatError
        If two separators occur; it names the lines.

    Examples
    --------
    >>> find_separator([(1, "height, cm;weight"), (2, "1.5; 2"), (3, "2;3")])
    ';'
    >>> find_separator([(1, "1 2"), (2, "3,4")])
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: line 1 has blanks between entries, but line 2 has commas; use one separator in all lines
    """
    bare = [(number, _QUOTED.sub('""', line)) for number, line in lines]
    if not bare:
        return ","
    used = _separators(bare[1:] or bare)
    if len(used) > 1:
        raise _mixed(*list(used.items())[:2])
    of_first = _separators(bare[:1])
    if not used:
        return _of_first_line(bare[0][1], of_first)
    [(separator, number)] = used.items()
    if separator not in of_first and _of_first_line(bare[0][1], of_first) in of_first:
        raise _mixed(next(iter(of_first.items())), (separator, number))
    return separator


def separator_of_header(line: NumberedLine) -> str | None:
    """The character that separates the names in a first line without numbers; None where that is not to be seen."""
    number, text = line
    bare = _QUOTED.sub('""', text)
    [separator, *others] = _separators([(number, bare)]) or [BLANK]
    if others or separator == BLANK or any(_all_numbers([name]) for name in bare.split(separator)):
        return None
    return separator


def check_line(line: NumberedLine, separator: str, before: NumberedLine) -> None:
    r"""Raise where a further line of a table shows another separator than the lines before it.

    Parameters
    ----------
    line : (int, str)
    separator : str
        What `find_separator` has found in the lines before.
    before : (int, str)
        One of them, a row of numbers.

    Raises
    ------
    FileFormatError
        It names the lines.

    Examples
    --------
    >>> check_line((3, "5\t6"), ",", (2, "3,4"))
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: line 2 has commas between entries, but line 3 has tabs; use one separator in all lines
    """
    number, text = line
    used = list(_separators([(number, _QUOTED.sub('""', text))]))
    if len(used) > 1:
        raise _mixed((used[0], number), (used[1], number))
    if used and used[0] != separator and separator in _separators([(before[0], _QUOTED.sub('""', before[1]))]):
        raise _mixed((separator, before[0]), (used[0], number))


def check_entries(entries: Iterable[str], separator: str, line: int) -> None:
    """Raise where an entry shows another separator, or a decimal comma.

    Raises
    ------
    FileFormatError
        It names the line and says what would be right.
    """
    for entry in entries:
        check_decimal_comma(entry, f"line {line}")
        if separator != BLANK and BLANK in entry and len(entry.split()) > 1 and _all_numbers(entry.split()):
            raise _mixed((separator, line), (BLANK, line))


def check_text(entry: str, separator: str, line: int) -> None:
    """Raise where an entry that is no number holds several, with another separator between them, or has a decimal comma.

    Raises
    ------
    FileFormatError
        As `check_entries`.
    """
    check_entries([entry], separator, line)
    for other in ";\t,":
        if other != separator and other in entry and _all_numbers(entry.split(other)):
            raise _mixed((separator, line), (other, line))


def check_decimal_comma(entry: str, place: str) -> None:
    """Raise where an entry has a decimal comma.

    Raises
    ------
    FileFormatError
        It names the place.
    """
    if "," in entry and _DECIMAL_COMMA.fullmatch(entry):
        point = entry.strip().replace(",", ".")[:MOST_SHOWN]
        raise FileFormatError(f"{place}: {quoted(entry.strip())} has a decimal comma; write a point, {point}")


def _separators(lines: Iterable[NumberedLine]) -> dict[str, int]:
    """The separators in lines, each with the number of the first line that has it; blanks only where there is no other."""
    found: dict[str, int] = {}
    for number, line in lines:
        others = [one for one in ";\t," if one in line.strip()]
        for one in others or ([BLANK] if len(line.split()) > 1 else []):
            found.setdefault(one, number)
    return found


def _of_first_line(line: str, found: dict[str, int]) -> str:
    """The separator of a line that may be a header: blanks between words are part of a name. A comma if there is none."""
    first = next(iter(found), ",")
    return "," if first == BLANK and not _all_numbers(line.split()) else first


def _all_numbers(words: Sequence[str]) -> bool:
    try:
        return bool([parse_rational(word) for word in words])
    except NumberError:
        return False


def _mixed(one: tuple[str, int], other: tuple[str, int]) -> FileFormatError:
    """The error that two separators are used, in lines of these numbers."""
    names = _NAMES[one[0]], _NAMES[other[0]]
    if one[1] != other[1]:
        return FileFormatError(
            f"line {one[1]} has {names[0]} between entries, but line {other[1]} has {names[1]}; use one separator in all lines"
        )
    comma = " and a point in decimals (1.5, not 1,5)" if "," in (one[0], other[0]) else ""
    return FileFormatError(f"line {one[1]} has {names[0]} and {names[1]} between entries; use one separator{comma}")
