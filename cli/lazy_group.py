"""A group of commands that are known by name before they are loaded."""

from __future__ import annotations

import click

from .context import OwnContext


class LazyGroup(click.Group):
    """A group whose `list_commands` names all commands; an unknown name suggests the nearest one."""

    noun = "command"
    common = False  # whether names of other programs are understood

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; an option of a command that stands before it is told its place."""
        words = list(args)  # the parser takes them away
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            from .misplaced import for_a_command, without_a_command

            told = for_a_command(ctx, words, error.option_name)
            if not told and all(word.startswith("-") for word in words):
                told = without_a_command(ctx, error.option_name)
            if told:
                raise click.UsageError(told, ctx) from None
            raise

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            from .suggestions import hint

            ctx.fail(f'no {self.noun} "{name}"{hint(name, known, self.common)}')
        return super().resolve_command(ctx, args)


def name_variables(command: click.Command, name: str) -> None:
    """Let RELUPOLY_COUNT_PIECES_NOTION set the default of --notion in count-pieces, and so on; and a config file likewise.

    click's own names for such variables come from the parameters that hold the values, which nobody sees.
    """
    command.context_class = OwnContext
    for option in command.params:
        if isinstance(option, click.Option):
            long = next(text for text in option.opts if text.startswith("--"))
            option.envvar = f"relupoly_{name}_{long[2:]}".replace("-", "_").upper()
