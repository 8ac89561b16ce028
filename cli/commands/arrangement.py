"""`relupoly arrangement`: into how many regions hyperplanes divide the space."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from ..answers import Answers, check_output
from ..collisions import check_distinct
from ..exit_codes import CHECK_FAILED, code_of
from ..interrupts import Interrupts
from ..options import Seconds, output_options
from ..reports.arrangement import arrangement_document, arrangement_report
from ..reports.words import why_partial
from ..time_limit import TimeLimit, time_limited

if TYPE_CHECKING:
    from relupoly.geometry.arrangement import Arrangement
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly arrangement planes.csv
  relupoly arrangement --family resonance --n 8 --json
  relupoly arrangement --family generic --n 200 --dimension 3
  relupoly arrangement lines.csv --cells | head -3
  relupoly arrangement lines.csv --net - | relupoly count-pieces -
"""

_FEW_REGIONS = 20_000


@click.command(epilog=EXAMPLES)
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--family", metavar="NAME", help="An arrangement that has a name; see above.")
@click.option("--n", "number", type=int, metavar="N", help="Which one of the family; of a generic one, how many hyperplanes.")
@click.option("--dimension", type=click.IntRange(min=1), metavar="D", help="The dimension of the space of a generic one.")
@click.option("--seed", type=int, metavar="S", help="Which generic one, at random; by default always the same.")
@click.option("--format", "format_name", metavar="NAME", help="Format of FILE, whatever its suffix: csv, json or ine.")
@click.option(
    "--symmetry/--no-symmetry",
    default=None,
    help="Whether flats are counted up to linear maps; by default where counting without would take long and the "
    "hyperplanes are alike.",
)
@click.option(
    "--f-vector/--no-f-vector",
    default=None,
    help=f"Whether to count the faces of all dimensions; by default up to {_FEW_REGIONS} regions.",
)
@click.option("--cells", is_flag=True, help="List the regions instead: a JSON line for each, with its signs and a point in it.")
@click.option("--net", "net_file", metavar="NET", help="Write the network sum relu(<a, x> - b); - prints only that.")
@click.option(
    "--check", is_flag=True, help="Count the cells of that network too, with other code; slow. Exit 5 if they differ."
)
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other number of regions.")
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop after so long; exit 4.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many threads; by default all cores.",
)
@output_options
@time_limited
def arrangement(
    file: str | None,
    family: str | None,
    number: int | None,
    dimension: int | None,
    seed: int | None,
    format_name: str | None,
    symmetry: bool | None,
    f_vector: bool | None,
    cells: bool,
    net_file: str | None,
    check: bool,
    expect: int | None,
    deadline: TimeLimit,
    jobs: int | None,
    **output: Any,
) -> None:
    """Into how many regions do hyperplanes divide the space?

    FILE holds a hyperplane <a, x> = b in each row: a table of lines a_1, ..., a_n, b (.csv, .tsv, .txt or .dat, with commas,
    semicolons, tabs or blanks), JSON {"hyperplanes": rows} with rows of the same form, or cddlib's .ine, where b + <a, x> >=
    0 stands for its boundary; - is standard input, JSON unless --format says otherwise. Equal hyperplanes are merged. Numbers
    are exact. Bounded means: up to the directions that lie in all hyperplanes.

    Families: boolean, braid, typeB, typeD, shi, catalan, linial, semiorder, resonance (all sums of coordinates), threshold,
    all-pm1 (normal vectors with entries -1, 0, 1), generic and generic-central (in general position).
    """
    from relupoly.run import Run
    from relupoly.run.cores import threads_for

    check_options(file, family, number, cells, net_file, check, output)
    check_distinct({"FILE": file}, {"--output": output["output"], "--net": net_file})
    answers = Answers(False, **output)
    check_output("--net", net_file, output["force"])
    with deadline.reading(file) if file is not None else deadline.preparing(f"{family} {number}"):
        hyperplanes, name, formula = load(file, format_name, family, number, dimension, seed)
    if net_file is not None:
        with answers.keeping():
            write_net(hyperplanes, net_file, family, number, dimension, output["force"], answers)
    if net_file != "-":
        with Interrupts() as interrupts:
            run = Run(deadline=deadline.left, interrupted=interrupts.seen, notice=answers.say)
            if cells:
                list_cells(hyperplanes, expect, run, answers)
            else:
                options = {"symmetry": symmetry, "jobs": threads_for(jobs)}
                document = count(hyperplanes, name, formula, options, f_vector, run, answers)
                if check and document["complete"]:
                    recheck(hyperplanes, document, deadline, interrupts, jobs, answers)
                answers.give(arrangement_report(document, expect))
    answers.finish()


