"""Where `analyze` tells a distribution: the numbers of --at-values and --quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..reports.analysis_distribution import Points

if TYPE_CHECKING:
    from flint import fmpq


def read_distribution_points(only: Sequence[str], values: str | None, shares: str | None) -> Points:
    """The numbers of --at-values and --quantiles.

    Raises
    ------
    click.UsageError
        If no distribution is asked for.
    InputError
        If one is no number, or a share not from 0 to 1.
    """
    for name, text in (("--at-values", values), ("--quantiles", shares)):
        if text is not None and "distribution" not in only:
            raise click.UsageError(f"{name} is of a distribution; ask for it with --only distribution")
    found = Points(_read_numbers(values, "--at-values"), _read_numbers(shares, "--quantiles"))
    for place, share in enumerate(found.shares, 1):
        if not 0 <= share <= 1:
            from relupoly.errors import NumberError

            raise NumberError(f"--quantiles, number {place}: {share} is no share of the domain; give one from 0 to 1")
    return found


def _read_numbers(text: str | None, option: str) -> tuple[fmpq, ...]:
    """The numbers of an option, with commas between; none where it is not given."""
    if text is None:
        return ()
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at

    return tuple(
        rational_at(entry.strip(), f"{option}, number {place}", NumberError) for place, entry in enumerate(text.split(","), 1)
    )
