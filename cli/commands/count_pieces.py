"""`relupoly count-pieces`: how many affine pieces has a network?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from relupoly.errors import InputError
from relupoly.pieces.notions import ALL, NOTIONS

from ..arguments.collisions import check_distinct
from ..arguments.net_inputs import NetInputs
from ..arguments.option_values import read_shard
from ..arguments.options import (
    DomainOptions,
    NetworkOptions,
    TableOptions,
    check_standard_input,
    domain_options,
    gathered,
    jobs_option,
    network_options,
    table_options,
)
from ..completion.kinds import CHECKPOINT, NETWORK
from ..exit_codes import INTERRUPTED
from ..output.answers import Answers
from ..process.long_work import LongWork, long_work
from ..reports.count import count_report, each_report
from .count_in_parts import PartOptions, hand_over, say_what_is_left

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.pieces.counting.part import Part
    from relupoly.pieces.counting.piece_count import PieceCount
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly count-pieces net.json
  relupoly count-pieces net.nnet --domain prop_3.vnnlib --notion activation
  relupoly count-pieces net.json --domain left.json --domain right.json
  relupoly count-pieces digits.json --through images.csv --box -1 2 --json
  relupoly count-pieces net.json --checkpoint net.part
  relupoly count-pieces net.json --shard 1/2 --output one.part; relupoly merge one.part two.part
"""


@dataclass(frozen=True)
class CountOptions:
    """What is counted, how far, and how."""

    notion: str
    limit: int | None
    jobs: int | None
    each: bool


