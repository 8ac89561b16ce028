"""What a picture of a network shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..completion.kinds import TABLE
from .gathering import gathered
from .region_values import Level, output_of, read_level

if TYPE_CHECKING:
    from relupoly.networks.network import Network
    from relupoly.plots.view import View

COLORS = ("gradient", "value", "pattern", "layer", "depth", "area")
_MOST_LAYERS = 1000
NOTIONS = ("open", "activation", "closed", "affine")


@dataclass(frozen=True)
class ViewOptions:
    """What is shown, as it was typed."""

    notion: str | None
    cells: bool
    color: str | None
    output_number: int | None
    level: Level | None
    ties: tuple[int, int] | None
    boundary: bool
    layers: tuple[int, ...] | None
    fixed: dict[int, str] | None
    data: str | None
    inputs: tuple[str, ...]
    label: str | None

    def check(self) -> None:
        """Refuse options that do not go together, before anything is read.

        Raises
        ------
        click.UsageError
            It names them.
        """
        if self.data is None and (self.inputs or self.label):
            raise click.UsageError(f"{'--inputs' if self.inputs else '--label'} is about --data; give a file of data, too")
        if self.cells and self.notion not in (None, "activation"):
            raise click.UsageError("--cells are the pieces of --notion activation; leave one of them out")
        given = [name for name in ("level", "ties", "boundary") if getattr(self, name)]
        if len(given) > 1:
            raise click.UsageError(f"--{given[0]} and --{given[1]} exclude each other; each is a decision boundary")

    def view(self, network: Network) -> View:
        """What is shown of a network.

        Raises
        ------
        click.UsageError
            If --level and --output-number name different outputs.
        NetworkError
            If the network has no such output.
        """
        from relupoly.plots.view import View

        output = self.output_number
        if self.level is not None:
            output = 1 + self.level.output_of(network, "--level")
            if self.output_number not in (None, output):
                raise click.UsageError("--level and --output-number name different outputs; give one")
        if output is not None:
            output_of(network, output, f"--output-number {output}", "")
        for number in self.ties or ():
            output_of(network, number + 1, f"--ties with output {number + 1}", "")
        notion = "activation" if self.cells else self.notion or "open"
        level = None if self.level is None else self.level.value
        chosen = None if output is None else output - 1
        return View(notion, self.color, chosen, level, self.ties, self.boundary, self.layers)


def _read_ties(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """Two outputs, which are numbered from 1, from 0.

    Raises
    ------
    click.BadParameter
        If the text is no two different numbers.
    """
    if text is None:
        return None
    from relupoly.exact.rationals import parse_count

    found = [parse_count(entry.strip()) for entry in text.split(",")]
    if len(found) != 2 or not all(found) or found[0] == found[1]:
        raise click.BadParameter(f"{text!r} is not the numbers of two outputs; write such as 1,2.", ctx, param)
    return (found[0] or 0) - 1, (found[1] or 0) - 1


def _read_layers(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """Numbers of layers, and ranges of them.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if text is None:
        return None
    from relupoly.exact.rationals import parse_count

    found: list[int] = []
    for entry in text.split(","):
        low, dash, high = (part.strip() for part in entry.partition("-"))
        first, last = parse_count(low), parse_count(high if dash else low)
        if not first or not last or last < first or last > _MOST_LAYERS:
            raise click.BadParameter(f"{text!r} is no list of layers; write such as 1,2 or 1-3.", ctx, param)
        found += range(first, last + 1)
    return tuple(dict.fromkeys(found))


def _read_slice(ctx: click.Context, param: click.Parameter, text: str | None) -> dict[int, str] | None:
    """Coordinates, numbered from 1, with the values that they have.

    Raises
    ------
    click.BadParameter
        If the text is no such thing, or names a coordinate twice.
    """
    if text is None:
        return None
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import parse_count, parse_rational

    found: dict[int, str] = {}
    for entry in text.split(","):
        name, equals, value = (part.strip() for part in entry.partition("="))
        number = parse_count(name.lower().removeprefix("x").removeprefix("t"))
        try:
            parse_rational(value)
        except NumberError:
            equals = ""
        if not equals or not number or number in found:
            raise click.BadParameter(
                f"{text!r} does not fix coordinates; write such as 3=0.5, or 3=0.5,4=1 for several.", ctx, param
            )
        found[number] = value
    return found


view_options = gathered(
    "options",
    ViewOptions,
    click.option("--cells", is_flag=True, help="Draw activation cells instead of pieces."),
    click.option(
        "--notion",
        type=click.Choice(NOTIONS),
        help="Which pieces: maximal open connected sets on which the network is affine (open, the default), closed ones, all "
        "points with one affine function (affine), or activation cells (activation).",
    ),
    click.option(
        "--color",
        type=click.Choice(COLORS),
        help="By what pieces of two inputs are coloured: gradient, the default; value; pattern, so that no two neighbours have "
        "one colour; layer, the last one that bounds the piece; depth, how many borders are on the way out of the picture; "
        "area.",
    ),
    click.option(
        "--output-number", type=click.IntRange(min=1), metavar="K", help="Whose gradient or value, of several outputs; 1."
    ),
    click.option(
        "--level", callback=read_level, metavar="LEVEL", help="Draw where the output is LEVEL; K:LEVEL for the K-th output."
    ),
    click.option("--ties", callback=_read_ties, metavar="I,J", help="Draw where outputs I and J are equal."),
    click.option(
        "--boundary",
        is_flag=True,
        help="Draw where the largest output is attained twice: the decision boundary; of one output, where it is 0.",
    ),
    click.option(
        "--layers", callback=_read_layers, metavar="LIST", help="Draw borders of these hidden layers only: 1,2 or 1-3."
    ),
    click.option(
        "--slice",
        "fixed",
        callback=_read_slice,
        metavar="K=VALUE,...",
        help="Hold coordinates fixed: 3=0.5 draws what is at x3 = 0.5.",
    ),
    click.option("--data", type=TABLE, metavar="FILE", help="Draw the points of a table over it, by class or value."),
    click.option(
        "--inputs",
        multiple=True,
        metavar="COLUMNS",
        help="With --data: the columns of the coordinates, by name or number; by default all but the label.",
    ),
    click.option(
        "--label",
        metavar="COLUMN",
        help="With --data: the column of classes or values; by default the last one, if there is one too many.",
    ),
)
