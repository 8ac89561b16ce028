"""`relupoly zonotope`: vertices, faces and volume of a sum of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import OutputOptions, gathered, output_options
from ..arguments.zonotope_options import ZonotopeOptions, zonotope_options
from ..completion.kinds import GENERATORS, NEW_NETWORK
from ..output.answers import Answers, check_output
from ..process.long_work import LongWork, long_work
from ..reports.zonotope import zonotope_document, zonotope_report

if TYPE_CHECKING:
    from relupoly.geometry.zonotope import Zonotope
    from relupoly.run import Run

EXAMPLES = """\b
Examples:
  relupoly zonotope generators.csv
  relupoly zonotope --family permutohedron --n 4 --list
  relupoly zonotope --family moment --n 3 --generators 10 --net support.json --small
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=GENERATORS, metavar="[FILE]", required=False)
@zonotope_options()
@click.option("--list", "listing", is_flag=True, help="List the vertices too.")
@click.option(
    "--net",
    "net_file",
    type=NEW_NETWORK,
    metavar="FILE",
    help="Write the support function as a network with two neurons a generator.",
)
@click.option("--small", is_flag=True, help="With --net: one neuron a generator, and two more.")
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other number of vertices.")
@long_work("Stop after so long with what is known then; exit 4.")
@output_options
@gathered("asked", ZonotopeOptions)
def zonotope(
    asked: ZonotopeOptions,
    listing: bool,
    net_file: str | None,
    small: bool,
    expect: int | None,
    output: OutputOptions,
    work: LongWork,
) -> None:
    """How many faces has a zonotope, and how large is it?

    The zonotope is the sum of the segments [-b, b] over its generators b, any of which may be zero, parallel to others or
    dependent on them. FILE has one generator on each line (a table; - is standard input), or is JSON {"generators": rows}, a
    V-representation of cddlib (.ext) or an array (.npy). A table (.csv, .tsv, .txt or .dat) has commas, semicolons, tabs or
    blanks between its entries. The f-vector counts the faces of dimension 0, 1, ... up to the facets. All answers are exact;
    the vertices are the regions of the arrangement of hyperplanes that is dual to it.
    """
    if small and net_file is None:
        raise click.UsageError("--small goes with --net")
    if net_file == "-" and output.output_file is None:
        raise click.UsageError(
            "standard output holds the answer; give --net a file, or send the answer elsewhere with --output"
        )
    asked.check()
    check_distinct({"FILE": asked.file}, {"--output": output.output_file, "--net": net_file})
    answers = work.answering(output)
    check_output("--net", net_file, output.force)
    chosen = asked.load(work)
    if net_file is not None:
        with answers.keeping():
            write_support(chosen, net_file, small, output.force)
    document = zonotope_document(chosen, asked.name)
    if listing:
        document["vertex_list"] = []
    with work.run_on(asked.name) as run:
        compute(chosen, document, run, answers)
    answers.give(zonotope_report(document, expect))


def write_support(zonotope: Zonotope, target: str, small: bool, force: bool) -> None:
    """Write the net of the support function."""
    from relupoly.constructions.support_function import small_support_function
    from relupoly.constructions.zonotope import support_function
    from relupoly.files import write_network

    make = small_support_function if small else support_function
    write_network(make(zonotope.generators), target, force=force)


def compute(zonotope: Zonotope, document: dict[str, Any], run: Run, answers: Answers) -> None:
    """Fill the document, as far as the run allows."""
    from relupoly.run import Stopped

    try:
        count(zonotope, document, run, answers)
        if "vertex_list" in document:
            with answers.watching(run, "vertices") as listing:
                enumerate_vertices(zonotope, document["vertex_list"], listing)
            document["vertex_list"].sort(key=_coordinates)
    except Stopped as stop:
        document["stopped"] = stop.reason
    else:
        document["complete"] = True


def count(zonotope: Zonotope, document: dict[str, Any], run: Run, answers: Answers) -> None:
    """Everything that is counted or measured, the quickest first."""
    from relupoly.exact.json_numbers import whole_or_text
    from relupoly.geometry.characteristic import Work
    from relupoly.geometry.volume import relative_volume
    from relupoly.geometry.zonotope import faces, vertices
    from relupoly.run.cores import threads_for

    with answers.watching(run, "restrictions") as counting:
        document["vertices"] = vertices(zonotope, Work(jobs=threads_for(None), run=counting))
    document["relative_volume"] = whole_or_text(relative_volume(zonotope, run))
    document["volume"] = document["relative_volume"] if zonotope.dimension == zonotope.ambient_dimension else 0
    document["f_vector"] = list(faces(zonotope, Work(run=run)))
    document["facets"] = document["f_vector"][-1] if zonotope.dimension else 0


def enumerate_vertices(zonotope: Zonotope, vertex_list: list[list[int | str]], run: Run) -> None:
    """Add every vertex to a list."""
    from relupoly.exact.json_numbers import whole_or_text
    from relupoly.pieces.enumeration.vertices import list_vertices

    for vertex in list_vertices(zonotope, run):
        vertex_list.append(list(map(whole_or_text, vertex)))
        run.progress(len(vertex_list))


def _coordinates(vertex: list[int | str]) -> list[Any]:
    from fractions import Fraction

    return [Fraction(entry) for entry in vertex]
