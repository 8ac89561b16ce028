"""Write docs/cli.md, the reference of the command line, from what `--help` says: the two cannot differ.

Run as `make docs`. A test fails when the file is out of date or a command is missing from it.
"""

from __future__ import annotations

from pathlib import Path

import click

from relupoly_cli.main import COMMANDS, cli

TARGET = Path(__file__).with_name("cli.md")
WIDTH = 100

OPENING = """\
# Command line

This page is written by `make docs` from what `--help` says. Do not edit it.

Results go to stdout, everything else to stderr. Each option has a variable that sets its default, named after the command
and the option: `RELUPOLY_COUNT_PIECES_NOTION=closed`. For completion with TAB, put one of these lines where your shell
starts:

```
eval "$(_RELUPOLY_COMPLETE=bash_source relupoly)"       # bash, in ~/.bashrc
eval "$(_RELUPOLY_COMPLETE=zsh_source relupoly)"        # zsh, in ~/.zshrc
_RELUPOLY_COMPLETE=fish_source relupoly | source        # fish, in ~/.config/fish/config.fish
```
"""

MERGE_KEYS = {
    "file": "null",
    "parts": "the files that were merged, a list",
    "missing": "the shards and tasks that no part holds, in words, a list",
}

COUNT_KEYS = {
    "schema": "the version of these keys, 1",
    "file": "the network file as it was given",
    "pieces": "the count under the chosen notion (`open` with `--notion all`); null where that needs all cells and the count "
    "was stopped",
    "notion": "the notion of `pieces`",
    "counts": "an object with the count under each notion that was computed",
    "domain": "the domain, in words",
    "input_dim": "the number of inputs",
    "widths": "the widths of the hidden layers, a list",
    "cells": "the number of full-dimensional activation cells that were seen",
    "complete": "whether these were all",
    "stopped": 'why not: "limit", "deadline" or "interrupted"; from merge also "parts", if some are missing; else null',
    "certified": "whether every sign that the counts rest on was proved",
    "exact_predicates": "how many of these signs machine arithmetic could not decide",
    "seconds": "how long the count took",
    "check": "with `--check`: an object with `complete`, and `counts` and `agrees` or else `stopped`",
}


def reference() -> str:
    """The text of the page."""
    context = cli.make_context("relupoly", [], resilient_parsing=True, terminal_width=WIDTH)
    sections = [OPENING, block("relupoly", cli.get_help(context))]
    for name in sorted(COMMANDS):
        command = cli.get_command(context, name)
        assert isinstance(command, click.Command)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        sections.append(block(f"relupoly {name}", command.get_help(inner)))
        if name == "count-pieces":
            several = 'With `--jsonl`, a network that cannot be read gives `{"file": ..., "error": ...}`.'
            sections.append(keys("The JSON of count-pieces", several, COUNT_KEYS))
        if name == "merge":
            sections.append(keys("The JSON of merge", "The keys are those of count-pieces, but for these.", MERGE_KEYS))
    return "\n".join(sections)


def block(title: str, text: str) -> str:
    """A section that shows a text as it is."""
    return f"## {title}\n\n```\n{text.rstrip()}\n```\n"


def keys(title: str, remark: str, meanings: dict[str, str]) -> str:
    """A section that explains the keys of a document."""
    rows = "\n".join(f"| `{key}` | {meaning} |" for key, meaning in meanings.items())
    return f"### {title}\n\nIntegers beyond 2^53 are strings. {remark}\n\n| key | meaning |\n|---|---|\n{rows}\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
