"""`relupoly help`: the help of a command, or of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..command_tree import find, names_below

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXAMPLES = """\b
Examples:
  relupoly help count-pieces
  relupoly help hard sawtooth
"""


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    from click.shell_completion import CompletionItem

    names = names_below(ctx.find_root(), ctx.params.get("names") or ())
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command("help", epilog=EXAMPLES)
@click.argument("names", metavar="[COMMAND]...", nargs=-1, shell_complete=_complete)
@click.pass_context
def help(ctx: click.Context, names: tuple[str, ...]) -> None:
    """What does a command do, and which options has it?

    The same as --help after the command; without COMMAND, what relupoly --help says.
    """
    click.echo(find(ctx.find_root(), names).get_help())
