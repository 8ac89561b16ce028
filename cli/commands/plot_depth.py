"""`relupoly plot depth`: how the pieces of a hard family grow with its depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from relupoly.constructions.catalogue import FAMILIES

from ..arguments.collisions import check_distinct
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..completion.kinds import GENERATORS, NameOf
from ..output.pictures import check_picture, title_of
from ..process.long_work import LongWork, long_work
from .gap import Numbers
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.plots.charts.depth import DepthPicture
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly plot depth --width 2 --depth 1..8 -o depth.png
  relupoly plot depth --family montufar --inputs 2 --width 4 --depth 1..5 -o folds.png
  relupoly plot depth --family telgarsky --iterations 1..10 --shallow 1,2 -o tents.svg
  relupoly plot depth --family random --inputs 3 --width 8 --depth 1..3 --seed 7 -o random.png
"""


@click.command("depth", epilog=EXAMPLES)
@click.option(
    "--family",
    type=NameOf(*FAMILIES),
    default="sawtooth",
    show_default=True,
    metavar="NAME",
    help="Which nets: a family that relupoly hard --list describes.",
)
@click.option("--width", type=int, metavar="W", help="How many neurons each layer has.")
@click.option("--depth", type=Numbers(), metavar="K", help="How many layers, such as 1..8 or 1,2,4.")
@click.option("--iterations", type=Numbers(), metavar="K", help="The same for the family telgarsky: iterations.")
@click.option("--inputs", type=int, metavar="N", help="How many inputs, of families that have several.")
@click.option("--generators", type=GENERATORS, metavar="M|FILE", help="Of the family zonotope, as for relupoly hard.")
@click.option("--seed", type=int, metavar="N", help="The seed of families that are random, as for relupoly hard.")
@click.option(
    "--shallow",
    type=Numbers(),
    default="1..3",
    show_default=True,
    metavar="K",
    help="Show what nets with as many neurons, but only so many hidden layers, have at most.",
)
@click.option(
    "--most-cells",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Build and count nets that have at most so many cells; of others the theorem tells how many pieces they have.",
)
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_depth(
    family: str,
    width: int | None,
    depth: Sequence[int] | None,
    iterations: Sequence[int] | None,
    inputs: int | None,
    generators: str | None,
    seed: int | None,
    shallow: Sequence[int],
    most_cells: int,
    picture: PictureOptions,
    work: LongWork,
) -> None:
    """How do pieces grow with depth, and how few do shallower networks have?

    The nets of a hard family, all layers equally wide: how many pieces they have on R^n, counted exactly where they are few,
    and by the family's theorem. Beside them stands what any network has at most that has as many neurons in fewer hidden
    layers, however these are divided among them: r(w1, n) r(w2, n) ... for widths w1, w2, ..., Zaslavsky's r being the number
    of regions of generic hyperplanes.
    """
    name = _depth_name(family, depth, iterations)
    check_distinct({"--generators": generators}, {"--output": picture.output_file})
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    given = {"width": width, "inputs": inputs, "generators": generators, "seed": seed}
    depths = (depth if name == "depth" else iterations) or ()

    def find(run: Run) -> DepthPicture:
        from relupoly.plots.charts.depth import pieces_by_depth

        return pieces_by_depth(family, depths, shallow=shallow, most_cells=most_cells, run=run, **given)

    def draw(found: DepthPicture, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        ax = figure.add_subplot()
        found.draw(ax, legend=picture.legend)
        set_title(ax, title_of(picture, found.title))

    make_picture(family, "nets", find, draw, picture, work)


def _depth_name(family: str, depth: Sequence[int] | None, iterations: Sequence[int] | None) -> str:
    """Which of the two options the family takes.

    Raises
    ------
    click.UsageError
        If it is the other one that was given, or none.
    """
    from relupoly.constructions.catalogue import find_family
    from relupoly.plots.charts.depth import depth_parameter

    name = depth_parameter(find_family(family))
    given = {"depth": depth, "iterations": iterations}
    for other, values in given.items():
        if values is not None and other != name:
            raise click.UsageError(f"{family} has no --{other}; give --{name} LO..HI")
    if given[name] is None:
        raise click.UsageError(f"--{name} is missing; give several, such as --{name} 1..6")
    return name
