"""`relupoly plot bounds`: bounds on the number of regions against width or depth, and counts of networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from relupoly.bounds.bound import NOTIONS

from ..arguments.collisions import check_distinct
from ..arguments.options import DomainOptions, NetworkOptions, check_standard_input, domain_options, network_options
from ..arguments.picture_options import PictureOptions, check_pixels, picture_options
from ..completion.kinds import NETWORK
from ..output.pictures import check_picture, title_of
from ..process.long_work import LongWork, long_work
from .gap import Numbers
from .made_picture import make_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.plots.charts.bounds import BoundsPicture
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly plot bounds --inputs 2 --width 1..16 --depth 2 -o bounds.png
  relupoly plot bounds --inputs 2 --width 8 --depth 1..6 --only serra2018,histograms -o bounds.svg
  relupoly hard random --inputs 2 --widths 8,8 -o random.json
  relupoly plot bounds random.json --width 2..12 --depth 2 -o counts.png
"""


@click.command("bounds", epilog=EXAMPLES)
@click.argument("nets", type=NETWORK, metavar="[NET]...", nargs=-1)
@click.option("--inputs", type=int, metavar="N", help="How many inputs; those of the first NET by default.")
@click.option("--width", type=Numbers(), metavar="W", required=True, help="How wide each hidden layer is, such as 8 or 1..16.")
@click.option(
    "--depth", type=Numbers(), metavar="K", required=True, help="How many hidden layers there are, such as 2 or 1..6."
)
@click.option(
    "--notion",
    type=click.Choice(NOTIONS),
    default="activation",
    show_default=True,
    help="Which regions are bounded and counted; count-pieces says what each means.",
)
@click.option(
    "--only", metavar="NAME,NAME,...", help="Show these bounds alone, by the names that relupoly bounds has; all by default."
)
@network_options
@domain_options
@picture_options
@long_work("Give up after so long, without a picture; exit 4.")
def plot_bounds(
    nets: tuple[str, ...],
    inputs: int | None,
    width: Sequence[int],
    depth: Sequence[int],
    notion: str,
    only: str | None,
    form: NetworkOptions,
    where: DomainOptions,
    picture: PictureOptions,
    work: LongWork,
) -> None:
    """How do bounds on regions grow with width or depth, and where are networks?

    Bounds of the architectures whose hidden layers are equally wide; one of --width and --depth has several numbers. Upper
    bounds (solid) hold for all weights, lower ones (dashed) for the best. Each is named as relupoly bounds names it, which
    tells its reference; bounds that are equal everywhere are one curve. Each NET is {network_file} of one of these
    architectures: it is counted, on --box, --domain or --through if that is given, and drawn as a point.
    """
    check_standard_input(*nets, *where.files.values())
    check_distinct({**{f"NET {net}": net for net in nets}, **where.files}, {"--output": picture.output_file})
    if inputs is None and not nets:
        raise click.UsageError("--inputs is missing; give it, or a NET")
    if where.given and not nets:
        raise click.UsageError("bounds hold on every domain; give a NET to be counted there")
    check_pixels(picture)
    work.answering(picture)
    check_picture(picture)
    from relupoly.plots.charts.bounds import Grown, bounds_and_counts

    networks: dict[str, Network] = {}
    domain: Domain | DomainUnion | None = None
    for net, options in zip(nets, form.among(nets), strict=True):
        with work.reading(net):
            networks[net] = options.read(net)
    if nets:
        with work.reading(where.file or nets[0]):
            domain = where.load_all(networks[nets[0]])
    grown = Grown(_inputs(inputs, networks, domain), tuple(sorted(set(width))), tuple(sorted(set(depth))))
    names = [one.strip() for one in only.split(",")] if only is not None else []

    def find(run: Run) -> BoundsPicture:
        run.tick()
        return bounds_and_counts(grown, networks, domain, notion=notion, names=names, run=run)

    def draw(found: BoundsPicture, figure: Figure) -> None:
        from relupoly.plots.figure import set_title

        ax = figure.add_subplot()
        found.draw(ax, legend=picture.legend)
        set_title(ax, title_of(picture, found.title))

    make_picture(nets[0] if nets else str(grown), "networks", find, draw, picture, work)


def _inputs(given: int | None, networks: dict[str, Network], domain: Domain | DomainUnion | None) -> int:
    """How many inputs there are: as given, or those of the first network on its domain."""
    if given is not None:
        return given
    from relupoly.geometry.union import DomainUnion

    first = domain.parts[0] if isinstance(domain, DomainUnion) else domain
    return first.subspace.dimension if first and first.subspace else next(iter(networks.values())).input_dim
