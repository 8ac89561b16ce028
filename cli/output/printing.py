"""What reaches a terminal: lines of our own, in which what files and arguments say is shown, never obeyed.

All output of the commands goes through here. A text is a sequence of lines, each escaped as a whole: so a line feed in the
name of a file or a column cannot begin a line, whatever it is part of.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TypeAlias

import click

from relupoly.plain_text import plain_text

from . import log

Lines: TypeAlias = "str | Sequence[str]"


def plain_lines(text: Lines) -> str:
    """Lines as they are printed; a text alone is one line."""
    return "\n".join(map(plain_text, [text] if isinstance(text, str) else text))


def show(text: Lines) -> None:
    """Print lines to stdout."""
    click.echo(plain_lines(text))


def tell(text: Lines) -> None:
    """Print lines to stderr, and to the log; where stderr cannot be written, there is nobody to complain to."""
    log.write(*([text] if isinstance(text, str) else text))
    if sys.stderr is None:  # where it was closed before Python began; old versions of click do not ask
        return
    with contextlib.suppress(OSError, ValueError):
        click.echo(plain_lines(text), err=True)


def tell_misuse(error: click.ClickException) -> None:
    """Print what click has to say about a command line, as click does."""
    from ..context import blamed, with_origins

    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        # New versions of click show the help of a group without arguments in this way; all of it is ours.
        with contextlib.suppress(OSError, ValueError):
            error.show()
        return
    if line := blamed(error):
        tell(f"Error: {line}")
        return
    if context is not None:
        tell(context.get_usage().split("\n"))
        if context.command.get_help_option(context) is not None:
            tell(f"Try '{context.command_path} {max(context.help_option_names, key=len)}' for help.\n".split("\n"))
    tell(with_origins(f"Error: {_message(error)}", context))


def for_several_values(error: click.BadOptionUsage) -> str | None:
    """What is said of an option that takes several values, and has fewer; None for other options."""
    if error.ctx is None:
        return None
    for one in error.ctx.command.params:
        if isinstance(one, click.Option) and error.option_name in one.opts and one.nargs > 1:
            return f"{error.option_name} takes {one.nargs} values: {error.option_name} {one.make_metavar(error.ctx)}"
    return None


def _message(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        from ..misplaced import for_the_program

        if told := for_the_program(error):
            return told
    if isinstance(error, click.BadOptionUsage) and (told := for_several_values(error)):
        return told
    return error.format_message()
