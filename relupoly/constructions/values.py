"""What a user gives for a parameter becomes a value: from Python, from the command line, from a grid, alike.

Each kind of parameter has one reader, found through a table. Texts are read as on the command line; numbers and lists are
taken as they are. `relupoly.exact.json_numbers.jsonable` is the way back, which the reader takes again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flint import fmpq

from relupoly.constructions.catalogue import nearest
from relupoly.constructions.family import Family, Parameter
from relupoly.errors import ConstructionError, NumberError
from relupoly.exact.rationals import rational, rational_at
from relupoly.files import read_vectors

# Below the 4,300 digits from which Python refuses to turn texts into integers.
_MOST_DIGITS = 4_000
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)
_RANGE = re.compile(r"\s*([+-]?[0-9]{1,18})\s*\.\.\s*([+-]?[0-9]{1,18})\s*", re.ASCII)

Rows = list[list[fmpq]]
Given = TypeVar("Given")


def values_of(family: Family, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter of a family: what is given, else the default, else None.

    Raises
    ------
    ConstructionError
        If there is no such parameter, or a value is not what it should be; it names the parameter.
    """
    names = [parameter.name for parameter in family.parameters]
    for name in given:
        if name not in names:
            raise ConstructionError(f'{family.name} has no parameter "{name}"; {nearest(name, names)}')
    return {one.name: _value(one, given.get(one.name)) for one in family.parameters}


def whole_number(value: Any) -> int | None:
    """The integer that a value or a text is; None for anything else.

    Examples
    --------
    >>> whole_number("12"), whole_number(3), whole_number("1/2"), whole_number(True)
    (12, 3, None, None)
    """
    if isinstance(value, str) and _INTEGER.fullmatch(value) and len(value) <= _MOST_DIGITS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def needed(name: str, value: Given | None) -> Given:
    """The value of a parameter that has no default.

    Raises
    ------
    ConstructionError
        If it is None.
    """
    if value is None:
        raise ConstructionError(f"{name} is missing; give it")
    return value


def _value(parameter: Parameter, given: Any) -> Any:
    given = parameter.default if given is None else given
    if given is None:
        return None
    try:
        return KINDS[parameter.kind](given, parameter)
    except NumberError as error:
        raise ConstructionError(f"{parameter.name}: {error}") from None


def _integer(given: Any, parameter: Parameter) -> int:
    value = whole_number(given)
    if value is None:
        raise ConstructionError(f"{parameter.name}: {given!s:.40} is not an integer; give one")
    if parameter.least is not None and value < parameter.least:
        raise ConstructionError(f"{parameter.name}: {value} is too small; give {parameter.least} or more")
    return value


def _positive(given: Any, parameter: Parameter) -> fmpq:
    value = rational(given)
    if value <= 0:
        raise ConstructionError(f"{parameter.name}: {value} is not positive; give a rational above 0")
    return value


def _not_negative(given: Any, parameter: Parameter) -> fmpq:
    value = rational(given)
    if value < 0:
        raise ConstructionError(f"{parameter.name}: {value} is negative; give a rational of at least 0")
    return value


def _table(given: Any, parameter: Parameter) -> Rows:
    """Rows of rationals; as a text, with commas in a row and semicolons between rows."""
    if isinstance(given, str):
        given = [row.split(",") for row in given.split(";")]
    if not _is_list(given) or not all(map(_is_list, given)):
        raise ConstructionError(f'{parameter.name}: it is not a list of lists; write numbers as in "1/3,2/3;1/4,1/2"')
    rows = []
    for i, row in enumerate(given, 1):
        rows.append([rational_at(entry, f"{parameter.entry}.{i}.{j}", ConstructionError) for j, entry in enumerate(row, 1)])
    return rows


def _generators(given: Any, parameter: Parameter) -> int | Rows:
    """A number of generators, or the generators themselves; a text that is no number is a file."""
    number = whole_number(given)
    if number is not None:
        if number < 1:
            raise ConstructionError(f"{parameter.name}: {number} is too small; give 1 or more, or a file")
        return number
    return read_vectors(given) if isinstance(given, str) else _table(given, parameter)


def _widths(given: Any, parameter: Parameter) -> list[int]:
    entries = re.split("[,x]", given) if isinstance(given, str) else [given] if isinstance(given, int) else given
    if not _is_list(entries) or not entries:
        raise ConstructionError(f'{parameter.name}: it is not a list of integers; write them as in "6,6,3" or 6x6x3')
    widths = []
    for number, entry in enumerate(entries, 1):
        value = whole_number(entry)
        if value is None or value < 1:
            raise ConstructionError(f"{parameter.name}: entry {number}, {entry!s:.40}, is not an integer of at least 1")
        widths.append(value)
    return widths


def _range(given: Any, parameter: Parameter) -> list[int]:
    """The ends LO and HI."""
    found = _RANGE.fullmatch(given) if isinstance(given, str) else None
    ends = [int(end) for end in found.groups()] if found else given
    if not _is_list(ends) or len(ends) != 2 or any(whole_number(end) is None for end in ends) or ends[0] > ends[1]:
        raise ConstructionError(f"{parameter.name}: {given!s:.40} is not a range of integers; write LO..HI, such as -2..2")
    return [int(end) for end in ends]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


KINDS: dict[str, Callable[[Any, Parameter], Any]] = {
    "integer": _integer,
    "positive": _positive,
    "not-negative": _not_negative,
    "breakpoints": _table,
    "generators": _generators,
    "widths": _widths,
    "range": _range,
}