@click.command("count-pieces", epilog=EXAMPLES)
@click.argument("nets", type=NETWORK, metavar="NET...", nargs=-1, required=True)
@network_options
@domain_options
@click.option(
    "--notion",
    type=click.Choice([*NOTIONS, ALL]),
    default="open",
    show_default=True,
    help="What to count: maximal open connected sets on which the network is affine (open), closed ones (closed), distinct "
    "affine functions (affine), full-dimensional activation cells (activation), those with a strict sign for every neuron "
    "(strict), all activation patterns that occur (patterns), or each of these (all).",
)
@click.option(
    "--each", is_flag=True, help="Count in each of several input sets (--domain) by itself, instead of in their union."
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Stop when there are more than N cells; exit 4.")
@long_work("Stop after so long, for each NET; exit 4.")
@jobs_option
@click.option(
    "--shard",
    callback=read_shard,
    metavar="I/N",
    help="Count the I-th of N parts, which may run anywhere, and print what relupoly merge needs of it.",
)
@click.option(
    "--checkpoint",
    type=CHECKPOINT,
    metavar="FILE",
    help="Keep in FILE what is done; where FILE exists, go on from there, even if the last run was killed.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Count on a Dask cluster, such as tcp://127.0.0.1:8786, whose workers have relupoly installed.",
)
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other count.")
@click.option(
    "--check", is_flag=True, help="Count again by exact linear programs, with other code; slow. Exit 5 if they differ."
)
@table_options
@gathered("how", CountOptions)
@gathered("parts", PartOptions)
def count_pieces(
    nets: tuple[str, ...],
    form: NetworkOptions,
    where: DomainOptions,
    how: CountOptions,
    parts: PartOptions,
    expect: int | None,
    check: bool,
    output: TableOptions,
    work: LongWork,
) -> None:
    """How many affine pieces has a ReLU network, exactly?

    NET is {network_file}, a folder of such files, a pattern in quotes such as
    "nets/*.json", or - for standard input. Pieces are counted on all of R^n unless
    --box, --domain or --through says otherwise. Every sign that the count rests on is proved. Ctrl-C prints the partial
    count.
    """
    import relupoly.pieces.count  # noqa: F401  (loaded before files are read, since that takes longer than small files do)

    check_standard_input(*nets, *where.files.values())
    if how.each and expect is not None:
        raise click.UsageError("--expect is about one count, and --each makes several; leave one of them out")
    inputs = NetInputs.of(nets)
    nets = inputs.files
    parts.check(nets, how.jobs, output)
    parts.check_whole(expect, check)
    # A checkpoint is read first: what is no part is refused then, other inputs among them.
    read = {f"NET {net}": net for net in nets} | where.files | {"--checkpoint": parts.checkpoint}
    check_distinct(read, {"--output": output.output_file})
    answers = work.answering(output, several=inputs.several)
    inputs.tell(answers)
    for file in work.each(nets):
        with answers.of(file):
            with work.reading(file):
                network = form.read(file)
            with work.reading(where.file or file):
                domain = where.load_all(network)
                check_domain(domain, how, parts, check)
                if check:
                    check_recount(network, domain)
            if how.each:
                count_each(network, domain, file, how, check, work)
                continue
            with work.run_on(file) as run:
                with answers.watching(run, work.counted("cells")) as counting:
                    result, part = count(network, domain, how, parts, counting)
                work.begun()
                checked = recheck(network, domain, result, run, answers) if check and result.complete else None
            if part and parts.shard:
                hand_over(part, answers)
            else:
                answers.give(count_report(result, file, checked, expect))
            if part:
                answers.owe(part.unsaved)
                say_what_is_left(part, parts, answers)
            if work.interrupted:
                answers.note(INTERRUPTED)


def check_recount(network: Network, domain: Domain | DomainUnion) -> None:
    """Refuse a recount that would have no end, before anything is counted."""
    from relupoly.geometry.domain import Domain
    from relupoly.pieces.recount import check_coordinates

    for part in (domain,) if isinstance(domain, Domain) else domain.parts:
        check_coordinates(network, part)


def check_domain(domain: Domain | DomainUnion, how: CountOptions, parts: PartOptions, check: bool) -> None:
    """Refuse what cannot be done in a union, or set by set.

    Raises
    ------
    InputError
        If there are several domains, and tasks are asked for; or a second count of what is more than a sum.
    """
    from relupoly.geometry.domain import Domain
    from relupoly.pieces.notions import ADDITIVE

    if parts.given and how.each:
        raise InputError("--shard, --checkpoint and --scheduler divide one count, and --each makes several; leave --each out")
    if isinstance(domain, Domain):
        return
    if parts.given:
        raise InputError("--shard, --checkpoint and --scheduler take one input set; give one file for each")
    if check and not how.each and (how.notion not in ADDITIVE or len(domain.groups()) < len(domain.parts)):
        raise InputError(
            "--check counts set by set, so the sets must not touch, and the notion must add up "
            f"({', '.join(ADDITIVE)}); leave --check out, or count with --each"
        )


def count_each(
    network: Network, domain: Domain | DomainUnion, file: str, how: CountOptions, check: bool, work: LongWork
) -> None:
    """Count in each input set by itself: a report for each, and with --json one document of all."""
    from relupoly.geometry.domain import Domain

    answers, given = work.answers, []
    sets = (domain,) if isinstance(domain, Domain) else domain.parts
    with work.run_on(file) as run:
        for number, one in enumerate(sets, 1):
            which = f" in input set {number} of {len(sets)}" if len(sets) > 1 else ""
            with answers.watching(run, work.counted("cells") + which) as counting:
                result, _ = count(network, one, how, PartOptions(None, None, None), counting)
            work.begun()
            checked = recheck(network, one, result, run, answers) if check and result.complete else None
            given.append(count_report(result, file, checked))
            answers.give_each(given[-1])
    answers.give_all(each_report(given, file))
    if work.interrupted:
        answers.note(INTERRUPTED)


def count(
    network: Network, domain: Domain | DomainUnion, how: CountOptions, parts: PartOptions, run: Run
) -> tuple[PieceCount, Part | None]:
    """Count at one go; or, where the options about parts are given, task by task, which makes a part."""
    from relupoly.geometry.domain import Domain

    if not (parts.given and isinstance(domain, Domain)):
        from relupoly.pieces.count import count_pieces

        return count_pieces(network, domain, how.notion, limit=how.limit, jobs=how.jobs, run=run), None
    from relupoly.parallel.run import count_part

    part = count_part(
        network,
        domain,
        how.notion,
        shard=parts.own,
        checkpoint=parts.checkpoint,
        scheduler=parts.scheduler,
        limit=how.limit,
        jobs=how.jobs,
        run=run,
    )
    return part.count(), part


def recheck(network: Network, domain: Domain | DomainUnion, result: PieceCount, run: Run, answers: Answers) -> dict[str, Any]:
    """Count again by the independent method, in the time that is left: what the document says of it."""
    from relupoly.geometry.domain import Domain
    from relupoly.pieces.recount import recount
    from relupoly.run import Stopped

    answers.say("checking by exact linear programs; this is slow")
    try:
        with answers.watching(run, "cells checked") as counting:
            domains = (domain,) if isinstance(domain, Domain) else domain.parts
            each = [recount(network, one, result.asked, run=counting) for one in domains]
            counts = {name: sum(one[name] for one in each) for name in each[0]}
    except Stopped as stop:
        return {"complete": False, "stopped": stop.reason}
    return {"complete": True, "counts": counts, "agrees": all(count == result.counts[name] for name, count in counts.items())}
