"""`relupoly represent univariate`: the least network of a function of one variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import gathered
from ..completion.kinds import ROWS
from ..process.long_work import LongWork, long_work
from ..reports.representation import univariate_report
from .represent_result import Result, ResultOptions, prove, result_options

if TYPE_CHECKING:
    from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear

EXAMPLES = """\b
Examples:
  relupoly represent univariate --breakpoints 0,1 --slopes 1,3,-2 --output f.json
  relupoly represent univariate --breakpoints 0 --slopes=-1,1 --at 0=1 --no-output-bias
  relupoly represent univariate points.csv --left-slope 0 --output f.json
"""


@dataclass(frozen=True)
class FunctionOptions:
    """Which function is asked about: that through points in a file, or that of breakpoints and slopes."""

    points: str | None
    breakpoints: str | None
    slopes: str | None
    anchor: str | None
    left_slope: str | None
    right_slope: str | None

    def load(self) -> PiecewiseLinear:
        """The function.

        Raises
        ------
        click.UsageError
            If the options describe none, or two.
        InputError
            If numbers or the file cannot be read.
        """
        from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear
        from relupoly.files.rows import read_rows
        from relupoly.files.streams import display_name, located

        if self.points is not None:
            if self.breakpoints is not None or self.slopes is not None or self.anchor is not None:
                raise click.UsageError("--breakpoints, --slopes and --at describe a function; leave them out with FILE")
            rows = read_rows(self.points)
            with located(display_name(self.points)):
                return PiecewiseLinear.from_points(rows, self.left_slope, self.right_slope)
        if self.slopes is None:
            raise click.UsageError("no function is given; give FILE, or --breakpoints and --slopes")
        if self.left_slope is not None or self.right_slope is not None:
            raise click.UsageError("--left-slope and --right-slope are for points in FILE; put them into --slopes")
        at, separator, value = (self.anchor or "0=0").partition("=")
        if not separator:
            raise click.UsageError(f"--at {self.anchor}: write X=Y, such as 0=1")
        return PiecewiseLinear.from_slopes(_entries(self.breakpoints or ""), _entries(self.slopes), at, value)


@click.command("univariate", epilog=EXAMPLES)
@click.argument("points", type=ROWS, metavar="[FILE]", required=False)
@click.option("--breakpoints", metavar="LIST", help="The breakpoints in increasing order, such as 0,1/2,3.")
@click.option("--slopes", metavar="LIST", help="The slopes from left to right, one more than breakpoints.")
@click.option("--at", "anchor", metavar="X=Y", help="With --slopes: the value Y at X; by default 0 at 0.")
@click.option("--left-slope", metavar="S", help="With FILE: the slope before the first point; by default that after it.")
@click.option("--right-slope", metavar="S", help="With FILE: the slope after the last point; by default that before it.")
@click.option(
    "--output-bias/--no-output-bias",
    default=True,
    show_default=True,
    help="Whether the output layer may add a constant.",
)
@long_work("Stop looking for a smaller network after so long; exit 4.")
@result_options
@gathered("asked", FunctionOptions)
def univariate(asked: FunctionOptions, output_bias: bool, result: ResultOptions, work: LongWork) -> None:
    """What is the least network of a piecewise linear function of one variable?

    The function is given by --breakpoints and --slopes, or by the points x,y of a table, JSON or .npy FILE, linear between
    them. The network has one hidden layer and as few neurons as any such network: with p pieces p - 1 if some jumps of the
    slope add up to minus the first slope, else p (without output bias, perhaps one more). That is a problem of SUBSET-SUM,
    decided exactly; where time runs out first, the network has one neuron more than the least at most.
    """
    from relupoly.constructions.representation.univariate import univariate_network

    check_distinct({"FILE": asked.points}, {"--output": result.output_file})
    made = Result(work, result)
    name = "the function" if asked.points is None else asked.points
    with work.preparing(name) if asked.points is None else work.reading(name):
        function = asked.load()
    with work.run_on(name) as whole, made.answers.watching(whole, "choices") as run:
        found = univariate_network(function, output_bias, run=run)
    # The proof is quick, and needed for the network of a search that was stopped, too.
    prove(found.network, function.network(), "the function", made.answers)
    made.write(found.network)
    made.report(univariate_report(found, output_bias))


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",")] if text.strip() else []
