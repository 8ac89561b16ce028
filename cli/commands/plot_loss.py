"""`relupoly plot loss`: the loss of the best nets against their width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import check_standard_input
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..completion.kinds import LOSSES
from ..output.pictures import check_picture, title_of
from ..process.long_work import LongWork, long_work
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.plots.charts.loss import LossPicture
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly train data.csv --width 1..4 --jsonl > fit.jsonl
  relupoly plot loss fit.jsonl -o loss.png
  relupoly plot loss fit.jsonl -o loss.svg --dark --title "Four neurons at most"
"""


@click.command("loss", epilog=EXAMPLES)
@click.argument("files", type=LOSSES, metavar="FILE...", nargs=-1, required=True)
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_loss(files: tuple[str, ...], picture: PictureOptions, work: LongWork) -> None:
    """How does the loss fall with the width, and what is proved of it?

    FILE is what `relupoly train DATA --width 1..6 --jsonl` prints, or - for standard input; each file has a curve of its own.
    The loss is that over all samples. A mark is filled where it is proved that no net of the width is better. Where it is not,
    a bar goes from the best loss that is known down to the bound below which no net goes; it is dotted where the bound was
    not proved to the last digit (--no-certify).
    """
    check_standard_input(*files)
    check_distinct({f"FILE {file}": file for file in files}, {"--output": picture.output_file})
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    with work.reading(files[0]):
        from relupoly.plots.charts.loss import losses_of

        shown = losses_of(files)

    def find(run: Run) -> LossPicture:
        run.tick()  # tells whether there is time left to draw
        return shown

    def draw(found: LossPicture, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        ax = figure.add_subplot()
        found.draw(ax, legend=picture.legend)
        set_title(ax, title_of(picture, found.title))

    make_picture(files[0], "widths", find, draw, picture, work)
