"""Lists of columns: `find_columns`, from names, numbers and ranges with commas between.

A text that is the name of a column is that column, whatever it looks like: names may be numbers, and hold commas, colons or
dashes. Quotation marks say that something is a name, as in a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted
from relupoly.files.tables.columns import Column, Table, find_column

_ITEM = re.compile(r'\s*(?:"(?P<name>(?:[^"]|"")*)"|(?P<plain>[^,]*?))\s*(?:,|\Z)')
_NUMBERS = re.compile(r"([0-9]{1,9})\s*-\s*([0-9]{1,9})")
_BETWEEN = re.compile(r":|\.\.")
_HOW = "a list has commas between names, numbers from 1, and ranges such as 2-5 or first:last"


def find_columns(table: Table, lists: Sequence[Column]) -> tuple[int, ...]:
    """The places of the columns that lists name, in the order of the lists, each once.

    Parameters
    ----------
    table : Table
    lists : sequence of str or int
        Each is the name of a column; or its number, counted from 1; or a list with commas between names (in quotation marks
        where they hold commas, or look like numbers or ranges), numbers, and ranges: 2-5 by numbers, first:last by names or
        numbers.

    Raises
    ------
    FileFormatError
        If there is no such column, a name stands for several, or a range ends before it begins.

    Examples
    --------
    >>> table = Table(["age", "dose", "2", "a,b"], [("line 2", ["1", "2", "3", "4"])])
    >>> find_columns(table, ["dose,1"]), find_columns(table, ["a,b", "1-2"]), find_columns(table, ['2,"a,b"'])
    ((1, 0), (3, 0, 1), (2, 3))
    >>> find_columns(table, ["dose:4"]), find_columns(table, [2])
    ((1, 2, 3), (1,))
    """
    return tuple(dict.fromkeys(place for one in lists for place in _of_list(table, one)))


def column_list(places: Iterable[int]) -> str:
    """Columns as an option takes them: by numbers, from 1, in ranges where three or more follow each other.

    Examples
    --------
    >>> column_list([0, 1, 4, 5, 6])
    '1,2,5-7'
    """
    runs: list[list[int]] = []
    for number in sorted(place + 1 for place in places):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def _of_list(table: Table, text: Column) -> Iterator[int]:
    if not isinstance(text, str) or text in (table.names or ()):
        yield find_column(table, text)
        return
    position = 0
    while position <= len(text):
        found = _ITEM.match(text, position)
        assert found is not None  # whatever stands before a comma or the end is an item
        if found["name"] is not None:
            yield _named(table, found["name"].replace('""', '"'))
        else:
            yield from _of_item(table, found["plain"])
        if found.end() == len(text) and not found[0].endswith(","):
            return
        position = found.end()


def _of_item(table: Table, item: str) -> Iterable[int]:
    """The columns of a name, a number or a range."""
    if not item:
        raise FileFormatError(f'a name in a list of columns is empty; {_HOW}, and a name that is empty is written ""')
    if item in (table.names or ()) or item.isdigit():
        return [find_column(table, item)]
    if numbers := _NUMBERS.fullmatch(item):
        return _range(table, item, int(numbers[1]), int(numbers[2]))
    cuts = [(item[: cut.start()].strip(), item[cut.end() :].strip()) for cut in _BETWEEN.finditer(item)]
    cuts = [ends for ends in cuts if all(ends)]
    known = [ends for ends in cuts if all(end in (table.names or ()) or end.isdigit() for end in ends)]
    if len(known) > 1:
        raise FileFormatError(f"{quoted(item)} is a range in two ways; give its columns by their numbers")
    if not cuts:
        return [find_column(table, item)]
    first, last = (known or cuts)[0]
    return _range(table, item, first, last)


def _range(table: Table, item: str, first: Column, last: Column) -> range:
    start, end = find_column(table, first), find_column(table, last)
    if end < start:
        raise FileFormatError(f"the range {quoted(item)} ends before it begins; write the column that comes first first")
    return range(start, end + 1)


def _named(table: Table, name: str) -> int:
    """The column with a name that was written in quotation marks: it is no number."""
    if name not in (table.names or ()):
        raise FileFormatError(f"there is no column with the name {quoted(name)}; without quotation marks numbers count columns")
    return find_column(table, name)
