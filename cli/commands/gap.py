"""`relupoly gap`: how much depth saves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..arguments.options import OutputOptions, output_options
from ..reports.gap import gap_csv, gap_latex, gap_report

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.bounds.gap import Gap

# Beyond them a table is no longer read, nor a number; together, rows times digits, they keep a command that cannot be stopped
# by a deadline to some minutes: 7,000 rows of 6,000 digits took 67 s on a busy machine.
MOST_ROWS = 20_000
MOST_DIGITS = 100_000
MOST_WORK = 50_000_000

EXAMPLES = """\b
Examples:
  relupoly gap --width 3 --depth 9
  relupoly gap --square 2..6 --delta 0.05 --latex
  relupoly gap --power 4 --exponent 1/2 --json
"""


class Numbers(click.ParamType):  # type: ignore[type-arg]
    """A whole number, or several: 4, 2..6 or 2,3,8."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Sequence[int]:
        """The numbers that a text stands for, in its order."""
        if not isinstance(value, str):
            return tuple(value)
        numbers: list[int] = []
        for part in value.split(","):
            found = re.fullmatch(r"\s*([0-9]{1,9})\s*(?:\.\.\s*([0-9]{1,9})\s*)?", part)
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
            if last < first:
                self.fail(f"{part!r} is no number or range; write whole numbers such as 4, 2..6 or 2,3,8.", param, ctx)
            if len(numbers) + last - first >= MOST_ROWS:
                self.fail(f"{value!r} are more than {MOST_ROWS} numbers; give fewer.", param, ctx)
            numbers += range(first, last + 1)
        return numbers


@click.command(epilog=EXAMPLES)
@click.option(
    "--width", type=Numbers(), metavar="W", help="The width w of the deep net, 2 or more; several such as 2..5 or 2,4."
)
@click.option("--depth", type=Numbers(), metavar="K", help="Its number k of hidden layers; every smaller number is a row.")
@click.option(
    "--square", type=Numbers(), metavar="K", help="Width K and K^2 hidden layers against K hidden layers (Corollary 3.4)."
)
@click.option("--power", type=Numbers(), metavar="K", help="Width K and K^(1+E) hidden layers against K (Corollary 3.3).")
@click.option("--exponent", metavar="E", help="The E of --power, a rational > 0 such as 1/2 with K^(1+E) a whole number.")
@click.option(
    "--at", type=Numbers(), metavar="K'", help="With --width and --depth: only these smaller numbers of hidden layers."
)
@click.option("--delta", metavar="D", help="Also the sizes up to which every net has an L1 error above D, 0 < D < 1/4.")
@click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV, exact where the bounds are rational.")
@click.option("--latex", "as_latex", is_flag=True, help="Answer in a LaTeX table.")
@output_options
def gap(
    width: Sequence[int] | None,
    depth: Sequence[int] | None,
    square: Sequence[int] | None,
    power: Sequence[int] | None,
    exponent: str | None,
    at: Sequence[int] | None,
    delta: str | None,
    as_csv: bool,
    as_latex: bool,
    output: OutputOptions,
) -> None:
    """How large must networks be that are less deep?

    The deep net is the sawtooth of Arora et al., with w^k pieces on an interval, k hidden layers and size (hidden neurons)
    w k. For each smaller number k' of hidden layers stand the published lower bound on the size, and the least size with
    which a net can have as many pieces at all, which is larger. Exact where they are rational, else rounded down.
    """
    if sum([as_csv, as_latex, output.as_json, output.as_jsonl]) > 1:
        raise click.UsageError("--csv, --latex, --json and --jsonl exclude each other")
    answers = output.answers()
    gaps = separations(architectures(width, depth, square, power, exponent, at), read_delta(delta))
    if as_csv or as_latex:
        answers.pass_on(gap_csv(gaps) if as_csv else gap_latex(gaps))
    else:
        answers.give(gap_report(gaps))
    answers.finish()


