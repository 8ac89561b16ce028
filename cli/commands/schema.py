"""`relupoly schema`: the form of a command's JSON documents, as JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..command_tree import find
from ..schema_files import COMMANDS, schema_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXAMPLES = """\b
Examples:
  relupoly schema count-pieces
  relupoly schema hard verify
  relupoly schema train > train.schema.json
"""


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """The next words of commands that begin with the words that are there."""
    from click.shell_completion import CompletionItem

    given = list(ctx.params.get("names") or ())
    every = [command.split() for command in COMMANDS]
    words = {words[len(given)] for words in every if words[: len(given)] == given and len(words) > len(given)}
    return [CompletionItem(word) for word in sorted(words) if word.startswith(incomplete)]


@click.command(epilog=EXAMPLES)
@click.argument("names", metavar="COMMAND", nargs=-1, shell_complete=_complete)
@click.pass_context
def schema(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Which form have the JSON documents of a command?

    Prints a JSON Schema (2020-12) of what COMMAND prints with --json, and of each line that it prints with --jsonl, or of the
    results of batch. COMMAND is arrangement, batch, bounds, check, count-pieces, demo, equal, evaluate, gap, hard, hard verify,
    info, merge, represent max-affine, represent net, represent univariate, setup, train or zonotope.
    """
    click.echo(json.dumps(schema_of(command_of(names, ctx.find_root())), indent=1, ensure_ascii=False))


def command_of(names: Sequence[str], root: click.Context) -> str:
    """The command with a schema that some words stand for; each family of hard functions has that of hard.

    Raises
    ------
    click.UsageError
        If there is none.
    """
    below = [command for command in COMMANDS if names and command.startswith(f"{' '.join(names)} ")]
    known = f"give one of {', '.join(below or COMMANDS)}"
    if not names:
        raise click.UsageError(f"no COMMAND is given; {known}")
    wanted = " ".join(names)
    if wanted in COMMANDS:
        return wanted
    if dashed := next((command for command in COMMANDS if command.replace(" ", "-") == wanted), None):
        return dashed
    find(root, names)
    if names[0] == "hard":
        return "hard"
    raise click.UsageError(f"{wanted} prints no JSON{' itself' if below else ''}; {known}")
