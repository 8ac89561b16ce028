"""`relupoly equal`: are two networks the same function?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..answers import CHECK_FAILED, INTERRUPTED, PARTIAL, Answers
from ..collisions import check_distinct
from ..interrupts import Interrupts
from ..options import Seconds, check_standard_input, domain_options, load_domain, network_options, output_options
from ..time_limit import TimeLimit, time_limited

if TYPE_CHECKING:
    from relupoly.analysis.equality import Witness
    from relupoly.geometry.domain import Domain

EXAMPLES = """\b
Examples:
  relupoly equal net.json pruned.json
  relupoly equal net.nnet rounded.nnet --domain prop_3.vnnlib --json
"""

_MOST_SHOWN = 12


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
    from relupoly.files.streams import display_name, located
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
            with located(both):
                witness = difference(network, other, domain, run=run)
        except Stopped as stop:
            stopped = stop.reason
    document = equality_document((first, second), domain, witness, stopped, cells.seen, run.elapsed)
    answers.give(document, equality_text(document))
    if stopped:
        answers.note(INTERRUPTED if stopped == "interrupted" else PARTIAL)
    elif witness:
        answers.note(CHECK_FAILED)
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


def equality_document(
    files: tuple[str, str], domain: Domain, witness: Witness | None, stopped: str | None, cells: int, seconds: float
) -> dict[str, Any]:
    """The answer for JSON; numbers are exact, as texts."""
    return {
        "schema": 1,
        "files": list(files),
        "equal": None if stopped else witness is None,
        "point": [str(entry) for entry in witness.point] if witness else None,
        "values": [[str(entry) for entry in value] for value in witness.values] if witness else None,
        "domain": domain.name,
        "complete": stopped is None,
        "stopped": stopped,
        "cells": cells,
        "seconds": round(seconds, 6),
    }


def equality_text(document: dict[str, Any]) -> list[str]:
    """The answer for people, in lines."""
    from relupoly.files.streams import display_name

    from ..reports.count import why_partial

    names = [display_name(file) for file in document["files"]]
    pair = f"{names[0]}, {names[1]}"
    if document["equal"] is None:
        return [f"{pair}: not decided: {why_partial(document['stopped'])}; no difference on {document['cells']} cells"]
    if document["equal"]:
        return [f"{pair}: equal on {document['domain']}"]
    width = max(len("at x ="), *map(len, names))
    rows = [("at x =", document["point"]), *zip(names, document["values"], strict=True)]
    return [f"{pair}: different", *(f"  {name:<{width}}  {_shown(entries)}" for name, entries in rows)]


def _shown(entries: list[str]) -> str:
    if len(entries) == 1:
        return entries[0]
    more = f", ... ({len(entries)} numbers; --json prints all)" if len(entries) > _MOST_SHOWN else ""
    return f"({', '.join(entries[:_MOST_SHOWN])}{more})"
