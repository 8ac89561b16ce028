"""What single options hold: times, sizes, widths, shares and shards, from the texts that stand for them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fractions import Fraction

SHOWN = ("value", "float", "pattern", "gradient")
MOST_SHARDS = 10_000  # more than anybody has machines; a slip in I/N is found


class Seconds(click.FloatRange):
    """A time, not negative and not NaN."""

    name = "seconds"

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number that a text stands for."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isnan(number):
            self.fail(f"{value!r} is not a number of seconds; give one such as 90.", param, ctx)
        return float(super().convert(value, param, ctx))


def read_size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A number of bytes, perhaps written with kB, MB or GB.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kMG]?)(i?)B?", value, re.IGNORECASE)
    if not found:
        raise click.BadParameter(f"{value!r} is no size; write a number of bytes, or such as 500MB or 2GiB.", ctx, param)
    number, prefix, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** " kmg".index(prefix.lower() or " "))


def read_widths(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int]:
    """The first and the last of the widths W, W1..W2 or W1-W2.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    found = re.fullmatch(r"(-?[0-9]{1,6})(?:(?:\.\.|-)(-?[0-9]{1,6}))?", value)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if found and first < 1:
        raise click.BadParameter(f"{value!r}: a net has at least 1 neuron.", ctx, param)
    if first > last:
        raise click.BadParameter(f"{value!r} is no width; write W, or W1..W2 with W1 <= W2.", ctx, param)
    return first, last


def read_share(ctx: click.Context, param: click.Parameter, value: str) -> Fraction:
    """A rational that is not negative.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    from fractions import Fraction

    found = re.fullmatch(r"[0-9]{1,30}(?:\.[0-9]{1,30}|/[0-9]{1,30})?(?:e-?[0-9]{1,3})?", value)
    try:
        return Fraction(value if found else "x")
    except (ValueError, ZeroDivisionError):
        raise click.BadParameter(f"{value!r} is no share; write a number such as 0.01 or 1/100.", ctx, param) from None


def read_shard(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """The numbers i and n of a shard i/n.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", value)
    number, shards = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= shards <= MOST_SHARDS:
        raise click.BadParameter(f"{value!r} is no shard; write I/N with 1 <= I <= N <= {MOST_SHARDS}.", ctx, param)
    return number, shards


def read_shown(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """What `evaluate` shows of each point, with commas between.

    Raises
    ------
    click.BadParameter
        If there is no such thing, or it is named twice.
    """
    return read_entries(ctx, param, value, SHOWN, "nothing to show")


def read_entries(
    ctx: click.Context,
    param: click.Parameter,
    value: str,
    known: Sequence[str],
    wrong: str,
    meant: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Some of the entries that an option knows, with commas between.

    Parameters
    ----------
    known : sequence of str
    wrong : str
        What an entry is that is not among them.
    meant : mapping of str to str, optional
        For other words the entry that answers them.

    Raises
    ------
    click.BadParameter
        If there is such an entry, or one is named twice.
    """
    chosen = tuple(one.strip() for one in value.split(","))
    for one in chosen:
        if one not in known:
            right = meant.get(one.lower())
            instead = f"{right} tells it; " if right else ""
            raise click.BadParameter(f"{one!r} is {wrong}; {instead}choose from {', '.join(known)}.", ctx, param)
    if len(set(chosen)) < len(chosen):
        raise click.BadParameter(f"{value!r} names something twice; name it once.", ctx, param)
    return chosen
