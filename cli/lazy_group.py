"""A group of commands that are known by name before they are loaded."""

from __future__ import annotations

import click


class LazyGroup(click.Group):
    """A group whose `list_commands` names all commands; an unknown name suggests the nearest one."""

    noun = "command"

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            import difflib

            longer = [one for one in known if one.startswith(name)]
            near = longer or difflib.get_close_matches(name, known, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else f"; give one of {', '.join(known)}"
            ctx.fail(f'no {self.noun} "{name}"{hint}')
        return super().resolve_command(ctx, args)


def name_variables(command: click.Command, name: str) -> None:
    """Let RELUPOLY_COUNT_PIECES_NOTION set the default of --notion in count-pieces, and so on.

    click's own names for such variables come from the parameters that hold the values, which nobody sees.
    """
    for option in command.params:
        if isinstance(option, click.Option):
            long = next(text for text in option.opts if text.startswith("--"))
            option.envvar = f"relupoly_{name}_{long[2:]}".replace("-", "_").upper()
