"""`relupoly completion`: the script with which a shell completes commands, options, choices and files."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


class Shell(click.Choice):  # type: ignore[type-arg, unused-ignore]
    """One of the shells; what is said where none is given stays on a line."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What follows the complaint that it is missing."""
        return f"Give one of {', '.join(SHELLS)}."


EXAMPLES = """\b
Examples:
  relupoly completion bash > ~/.local/share/bash-completion/completions/relupoly
  relupoly completion zsh > ~/.zfunc/_relupoly
  relupoly completion fish > ~/.config/fish/completions/relupoly.fish
"""


@click.command(epilog=EXAMPLES)
@click.argument("shell", type=Shell(SHELLS))
def completion(shell: str) -> None:
    """How does a shell complete relupoly with TAB?

    Prints the script for bash (4.4 or later), zsh or fish (3.4 or later). Written to the places below it is loaded with the
    first TAB; in zsh the folder must stand in $fpath before compinit: fpath+=~/.zfunc. Where bash has no bash-completion,
    put this into ~/.bashrc: source <(relupoly completion bash). Files are completed with the suffixes that are read at
    their place, or all files where none has one of them.
    """
    from ..completion.shells import SHELLS as known

    click.echo(known[shell].source_template, nl=False)
