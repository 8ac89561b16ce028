"""`relupoly merge`: how many affine pieces has a network that was counted in parts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from relupoly.plain_text import plain_json

from ..arguments.collisions import check_distinct
from ..arguments.options import OutputOptions, check_standard_input, output_options
from ..completion.kinds import PART
from ..output.answers import Answers
from ..process.long_work import LongWork, long_work
from ..reports.count import merged_report

if TYPE_CHECKING:
    from relupoly.pieces.counting.part import Part

EXAMPLE = """\b
Examples:
  relupoly merge one.part two.part
  relupoly merge day1/*.part --part --output day1.part
"""

_MOST_NAMED = 10  # missing parts in a line: enough to see which machine owes them


@click.command(epilog=EXAMPLE)
@click.argument("parts", type=PART, metavar="PART...", nargs=-1, required=True)
@click.option("--part", "as_part", is_flag=True, help="Print one part again, to be merged with others later.")
@long_work("Stop after so long; exit 4.")
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other count.")
@output_options
def merge(parts: tuple[str, ...], as_part: bool, expect: int | None, output: OutputOptions, work: LongWork) -> None:
    """How many affine pieces do the parts of a count add up to?

    PART is what count-pieces printed with --shard, or kept with --checkpoint, or merge printed with --part; - is standard
    input. A part holds all that is needed, the network too. Parts may come in any order; pieces that cross from one into
    another are counted once. Parts that are missing are named, and the exit code is 4. Parts of different counts, or the same
    part twice, are refused.
    """
    from relupoly.parallel.part_file import encode, merge_files
    from relupoly.run import Stopped

    if as_part and (output.machine or expect is not None):
        raise click.UsageError("--part prints a part, not a count; leave --json, --jsonl and --expect out")
    check_standard_input(*parts)
    answers = work.answering(output)
    check_distinct({f"PART {part}": part for part in parts}, {"--output": output.output_file})
    with work.reading(parts[0] if len(parts) == 1 else None), answers.progress("parts read", total=len(parts)) as progress:
        part = merge_files(parts, progress)
    if as_part:
        answers.pass_on(plain_json(encode(part).decode().rstrip("\n")))
        return
    with work.run_on(name_of(parts)) as run:
        try:
            part.finish(run=run)
        except Stopped as stop:
            part.stopped = stop.reason
    give_count(part, parts, expect, answers)


def name_of(files: tuple[str, ...]) -> str:
    """What the parts are called together."""
    return files[0] if len(files) == 1 else f"{len(files)} parts"


def give_count(part: Part, files: tuple[str, ...], expect: int | None, answers: Answers) -> None:
    """Print the count of merged parts, and name the parts that are missing."""
    missing = part.missing()
    answers.give(merged_report(part.count(), name_of(files), files, missing, expect))
    if missing:
        more = f", and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        answers.say(f"missing: {', '.join(missing[:_MOST_NAMED])}{more}")
