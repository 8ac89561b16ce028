"""`relupoly hard FAMILY`: one network of a family of hard functions, its formula, or many networks in a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relupoly.constructions.family import Family, Parameter
from relupoly.errors import FileFormatError

from ..arguments.collisions import check_distinct
from ..arguments.options import TableOptions
from ..completion.kinds import FOLDER, FORMATS, GENERATORS, NETWORK_FORMAT, NEW_NETWORK
from ..exit_codes import INTERRUPTED
from ..output.narration import OPTIONS
from ..output.printing import tell
from ..output.report import Report
from ..output.terminal import check_terminal
from ..process.long_work import LongWork
from ..reports.hard import collection_report, explained, formulas_report, network_document, option_of, summary
from .represent_result import check_network_output, native, unwritten

if TYPE_CHECKING:
    from relupoly.constructions.grid import Grid
    from relupoly.constructions.grid import Path as PathOfNets

MOST_FILES = 10_000  # more are rather a slip in --grid than meant; --yes says that they are

_METAVARS = {
    "integer": "N",
    "positive": "P/Q",
    "not-negative": "P/Q",
    "breakpoints": "LISTS",
    "generators": "M|FILE",
    "widths": "N,N,...",
    "range": "LO..HI",
}


@dataclass(frozen=True)
class Wanted:
    """What the options that all families share ask for: one network, its formulas, or many networks."""

    output: str | None
    format_name: str | None
    rounding: bool
    symbolic: bool
    grid: str | None
    vary: str | None
    out_dir: str | None
    yes: bool
    force: bool
    as_json: bool
    as_csv: bool
    quiet: bool
    no_progress: bool

    @property
    def about(self) -> TableOptions:
        """How what is told of a network is told, which itself goes elsewhere."""
        return TableOptions(as_json=self.as_json, quiet=self.quiet, no_progress=self.no_progress, as_csv=self.as_csv)


def family_command(family: Family) -> click.Command:
    """The command of a family: an option for each of its parameters, and those that all families share."""

    def make(**options: Any) -> None:
        given = {one.name: value for one in family.parameters if (value := options.pop(one.name)) is not None}
        _make(family, given, Wanted(**options))

    return click.Command(
        family.name,
        callback=make,
        params=[*map(_option, family.parameters), *_shared(family)],
        help=f"{family.question}\n\n{family.theorem}",
        short_help=family.question,
        epilog=_examples(family),
    )


def _option(parameter: Parameter) -> click.Option:
    names = [option_of(parameter.name), parameter.name]
    kind = GENERATORS if parameter.kind == "generators" else None
    return click.Option(names, type=kind, metavar=_METAVARS[parameter.kind], help=explained(parameter))


def _shared(family: Family) -> list[click.Parameter]:
    """The options of every family."""
    number = next((one for one in family.parameters if one.varies), None)
    target = number and (f"{number.entry}.1.2" if number.entry else number.name)
    for_vary = f", such as {target}=1/4:3/4:9" if target else ""
    return [
        click.Option(
            ["--output", "-o"], type=NEW_NETWORK, metavar="FILE", help="Write the network to a file instead of stdout."
        ),
        click.Option(
            ["--format", "format_name"],
            type=NETWORK_FORMAT,
            metavar="NAME",
            help=f"Its format, whatever the suffix: {FORMATS}.",
        ),
        click.Option(
            ["--round", "rounding"], is_flag=True, help="Write the nearest double where the format cannot hold a number."
        ),
        click.Option(["--symbolic"], is_flag=True, help="Print the function as formulas of sympy instead."),
        click.Option(
            ["--grid"],
            metavar="AXES",
            help='Write a network for each combination, such as "width=2..5,depth=1..4"; values are LO..HI or A|B|...',
        ),
        click.Option(["--vary"], metavar="PARAM=A:B:STEPS", help=f"Write so many networks, PARAM going from A to B{for_vary}."),
        click.Option(
            ["--out-dir"],
            type=FOLDER,
            metavar="DIR",
            help="Where --grid and --vary write, and a manifest.jsonl; run again to go on.",
        ),
        click.Option(["--yes"], is_flag=True, help=f"Let --grid or --vary write more than {MOST_FILES:,} files."),
        click.Option(["--force"], is_flag=True, help="Overwrite files."),
        click.Option(["--json", "as_json"], is_flag=True, help="Report parameters, claims and bounds in one JSON document."),
        click.Option(["--csv", "as_csv"], is_flag=True, help="With --grid and --vary: list the networks and claims in CSV."),
        *(click.Option(names, **settings) for names, settings in OPTIONS),
    ]


def _examples(family: Family) -> str:
    command = f"relupoly hard {family.name}"
    return f"\b\nExamples:\n  {command} {family.example} --output net.json\n  {command} {family.example} --symbolic\n"


def _make(family: Family, given: dict[str, str], wanted: Wanted) -> None:
    """Do what is wanted with the family's parameters that were given, by their names."""
    _check_modes(wanted)
    if wanted.grid is not None or wanted.vary is not None:
        _write_many(family, given, wanted)
    elif wanted.symbolic:
        _print_formulas(family, given, wanted)
    else:
        _write_one(family, given, wanted)


