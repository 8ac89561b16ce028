"""`relupoly plot lipschitz`: how steep a network is, and on which part of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import DomainOptions, NetworkOptions, check_standard_input, domain_options, network_options
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..completion.kinds import NETWORK
from ..output.pictures import base_name, check_picture, title_of
from ..process.long_work import LongWork, long_work
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.plots.charts.gradient_norms import GradientNorms
    from relupoly.run import Run

MOST_BINS = 10_000  # more than a picture has columns of pixels
NORMS = ("1", "2", "inf")

EXAMPLES = """\b
Examples:
  relupoly plot lipschitz net.json --box -1 1 -o steep.png
  relupoly plot lipschitz net.json --box 0 1 --norm inf --output-number 2 -o steep.svg
  relupoly plot lipschitz net.json --weight number -o cells.png
"""


@click.command("lipschitz", epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@click.option(
    "--norm",
    type=click.Choice(NORMS),
    default="2",
    show_default=True,
    help="In which inputs are measured, and outputs, if there are several; gradients then have the dual norm.",
)
@click.option(
    "--output-number",
    type=click.IntRange(min=1),
    metavar="K",
    help="Of one output alone; by default of all, whose Jacobians have operator norms.",
)
@click.option(
    "--weight",
    type=click.Choice(["volume", "number"]),
    default="volume",
    show_default=True,
    help="What a cell counts for: its volume, or 1 as any other, which needs no bounded domain.",
)
@click.option(
    "--bins",
    type=click.IntRange(1, MOST_BINS),
    default=40,
    show_default=True,
    metavar="N",
    help="How many intervals of norms there are.",
)
@network_options
@domain_options
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_lipschitz(
    net: str,
    norm: str,
    output_number: int | None,
    weight: str,
    bins: int,
    form: NetworkOptions,
    where: DomainOptions,
    picture: PictureOptions,
    work: LongWork,
) -> None:
    """How steep is a network, and on how much of a domain?

    NET is {network_file}. The picture is a histogram of the norms of its gradients, each cell counting for its volume, with
    the Lipschitz constant, which is the largest of them. The domain has to be bounded, as by --box. Norms and volumes are
    exact, or enclosed by exact bounds; only their places are rounded.
    """
    check_standard_input(net, *where.files.values())
    check_distinct({"NET": net, **where.files}, {"--output": picture.output_file})
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)
    output = None if output_number is None else output_number - 1

    def find(run: Run) -> GradientNorms:
        from relupoly.plots.charts.gradient_norms import gradient_norms

        return gradient_norms(network, domain, norm, output, weight, run)

    def draw(found: GradientNorms, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        ax = figure.add_subplot()
        found.draw(ax, legend=picture.legend, bins=bins)
        set_title(ax, title_of(picture, found.title(base_name(net))))

    make_picture(net, "cells", find, draw, picture, work)
