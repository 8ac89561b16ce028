"""`relupoly count-pieces`: how many affine pieces has a network?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from relupoly.errors import InputError
from relupoly.pieces.notions import ALL, NOTIONS

from ..answers import Answers
from ..collisions import check_distinct
from ..exit_codes import INTERRUPTED
from ..interrupts import Interrupts
from ..options import Seconds, check_standard_input, domain_options, load_domains, network_options, output_options, read_shard
from ..reports.count import count_report
from ..time_limit import TimeLimit, time_limited
from .count_in_parts import check_tasks, hand_over, say_what_is_left

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.separate import SeparateDomains
    from relupoly.networks.network import Network
    from relupoly.parallel.part import Part
    from relupoly.pieces.count import PieceCount


EXAMPLES = """\b
Examples:
  relupoly count-pieces net.json
  relupoly count-pieces net.nnet --domain prop_3.vnnlib --notion activation
  relupoly count-pieces digits.json --through images.csv --box -1 2 --json
  relupoly count-pieces net.json --checkpoint net.part
  relupoly count-pieces net.json --shard 1/2 --output one.part; relupoly merge one.part two.part
"""


@click.command("count-pieces", epilog=EXAMPLES)
@click.argument("nets", metavar="NET...", nargs=-1, required=True)
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
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Stop when there are more than N cells; exit 4.")
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop after so long, for each NET; exit 4.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many threads; by default all cores.",
)
@click.option(
    "--shard",
    callback=read_shard,
    metavar="I/N",
    help="Count the I-th of N parts, which may run anywhere, and print what relupoly merge needs of it.",
)
@click.option(
    "--checkpoint",
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
@output_options
@time_limited
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
    deadline: TimeLimit,
    jobs: int | None,
    shard: tuple[int, int] | None,
    checkpoint: str | None,
    scheduler: str | None,
    **output: Any,
) -> None:
    """How many affine pieces has a ReLU network, exactly?

    NET is a network file (native .json, .npz or .nnet), or - for standard input. Pieces are counted on all of R^n unless
    --box, --domain or --through says otherwise. Every sign that the count rests on is proved. Ctrl-C prints the partial
    count.
    """
    import relupoly.pieces.count  # noqa: F401  (loaded before files are read, since that takes longer than small files do)
    from relupoly.files import read_network
    from relupoly.run import Run

    check_standard_input(*nets, domain_file, through)
    check_tasks(nets, shard, checkpoint, scheduler, jobs, expect, check, output)
    apart = {"shard": shard or (1, 1), "checkpoint": checkpoint, "scheduler": scheduler}
    tasks = apart if shard or checkpoint or scheduler is not None else None
    # A checkpoint is read first: what is no part is refused then, other inputs among them.
    inputs = {f"NET {net}": net for net in nets} | {"--domain": domain_file, "--through": through, "--checkpoint": checkpoint}
    check_distinct(inputs, {"--output": output["output"]})
    answers = Answers(len(nets) > 1, **output)
    for number, file in enumerate(nets, 1):
        if number > 1:
            deadline.restart()
        with answers.of(file):
            with deadline.reading(file):
                network = read_network(file, format=format_name, normalize=normalize)
            with deadline.reading(domain_file or through or file):
                domain = load_domains(network, box, domain_file, through)
            with Interrupts() as interrupts:
                with answers.progress("cells") as progress, deadline.preparing(file) as until_asked:
                    result, part = count(
                        network,
                        domain,
                        notion,
                        tasks,
                        limit=limit,
                        jobs=jobs,
                        run=Run(
                            deadline=deadline.left,
                            interrupted=until_asked(interrupts.seen),
                            progress=progress,
                            notice=answers.say,
                        ),
                    )
                checked = recheck(network, domain, result, deadline, interrupts, answers) if check and result.complete else None
            if part and shard:
                hand_over(part, shard, answers)
            else:
                answers.give(count_report(result, file, checked, expect))
            answers.owe(part.unsaved if part else None)
            if part and part.stopped:
                say_what_is_left(part, shard or (1, 1), checkpoint, answers)
            if interrupts.seen():
                answers.note(INTERRUPTED)
        if answers.interrupted:
            answers.say(f"stopped by Ctrl-C at network {number} of {len(nets)}")
            break
    answers.finish()


def count(
    network: Network, domain: Domain | SeparateDomains, notion: str, tasks: dict[str, Any] | None, **options: Any
) -> tuple[PieceCount, Part | None]:
    """Count at one go; or, where the options about tasks are given, task by task, which makes a part.

    Raises
    ------
    InputError
        If there are several domains, and their counts do not add up, or tasks are asked for.
    """
    from relupoly.geometry.separate import SeparateDomains

    if isinstance(domain, SeparateDomains):
        if tasks is not None:
            raise InputError("--shard, --checkpoint and --scheduler take one input set; give one file for each")
        from relupoly.pieces.separate import count_separately

        return count_separately(network, domain, notion, **options), None
    if tasks is None:
        from relupoly.pieces.count import count_pieces

        return count_pieces(network, domain, notion, **options), None
    from relupoly.parallel.run import count_part

    part = count_part(network, domain, notion, **tasks, **options)
    return part.count(), part


def recheck(
    network: Network,
    domain: Domain | SeparateDomains,
    result: PieceCount,
    deadline: TimeLimit,
    interrupts: Interrupts,
    answers: Answers,
) -> dict[str, Any]:
    """Count again by the independent method, in the time that is left: what the document says of it."""
    from relupoly.geometry.separate import SeparateDomains
    from relupoly.pieces.recount import recount
    from relupoly.run import Run, Stopped

    answers.say("checking by exact linear programs; this is slow")
    try:
        with answers.progress("cells checked") as progress:
            run = Run(deadline=deadline.left, interrupted=interrupts.seen, progress=progress)
            parts = domain.parts if isinstance(domain, SeparateDomains) else (domain,)
            each = [recount(network, one, result.asked, run) for one in parts]
            counts = {name: sum(one[name] for one in each) for name in each[0]}
    except Stopped as stop:
        return {"complete": False, "stopped": stop.reason}
    return {"complete": True, "counts": counts, "agrees": all(count == result.counts[name] for name, count in counts.items())}
