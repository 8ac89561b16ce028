"""The command `relupoly`: a table of commands, loaded when asked for, and the one place that turns errors into exit codes.

`relupoly --help` and completion import click and nothing heavy: a command's file imports the library inside its function.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

import click

from relupoly.errors import InputError, RelupolyError

from .lazy_group import LazyGroup, name_variables
from .options import read_size
from .time_limit import start_clock

INTERRUPTED = 130
NO_READER = 141

COMMANDS = {
    "arrangement": "arrangement",
    "bounds": "bounds",
    "check": "check",
    "convert": "convert",
    "count-pieces": "count_pieces",
    "equal": "equal",
    "gap": "gap",
    "hard": "hard",
    "info": "info",
    "merge": "merge",
    "represent": "represent",
    "train": "train",
    "zonotope": "zonotope",
}

EPILOG = """\b
Exit codes:
  0    complete
  1    a bug
  2    usage
  3    input that cannot be read or is not supported, output that cannot be written, a cluster out of reach
  4    a limit or deadline was hit; the partial answer was printed
  5    a check failed
  130  interrupted; the partial answer was printed
  141  nobody reads standard output

\b
Examples:
  relupoly count-pieces net.json
  relupoly train data.csv --width 2
  relupoly count-pieces --help
"""


class Commands(LazyGroup):
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
        name_variables(command, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of the library becomes one line on stderr and its exit code."""
        start_clock(ctx)
        try:
            return super().invoke(ctx)
        except RelupolyError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            leave_stdout()
            ctx.exit(NO_READER)
        except OSError as error:
            if error.filename is not None:
                raise
            # Files that cannot be read or written are errors of the library: what is left is stdout.
            leave_stdout()
            click.echo(f"Error: standard output cannot be written ({error.strerror}); send it elsewhere", err=True)
            ctx.exit(InputError.exit_code)


def leave_stdout() -> None:
    """Send what stdout still holds to nowhere: Python writes it at exit, and would fail again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.command(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--max-size",
    callback=read_size,
    envvar="RELUPOLY_MAX_SIZE",
    metavar="SIZE",
    help="How much a file may hold, expanded, such as 500MB; by default 64MiB, or four times as much for parts.",
)
@click.version_option(package_name="relupoly", message="%(package)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, max_size: int | None) -> None:
    """Exact answers about ReLU networks: counts that are proved, not estimated.

    Results go to stdout, narration to stderr. A file "-" is standard input or output. Variables set defaults:
    RELUPOLY_COUNT_PIECES_NOTION=closed is --notion closed for count-pieces.
    """
    if max_size is not None:
        from relupoly.files.sizes import size_limit

        ctx.with_resource(size_limit(max_size))
