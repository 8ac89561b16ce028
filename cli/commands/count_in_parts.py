"""Counts in parts, as the command line sees them: which options go together, and what is said of a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from relupoly.plain_text import plain_json

from ..arguments.options import OutputOptions
from ..exit_codes import code_of
from ..output.answers import Answers
from ..reports.words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.pieces.counting.part import Part


@dataclass(frozen=True)
class PartOptions:
    """Whether a count is divided into tasks: the I-th of N shards, kept in a checkpoint, or done by a cluster."""

    shard: tuple[int, int] | None
    checkpoint: str | None
    scheduler: str | None

    @property
    def given(self) -> bool:
        """Whether any of these options was given."""
        return bool(self.shard or self.checkpoint) or self.scheduler is not None

    @property
    def own(self) -> tuple[int, int]:
        """The shard that is counted: by default the only one."""
        return self.shard or (1, 1)

    def check(self, nets: Sequence[str], jobs: int | None, output: OutputOptions) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            It names them.
        """
        for name, value in (("--shard", self.shard), ("--checkpoint", self.checkpoint)):
            if value is not None and len(nets) > 1:
                raise click.UsageError(f"{name} is for one network; run the command once for each")
        if self.shard and output.machine:
            raise click.UsageError(
                "--shard prints a part, which has its own form; leave --json and --jsonl to merge, and --csv out"
            )
        if self.checkpoint in ("", "-"):
            raise click.UsageError("--checkpoint needs a file, which is written again and again")
        if self.scheduler is not None and jobs is not None:
            raise click.UsageError(
                "--jobs is about threads of this machine, and --scheduler leaves them idle; give one of the two"
            )

    def check_whole(self, expect: int | None, check: bool) -> None:
        """Refuse what needs the whole count where there is but a shard of it.

        Raises
        ------
        click.UsageError
            It names the options.
        """
        if self.shard and (expect is not None or check):
            raise click.UsageError("--expect and --check need the whole count; leave --expect to merge, and --check out")


def hand_over(part: Part, answers: Answers) -> None:
    """Print a part, and note whether its shard is done."""
    from relupoly.parallel.part_file import encode

    answers.pass_on(plain_json(encode(part).decode().rstrip("\n")))
    answers.note(code_of(part.stopped))


def say_what_is_left(part: Part, parts: PartOptions, answers: Answers) -> None:
    """Say how far a part has come that was stopped, and how it goes on."""
    if not part.stopped:
        return
    number, shards = parts.own
    if part.split is None:
        left = "before the work was divided into tasks"
    else:
        own = counted(len(part.plan.numbers(number, part.split.tasks)), "task")
        left = f"{len(part.left(number))} of {own} left" + (f" in shard {number}/{shards}" if shards > 1 else "")
    again = f"; the same command goes on from {parts.checkpoint}" if parts.checkpoint and not part.unsaved else ""
    answers.say(f"{why_partial(part.stopped)}, {left}{again}")
