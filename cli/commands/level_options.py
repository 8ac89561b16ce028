"""Of which sets `analyze` tells the boundary and the topology: --level and --ties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from flint import fmpq


class LevelOptions(NamedTuple):
    """What is asked.

    Attributes
    ----------
    level : fmpq or None
        None where it was not given.
    ties : pair of int or None
        Two outputs, from 0.
    """

    level: fmpq | None = None
    ties: tuple[int, int] | None = None


def level_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options --level and --ties."""
    level = click.option(
        "--level",
        metavar="C",
        help="For boundary and topology: of the output, or of the combination of --objective; for --robust: the classes of one "
        "output are its values above C and below; 0 by default.",
    )
    ties = click.option(
        "--ties",
        metavar="I,J",
        help="For boundary: only where outputs I and J, numbered from 1, are equal and no other one is larger.",
    )
    return level(ties(command))


def read_level_options(only: Sequence[str], level: str | None, ties: str | None) -> LevelOptions:
    """The values of --level and --ties.

    Raises
    ------
    click.UsageError
        If nothing is asked for that has them, or both are given.
    NumberError
        If the level is no number, or the ties are not two numbers.
    """
    if level is not None and not {"boundary", "topology"} & set(only):
        raise click.UsageError("--level is of a boundary, a topology or a radius; add --only boundary, for one")
    if ties is not None and "boundary" not in only:
        raise click.UsageError("--ties is of a boundary; ask for it with --only boundary")
    if level is not None and ties is not None:
        raise click.UsageError("--level and --ties exclude each other; outputs that are equal have no level")
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at

    at = None if level is None else rational_at(level.strip(), "--level", NumberError)
    return LevelOptions(at, None if ties is None else _read_ties(ties))


def _read_ties(text: str) -> tuple[int, int]:
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import parse_count
    from relupoly.plain_text import clipped, plain_text

    found = [parse_count(entry.strip()) for entry in text.split(",")]
    one, other = (*found, None, None)[:2]
    if len(found) != 2 or not one or not other:
        raise NumberError(f'--ties is "{clipped(plain_text(text))}"; give the numbers of two outputs, such as 1,2')
    return one - 1, other - 1
