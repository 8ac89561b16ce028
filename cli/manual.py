r"""Pages of the manual, in the language of man, from what `--help` says.

Each command has a page, with all that its help says, examples and exit codes included. What a help text holds is escaped: a
line may begin with ".tsv", which man would take for a request, and a hyphen must stay one that can be copied.
"""

from __future__ import annotations

import inspect
import re

import click

MARK = '.\\" Written by relupoly man, which replaces this file.'
"""The first line of a page, by which it is known again."""

_SPECIAL = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}

_SECTIONS = {"EXIT CODES": "EXIT STATUS", "EXAMPLE": "EXAMPLES"}  # what other manuals call them


def page(context: click.Context, version: str) -> str:
    """The page of a command.

    Parameters
    ----------
    context : click.Context
        That of the command.
    version : str
        The version of the program.
    """
    command = context.command
    name = page_name(context)
    text = inspect.cleandoc(command.help or "").partition("\f")[0]
    question, _, rest = text.partition("\n\n")
    lines = [
        MARK,
        f'.TH "{_plain(name.upper())}" 1 "" "relupoly {_plain(version)}" "relupoly"',
        ".SH NAME",
        f"{_plain(name)} \\- {_plain(' '.join(question.split()))}",
        ".SH SYNOPSIS",
        f".B {_plain(context.command_path)}",
        _plain(" ".join(command.collect_usage_pieces(context))),
    ]
    if rest:
        lines += [".SH DESCRIPTION", *paragraphs(rest)]
    records = [record for option in command.get_params(context) if (record := _record(option, context))]
    if records:
        lines.append(".SH OPTIONS")
        for names, told in records:
            lines += [".TP", f".B {_plain(names)}", _plain(" ".join(told.split()))]
    lines += _commands(context)
    if variables := _variables(context):
        lines += [".SH ENVIRONMENT", *variables]
    lines += paragraphs(inspect.cleandoc(command.epilog or ""))
    return "\n".join([*lines, *_see_also(context), ""])


def page_name(context: click.Context) -> str:
    """What the page of a command is called."""
    return context.command_path.replace(" ", "-")


def paragraphs(text: str) -> list[str]:
    r"""A text in paragraphs, as click has them: one that begins with \b stands as it is, and its heading is a section.

    Examples
    --------
    >>> paragraphs("Formats are\n.tsv and .csv.\n\n\b\nExamples:\n  relupoly info a")
    ['.PP', 'Formats are .tsv and .csv.', '.SH EXAMPLES', '.nf', 'relupoly info a', '.fi']
    """
    lines: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", text.strip("\n")):
        if paragraph.startswith("\b"):
            heading, *rest = paragraph.lstrip("\b").strip("\n").split("\n")
            section = heading.rstrip(":").upper()
            lines += [f".SH {_plain(_SECTIONS.get(section, section))}", ".nf"]
            lines += [*map(_plain, inspect.cleandoc("\n".join(rest)).split("\n")), ".fi"]
        elif paragraph.strip():
            lines += [".PP", _plain(" ".join(paragraph.split()))]
    return lines


def _record(option: click.Parameter, context: click.Context) -> tuple[str, str] | None:
    return option.get_help_record(context) if isinstance(option, click.Option) else None


def _commands(context: click.Context) -> list[str]:
    group = context.command
    if not isinstance(group, click.Group):
        return []
    lines = [".SH COMMANDS"]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        question = " ".join((command.help or "").partition("\n\n")[0].split())
        lines += [".TP", f".B {_plain(f'{page_name(context)}-{name}(1)')}", _plain(question)]
    return lines


def _variables(context: click.Context) -> list[str]:
    """The variables that set defaults, with the options that they stand for."""
    lines = []
    for option in context.command.params:
        if isinstance(option, click.Option) and isinstance(option.envvar, str):
            lines += [".TP", f".B {_plain(option.envvar)}", f"sets {_plain(max(option.opts, key=len))}."]
    return lines


def _see_also(context: click.Context) -> list[str]:
    parent = context.parent
    if parent is None:
        return []
    return [".SH SEE ALSO", f".BR {_plain(page_name(parent))} (1)"]


def _plain(text: str) -> str:
    r"""A text that man shows as it is.

    Examples
    --------
    >>> print(_plain(".tsv, or a\\b-c"))
    \&.tsv, or a\eb\-c
    """
    escaped = "".join(_SPECIAL.get(one, one) for one in text)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
