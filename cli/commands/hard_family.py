"""`relupoly hard FAMILY`: one network of a family of hard functions, its formula, or many networks in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relupoly.constructions.family import Family, Parameter
from relupoly.errors import FileFormatError

from ..answers import INTERRUPTED, Answers
from ..collisions import check_distinct
from ..interrupts import Interrupts
from ..printing import tell
from ..reports.count import counted
from .hard import SCHEMA, explained, option_of
from .represent_result import check_network_output, native, unwritten

if TYPE_CHECKING:
    from relupoly.constructions.grid import Grid
    from relupoly.constructions.grid import Path as PathOfNets
    from relupoly.constructions.hard_net import HardNet

MOST_FILES = 10_000

_SHOWN_DIGITS = 20
_SHOWN_LAYERS = 12

_METAVARS = {
    "integer": "N",
    "positive": "P/Q",
    "not-negative": "P/Q",
    "breakpoints": "LISTS",
    "generators": "M|FILE",
    "widths": "N,N,...",
    "range": "LO..HI",
}


def family_command(family: Family) -> click.Command:
    """The command of a family: an option for each of its parameters, and those that all families share."""
    return click.Command(
        family.name,
        callback=lambda **options: _run(family, options),
        params=[*map(_option, family.parameters), *_shared(family)],
        help=f"{family.question}\n\n{family.theorem}",
        short_help=family.question,
        epilog=_examples(family),
    )


def _option(parameter: Parameter) -> click.Option:
    names = [option_of(parameter.name), parameter.name]
    return click.Option(names, metavar=_METAVARS[parameter.kind], help=explained(parameter))


def _shared(family: Family) -> list[click.Parameter]:
    """The options of every family."""
    number = next((one for one in family.parameters if one.varies), None)
    target = number and (f"{number.entry}.1.2" if number.entry else number.name)
    for_vary = f", such as {target}=1/4:3/4:9" if target else ""
    return [
        click.Option(["--output", "-o"], metavar="FILE", help="Write the network to a file instead of stdout."),
        click.Option(["--format", "format_name"], metavar="NAME", help="Its format, whatever the suffix: json, npz or nnet."),
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
            ["--out-dir"], metavar="DIR", help="Where --grid and --vary write, and a manifest.jsonl; run again to go on."
        ),
        click.Option(["--yes"], is_flag=True, help=f"Let --grid or --vary write more than {MOST_FILES:,} files."),
        click.Option(["--force"], is_flag=True, help="Overwrite files."),
        click.Option(["--json", "as_json"], is_flag=True, help="Report parameters, claims and bounds in one JSON document."),
        click.Option(["--quiet", "-q"], is_flag=True, help="Nothing on stderr but errors."),
        click.Option(["--no-progress"], is_flag=True, help="No progress on stderr."),
    ]


def _examples(family: Family) -> str:
    command = f"relupoly hard {family.name}"
    return f"\b\nExamples:\n  {command} {family.example} --output net.json\n  {command} {family.example} --symbolic\n"


def _run(family: Family, options: dict[str, Any]) -> None:
    given = {one.name: options.pop(one.name) for one in family.parameters}
    given = {name: value for name, value in given.items() if value is not None}
    _check_modes(options)
    if options["grid"] is not None or options["vary"] is not None:
        _write_many(family, given, options)
    elif options["symbolic"]:
        _print_formulas(family, given, options)
    else:
        _write_one(family, given, options)


def _check_modes(options: dict[str, Any]) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    click.UsageError
        It names them.
    """
    modes = [f"--{name}" for name in ("symbolic", "grid", "vary") if options[name] not in (None, False)]
    if len(modes) > 1:
        raise click.UsageError(f"{' and '.join(modes)} exclude each other")
    many = modes and modes[0] != "--symbolic"
    if many and options["out_dir"] is None:
        raise click.UsageError(f"{modes[0]} writes many files; say where with --out-dir DIR")
    if not many and options["out_dir"] is not None:
        raise click.UsageError("--out-dir is for --grid and --vary; give one of them, or --output FILE")
    if many and options["output"] is not None:
        raise click.UsageError(f"{modes[0]} writes many files; give --out-dir DIR alone, without --output")
    if not modes and options["as_json"] and options["output"] in (None, "-"):
        raise click.UsageError("--json reports on stdout, where the network goes; give --output FILE")


def _answers(options: dict[str, Any], output: str | None = None) -> Answers:
    return Answers(
        False,
        as_json=options["as_json"],
        output=output,
        force=options["force"],
        quiet=options["quiet"],
        no_progress=options["no_progress"],
    )


