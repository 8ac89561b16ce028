"""`relupoly convert`: a network in another format."""

from __future__ import annotations

import click

from ..collisions import check_distinct
from ..printing import tell
from ..reports.words import counted

EXAMPLE = """\b
Example:
  relupoly convert ACASXU_run2a_3_3_batch_2000.nnet acas.json
"""


@click.command(epilog=EXAMPLE)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--from", "source_format", metavar="NAME", help="Format of IN, whatever its suffix: json, npz or nnet.")
@click.option("--to", "target_format", metavar="NAME", help="Format of OUT, whatever its suffix: json, npz or nnet.")
@click.option("--normalize", is_flag=True, help="Fold the input and output normalisation of a .nnet file into its layers.")
@click.option("--round", "rounding", is_flag=True, help="Write the nearest double where OUT's format cannot hold a number.")
@click.option("--expand", is_flag=True, help="Write each linear neuron z as relu(z) - relu(-z), for formats without them.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it exists.")
def convert(
    source: str,
    target: str,
    source_format: str | None,
    target_format: str | None,
    normalize: bool,
    rounding: bool,
    expand: bool,
    force: bool,
) -> None:
    """How does the same network read in another format?

    Formats are native JSON (.json), numpy archives with arrays W1, b1, W2, b2, ... (.npz; those of PyTorch, Keras,
    scikit-learn and affinitree are read too) and ACAS Xu text (.nnet). IN and OUT may be "-" for standard input and output,
    native JSON unless --from or --to says otherwise. Every weight stays exactly what it was: a format that cannot hold one is
    refused unless --round is given. Linear neurons, which pass on what they compute without ReLU, are in native files alone;
    elsewhere they need --expand, which keeps the function but makes more cells.
    """
    from relupoly.files import read_network, write_network

    check_distinct({"IN": source}, {"OUT": target})
    network = read_network(source, source_format, normalize)
    write_network(network, target, target_format, rounding, force, expand)
    linear = sum(network.widths) - sum(network.relus)
    if expand and linear:
        tell(
            f"Written with --expand: {counted(linear, 'linear neuron')} as relu(z) - relu(-z); the same function, other cells."
        )
