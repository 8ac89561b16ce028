"""`relupoly convert`: a network in another format."""

from __future__ import annotations

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import NetworkOptions, gathered, reading_options
from ..completion.kinds import FORMATS, NETWORK, NETWORK_FORMAT, NEW_NETWORK
from ..output.printing import tell
from ..output.terminal import check_terminal
from ..reports.words import counted

EXAMPLE = """\b
Example:
  relupoly convert ACASXU_run2a_3_3_batch_2000.nnet acas.json
"""


@click.command(epilog=EXAMPLE)
@click.argument("source", type=NETWORK, metavar="IN")
@click.argument("target", type=NEW_NETWORK, metavar="OUT")
@gathered(
    "form",
    NetworkOptions,
    click.option(
        "--from", "format_name", type=NETWORK_FORMAT, metavar="NAME", help=f"Format of IN, whatever its suffix: {FORMATS}."
    ),
)
@click.option(
    "--to", "target_format", type=NETWORK_FORMAT, metavar="NAME", help=f"Format of OUT, whatever its suffix: {FORMATS}."
)
@reading_options
@click.option("--round", "rounding", is_flag=True, help="Write the nearest double where OUT's format cannot hold a number.")
@click.option("--expand", is_flag=True, help="Write each linear neuron z as relu(z) - relu(-z), for formats without them.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it exists.")
def convert(
    source: str,
    target: str,
    form: NetworkOptions,
    target_format: str | None,
    rounding: bool,
    expand: bool,
    force: bool,
) -> None:
    """How does the same network read in another format?

    Formats are native JSON (.json), numpy archives with arrays W1, b1, W2, b2, ... (.npz; those of PyTorch, Keras,
    scikit-learn and affinitree are read too), ACAS Xu text (.nnet), ONNX models of piecewise linear operators (.onnx), and
    weights alone as safetensors (.safetensors) and state dictionaries of PyTorch (.pt, .pth): linear layers and convolutions
    in order, --activation between them; no code of a file is run. IN and OUT may be "-" for standard input and output, native
    JSON unless --from or --to says otherwise. Every weight stays exactly what it was: a format that cannot hold one is refused
    unless --round is given. Linear neurons, which pass on what
    they compute without ReLU, are in native files and ONNX models alone; elsewhere they need --expand, which keeps the function
    but makes more cells.
    """
    from relupoly.files import write_network

    check_distinct({"IN": source}, {"OUT": target})
    network = form.read(source)
    check_terminal(target, target_format, network)
    write_network(network, target, target_format, rounding, force, expand)
    linear = sum(network.widths) - sum(network.relus)
    if expand and linear:
        tell(
            f"Written with --expand: {counted(linear, 'linear neuron')} as relu(z) - relu(-z); the same function, other cells."
        )
