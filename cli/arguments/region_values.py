"""Values of the options of `relupoly regions`, checked at once, before any file is read: callbacks of click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..reports.region_fields import ALL_FIELDS
from .option_values import read_entries

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.networks.network import Network


@dataclass(frozen=True)
class Level:
    """A value of an output.

    Attributes
    ----------
    value : fmpq
    output : int or None
        Numbered from 1; None where it is not said.
    """

    value: fmpq
    output: int | None = None

    def output_of(self, network: Network, option: str) -> int:
        """Which output of a network is meant, numbered from 0.

        Raises
        ------
        NetworkError
            If the network has no such output, or several, and it is not said which.
        """
        return output_of(network, self.output, f"{option} {self}", f"{option} 1:{self.value}")

    def __str__(self) -> str:
        return str(self.value) if self.output is None else f"{self.output}:{self.value}"


def output_of(network: Network, number: int | None, given: str, right: str) -> int:
    """The output of a network that a number from 1 names, numbered from 0; None names the only one.

    Raises
    ------
    NetworkError
        As `Level.output_of`.
    """
    from relupoly.errors import NetworkError

    outputs = network.output_dim
    if number is None and outputs > 1:
        raise NetworkError(f"{given}: the network has {outputs} outputs; say which, as in {right}")
    if number is not None and not 1 <= number <= outputs:
        there = "1 output" if outputs == 1 else f"{outputs} outputs"
        raise NetworkError(f"{given}: the network has {there}; they are numbered from 1")
    return 0 if number is None else number - 1


def read_level(ctx: click.Context, param: click.Parameter, text: str | None) -> Level | None:
    """A level LEVEL, or K:LEVEL for the K-th output.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if text is None:
        return None
    from relupoly.exact.rationals import parse_count

    number, colon, level = text.rpartition(":")
    output = parse_count(number) if colon else None
    if colon and not output:
        raise click.BadParameter(f"{number!r} is no number of an output; write LEVEL, or K:LEVEL with K from 1.", ctx, param)
    return Level(_rational(level, ctx, param), output)


def read_volume(ctx: click.Context, param: click.Parameter, text: str | None) -> fmpq | None:
    """A rational that is not negative.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if text is None:
        return None
    found = _rational(text, ctx, param)
    if found < 0:
        raise click.BadParameter(f"{text!r} is negative, and no volume is.", ctx, param)
    return found


def read_fields(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """What is told of each record, with commas between.

    Raises
    ------
    click.BadParameter
        If there is no such field, or it is named twice.
    """
    return None if text is None else read_entries(ctx, param, text, ALL_FIELDS, "no field")


def _rational(text: str, ctx: click.Context, param: click.Parameter) -> fmpq:
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import parse_rational

    try:
        return parse_rational(text)
    except NumberError as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None
