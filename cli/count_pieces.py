"""`relupoly count-pieces`: how many affine pieces has a network?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .answers import CHECK_FAILED, INTERRUPTED, PARTIAL, Answers
from .interrupts import Interrupts
from .options import domain_options, load_domain, network_options, output_options
from .reports import count_document, count_text

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.networks.network import Network
    from relupoly.pieces.count import PieceCount

NOTIONS = ("open", "activation", "affine", "closed", "patterns", "strict", "all")

EXAMPLES = """\b
Examples:
  relupoly count-pieces net.json
  relupoly count-pieces net.nnet --domain prop_3.vnnlib --notion activation
  relupoly count-pieces digits.json --through images.csv --box -1 2 --json
"""


@click.command("count-pieces", epilog=EXAMPLES)
@click.argument("nets", metavar="NET...", nargs=-1, required=True)
@network_options
@domain_options
@click.option(
    "--notion",
    type=click.Choice(NOTIONS),
    default="open",
    show_default=True,
    help="What to count: maximal open connected sets on which the network is affine (open), closed ones (closed), distinct "
    "affine functions (affine), full-dimensional activation cells (activation), those with a strict sign for every neuron "
    "(strict), all activation patterns that occur (patterns), or each of these (all).",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Stop when there are more than N cells; exit 4.")
@click.option("--deadline", type=click.FloatRange(min=0), metavar="SECONDS", help="Stop after so long, for each NET; exit 4.")
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other count.")
@click.option(
    "--check", is_flag=True, help="Count again by exact linear programs, with other code; slow. Exit 5 if they differ."
)
@output_options
def count_pieces(
    nets: tuple[str, ...],
    format_name: str | None,
    normalize: bool,
    box: tuple[str, str] | None,
    domain_file: str | None,
    through: str | None,
    expect: int | None,
    check: bool,
    notion: str,
    limit: int | None,
    deadline: float | None,
    **output: Any,
) -> None:
    """How many affine pieces has a ReLU network? Exactly, and proved.

    NET is a network file (native .json, .npz or .nnet), or - for standard input. Pieces are counted on all of R^n unless
    --box, --domain or --through says otherwise.
    """
    from relupoly.files import read_network
    from relupoly.pieces.count import count_pieces as count

    answers = Answers(len(nets) > 1, **output)
    with Interrupts() as interrupts:
        for file in nets:
            with answers.of(file):
                network = read_network(file, format=format_name, normalize=normalize)
                domain = load_domain(network, box, domain_file, through)
                with answers.progress("cells") as progress:
                    result = count(
                        network, domain, notion, limit=limit, deadline=deadline, interrupted=interrupts.seen, progress=progress
                    )
                document = count_document(result, file)
                text = count_text(result, file)
                if check and result.complete:
                    line = recheck(network, domain, result, document, deadline, interrupts, answers)
                    text += f"\n{line}"
                answers.give(document, text)
                judge(result, expect, answers)
            if interrupts.seen():
                break
    answers.finish()


def judge(result: PieceCount, expect: int | None, answers: Answers) -> None:
    """Note the exit code of a count: stopped early, or not what was expected."""
    if not result.complete:
        answers.note(INTERRUPTED if result.stopped == "interrupted" else PARTIAL)
    elif expect is not None and result.pieces != expect:
        answers.say(f"expected {expect}, counted {result.pieces}")
        answers.note(CHECK_FAILED)


def recheck(
    network: Network,
    domain: Domain,
    result: PieceCount,
    document: dict[str, Any],
    deadline: float | None,
    interrupts: Interrupts,
    answers: Answers,
) -> str:
    """Count again by the independent method; add its counts to the document, note the exit code, return a line for people."""
    from relupoly.pieces.recount import recount
    from relupoly.pieces.stopping import Stopped, Stopwatch

    answers.say("checking by exact linear programs; this is slow", progress=True)
    watch = Stopwatch(deadline, interrupts.seen)
    notions = tuple(name for name in result.counts if name in result.asked)
    try:
        with answers.progress("cells checked") as progress:
            counts = recount(network, domain, notions, progress=progress, stop=watch.check)
    except Stopped as stop:
        document["check"] = {"complete": False, "stopped": stop.reason}
        answers.note(INTERRUPTED if stop.reason == "interrupted" else PARTIAL)
        return f"  check       not finished: {stop.reason}"
    wrong = [name for name in notions if counts[name] != result.counts[name]]
    document["check"] = {"complete": True, "counts": counts, "agrees": not wrong}
    for name in wrong:
        answers.say(f"the check differs under {name}: {result.counts[name]} by the walk, {counts[name]} by linear programs")
        answers.note(CHECK_FAILED)
    verdict = "differs" if wrong else "agrees"
    return f"  check       {verdict}: exact linear programs count {', '.join(f'{counts[name]} {name}' for name in notions)}"
