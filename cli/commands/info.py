"""`relupoly info`: what a network is, and which of its neurons do no work."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.net_inputs import NetInputs
from ..arguments.options import (
    DomainOptions,
    NetworkOptions,
    TableOptions,
    check_standard_input,
    domain_options,
    network_options,
    table_options,
)
from ..completion.kinds import NETWORK
from ..exit_codes import INTERRUPTED
from ..process.long_work import LongWork, long_work
from ..reports.info import info_document, info_report

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.networks.network import Network
    from relupoly.pieces.enumeration.stable import StableNeurons

EXAMPLES = """\b
Examples:
  relupoly info net.json
  relupoly info net.nnet --domain prop_3.vnnlib --json
  relupoly info nets --csv
"""


@click.command(epilog=EXAMPLES)
@click.argument("nets", type=NETWORK, metavar="NET...", nargs=-1, required=True)
@network_options
@domain_options
@long_work("Stop the walk after so long, for each NET; exit 4.")
@table_options
def info(nets: tuple[str, ...], form: NetworkOptions, where: DomainOptions, output: TableOptions, work: LongWork) -> None:
    """What is in a network file, and which neurons do no work?

    NET is {network_file}, a folder of such files, a pattern in quotes such as
    "nets/*.json", or - for standard input. Of an ONNX model it is told which kinds of nodes were read, and which
    layers they have become. Neurons are numbered from 1 in each hidden layer. Linear ones, which have no ReLU, and sparse
    weights are named where there are some. Dead neurons are never active, and constant ones never change (found by a sign
    argument that is complete for the first layer only); duplicate and opposite ones share a hyperplane; unused ones
    influence nothing. The neurons that are stable on --box, --domain or --through are found exactly: by a walk over the
    cells there, on boxes of many inputs by bounds and linear programs. What a deadline leaves open is named. Below them
    stand upper bounds on the number of regions that any network of these widths can have.
    """
    check_standard_input(*nets, *where.files.values())
    inputs = NetInputs.of(nets)
    check_distinct({f"NET {net}": net for net in inputs.files} | where.files, {"--output": output.output_file})
    answers = work.answering(output, several=inputs.several)
    inputs.tell(answers)
    for file in work.each(inputs.files):
        with answers.of(file):
            with work.reading(file):
                network = form.read(file)
            with work.reading(where.file or file):
                domain = where.load(network) if where.given else None
            stable, stopped = find_stable(network, domain, file, work) if domain else (None, None)
            # What a stopped search has found is told, however long that takes.
            with contextlib.nullcontext() if stopped else work.preparing(file):
                document = info_document(network, file, domain, stable, stopped)
            answers.give(info_report(document))
            if work.interrupted:
                answers.note(INTERRUPTED)


def find_stable(network: Network, domain: Domain, file: str, work: LongWork) -> tuple[StableNeurons | None, str | None]:
    """The stable neurons on a domain, as far as they are known, and why the search was stopped; None if nothing is known."""
    from relupoly.pieces.enumeration.stable import known_stable_neurons

    with work.run_on(file) as whole, work.answers.watching(whole, work.counted("cells")) as run:
        found = known_stable_neurons(network, domain, run=run)
        nothing = found.stopped and sum(map(len, found.undecided)) == sum(network.relus)
        return None if nothing else found, found.stopped
