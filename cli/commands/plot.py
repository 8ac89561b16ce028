"""`relupoly plot`: pictures, one command for each kind; of a network unless another kind is named."""

from __future__ import annotations

import importlib
import os

import click

from ..lazy_group import LazyGroup, name_variables

KINDS = {
    "arrangement": "What does an arrangement of hyperplanes look like?",
    "bounds": "How do bounds on regions grow with width or depth, and where are networks?",
    "depth": "How do pieces grow with depth, and how few do shallower networks have?",
    "graph": "Which regions of a network are neighbours?",
    "lipschitz": "How steep is a network, and on how much of a domain?",
    "loss": "How does the loss fall with the width, and what is proved of it?",
    "net": "What does a network with one, two or three inputs look like?",
    "zonotope": "What does a zonotope look like?",
}
"""What is drawn, and what each picture answers; the help texts of the commands begin with it."""

NETWORK = "net"

EXAMPLES = """\b
Examples:
  relupoly plot net.json -o net.png
  relupoly plot digits.json --through points.csv --box 0 1 --color value -o digits.svg
  relupoly plot net.json --cells --dark -o cells.pdf
"""


class Kinds(LazyGroup):
    """The kinds of the table, each imported on first use; what is none of them is the file of a network."""

    noun = "kind of picture"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all kinds."""
        return sorted(KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a kind, or None."""
        if cmd_name not in KINDS:
            return None
        module = importlib.import_module(f"{__package__}.plot_{cmd_name}")
        command: click.Command = getattr(module, f"plot_{cmd_name}")
        command.short_help = KINDS[cmd_name]
        name_variables(command, f"plot_{cmd_name}")
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; where they do not begin with a kind, it is a network."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if args and args[0] not in KINDS and args[0] not in own:
            self._check_no_slip(ctx, args)
            args = [NETWORK, *args]
        return super().parse_args(ctx, args)

    def _check_no_slip(self, ctx: click.Context, args: list[str]) -> None:
        """Refuse a word that is no file, and nearly a kind.

        Raises
        ------
        click.UsageError
            It tells the kind.
        """
        word = args[0]
        if word.startswith("-") or "." in word or os.path.exists(word) or ctx.resilient_parsing:
            return
        import difflib

        near = difflib.get_close_matches(word.lower(), KINDS, n=1)
        if near:
            ctx.fail(f'no {self.noun} "{word}", and no such file; did you mean "plot {near[0]}"?')


@click.command(cls=Kinds, epilog=EXAMPLES)
def plot() -> None:
    """How does a network look, and what is known of networks?

    Where no kind of picture is named, it is one of a network: plot net.json is plot net net.json. Pictures are files of PNG,
    SVG or PDF, the same bytes for the same picture.
    """
