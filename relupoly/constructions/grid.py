"""Grids and paths: many members of one family.

A grid is the product of lists of values, `width=2..5,depth=1..4`; a path lets one rational number run from one value to
another, `height=1:2:5`, while all others stay what they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from relupoly.constructions.catalogue import find_family, nearest
from relupoly.constructions.family import Family
from relupoly.constructions.hard import hard
from relupoly.constructions.hard_net import HardNet
from relupoly.errors import ConstructionError, NumberError
from relupoly.exact.rationals import rational
from relupoly.files.streams import located

_RANGE = re.compile(r"([+-]?[0-9]{1,18})\.\.([+-]?[0-9]{1,18})", re.ASCII)
_STEPS = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Member:
    """A place in a grid or on a path.

    Attributes
    ----------
    name : str
        What its file is called, without suffix.
    varied : mapping
        The values that make it differ from the others.
    parameters : mapping
        All parameters that are given.
    """

    name: str
    varied: Mapping[str, Any]
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Grid:
    """The members of a family whose parameters take all combinations of some values.

    Attributes
    ----------
    family : str
    axes : mapping of str to sequence
        The values of each parameter, as texts or integers.
    fixed : mapping
        The other parameters that are given.
    """

    family: str
    axes: Mapping[str, Sequence[Any]]
    fixed: Mapping[str, Any]

    @property
    def size(self) -> int:
        """The number of members."""
        return math.prod(map(len, self.axes.values()))

    def __iter__(self) -> Iterator[Member]:
        # `itertools.product` would list each axis, which may be a range of any length.
        for number in range(self.size):
            varied: dict[str, Any] = {}
            for name, values in reversed(tuple(self.axes.items())):
                number, place = divmod(number, len(values))
                varied[name] = values[place]
            varied = dict(reversed(tuple(varied.items())))
            parts = [f"{name}-{_slug(str(value))}" for name, value in varied.items()]
            yield Member("_".join([self.family, *parts]), varied, {**self.fixed, **varied})


def parse_grid(family: str, text: str, fixed: Mapping[str, Any]) -> Grid:
    """The grid of a text "name=values,name=values,...", values being ranges LO..HI or alternatives A|B|...

    Raises
    ------
    ConstructionError
        If the text is no such thing, names an unknown parameter or one twice, or one that is given besides.

    Examples
    --------
    >>> grid = parse_grid("sawtooth", "width=2..4,height=1|1/2", {"depth": 2})
    >>> grid.size, next(iter(grid)).name
    (6, 'sawtooth_width-2_height-1')
    """
    known = [parameter.name for parameter in find_family(family).parameters]
    axes: dict[str, Sequence[Any]] = {}
    for part in text.split(","):
        name, equals, values = (piece.strip() for piece in part.partition("="))
        if not equals or not values:
            raise ConstructionError(f'grid: "{part.strip():.40}" says no values; write such as "width=2..5,depth=1..4"')
        if name not in known:
            raise ConstructionError(f'grid: {family} has no parameter "{name:.40}"; {nearest(name, known)}')
        if name in axes or fixed.get(name) is not None:
            raise ConstructionError(f'grid: "{name}" is given twice; give it once')
        axes[name] = _alternatives(name, values)
    return Grid(family, axes, fixed)


@dataclass(frozen=True)
class Path:
    """Members of a family along an interval of one of its numbers.

    Attributes
    ----------
    family : str
    target : str
        The number: a parameter, or an entry of one, as breakpoint.1.2.
    values : sequence of fmpq
        The numbers that it takes.
    base : mapping
        The parameters of the member at which the path begins, all of them exact.
    """

    family: str
    target: str
    values: Sequence[fmpq]
    base: Mapping[str, Any]

    @property
    def size(self) -> int:
        """The number of members."""
        return len(self.values)

    def __iter__(self) -> Iterator[Member]:
        digits = len(str(len(self.values)))
        for number, value in enumerate(self.values, 1):
            name = f"{self.family}_{self.target}_{number:0{digits}}"
            yield Member(name, {self.target: str(value)}, replaced(self.family, self.base, self.target, value))


def parse_path(family: str, text: str, fixed: Mapping[str, Any]) -> Path:
    """The path of a text "PARAM=a:b:steps": so many members, from a to b, equally spaced.

    Raises
    ------
    ConstructionError
        If the text is no such thing, there is no such number, or the parameters make no net.

    Examples
    --------
    >>> path = parse_path("sawtooth", "breakpoint.1.1=1/4:1/2:3", {"width": 2, "depth": 2})
    >>> [member.parameters["breakpoints"] for member in path]
    [[['1/4'], ['1/2']], [['3/8'], ['1/2']], [['1/2'], ['1/2']]]
    """
    target, equals, rest = (piece.strip() for piece in text.partition("="))
    parts = [part.strip() for part in rest.split(":")]
    if not equals or len(parts) != 3 or not _STEPS.fullmatch(parts[2]) or int(parts[2]) < 1:
        raise ConstructionError(f'vary: "{text:.40}" is no path; write PARAM=a:b:steps, such as height=1:2:5')
    try:
        start, end = map(rational, parts[:2])
    except NumberError as error:
        raise ConstructionError(f"vary: {error}") from None
    base = hard(family, **fixed).parameters
    replaced(family, base, target, start)
    steps = int(parts[2])
    return Path(family, target, _Steps(start, end, steps), base)


def replaced(family: str, parameters: Mapping[str, Any], target: str, value: fmpq) -> dict[str, Any]:
    """The parameters with one number set.

    Raises
    ------
    ConstructionError
        If there is no such number; it says which there are.
    """
    changed = deepcopy(dict(parameters))
    name, *place = target.split(".")
    entry = find_family(family)
    for parameter in entry.parameters:
        if parameter.varies and parameter.entry is None and target == parameter.name:
            changed[target] = str(value)
            return changed
        if parameter.entry == name and len(place) == 2 and all(map(_STEPS.fullmatch, place)):
            row, column = (int(number) - 1 for number in place)
            rows = changed.get(parameter.name, [])
            if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
                rows[row][column] = str(value)
                return changed
    raise ConstructionError(f'vary: {family} has no number "{target:.40}" here; {_numbers(entry, parameters)}')


def build_member(members: Grid | Path, member: Member) -> HardNet:
    """The net of a member.

    Raises
    ------
    InputError
        If its parameters make no net; it names the member.
    """
    with located(member.name):
        return hard(members.family, **member.parameters)


class _Steps(Sequence[fmpq]):
    """Equally spaced rationals, both ends included."""

    def __init__(self, start: fmpq, end: fmpq, count: int) -> None:
        self._start, self._end, self._count = start, end, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < self._count:
            raise IndexError(index)
        return self._start + (self._end - self._start) * index / max(self._count - 1, 1)


def _alternatives(name: str, text: str) -> Sequence[Any]:
    found = _RANGE.fullmatch(text)
    if not found:
        values = [value.strip() for value in text.split("|")]
        if "" in values or len(set(values)) < len(values):
            raise ConstructionError(f'grid: "{name}={text:.40}" has an empty value or one twice; write {name}=A|B|...')
        return values
    low, high = map(int, found.groups())
    if low > high:
        raise ConstructionError(f"grid: the range {name}={text} is empty; write the smaller end first")
    return range(low, high + 1)


def _numbers(family: Family, parameters: Mapping[str, Any]) -> str:
    """Which numbers of a net may vary."""
    names = []
    for parameter in family.parameters:
        rows = parameters.get(parameter.name)
        if parameter.entry and rows:
            names.append(f"{parameter.entry}.1.1 to {parameter.entry}.{len(rows)}.{len(rows[-1])}")
        elif parameter.varies and parameter.entry is None:
            names.append(parameter.name)
    return f"give {' or '.join(names)}" if names else "use a grid: none of its parameters runs through rationals"


def _slug(value: str) -> str:
    """A value as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9.+-]+", "-", value.replace("/", "over"))
