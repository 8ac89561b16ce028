"""`relupoly plot net`: the picture of a network with few inputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import DomainOptions, NetworkOptions, check_standard_input, domain_options, network_options
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..arguments.plot_options import ViewOptions, view_options
from ..completion.kinds import NETWORK
from ..exit_codes import code_of
from ..output.answers import Answers
from ..output.pictures import check_picture, drawing
from ..process.long_work import LongWork, long_work
from ..reports.words import why_partial

if TYPE_CHECKING:
    from relupoly.plots.net_picture import NetPicture
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly plot net.json
  relupoly plot net.json --box -1 1 --color value -o net.svg
  relupoly plot digits.json --through points.csv --box 0 1 --boundary -o digits.png
  relupoly plot net.json --cells --color pattern --dark -o cells.pdf
"""


@click.command("net", epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@view_options
@network_options
@domain_options
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_net(
    net: str, options: ViewOptions, form: NetworkOptions, where: DomainOptions, picture: PictureOptions, work: LongWork
) -> None:
    """What does a network with one, two or three inputs look like?

    NET is {network_file}. With two inputs, or on a plane --through three points, its pieces are drawn, coloured by --color,
    with borders by the layer of the neuron that makes them. On a domain without end the picture shows a window around most
    vertices. Which pieces there are is exact; where they are drawn is rounded.
    """
    check_standard_input(net, *where.files.values())
    check_distinct({"NET": net, **where.files}, {"--output": picture.output_file})
    check_pixels(picture)
    answers = work.answering(picture)
    check_picture(picture)
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)
        view = options.view(network)
    with work.run_on(net) as run:
        from relupoly.plots.net_picture import picture_of

        _draw(net, lambda run: picture_of(network, domain, view, run), picture, run, answers)


def _draw(net: str, picture_of: Callable[[Run], NetPicture], picture: PictureOptions, run: Run, answers: Answers) -> None:
    """Find what is shown, and draw it."""
    from relupoly.files.streams import display_name
    from relupoly.plain_text import plain_text
    from relupoly.run import Stopped

    try:
        found = picture_of(run)
    except Stopped as stop:
        answers.complain(f"there is no picture, {why_partial(stop.reason)}", code_of(stop.reason))
        return
    with drawing(picture, answers) as figure:
        ax = figure.add_subplot()
        found.draw(ax, legend=picture.legend)
        title = found.title(Path(display_name(net)).name) if picture.title is None else picture.title
        ax.set_title(plain_text(title, keep="\n"), loc="left", parse_math=False)
