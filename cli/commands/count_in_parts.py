"""Counts in parts, as the command line sees them: which options go together, and what is said of a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from relupoly.plain_text import plain_json

from ..answers import Answers
from ..exit_codes import code_of
from ..reports.words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.pieces.counting.part import Part


def check_tasks(
    nets: Sequence[str],
    shard: tuple[int, int] | None,
    checkpoint: str | None,
    scheduler: str | None,
    jobs: int | None,
    expect: int | None,
    check: bool,
    output: Mapping[str, Any],
) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    click.UsageError
        It names them.
    """
    for name, value in (("--shard", shard), ("--checkpoint", checkpoint)):
        if value is not None and len(nets) > 1:
            raise click.UsageError(f"{name} is for one network; run the command once for each")
    if shard and (output["as_json"] or output["as_jsonl"]):
        raise click.UsageError("--shard prints a part, which has a JSON form of its own; leave --json and --jsonl to merge")
    if shard and (expect is not None or check):
        raise click.UsageError("--expect and --check need the whole count; leave --expect to merge, and --check out")
    if checkpoint in ("", "-"):
        raise click.UsageError("--checkpoint needs a file, which is written again and again")
    if scheduler is not None and jobs is not None:
        raise click.UsageError("--jobs is about threads of this machine, and --scheduler leaves them idle; give one of the two")


def hand_over(part: Part, shard: tuple[int, int], answers: Answers) -> None:
    """Print a part, and note whether its shard is done."""
    from relupoly.parallel.part_file import encode

    answers.pass_on(plain_json(encode(part).decode().rstrip("\n")))
    answers.note(code_of(part.stopped))


def say_what_is_left(part: Part, shard: tuple[int, int], checkpoint: str | None, answers: Answers) -> None:
    """Say how far a part has come that was stopped, and how it goes on."""
    number, shards = shard
    if part.split is None:
        left = "before the work was divided into tasks"
    else:
        own = counted(len(part.plan.numbers(number, part.split.tasks)), "task")
        left = f"{len(part.left(number))} of {own} left" + (f" in shard {number}/{shards}" if shards > 1 else "")
    again = f"; the same command goes on from {checkpoint}" if checkpoint and not part.unsaved else ""
    answers.say(f"{why_partial(part.stopped)}, {left}{again}")