def check_options(
    file: str | None,
    family: str | None,
    number: int | None,
    cells: bool,
    net_file: str | None,
    check: bool,
    output: dict[str, Any],
) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    click.UsageError
        It says which to leave out or to add.
    """
    if (file is None) == (family is None):
        raise click.UsageError("give either FILE or --family NAME --n N")
    if family is not None and number is None:
        raise click.UsageError("--family needs --n")
    if file is not None and number is not None:
        raise click.UsageError("--n is for --family; a file says itself how many hyperplanes there are")
    if cells and (output["as_json"] or check):
        raise click.UsageError("--cells prints JSON lines of its own; leave --json and --check out")
    if net_file == "-" and (cells or check or output["as_json"] or output["as_jsonl"] or output["output"]):
        raise click.UsageError("--net - prints the network and nothing else; give --net a file, or leave the others out")


def load(
    file: str | None, format_name: str | None, family: str | None, number: int | None, dimension: int | None, seed: int | None
) -> tuple[Arrangement, str, int | None]:
    """The arrangement, what to call it, and the number of regions that a theorem gives."""
    if file is not None:
        from relupoly.files import read_arrangement
        from relupoly.files.streams import display_name

        if dimension is not None or seed is not None:
            raise click.UsageError("--dimension and --seed are for --family generic; leave them out")
        return read_arrangement(file, format_name), display_name(file), None
    from relupoly.errors import ArrangementError
    from relupoly.geometry.families import family_arrangement, family_regions

    assert family is not None
    assert number is not None
    try:
        found = family_arrangement(family, number, dimension, seed)
    except ArrangementError as error:
        raise click.UsageError(str(error)) from None
    return found, f"{family} {number}", family_regions(family, number, dimension)


def count(
    hyperplanes: Arrangement,
    name: str,
    formula: int | None,
    options: dict[str, Any],
    faces: bool | None,
    run: Run,
    answers: Answers,
) -> dict[str, Any]:
    """Count regions, and faces where they are wanted; the document says how far that came."""
    from relupoly.geometry.characteristic import Work, characteristic_polynomial, f_vector, regions
    from relupoly.run import Stopped

    start = time.perf_counter()
    chi: tuple[int, ...] | None = None
    vector: tuple[int, ...] | None = None
    stopped = None
    try:
        with answers.progress("restrictions") as progress:
            work = Work(run=run.reporting(progress), **options)
            chi = characteristic_polynomial(hyperplanes, work)
        if faces or (faces is None and regions(chi) <= _FEW_REGIONS):
            with answers.progress("flats") as progress:
                vector = f_vector(hyperplanes, Work(run=run.reporting(progress), **options))
    except Stopped as stop:
        stopped = stop.reason
    return arrangement_document(hyperplanes, name, formula, chi, vector, stopped, time.perf_counter() - start)


def recheck(
    hyperplanes: Arrangement,
    document: dict[str, Any],
    deadline: TimeLimit,
    interrupts: Interrupts,
    jobs: int | None,
    answers: Answers,
) -> None:
    """Count the cells of the net in the time that is left, and add that to the document."""
    from relupoly.networks.arrangements import arrangement_net
    from relupoly.pieces.count import count_pieces
    from relupoly.run import Run

    answers.say("checking by the cells of the network")
    with answers.progress("cells") as progress:
        result = count_pieces(
            arrangement_net(hyperplanes),
            notion="activation",
            jobs=jobs,
            run=Run(deadline=deadline.left, interrupted=interrupts.seen, progress=progress, notice=answers.say),
        )
    document["check"] = {"complete": result.complete, "stopped": result.stopped, "regions": result.pieces}


def list_cells(hyperplanes: Arrangement, expect: int | None, run: Run, answers: Answers) -> None:
    """Print the regions, one on each line."""
    from relupoly.exact.json_numbers import jsonable
    from relupoly.pieces.enumeration.regions import list_regions
    from relupoly.run import Stopped

    listed = 0
    try:
        with answers.progress("regions") as progress:
            for region in list_regions(hyperplanes, run):
                answers.pass_on(json.dumps(jsonable({"signs": region.signs, "point": [str(x) for x in region.point]})))
                listed += 1
                progress(listed)
    except Stopped as stop:
        answers.complain(
            f"the list is not complete: {listed} regions so far, {why_partial(stop.reason)}",
            code_of(stop.reason),
        )
    else:
        if expect is not None and listed != expect:
            answers.complain(f"expected {expect}, but {listed} regions were listed", CHECK_FAILED)


def write_net(
    hyperplanes: Arrangement,
    net_file: str,
    family: str | None,
    number: int | None,
    dimension: int | None,
    force: bool,
    answers: Answers,
) -> None:
    """Write the net of an arrangement."""
    from relupoly.files import write_network
    from relupoly.networks.arrangements import arrangement_net

    parameters = {key: value for key, value in (("n", number), ("dimension", dimension)) if value is not None}
    about = {"family": f"arrangement {family}", "parameters": parameters} if family else {"family": "arrangement"}
    write_network(arrangement_net(hyperplanes, about), net_file, force=force)
    if net_file != "-":
        answers.say(f"wrote {net_file}")
