"""`relupoly convert`: a network in another format."""

from __future__ import annotations

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import NetworkOptions, OutputOptions, gathered, quiet_options, reading_options
from ..completion.kinds import FORMATS, NETWORK, NETWORK_FORMAT, NEW_NETWORK
from ..output.terminal import check_terminal
from ..process.long_work import LongWork, long_work
from ..reports.representation import shape_text
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
@long_work("Stop after so long, with nothing written; exit 4.")
@quiet_options
def convert(
    source: str,
    target: str,
    form: NetworkOptions,
    target_format: str | None,
    rounding: bool,
    expand: bool,
    force: bool,
    quiet: bool,
    no_progress: bool,
    work: LongWork,
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
    from relupoly.files import encode_network
    from relupoly.files.networks import NETWORK_FORMATS
    from relupoly.files.streams import display_name, write_bytes
    from relupoly.networks import expansion

    check_distinct({"IN": source}, {"OUT": target})
    answers = work.answering(OutputOptions(quiet=quiet, no_progress=no_progress))
    with work.reading(source):
        network = form.read(source)
    answers.detail(f"{display_name(source)}: {counted(network.input_dim, 'input')}, {shape_text(network)}")
    check_terminal(target, target_format, network)
    with work.preparing(source):
        data = encode_network(expansion.expand(network) if expand else network, target, target_format, rounding)
    write_bytes(target, data, force)
    answers.detail(f"{display_name(target)}: {counted(len(data), 'byte')}, as {NETWORK_FORMATS.name_of(target, target_format)}")
    linear = sum(network.widths) - sum(network.relus)
    if expand and linear:
        answers.say(
            f"Written with --expand: {counted(linear, 'linear neuron')} as relu(z) - relu(-z); the same function, other cells."
        )
