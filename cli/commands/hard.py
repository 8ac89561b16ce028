"""`relupoly hard`: hard functions as networks, one command for each family, and the check of what is claimed of them."""

from __future__ import annotations

import click

from relupoly.constructions.catalogue import FAMILIES

from ..lazy_group import LazyGroup, name_variables
from ..output.answers import Answers
from ..reports.hard import families_report

VERIFY = "verify"

EXAMPLES = """\b
Examples:
  relupoly hard --list
  relupoly hard sawtooth --width 3 --depth 4 --output saw.json
  relupoly hard sawtooth --grid "width=2..5,depth=1..4" --out-dir saws
  relupoly hard verify saws
"""


class Families(LazyGroup):
    """The families of the table, each a command made on first use, and verify."""

    noun = "family"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all families, and verify."""
        return sorted([*FAMILIES, VERIFY])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a family, or None."""
        command: click.Command
        if cmd_name == VERIFY:
            from .hard_verify import verify_files as command
        elif cmd_name in FAMILIES:
            from .hard_family import family_command

            command = family_command(FAMILIES[cmd_name])
        else:
            return None
        name_variables(command, f"hard_{cmd_name}")
        return command


@click.command(cls=Families, epilog=EXAMPLES, invoke_without_command=True)
@click.option("--list", "listing", is_flag=True, help="Describe all families: theorem and parameters.")
@click.option("--json", "as_json", is_flag=True, help="With --list: in one JSON document.")
@click.pass_context
def hard(ctx: click.Context, listing: bool, as_json: bool) -> None:
    """Which functions need many neurons when shallow?

    Each family is a command that writes one network, or many, with its theorem: how many pieces it has, and how large any
    network with fewer layers must be. `relupoly hard verify` counts the pieces and compares.
    """
    if as_json and not listing:
        raise click.UsageError("--json is for --list here; give it after the name of a family")
    if listing and ctx.invoked_subcommand:
        raise click.UsageError(f"--list and {ctx.invoked_subcommand} exclude each other")
    if listing:
        Answers(False, as_json).give(families_report(FAMILIES.values()))
    elif not ctx.invoked_subcommand:
        click.echo(ctx.get_help())
