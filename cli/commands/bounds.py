"""`relupoly bounds`: what theorems say about the number of regions."""

from __future__ import annotations

import os
import re
from typing import Any

import click

from relupoly.bounds.bound import NOTIONS

from ..arguments.collisions import check_distinct
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
from ..process.long_work import LongWork, long_work
from ..reports.bounds import Architecture, bounds_report
from ..reports.info import stable_counts
from .info import find_stable

MOST_NEURONS = 100_000  # all bounds of 1,000 layers of 100 neurons took 1.5 s

_WIDTHS = re.compile(r"[0-9]+([,x][0-9]+)+")  # what looks like widths, in the place of a file

EXAMPLES = """\b
Examples:
  relupoly bounds --widths 2,16,16
  relupoly bounds net.json --box -1 1 --json
"""


def read_widths(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """The input dimension and the hidden widths of a text such as 2,16,16 or 2x16x16.

    Raises
    ------
    click.BadParameter
        If the text is no such thing, or the network would be too large.
    """
    if value is None:
        return None
    if told := _slip(value):
        wanted = "whole numbers from 1 on, the input dimension and then the hidden widths, such as 2,16,16 or 2x16x16."
        raise click.BadParameter(f"{told}; write {wanted}", ctx, param)
    sizes = tuple(int(entry) for entry in re.split("[,x]", value))
    if sum(sizes[1:]) > MOST_NEURONS:
        raise click.BadParameter(f"{sum(sizes[1:])} neurons are too many; give at most {MOST_NEURONS}.", ctx, param)
    return sizes


def _slip(text: str) -> str | None:
    """What is wrong with widths; None if nothing is."""
    # Where there are commas, an x that stands alone is meant to be an entry.
    for number, part in enumerate(text.split(",") if "," in text else text.split("x"), 1):
        for entry in part.split("x"):
            if not re.fullmatch(r"\s*0*[1-9][0-9]{0,8}\s*", entry):
                return f"entry {number} is {part.strip()!r}" if part.strip() else f"entry {number} is missing"
    return None


@click.command(epilog=EXAMPLES)
@click.argument("file", type=NETWORK, metavar="[NET]", required=False)
@click.option(
    "--widths",
    callback=read_widths,
    metavar="N,W1,W2,...",
    help="An architecture instead of a network: the input dimension, then the widths of the hidden layers, as 2,8,8 or 2x8x8.",
)
@click.option(
    "--notion",
    type=click.Choice(NOTIONS),
    default="activation",
    show_default=True,
    help="The notion of region for which the best pair is chosen; count-pieces says what each means.",
)
@network_options
@domain_options
@long_work("Stop the search for stable neurons after so long; exit 4.")
@table_options
def bounds(
    file: str | None,
    widths: tuple[int, ...] | None,
    notion: str,
    form: NetworkOptions,
    where: DomainOptions,
    output: TableOptions,
    work: LongWork,
) -> None:
    """How many regions can a network of given widths have?

    Give --widths, or NET: {network_file}, or - for standard input. Upper bounds hold for all
    weights; lower bounds for the best ones, so they say nothing about NET itself. For NET the rank of its first layer
    takes the place of the input dimension in the upper bounds, and on --box, --domain or --through the neurons that are
    stable there, found exactly, sharpen them. Linear neurons, which have no ReLU, cut nothing, and the bounds know it.
    Each bound stands with the notions of region that it bounds, its precondition (a bound that fails is -, in JSON null)
    and its reference.
    """
    if (file is None) == (widths is None):
        raise click.UsageError("give either NET or --widths")
    if widths and (where.given or form.given or work.limited):
        raise click.UsageError("--widths is about all networks; give a NET to go with options about a network or domain")
    if file is not None and _WIDTHS.fullmatch(file) and not os.path.exists(file):
        raise click.UsageError(f"{file} is no file; for widths give --widths {file}")
    check_standard_input(file, *where.files.values())
    check_distinct({"NET": file, **where.files}, {"--output": output.output_file})
    answers = work.answering(output)
    if widths:
        of = Architecture(widths[0], widths[0], widths[1:])
    else:
        assert file is not None
        of = examine(file, form, where, work)
    answers.give(bounds_report(of, notion))


def examine(file: str, form: NetworkOptions, where: DomainOptions, work: LongWork) -> Architecture:
    """What the bounds need of a network and its domain."""
    from relupoly.exact.rank import certified_rank
    from relupoly.networks.composition import restrict

    with work.reading(file):
        network = form.read(file)
    with work.reading(where.file or file):
        domain = where.load(network) if where.given else None
    with work.preparing(file):
        inside = restrict(network, domain.subspace) if domain and domain.subspace else network
        rank = certified_rank(inside.layers[0].weight)
    facts: dict[str, Any] = {"file": file, "first_layer_rank": rank}
    counts = None
    if domain:
        stable, stopped = find_stable(network, domain, file, work)
        counts = stable_counts(network, stable) if stable else None
        fixed = sum(network.relus) - sum(counts[0]) if counts else None
        left = sum(map(len, stable.undecided)) if stable else None
        facts |= {"domain": domain.name, "stable_neurons": fixed}
        facts |= {"undecided_neurons": left, "complete": stopped is None, "stopped": stopped}
    linear = tuple(len(layer.linear) for layer in network.hidden)
    return Architecture(inside.input_dim, rank, network.widths, counts, facts, linear if any(linear) else None)
