"""Options about what is told on stderr, and whether details are: `--verbose`, `--log`, `--quiet` and `--no-progress`."""

from __future__ import annotations

from typing import Any

import click

from ..completion.kinds import FileName
from . import log

_VERBOSE = "relupoly.verbose"


def is_verbose() -> bool:
    """Whether the command that runs is to tell what it chooses."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_VERBOSE))


def _set_verbose(context: click.Context, option: click.Parameter, given: bool) -> None:
    context.meta[_VERBOSE] = given


OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("--verbose", "-v"),
        {
            "is_flag": True,
            "expose_value": False,
            "callback": _set_verbose,
            "help": "Say on stderr, too, what was chosen and why: arithmetic, compiled code, threads, defaults.",
        },
    ),
    (("--quiet", "-q"), {"is_flag": True, "help": "Nothing on stderr but errors."}),
    (("--no-progress",), {"is_flag": True, "help": "No progress on stderr."}),
    (
        ("--log",),
        {
            "type": FileName("log", written=True),
            "is_eager": True,
            "expose_value": False,
            "callback": log.start,
            "metavar": "FILE",
            "help": "Append to FILE what goes to stderr, each line with the time; with --quiet what would go there.",
        },
    ),
]
"""The names and settings of the options; what --log and --verbose say, nobody has to hand on."""
