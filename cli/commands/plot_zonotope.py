"""`relupoly plot zonotope`: what a zonotope in the plane or in space looks like, or several of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import check_standard_input
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..arguments.zonotope_options import ZonotopeOptions, zonotope_options
from ..completion.kinds import GENERATORS
from ..output.pictures import check_picture, title_of
from ..process.long_work import LongWork, long_work
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.plots.solid.zonotope import ZonotopePicture
    from relupoly.run import Run

MOST = 12  # zonotopes of one picture

EXAMPLES = """\b
Examples:
  relupoly plot zonotope generators.csv
  relupoly plot zonotope --family permutohedron --n 4 -o permutohedron.png
  relupoly plot zonotope --family moment --n 3 --generators 3..8 -o family.svg
"""


@click.command("zonotope", epilog=EXAMPLES)
@click.argument("files", type=GENERATORS, metavar="[FILE]...", nargs=-1)
@zonotope_options(several=True)
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_zonotope(
    files: tuple[str, ...],
    format_name: str | None,
    family: str | None,
    dimension: int | None,
    generators: range | None,
    seed: int | None,
    ends: tuple[int, int] | None,
    picture: PictureOptions,
    work: LongWork,
) -> None:
    """What does a zonotope look like?

    FILE is what relupoly zonotope reads; several ones are drawn side by side, and so are members of a family with several
    numbers of generators. The zonotope is a polygon, drawn with its generators, or a solid; in a space of more than three
    dimensions it may have three at most, and is seen in orthonormal coordinates of its span. Vertices and facets are exact;
    where they are drawn is rounded.
    """
    number = generators or [None]
    asked = [
        ZonotopeOptions(file, format_name, family, dimension, one, seed, ends) for file in files or (None,) for one in number
    ]
    for one in asked:
        one.check()
    if len(asked) > MOST:
        raise click.UsageError(f"these are {len(asked)} zonotopes; one picture shows {MOST} at most")
    check_standard_input(*files)
    read = {f"FILE {place}": file for place, file in enumerate(files, 1)}
    check_distinct(read, {"--output": picture.output_file})
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    chosen = [one.load(work) for one in asked]

    def find(run: Run) -> list[ZonotopePicture]:
        from relupoly.files.streams import located
        from relupoly.plots.solid.zonotope import zonotope_picture

        found = []
        for one, about in zip(chosen, asked, strict=True):
            with located(about.name):
                found.append(zonotope_picture(one, run))
        return found

    def draw(found: list[ZonotopePicture], figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        columns = math.ceil(math.sqrt(len(found)))
        rows = math.ceil(len(found) / columns)
        for place, (one, about) in enumerate(zip(found, asked, strict=True), 1):
            ax = figure.add_subplot(rows, columns, place, projection="3d" if one.needs_space else None)
            one.draw(ax, legend=picture.legend and len(found) == 1, is_small=len(found) > 1)
            told = one.title(about.short_name)
            set_title(ax, told if len(found) > 1 else title_of(picture, told))
        if len(found) > 1 and picture.title is not None:
            figure.suptitle(picture.title, parse_math=False)

    make_picture(asked[0].name, "pairs of generators", find, draw, picture, work)
