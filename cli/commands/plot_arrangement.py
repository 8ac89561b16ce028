"""`relupoly plot arrangement`: lines in the plane, and planes through a point of space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..arguments.arrangement_options import ArrangementOptions, arrangement_options
from ..arguments.collisions import check_distinct
from ..arguments.options import gathered
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..completion.kinds import HYPERPLANES
from ..output.pictures import check_picture, title_of
from ..process.long_work import LongWork, long_work
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.plots.arrangement import ArrangementPicture
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly plot arrangement lines.csv
  relupoly plot arrangement --family generic --n 7 --dimension 2 -o lines.png
  relupoly plot arrangement --family typeB --n 3 -o sphere.svg
"""


@click.command("arrangement", epilog=EXAMPLES)
@click.argument("file", type=HYPERPLANES, metavar="[FILE]", required=False)
@arrangement_options
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
@gathered("asked", ArrangementOptions)
def plot_arrangement(asked: ArrangementOptions, picture: PictureOptions, work: LongWork) -> None:
    """What does an arrangement of hyperplanes look like?

    FILE is what relupoly arrangement reads. Lines are drawn in a window around most of their crossings, with the regions
    between them, and planes through a point of R^3 as great circles on a sphere. Where there are few they have their numbers;
    equal ones are one.
    """
    asked.check()
    check_distinct({"FILE": asked.file}, {"--output": picture.output_file})
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    hyperplanes, _ = asked.load(work)

    def find(run: Run) -> ArrangementPicture:
        from relupoly.files.streams import located
        from relupoly.plots.arrangement import arrangement_picture

        with located(asked.name):
            return arrangement_picture(hyperplanes, run)

    def draw(found: ArrangementPicture, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        ax = figure.add_subplot(projection="3d" if found.needs_space else None)
        found.draw(ax)
        set_title(ax, title_of(picture, found.title(asked.short_name)))

    make_picture(asked.name, "regions", find, draw, picture, work)
