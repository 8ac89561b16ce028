"""The command `relupoly`: a table of commands, loaded when asked for, and the one place that turns errors into exit codes.

`relupoly --help` and completion import click and nothing heavy: a command's file imports the library inside its function.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from relupoly.errors import RelupolyError

from .arguments.option_values import read_size
from .completion.kinds import FileName
from .context import OwnContext, choose_config, with_origins
from .exit_codes import INPUT, INTERRUPTED, NO_READER, PARTIAL
from .lazy_group import LazyGroup, name_variables
from .output import log
from .output.printing import tell, tell_misuse
from .process.time_limit import start_clock
from .process.unbegun import line_of
from .summaries import SUMMARIES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from .process.program import Interruption

COMMANDS = {
    "analyze": "analyze",
    "arrangement": "arrangement",
    "batch": "batch",
    "bounds": "bounds",
    "check": "check",
    "completion": "completion",
    "convert": "convert",
    "count-pieces": "count_pieces",
    "demo": "demo",
    "equal": "equal",
    "evaluate": "evaluate",
    "gap": "gap",
    "hard": "hard",
    "help": "help",
    "info": "info",
    "man": "man",
    "merge": "merge",
    "plot": "plot",
    "regions": "regions",
    "represent": "represent",
    "schema": "schema",
    "setup": "setup",
    "train": "train",
    "zonotope": "zonotope",
}

COMPLETE = "_RELUPOLY_COMPLETE"
"""The variable by which a shell asks for completions; click knows it by this name."""

EPILOG = """\b
Exit codes:
  0    complete
  1    a bug; a line names the file to report it with
  2    usage
  3    input that cannot be read or is not supported, output that cannot be written, a cluster out of reach
  4    a limit or deadline was hit, and the partial answer was printed; or memory did not suffice
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

    common = True
    context_class = OwnContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__package__}.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, COMMANDS[cmd_name])
        name_variables(command, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all commands as click does, without importing them."""
        room = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._listed(ctx, name).get_short_help_str(room)) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, or an option, as click does, without importing the commands."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=self._listed(ctx, name).get_short_help_str()) for name in names]
        return items + click.Command.shell_complete(self, ctx, incomplete)

    def _listed(self, ctx: click.Context, name: str) -> click.Command:
        """A command of that name that is good for lists of commands; one without a summary is imported."""
        found = click.Command(name, help=SUMMARIES[name]) if name in SUMMARIES else self.get_command(ctx, name)
        assert found is not None
        return found

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; what click has to say is printed as plain text."""
        if COMPLETE in os.environ:
            from .completion.shells import register

            register()
        with log.of_command(list(sys.argv[1:] if args is None else args)):
            try:
                code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            except click.ClickException as error:
                if not standalone_mode:
                    raise
                tell_misuse(error)
                code = error.exit_code
            if standalone_mode:
                sys.exit(code if isinstance(code, int) else 0)
            return code

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line as far as the name of the command; --help ends here."""
        with outcomes():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of the library becomes one line on stderr and its exit code."""
        start_clock(ctx)
        with outcomes(ctx.obj, ctx):
            return super().invoke(ctx)


@contextlib.contextmanager
def outcomes(interruption: Interruption | None = None, context: click.Context | None = None) -> Iterator[None]:
    """Turn errors into a line on stderr and an exit code; what is not foreseen here is a bug, and goes on.

    Parameters
    ----------
    interruption : Interruption, optional
        Knows whether Ctrl-C was pressed: what it hit may have turned it into another error.
    context : click.Context, optional
        Knows where the values of options come from of which an error may speak.
    """
    try:
        yield
    except (click.exceptions.Exit, click.Abort, click.ClickException):
        raise
    except (Exception, KeyboardInterrupt) as error:
        pressed = interruption is not None and interruption.seen
        ending = ending_of(KeyboardInterrupt() if pressed else error)
        if ending is None:
            raise
        code, line = ending
        if line:
            tell(with_origins(line, context))
        raise click.exceptions.Exit(code) from None


def ending_of(error: BaseException) -> tuple[int, str] | None:
    """The exit code of an error and what is said of it; None for a bug."""
    if isinstance(error, RelupolyError):
        return error.exit_code, line_of(error)
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "Interrupted."
    if isinstance(error, MemoryError):
        return PARTIAL, "Error: there is not enough memory for this; ask for less, or free some"
    if isinstance(error, BrokenPipeError):
        leave_stdout()
        return NO_READER, ""
    if isinstance(error, OSError) and error.filename is None:
        # Files that cannot be read or written are errors of the library: what is left is stdout.
        leave_stdout()
        return INPUT, f"Error: standard output cannot be written ({error.strerror}); send it elsewhere"
    return None


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
    "--config",
    type=FileName("toml"),
    callback=choose_config,
    is_eager=True,
    expose_value=False,
    envvar="RELUPOLY_CONFIG",
    metavar="FILE",
    help="A file that sets defaults of options; by default relupoly.toml, or [tool.relupoly] in pyproject.toml, here or above.",
)
@click.option(
    "--max-size",
    callback=read_size,
    envvar="RELUPOLY_MAX_SIZE",
    metavar="SIZE",
    help="How much a file may hold, expanded, such as 500MB; by default 64MiB, or four times as much for parts.",
)
@click.version_option(None, "-V", "--version", package_name="relupoly", message="%(package)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, max_size: int | None) -> None:
    """Exact answers about ReLU networks: counts that are proved, not estimated.

    Results go to stdout, narration to stderr. A file "-" is standard input or output. Variables set defaults:
    RELUPOLY_COUNT_PIECES_NOTION=closed is --notion closed for count-pieces.
    """
    if max_size is not None:
        from relupoly.disk.sizes import size_limit

        ctx.with_resource(size_limit(max_size))
