"""`relupoly schema`: the form of a command's JSON documents, as JSON Schema."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = Path(__file__).parents[1] / "schemas"
COMMANDS = ("bounds", "count-pieces", "equal", "evaluate", "info", "train")

EXAMPLES = """\b
Examples:
  relupoly schema count-pieces
  relupoly schema train > train.schema.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("command", metavar="COMMAND", required=False, type=click.Choice(COMMANDS))
def schema(command: str | None) -> None:
    """Which form have the JSON documents of a command?

    Prints a JSON Schema (2020-12) of what COMMAND prints with --json, and of each line that it prints with --jsonl. COMMAND is
    bounds, count-pieces, equal, evaluate, info or train; docs/cli.md explains the keys of the others.
    """
    if command is None:
        raise click.UsageError(f"no COMMAND is given; give one of {', '.join(COMMANDS)}")
    click.echo((FOLDER / f"{command}.json").read_text(encoding="utf-8"), nl=False)
