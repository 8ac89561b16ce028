"""`relupoly plot net`: the picture of a network with few inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import DomainOptions, NetworkOptions, check_standard_input, domain_options, network_options
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..arguments.plot_options import ViewOptions, view_options
from ..completion.kinds import NETWORK, PAGE
from ..output.pages import Wanted
from ..output.pictures import base_name, title_of
from ..process.long_work import LongWork, long_work
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.files.labelled_points import LabelledPoints
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.plots.net_picture import NetPicture
    from relupoly.plots.page.slices import Slices
    from relupoly.run import Run

    Found: TypeAlias = tuple[NetPicture | None, NetPicture | Slices | None]

EXAMPLES = """\b
Examples:
  relupoly plot net.json
  relupoly plot net.json --box -1 1 --color value -o net.svg
  relupoly plot digits.json --through points.csv --box 0 1 --boundary -o digits.png
  relupoly plot net.json --cells --color pattern --dark -o cells.pdf
  relupoly plot iris.json --slice 1=5.8,2=3 --data iris.csv --boundary
  relupoly plot fit.json --data samples.csv
  relupoly plot ball.json --box -1 1 --level 0
  relupoly plot net.json --box -1 1 --html net.html
"""


@click.command("net", epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@view_options
@network_options
@domain_options
@picture_options
@click.option(
    "--html",
    "html_file",
    type=PAGE,
    metavar="FILE",
    help="Write a page for a browser, in which to move and zoom, and to read each piece's record; so does an --output with "
    "this suffix. It is one file, and uses no network; of three inputs it shows slices.",
)
@long_work("Give up after so long, without a picture; exit 4.")
def plot_net(
    net: str,
    options: ViewOptions,
    form: NetworkOptions,
    where: DomainOptions,
    picture: PictureOptions,
    html_file: str | None,
    work: LongWork,
) -> None:
    """What does a network with one, two or three inputs look like?

    NET is {network_file}. With two inputs, or on a plane --through three points, its pieces are drawn, coloured by --color,
    with borders by the layer of the neuron that makes them. With one input, or on a line through two points, it is the graph
    of the function with its breakpoints. With three inputs it is the surface where the output has the --level; else a --slice,
    by default through the middle. On a domain without end the picture shows a window around most vertices. Which pieces there
    are is exact; where they are drawn is rounded.

    The points of --data have the coordinates of the picture, and perhaps one column more: a class, or a value. On a plane in a
    larger space they may have all inputs, and are projected onto it.
    """
    options.check()
    read = {"--data": options.data, **where.files}
    check_standard_input(net, *read.values())
    wanted = Wanted.of(picture, html_file)
    check_distinct({"NET": net, **read}, wanted.files)
    check_pixels(picture)
    work.answering(picture)
    wanted.check()
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)
        view = options.view(network)
    with work.reading(options.data or net):
        points = _points(options, network, domain)

    def find(run: Run) -> Found:
        from relupoly.plots.net_picture import picture_of
        from relupoly.plots.page.slices import Slices, shown_on_page

        about: dict[str, Any] = {"points": points, "fixed": options.fixed, "run": run}
        on_page = shown_on_page(network, domain, view, **about) if wanted.page else None
        if not wanted.picture:
            return None, on_page
        if on_page is None or isinstance(on_page, Slices):
            return picture_of(network, domain, view, **about), on_page
        return on_page, on_page

    def draw(found: Found, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        shown, _ = found
        assert shown is not None, "a picture is wanted"
        ax = figure.add_subplot(projection="3d" if shown.needs_space else None)
        shown.draw(ax, legend=picture.legend)
        set_title(ax, title_of(picture, shown.title(base_name(net))))

    def write(found: Found) -> None:
        _, shown = found
        assert shown is not None, "a page is wanted"
        wanted.write_page(shown, title_of(picture, shown.title(base_name(net))))

    make_picture(net, "cells", find, draw, picture if wanted.picture else None, work, write if wanted.page else None)


def _points(options: ViewOptions, network: Network, domain: Domain | DomainUnion) -> LabelledPoints | None:
    """The points of --data: in the coordinates of the picture, or in those of the inputs of a plane."""
    if options.data is None:
        return None
    from relupoly.files.labelled_points import read_labelled_points
    from relupoly.plots.net_picture import point_dimensions

    dimensions = point_dimensions(network, domain, len(options.fixed or ()))
    return read_labelled_points(options.data, dimensions, options.inputs, options.label)