def _files(family: Family, given: dict[str, Any]) -> dict[str, str]:
    """The parameters that name files, if they do."""
    return {
        option_of(one.name): str(given[one.name]) for one in family.parameters if one.kind == "generators" and one.name in given
    }


def _write_one(family: Family, given: dict[str, Any], options: dict[str, Any]) -> None:
    from relupoly.constructions.encoding import encode_hard
    from relupoly.constructions.hard import hard
    from relupoly.files.streams import write_bytes

    answers = _answers(options)
    target = options["output"] or "-"
    check_distinct(_files(family, given), {"--output": target})
    check_network_output(target, options["format_name"], options["force"])
    net, data = encode_hard(hard(family.name, **given), target, options["format_name"], options["rounding"])
    document = {"schema": SCHEMA, "file": target, **net.network.metadata}
    with answers.keeping():
        try:
            write_bytes(target, data, options["force"])
        except FileFormatError:
            document = unwritten(document, "file", net.network)
            if not options["as_json"]:
                click.echo(native(net.network))
            raise
    if options["as_json"]:
        answers.give(document, "")
    if not options["quiet"]:
        tell(summary(net))
    answers.finish()


def _print_formulas(family: Family, given: dict[str, Any], options: dict[str, Any]) -> None:
    from relupoly.constructions.hard import hard
    from relupoly.constructions.symbolic import symbolic

    check_distinct(_files(family, given), {"--output": options["output"]})
    answers = _answers(options, options["output"])
    net = hard(family.name, **given)
    formulas = symbolic(net)
    document = {
        "schema": SCHEMA,
        "family": family.name,
        "parameters": net.parameters,
        "inputs": list(map(str, formulas.inputs)),
        "definitions": {str(symbol): str(formula) for symbol, formula in formulas.definitions},
        "outputs": list(map(str, formulas.outputs)),
        "values": {str(symbol): str(value) for symbol, value in formulas.values.items()},
        "conditions": list(formulas.conditions),
    }
    answers.give(document, formulas.lines())
    answers.finish()


def _write_many(family: Family, given: dict[str, Any], options: dict[str, Any]) -> None:
    from relupoly.constructions.collection import write_collection
    from relupoly.run import Run

    answers = _answers(options)
    members = _members(family, given, options)
    if members.size > MOST_FILES and not options["yes"]:
        what = "grid" if options["grid"] is not None else "path"
        raise click.UsageError(f"the {what} has {members.size:,} networks; give --yes to write more than {MOST_FILES:,} files")
    folder = options["out_dir"]
    with Interrupts() as interrupts, answers.progress(f"of {members.size} files") as progress:
        done = write_collection(
            members,
            Path(folder),
            options["format_name"] or "json",
            options["rounding"],
            options["force"],
            Run(interrupted=interrupts.seen, progress=progress),
        )
    document = {
        "schema": SCHEMA,
        "folder": folder,
        "family": family.name,
        "files": len(done.rows),
        "written": done.written,
        "kept": done.kept,
        "complete": done.complete,
    }
    text = f"{folder}: {counted(len(done.rows), 'network')} of {members.size}, {done.written} written and {done.kept} kept"
    answers.give(document, text)
    if not done.complete:
        answers.say("stopped by Ctrl-C; run it again to go on")
        answers.note(INTERRUPTED)
    answers.finish()


def _members(family: Family, given: dict[str, Any], options: dict[str, Any]) -> Grid | PathOfNets:
    from relupoly.constructions.grid import parse_grid, parse_path

    if options["grid"] is not None:
        return parse_grid(family.name, options["grid"], given)
    return parse_path(family.name, options["vary"], given)


def summary(net: HardNet) -> str:
    """What is claimed of a net, in a line."""
    claims = net.claims
    exact = (("pieces", claims.pieces), ("activation cells", claims.activation))
    least = (("pieces", claims.pieces_at_least), ("activation cells", claims.activation_at_least))
    surely = (("pieces", claims.pieces_almost_surely), ("activation cells", claims.activation_almost_surely))
    told = [
        f"{word}{_short(number)} {noun}"
        for word, pairs in (("", exact), ("at least ", least), ("almost surely ", surely))
        for noun, number in pairs
        if number is not None
    ]
    return f"{net.family}: {', '.join(told) if told else 'no count is claimed'}; {_layers(net.network.widths)}"


def _short(number: int) -> str:
    """A number in full, or in a few digits where it is long."""
    from flint import arb

    return str(number) if number < 10**_SHOWN_DIGITS else f"about {arb(number).str(4, radius=False)}"


def _layers(widths: tuple[int, ...]) -> str:
    if len(widths) <= _SHOWN_LAYERS:
        return f"hidden layers: {', '.join(map(str, widths))}"
    return f"{len(widths)} hidden layers of up to {max(widths)} neurons"
