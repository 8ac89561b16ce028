"""Write docs/cli.md, the reference of the command line, from what `--help` says: the two cannot differ.

Run as `make docs`. A test fails when the file is out of date or a command is missing from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import click

from relupoly_cli.main import COMMANDS, cli
from relupoly_cli.schema_files import schema_of

TARGET = Path(__file__).with_name("cli.md")
WIDTH = 100

OPENING = """\
# Command line

This page is written by `make docs` from what `--help` says. Do not edit it.

Results go to stdout, everything else to stderr. Each option has a variable that sets its default, named after the command
and the option: `RELUPOLY_COUNT_PIECES_NOTION=closed`. `relupoly completion` makes TAB
complete commands, options, choices and files, and `relupoly man` installs what stands here as pages of the manual.

A config file sets defaults, too: `relupoly.toml`, or `[tool.relupoly]` in `pyproject.toml`, in the current folder or above it,
up to that of a repository or the home folder; `--config FILE` or `RELUPOLY_CONFIG` names another one. The command line goes
before variables, these before the file, a section before what stands at the top:

```toml
jobs = 4                            # for all commands that have --jobs

[count-pieces]
notion = "closed"
domain = ["left.json", "right.json"]        # from the folder of this file

[hard.sawtooth]
width = 3
```

Options that let something be written or overwritten (`output`, `force`, `checkpoint`, ...) or that reach for the network
(`scheduler`) are refused there: a folder may come from anybody. So a config file that was found is passed over, with a warning,
where it, or a link that leads to it, belongs to another user, or everybody can write it.
"""


@dataclass(frozen=True)
class Table:
    """A table of the keys of a document, by the schema of a command.

    Attributes
    ----------
    title : str
    command : str
    definition : str
        The part of the schema that describes the document.
    remark : str
    inner : dict
        Keys whose own keys follow in the table, with the parts of the schema that describe these.
    only : tuple of str
        The keys that are shown, if these are not all.
    """

    title: str
    command: str
    definition: str = "document"
    remark: str = ""
    inner: dict[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()

    def text(self) -> str:
        """The section with the table."""
        rows = "\n".join(f"| `{key}` | {meaning} |" for key, meaning in self.meanings().items())
        remark = f"Integers beyond 2^53 are strings. {self.remark}".rstrip()
        return f"### {self.title}\n\n{remark}\n\n| key | meaning |\n|---|---|\n{rows}\n"

    def meanings(self, definition: str | None = None) -> dict[str, str]:
        """What the keys mean."""
        found = {}
        for key, value in schema_of(self.command)["$defs"][definition or self.definition]["properties"].items():
            if not self.only or key in self.only:
                found[key] = value["description"]
            if key in self.inner:
                found |= self.meanings(self.inner[key])
        return found


SEVERAL = (
    'With `--jsonl`, a network that cannot be read gives `{"file": ..., "error": ...}`. With `--each` and `--json` '
    "there is one document with `schema`, `file`, `complete` (whether all counts are), and those of all counts in "
    "`each`."
)
TABLES = {
    "arrangement": [
        Table("The JSON of arrangement", "arrangement"),
        Table("The lines of arrangement --cells", "arrangement", "region"),
    ],
    "batch": [
        Table(
            "The results of batch",
            "batch",
            "job",
            "A line for each job. With `--csv`, a column for each value of `result`, such as `result.counts.open`.",
        )
    ],
    "bounds": [Table("The JSON of bounds", "bounds")],
    "check": [Table("The JSON of check", "check")],
    "count-pieces": [Table("The JSON of count-pieces", "count-pieces", "count", SEVERAL)],
    "demo": [Table("The JSON of demo", "demo")],
    "equal": [Table("The JSON of equal", "equal", remark="Rationals are texts.")],
    "evaluate": [Table("The JSON of evaluate", "evaluate", remark="Rationals are texts.", inner={"rows": "row"})],
    "gap": [Table("The JSON of gap", "gap", inner={"rows": "row"})],
    "hard": [
        Table("The JSON of hard FAMILY", "hard", "network", "It tells of one network, which `--output` has written."),
        Table("The JSON of hard FAMILY --symbolic", "hard", "formulas"),
        Table("The JSON of hard FAMILY --grid and --vary", "hard", "collection"),
        Table("The JSON of hard --list", "hard", "families", inner={"families": "family"}),
        Table(
            "The JSON of hard verify",
            "hard verify",
            "network",
            "With `--jsonl`, a line for each network; with `--json`, one document with all of them in `files`, and `networks`, "
            "`agree` and `differ`: how many there are, and of how many all claims are true, or some are not.",
        ),
        Table("What hard claims of a network", "hard", "claims", "They stand in the file, under `metadata`."),
    ],
    "analyze": [
        Table(
            "The JSON of analyze",
            "analyze",
            remark="Rationals are texts.",
            inner={
                "lipschitz": "lipschitz",
                "parts": "lipschitz_part",
                "max": "extremum",
                "moments": "moments",
                "shape": "shape",
                "stable": "stable",
                "distribution": "distribution",
                "layers": "layer",
                "compressed": "compressed",
            },
        ),
        Table("The JSON of analyze --property", "analyze", "verdict", "Rationals are texts."),
        Table(
            "The JSON of analyze --robust",
            "analyze",
            "robustness",
            "Rationals are texts.",
            {"points": "robust_point", "radii": "radius"},
        ),
    ],
    "info": [Table("The JSON of info", "info")],
    "merge": [
        Table(
            "The JSON of merge",
            "merge",
            "count",
            "The keys are those of count-pieces, but for `check`, and these.",
            only=("file", "stopped", "parts", "missing"),
        )
    ],
    "represent": [Table(f"The JSON of represent {name}", f"represent {name}") for name in ("univariate", "max-affine", "net")],
    "regions": [Table("The JSON of regions", "regions", remark="Rationals are texts.", inner={"records": "record"})],
    "setup": [Table("The JSON of setup", "setup")],
    "train": [
        Table("The JSON of train", "train", remark="With `--jsonl`, one line for each width; `--csv` has the same names.")
    ],
    "zonotope": [Table("The JSON of zonotope", "zonotope")],
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
        if isinstance(command, click.Group):
            sections.extend(subcommands(command, inner))
        sections.extend(table.text() for table in TABLES.get(name, ()))
    return "\n".join(sections)


def subcommands(group: click.Group, context: click.Context) -> list[str]:
    """A section for each command of a group."""
    sections = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, click.Command)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        sections.append("#" + block(f"relupoly {group.name} {name}", command.get_help(inner)))
    return sections


def block(title: str, text: str) -> str:
    """A section that shows a text as it is."""
    return f"## {title}\n\n```\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