def _check_modes(wanted: Wanted) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    click.UsageError
        It names them.
    """
    asked = {"--symbolic": wanted.symbolic, "--grid": wanted.grid is not None, "--vary": wanted.vary is not None}
    modes = [name for name, there in asked.items() if there]
    if len(modes) > 1:
        raise click.UsageError(f"{' and '.join(modes)} exclude each other")
    many = modes and modes[0] != "--symbolic"
    if many and wanted.out_dir is None:
        raise click.UsageError(f"{modes[0]} writes many files; say where with --out-dir DIR")
    if not many and wanted.out_dir is not None:
        raise click.UsageError("--out-dir is for --grid and --vary; give one of them, or --output FILE")
    if many and wanted.output is not None:
        raise click.UsageError(f"{modes[0]} writes many files; give --out-dir DIR alone, without --output")
    if not many and wanted.as_csv:
        raise click.UsageError("--csv is for --grid and --vary, which make a table; --json tells of one network")
    if not modes and wanted.as_json and wanted.output in (None, "-"):
        raise click.UsageError("--json reports on stdout, where the network goes; give --output FILE")


def _files(family: Family, given: dict[str, str]) -> dict[str, str]:
    """The parameters that name files, if they do."""
    return {option_of(one.name): given[one.name] for one in family.parameters if one.kind == "generators" and one.name in given}


def _write_one(family: Family, given: dict[str, str], wanted: Wanted) -> None:
    from relupoly.constructions.encoding import encode_hard
    from relupoly.constructions.hard import hard
    from relupoly.files.streams import write_bytes

    answers = wanted.about.answers()
    target = wanted.output or "-"
    check_distinct(_files(family, given), {"--output": target})
    check_network_output(target, wanted.format_name, wanted.force)
    made = hard(family.name, **given)
    check_terminal(target, wanted.format_name, made.network)
    net, data = encode_hard(made, target, wanted.format_name, wanted.rounding)
    document = network_document(net, target)
    with answers.keeping():
        try:
            write_bytes(target, data, wanted.force)
        except FileFormatError:
            document = unwritten(document, "file", net.network)
            if not wanted.as_json:
                click.echo(native(net.network))
            raise
    answers.give(Report(lambda: document, list))
    if not wanted.quiet:
        tell(summary(net))
    answers.finish()


def _print_formulas(family: Family, given: dict[str, str], wanted: Wanted) -> None:
    from relupoly.constructions.hard import hard
    from relupoly.constructions.symbolic import symbolic

    check_distinct(_files(family, given), {"--output": wanted.output})
    answers = replace(wanted.about, output_file=wanted.output, force=wanted.force).answers()
    net = hard(family.name, **given)
    answers.give(formulas_report(net, symbolic(net)))
    answers.finish()


def _write_many(family: Family, given: dict[str, str], wanted: Wanted) -> None:
    from relupoly.constructions.collection import write_collection

    work = LongWork()
    answers = work.answering(wanted.about)
    members = _members(family, given, wanted)
    if members.size > MOST_FILES and not wanted.yes:
        what = "grid" if wanted.grid is not None else "path"
        raise click.UsageError(f"the {what} has {members.size:,} networks; give --yes to write more than {MOST_FILES:,} files")
    assert wanted.out_dir is not None
    with work.run_on(wanted.out_dir) as whole, answers.watching(whole, "files", members.size) as run:
        done = write_collection(members, Path(wanted.out_dir), wanted.format_name or "json", wanted.rounding, wanted.force, run)
    answers.give(collection_report(done, wanted.out_dir, family.name, members.size))
    if not done.complete:
        answers.say("stopped by Ctrl-C; run it again to go on")
        answers.note(INTERRUPTED)
    answers.finish()


def _members(family: Family, given: dict[str, str], wanted: Wanted) -> Grid | PathOfNets:
    from relupoly.constructions.grid import parse_grid, parse_path

    if wanted.grid is not None:
        return parse_grid(family.name, wanted.grid, given)
    assert wanted.vary is not None
    return parse_path(family.name, wanted.vary, given)
