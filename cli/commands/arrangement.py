"""`relupoly arrangement`: into how many regions hyperplanes divide the space."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..arguments.arrangement_options import ArrangementOptions, arrangement_options
from ..arguments.collisions import check_distinct
from ..arguments.options import OutputOptions, gathered, jobs_option, output_options
from ..completion.kinds import HYPERPLANES, NEW_NETWORK
from ..exit_codes import CHECK_FAILED, code_of
from ..output.answers import Answers, check_output
from ..process.long_work import LongWork, long_work
from ..reports.arrangement import arrangement_document, arrangement_report
from ..reports.words import why_partial

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

_FEW_REGIONS = 20_000  # the faces of braid 8, with 40,320 regions, took 3 s: longer only where asked for


@click.command(epilog=EXAMPLES)
@click.argument("file", type=HYPERPLANES, metavar="[FILE]", required=False)
@arrangement_options
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
@click.option(
    "--net", "net_file", type=NEW_NETWORK, metavar="NET", help="Write the network sum relu(<a, x> - b); - prints only that."
)
@click.option(
    "--check", is_flag=True, help="Count the cells of that network too, with other code; slow. Exit 5 if they differ."
)
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other number of regions.")
@long_work("Stop after so long; exit 4.")
@jobs_option
@output_options
@gathered("asked", ArrangementOptions)
def arrangement(
    asked: ArrangementOptions,
    symmetry: bool | None,
    f_vector: bool | None,
    cells: bool,
    net_file: str | None,
    check: bool,
    expect: int | None,
    jobs: int | None,
    output: OutputOptions,
    work: LongWork,
) -> None:
    """Into how many regions do hyperplanes divide the space?

    FILE holds a hyperplane <a, x> = b in each row: a table of lines a_1, ..., a_n, b (.csv, .tsv, .txt or .dat, with commas,
    semicolons, tabs or blanks), JSON {"hyperplanes": rows} with rows of the same form, or cddlib's .ine, where b + <a, x> >=
    0 stands for its boundary; - is standard input, JSON unless --format says otherwise. Equal hyperplanes are merged. Numbers
    are exact. Bounded means: up to the directions that lie in all hyperplanes.

    Families: boolean, braid, typeB, typeD, shi, catalan, linial, semiorder, resonance (all sums of coordinates), threshold,
    all-pm1 (normal vectors with entries -1, 0, 1), generic and generic-central (in general position).
    """
    asked.check()
    check_form(cells, net_file, check, output)
    check_distinct({"FILE": asked.file}, {"--output": output.output_file, "--net": net_file})
    answers = work.answering(output)
    check_output("--net", net_file, output.force)
    hyperplanes, formula = asked.load(work)
    if net_file is not None:
        with answers.keeping():
            write_net(hyperplanes, net_file, asked.about, output.force, answers)
    if net_file == "-":
        return
    with work.run_on(asked.name) as run:
        if cells:
            list_cells(hyperplanes, expect, run, answers)
            return
        document = count(hyperplanes, asked.name, formula, Counting(symmetry, f_vector, jobs), run, answers)
        if check and document["complete"]:
            work.begun()
            document["check"] = recheck(hyperplanes, jobs, run, answers)
    answers.give(arrangement_report(document, expect))


def check_form(cells: bool, net_file: str | None, check: bool, output: OutputOptions) -> None:
    """Refuse forms of the answer that do not go together.

    Raises
    ------
    click.UsageError
        It says which to leave out.
    """
    if cells and (output.as_json or check):
        raise click.UsageError("--cells prints JSON lines of its own; leave --json and --check out")
    if net_file == "-" and (cells or check or output.machine or output.output_file):
        raise click.UsageError("--net - prints the network and nothing else; give --net a file, or leave the others out")


@dataclass(frozen=True)
class Counting:
    """How flats are counted: up to symmetry or not, of all dimensions or not, and by how many threads; None as is best."""

    symmetry: bool | None
    faces: bool | None
    jobs: int | None


def count(
    hyperplanes: Arrangement, name: str, formula: int | None, how: Counting, run: Run, answers: Answers
) -> dict[str, Any]:
    """Count regions, and faces where they are wanted; the document says how far that came."""
    from relupoly.geometry.characteristic import Work, characteristic_polynomial, f_vector, regions
    from relupoly.run import Stopped
    from relupoly.run.cores import threads_for

    start = time.perf_counter()
    chi: tuple[int, ...] | None = None
    vector: tuple[int, ...] | None = None
    stopped = None
    jobs = threads_for(how.jobs)
    try:
        with answers.watching(run, "restrictions") as part:
            chi = characteristic_polynomial(hyperplanes, Work(symmetry=how.symmetry, jobs=jobs, run=part))
        if how.faces or (how.faces is None and regions(chi) <= _FEW_REGIONS):
            with answers.watching(run, "flats") as part:
                vector = f_vector(hyperplanes, Work(symmetry=how.symmetry, jobs=jobs, run=part))
    except Stopped as stop:
        stopped = stop.reason
    return arrangement_document(hyperplanes, name, formula, chi, vector, stopped, time.perf_counter() - start)


def recheck(hyperplanes: Arrangement, jobs: int | None, run: Run, answers: Answers) -> dict[str, Any]:
    """Count the cells of the net in the time that is left: what the document says of it."""
    from relupoly.networks.arrangements import arrangement_net
    from relupoly.pieces.count import count_pieces

    answers.say("checking by the cells of the network")
    with answers.watching(run, "cells") as part:
        result = count_pieces(arrangement_net(hyperplanes), notion="activation", jobs=jobs, run=part)
    return {"complete": result.complete, "stopped": result.stopped, "regions": result.pieces}


def list_cells(hyperplanes: Arrangement, expect: int | None, run: Run, answers: Answers) -> None:
    """Print the regions, one on each line."""
    from relupoly.exact.json_numbers import jsonable
    from relupoly.pieces.enumeration.regions import list_regions
    from relupoly.run import Stopped

    listed = 0
    try:
        with answers.watching(run, "regions") as part:
            for region in list_regions(hyperplanes, part):
                answers.pass_on(json.dumps(jsonable({"signs": region.signs, "point": [str(x) for x in region.point]})))
                listed += 1
                part.progress(listed)
    except Stopped as stop:
        answers.complain(f"the list is not complete: {listed} regions so far, {why_partial(stop.reason)}", code_of(stop.reason))
    else:
        if expect is not None and listed != expect:
            answers.complain(f"expected {expect}, but {listed} regions were listed", CHECK_FAILED)


def write_net(hyperplanes: Arrangement, net_file: str, about: dict[str, Any], force: bool, answers: Answers) -> None:
    """Write the net of an arrangement."""
    from relupoly.files import write_network
    from relupoly.networks.arrangements import arrangement_net

    write_network(arrangement_net(hyperplanes, about), net_file, force=force)
    if net_file != "-":
        answers.say(f"wrote {net_file}")