def architectures(
    width: Sequence[int] | None,
    depth: Sequence[int] | None,
    square: Sequence[int] | None,
    power: Sequence[int] | None,
    exponent: str | None,
    at: Sequence[int] | None,
) -> list[tuple[int, int, Sequence[int]]]:
    """The widths and depths of the deep nets, and the smaller depths to compare with.

    Raises
    ------
    click.UsageError
        If the options do not say one thing, or say what the theorems do not.
    """
    ways = [square is not None, power is not None, width is not None or depth is not None]
    if sum(ways) != 1 or (width is None) != (depth is None):
        raise click.UsageError("give --width and --depth, or --square, or --power and --exponent")
    if (power is None) != (exponent is None):
        raise click.UsageError("--power and --exponent belong together: --power 4 --exponent 1/2")
    if at is not None and width is None:
        raise click.UsageError("--at goes with --width and --depth")
    if width is not None and depth is not None:
        return [(w, k, at if at is not None else range(1, k)) for w in _at_least(2, width, "--width") for k in _deep(depth)]
    if square is not None:
        return [(k, k * k, [k]) for k in _at_least(2, square, "--square")]
    assert power is not None
    assert exponent is not None
    return [(k, _layers(k, exponent), [k]) for k in _at_least(2, power, "--power")]


def separations(shapes: Sequence[tuple[int, int, Sequence[int]]], delta: fmpq | None) -> list[Gap]:
    """The rows of the table.

    Raises
    ------
    click.UsageError
        If they would be too many, or too large.
    """
    from math import log10

    from relupoly.bounds.gap import Gap

    rows = sum(len(smaller) for _, _, smaller in shapes)
    if rows > MOST_ROWS:
        raise click.UsageError(f"the table would have {rows} rows; ask for at most {MOST_ROWS}, for example with --at")
    digits, w, k = max((k * log10(w), w, k) for w, k, _ in shapes)
    if digits > MOST_DIGITS:
        raise click.UsageError(f"{w}^{k} has more than {MOST_DIGITS} digits; give a smaller width or depth")
    if digits * rows > MOST_WORK:
        raise click.UsageError(f"the table would have {rows} rows of numbers with {int(digits)} digits; give fewer with --at")
    for _, k, smaller in shapes:
        wrong = [number for number in smaller if not 1 <= number <= k]
        if wrong:
            raise click.UsageError(f"--at {wrong[0]} is no smaller depth for --depth {k}; give 1 to {k - 1}")
    return [Gap(w, k, number, delta) for w, k, smaller in shapes for number in smaller]


def read_delta(text: str | None) -> fmpq | None:
    """The number of --delta.

    Raises
    ------
    click.UsageError
        If it is no number between 0 and 1/4.
    """
    from flint import fmpq

    from relupoly.errors import NumberError
    from relupoly.exact.rationals import parse_rational

    if text is None:
        return None
    try:
        value = parse_rational(text)
    except NumberError as error:
        raise click.UsageError(f"--delta: {error}") from None
    if not 0 < value < fmpq(1, 4):
        raise click.UsageError(
            f"--delta is {text}; give a number between 0 and 1/4, both excluded: beyond, the theorem is void"
        )
    return value


def _at_least(least: int, numbers: Sequence[int], name: str) -> Sequence[int]:
    if min(numbers) < least:
        raise click.UsageError(f"{name} is {min(numbers)}; give {least} or more: the theorem needs it")
    return numbers


def _deep(depth: Sequence[int]) -> Sequence[int]:
    if min(depth) < 2:
        raise click.UsageError(f"--depth is {min(depth)}; give 2 or more hidden layers: nothing is shallower than 1")
    return depth


def _layers(base: int, exponent: str) -> int:
    """base^(1 + exponent)."""
    from relupoly.bounds.gap import power
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import parse_rational

    try:
        value = parse_rational(exponent)
    except NumberError as error:
        raise click.UsageError(f"--exponent: {error}") from None
    if value <= 0 or value > 64 or value.q > 64:
        raise click.UsageError(f"--exponent is {exponent}; give a positive rational such as 1/2, with numbers up to 64")
    layers = power(base, 1 + value)
    if layers is None:
        raise click.UsageError(f"{base}^(1 + {exponent}) is no whole number of layers; the corollary needs one")
    return layers
