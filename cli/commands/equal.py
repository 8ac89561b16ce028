"""`relupoly equal`: are two networks the same function?"""

from __future__ import annotations

from typing import Any

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import (
    DomainOptions,
    NetworkOptions,
    OutputOptions,
    check_standard_input,
    domain_options,
    network_options,
    output_options,
)
from ..completion.kinds import NETWORK
from ..process.long_work import LongWork, long_work
from ..reports.equality import equality_report

EXAMPLES = """\b
Examples:
  relupoly equal net.json pruned.json
  relupoly equal net.nnet rounded.nnet --domain prop_3.vnnlib --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("first", type=NETWORK, metavar="NET")
@click.argument("second", type=NETWORK, metavar="NET")
@network_options
@domain_options
@long_work("Stop after so long; exit 4.")
@output_options
def equal(first: str, second: str, form: NetworkOptions, where: DomainOptions, output: OutputOptions, work: LongWork) -> None:
    """Are two networks the same function, exactly?

    Each NET is {network_file}, or - for standard input; an
    option that only the format of one of them takes is for that one. The answer holds on all of R^n unless --box, --domain
    or --through says otherwise. Where the networks differ, it is a rational point with both values, and the exit code is 5;
    equality is proved on every cell, so it may take long.
    """
    from relupoly.analysis.equality.equality import difference
    from relupoly.files.streams import display_name, named
    from relupoly.run import Stopped

    check_standard_input(first, second, *where.files.values())
    check_distinct({f"NET {first}": first, f"NET {second}": second, **where.files}, {"--output": output.output_file})
    answers = work.answering(output)
    one, two = form.among((first, second))
    with work.reading(first):
        network = one.read(first)
    with work.reading(second):
        other = two.read(second)
    with work.reading(where.file or first):
        domain = where.load_all(network)
    cells, witness, stopped = Cells(), None, None
    both = f"{display_name(first)}, {display_name(second)}"
    with work.run_on(both) as whole, answers.watching(whole, "cells") as run:
        try:
            with named(both):
                witness = difference(network, other, domain, run=run.reporting(cells.count(run.progress)))
        except Stopped as stop:
            stopped = stop.reason
    answers.give(equality_report((first, second), domain, witness, stopped, cells.seen, run.elapsed))


class Cells:
    """Remembers how many cells were seen."""

    def __init__(self) -> None:
        self.seen = 0

    def count(self, progress: Any) -> Any:
        """A callback that remembers the number, and passes it on."""

        def told(cells: int) -> None:
            self.seen = cells
            progress(cells)

        return told
