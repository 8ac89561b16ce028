"""The command `relupoly`: a table of commands, loaded when asked for, and the one place that turns errors into exit codes.

`relupoly --help` and completion import click and nothing heavy: a command's file imports the library inside its function.
"""

from __future__ import annotations

import importlib

import click

from relupoly.errors import RelupolyError

INTERRUPTED = 130

COMMANDS = {
    "convert": "convert",
    "count-pieces": "count_pieces",
    "info": "info",
}


class Commands(click.Group):
    """The commands of the table, each imported on first use; errors of the library end in a line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__package__}.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, COMMANDS[cmd_name])
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; an unknown name suggests the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else f"; give one of {', '.join(sorted(COMMANDS))}"
            ctx.fail(f'no command "{name}"{hint}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of the library becomes one line on stderr and its exit code."""
        try:
            return super().invoke(ctx)
        except RelupolyError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "RELUPOLY", "max_content_width": 110},
)
@click.version_option(package_name="relupoly", message="%(package)s %(version)s")
def cli() -> None:
    """Exact answers about ReLU networks: counts that are proved, not estimated.

    Results go to stdout, narration to stderr. Exit codes: 0 complete, 1 a bug, 2 usage, 3 input that cannot be read,
    4 a limit or deadline was hit (the partial answer is printed), 5 a check failed, 130 interrupted.
    """
