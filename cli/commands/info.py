"""`relupoly info`: what a network is, and which of its neurons do no work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..answers import Answers
from ..collisions import check_distinct
from ..interrupts import Interrupts
from ..options import Seconds, check_standard_input, domain_options, load_domain, network_options, output_options
from ..reports.info import info_document, info_report
from ..time_limit import TimeLimit, time_limited

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.networks.network import Network
    from relupoly.pieces.enumeration.stable import StableNeurons

EXAMPLES = """\b
Examples:
  relupoly info net.json
  relupoly info net.nnet --domain prop_3.vnnlib --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", metavar="NET")
@network_options
@domain_options
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop the walk after so long; exit 4.")
@output_options
@time_limited
def info(
    file: str,
    format_name: str | None,
    normalize: bool,
    box: tuple[str, str] | None,
    domain_file: str | None,
    through: str | None,
    deadline: TimeLimit,
    **output: Any,
) -> None:
    """What is in a network file, and which neurons do no work?

    NET is a network file (native .json, .npz or .nnet), or - for standard input. Neurons are numbered from 1 in each hidden
    layer. Dead ones are never active, and constant ones never change (found by a sign argument that is complete for the
    first layer only); duplicate and opposite ones share a hyperplane; unused ones influence nothing. The neurons that are
    stable on --box, --domain or --through are found exactly, by a walk over all cells there. Below them stand upper bounds
    on the number of regions that any network of these widths can have.
    """
    from relupoly.files import read_network

    check_standard_input(file, domain_file, through)
    check_distinct({"NET": file, "--domain": domain_file, "--through": through}, {"--output": output["output"]})
    answers = Answers(False, **output)
    with deadline.reading(file):
        network = read_network(file, format=format_name, normalize=normalize)
    with deadline.reading(domain_file or through or file):
        domain = load_domain(network, box, domain_file, through) if box or domain_file or through else None
    stable, stopped = find_stable(network, domain, file, deadline, answers) if domain else (None, None)
    with deadline.preparing(file):
        document = info_document(network, file, domain, stable, stopped)
    answers.give(info_report(document))
    answers.finish()


def find_stable(
    network: Network, domain: Domain, file: str, deadline: TimeLimit, answers: Answers
) -> tuple[StableNeurons | None, str | None]:
    """The stable neurons on a domain; None, with the reason, if the walk was stopped: only all of its cells prove them."""
    from relupoly.pieces.enumeration.stable import stable_neurons
    from relupoly.run import Run, Stopped

    with Interrupts() as interrupts, answers.progress("cells") as progress, deadline.preparing(file) as until_asked:
        run = Run(deadline=deadline.left, interrupted=until_asked(interrupts.seen), progress=progress)
        try:
            return stable_neurons(network, domain, run=run), None
        except Stopped as stop:
            return None, stop.reason
