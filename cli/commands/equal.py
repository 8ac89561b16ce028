"""`relupoly equal`: are two networks the same function?"""

from __future__ import annotations

from typing import Any

import click

from ..answers import Answers
from ..collisions import check_distinct
from ..interrupts import Interrupts
from ..options import Seconds, check_standard_input, domain_options, load_domain, network_options, output_options
from ..reports.equality import equality_report
from ..time_limit import TimeLimit, time_limited

EXAMPLES = """\b
Examples:
  relupoly equal net.json pruned.json
  relupoly equal net.nnet rounded.nnet --domain prop_3.vnnlib --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("first", metavar="NET")
@click.argument("second", metavar="NET")
@network_options
@domain_options
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop after so long; exit 4.")
@output_options
@time_limited
def equal(
    first: str,
    second: str,
    format_name: str | None,
    normalize: bool,
    box: tuple[str, str] | None,
    domain_file: str | None,
    through: str | None,
    deadline: TimeLimit,
    **output: Any,
) -> None:
    """Are two networks the same function, exactly?

    Each NET is a network file (native .json, .npz or .nnet), or - for standard input. The answer holds on all of R^n unless
    --box, --domain or --through says otherwise. Where the networks differ, it is a rational point with both values, and the
    exit code is 5; equality is proved on every cell, so it may take long.
    """
    from relupoly.analysis.equality import difference
    from relupoly.files import read_network
    from relupoly.files.streams import display_name, named
    from relupoly.run import Run, Stopped

    check_standard_input(first, second, domain_file, through)
    inputs = {f"NET {first}": first, f"NET {second}": second, "--domain": domain_file, "--through": through}
    check_distinct(inputs, {"--output": output["output"]})
    answers = Answers(False, **output)
    with deadline.reading(first):
        network = read_network(first, format=format_name, normalize=normalize)
    with deadline.reading(second):
        other = read_network(second, format=format_name, normalize=normalize)
    with deadline.reading(domain_file or through or first):
        domain = load_domain(network, box, domain_file, through)
    cells, witness, stopped = Cells(), None, None
    both = f"{display_name(first)}, {display_name(second)}"
    with Interrupts() as interrupts, answers.progress("cells") as progress, deadline.preparing(both) as until_asked:
        told = cells.count(progress)
        run = Run(deadline=deadline.left, interrupted=until_asked(interrupts.seen), progress=told, notice=answers.say)
        try:
            with named(both):
                witness = difference(network, other, domain, run=run)
        except Stopped as stop:
            stopped = stop.reason
    answers.give(equality_report((first, second), domain, witness, stopped, cells.seen, run.elapsed))
    answers.finish()


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
