"""What a picture of a network shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from .gathering import gathered
from .region_values import Level, output_of, read_level

if TYPE_CHECKING:
    from relupoly.networks.network import Network
    from relupoly.plots.view import View

COLORS = ("gradient", "value", "pattern", "layer", "depth", "area")
NOTIONS = ("open", "activation", "closed", "affine")


@dataclass(frozen=True)
class ViewOptions:
    """What is shown, as it was typed."""

    notion: str | None
    cells: bool
    color: str
    output_number: int | None
    level: Level | None
    ties: tuple[int, int] | None
    boundary: bool

    def view(self, network: Network) -> View:
        """What is shown of a network.

        Raises
        ------
        click.UsageError
            If options exclude each other.
        NetworkError
            If the network has no such output.
        """
        from relupoly.plots.view import View

        if self.cells and self.notion not in (None, "activation"):
            raise click.UsageError("--cells are the pieces of --notion activation; leave one of them out")
        given = [name for name in ("level", "ties", "boundary") if getattr(self, name)]
        if len(given) > 1:
            raise click.UsageError(f"--{given[0]} and --{given[1]} exclude each other; each is a decision boundary")
        output = self.output_number or 1
        if self.level is not None:
            output = 1 + self.level.output_of(network, "--level")
            if self.output_number not in (None, output):
                raise click.UsageError("--level and --output-number name different outputs; give one")
        output_of(network, output, f"--output-number {output}", "")
        for number in self.ties or ():
            output_of(network, number + 1, f"--ties with output {number + 1}", "")
        notion = "activation" if self.cells else self.notion or "open"
        level = None if self.level is None else self.level.value
        return View(notion, self.color, output - 1, level, self.ties, self.boundary)


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
        default="gradient",
        show_default=True,
        help="By what pieces are coloured: gradient; value; pattern, so that no two neighbours have one colour; layer, the "
        "last one that bounds the piece; depth, how many borders are on the way out of the picture; area.",
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
)
