"""`relupoly plot graph`: which regions of a network are neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import DomainOptions, NetworkOptions, check_standard_input, domain_options, network_options
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..arguments.plot_options import NOTIONS
from ..completion.kinds import NETWORK
from ..output.pictures import base_name, check_picture, title_of
from ..process.long_work import LongWork, long_work
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.plots.region_graph import GraphPicture
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly plot graph net.json --box -1 1 -o graph.png
  relupoly plot graph net.json --cells --dark -o cells.svg
"""


@click.command("graph", epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@click.option("--cells", is_flag=True, help="A node for each activation cell: the same as --notion activation.")
@click.option("--notion", type=click.Choice(NOTIONS), help="What is a node: open pieces by default.")
@network_options
@domain_options
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_graph(
    net: str,
    cells: bool,
    notion: str | None,
    form: NetworkOptions,
    where: DomainOptions,
    picture: PictureOptions,
    work: LongWork,
) -> None:
    """Which regions of a network are neighbours?

    NET is {network_file}. An edge joins two regions with a facet in common, in the colour of the layer whose neuron is crossed
    there. Over one or two coordinates each node stands inside its region; otherwise few nodes have a layout of springs, and
    many stand where points of their regions are seen along the two directions in which these spread most. The graph is exact:
    relupoly regions --graph writes it.
    """
    if cells and notion not in (None, "activation"):
        raise click.UsageError("--cells are the pieces of --notion activation; leave one of them out")
    check_standard_input(net, *where.files.values())
    check_distinct({"NET": net, **where.files}, {"--output": picture.output_file})
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)

    def find(run: Run) -> GraphPicture:
        from relupoly.plots.region_graph import graph_picture

        return graph_picture(network, domain, "activation" if cells else notion or "open", run)

    def draw(found: GraphPicture, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        ax = figure.add_subplot()
        found.draw(ax, legend=picture.legend)
        set_title(ax, title_of(picture, found.title(base_name(net))))

    make_picture(net, "cells", find, draw, picture, work)
