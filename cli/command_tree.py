"""The tree of commands: what is found under some names, and all commands in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click


def find(root: click.Context, names: Sequence[str]) -> click.Context:
    """The context of the command that some names lead to, without its arguments.

    Parameters
    ----------
    root : click.Context
        That of the program.
    names : sequence of str
        Such as "hard", "sawtooth"; none for the program itself.

    Raises
    ------
    click.UsageError
        If there is no such command.
    """
    context = root
    for name in names:
        group = context.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f'{context.command_path} has no commands, so no "{name}"', root)
        _, command, _ = group.resolve_command(context, [name])
        if command is None:
            raise click.UsageError(f'{context.command_path} has no command "{name}"', root)
        context = context_of(command, name, context)
    return context


def context_of(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    """The context of a command, without its arguments; its help is as wide as that of the program."""
    return click.Context(command, parent=parent, info_name=name, **command.context_settings)


def names_below(root: click.Context, names: Sequence[str]) -> list[str]:
    """The names of the commands of a group; empty where there is no such group."""
    try:
        context = find(root, names)
    except click.UsageError:
        return []
    return context.command.list_commands(context) if isinstance(context.command, click.Group) else []


def every(context: click.Context) -> Iterator[click.Context]:
    """The contexts of a command and of all below it, each before those below it."""
    yield context
    group = context.command
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None and not command.hidden:
                yield from every(context_of(command, name, context))
