"""Options that stand where only another command has them: what is said of the place where they belong."""

from __future__ import annotations

from collections.abc import Sequence

import click

from .command_tree import context_of


def for_a_command(context: click.Context, words: Sequence[str], option: str) -> str | None:
    """What is said of an option that stands before the command which has it; None where no command that follows has it.

    Parameters
    ----------
    context : click.Context
        That of the group before whose commands the option stands.
    words : sequence of str
        What follows the name of the group.
    option : str
    """
    inner, path = context, None
    for word in words:
        group = inner.command
        if not isinstance(group, click.Group):
            break
        if word not in group.list_commands(inner) or (command := group.get_command(inner, word)) is None:
            continue
        inner = context_of(command, word, inner)
        if _has(inner, option):
            path = inner.command_path
    return path and f"{option} is an option of {path.partition(' ')[2]}; it stands after the command: {path} {option} ..."


def without_a_command(context: click.Context, option: str) -> str | None:
    """What is said of an option of some command where none is named; None where no command has it."""
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and _has(context_of(command, name, context), option):
            return (
                f"{option} is an option of {name}, for example, and no {getattr(group, 'noun', 'command')} is named; "
                f"it stands after the command: {context.command_path} {name} ... {option}"
            )
    return None


def for_the_program(error: click.NoSuchOption) -> str | None:
    """What is said of an option of the program that stands after a command; None for other options."""
    root = None if error.ctx is None else error.ctx.find_root()
    if root is None or error.ctx is root or not _has(root, error.option_name):
        return None
    return f"{error.option_name} is an option of {root.info_name} itself; it stands before the command"


def _has(context: click.Context, option: str) -> bool:
    return any(option in (*one.opts, *one.secondary_opts) for one in context.command.get_params(context))
