"""`relupoly represent net`: a network with few hidden layers that is the same function."""

from __future__ import annotations

from typing import Any

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import NetworkOptions, network_options
from ..completion.kinds import NETWORK
from ..process.long_work import LongWork, long_work
from ..reports.representation import no_shallow_report, shallow_report
from .represent_result import Result, ResultOptions, Steps, prove, result_options

EXAMPLES = """\b
Examples:
  relupoly represent net deep.json --output shallow.json
  relupoly represent net deep.json --route tropical --limit 10000 --output shallow.json
"""

# The keys of ROUTES, which is not loaded for --help; a test compares them.
ROUTES = ("lifting", "tropical", "lattice")
AUTO = "auto"


@click.command("net", epilog=EXAMPLES)
@click.argument("file", type=NETWORK, metavar="NET")
@network_options
@click.option(
    "--route",
    type=click.Choice([AUTO, *ROUTES]),
    default=AUTO,
    show_default=True,
    help="How to write the function as a sum of maxima: as a difference of convex functions, by lifting along the "
    "hyperplanes in which it bends (lifting) or neuron by neuron (tropical); by the lattice form, for few pieces (lattice); "
    "or whichever is smallest, the given network included (auto).",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=2000,
    show_default=True,
    metavar="N",
    help="How many cells, affine functions and terms a route may go through; longer ones are refused.",
)
@long_work("Stop after so long; nothing is written, exit 4.")
@result_options
def net(file: str, form: NetworkOptions, route: Any, limit: int, result: ResultOptions, work: LongWork) -> None:
    """Which network with at most ceil(log2(n + 1)) hidden layers is the same function?

    NET is {network_file}, or - for standard input; n is the rank of its first layer. Such a
    network always exists (Theorem 2.1 of Arora et al.), but may be large: a route that would be too long is refused. For n = 1
    and one output it has the least size. The proof of equality visits the cells of both networks together.
    """
    from relupoly.constructions.representation.shallow import shallow_network
    from relupoly.files.streams import display_name, named
    from relupoly.run import Stopped

    check_distinct({"NET": file}, {"--output": result.output_file})
    made = Result(work, result)
    with work.reading(file):
        network = form.read(file)
    found = None
    with work.run_on(file) as run:
        try:
            with named(display_name(file)), made.answers.watching(run, "steps") as part:
                found = shallow_network(network, route, most=limit, run=run.also(Steps(part.progress)))
            prove(found.network, network, "that of the file", made.answers, run)
        except Stopped as stop:
            made.report(no_shallow_report(found, stop.reason))
            return
    made.write(found.network)
    made.report(shallow_report(found, file))
