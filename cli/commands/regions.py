"""`relupoly regions`: on which sets is a network which affine function?"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from relupoly.plain_text import clipped

from ..arguments.at_points import AtPoints
from ..arguments.collisions import check_distinct
from ..arguments.options import (
    DomainOptions,
    NetworkOptions,
    TableOptions,
    check_standard_input,
    domain_options,
    network_options,
    table_options,
)
from ..arguments.region_options import (
    ExportOptions,
    FilterOptions,
    ListOptions,
    export_options,
    filter_options,
    list_options,
)
from ..completion.kinds import NETWORK
from ..exit_codes import code_of
from ..output.answers import Answers, check_output
from ..output.record_stream import opened
from ..process.long_work import LongWork, long_work
from ..reports.words import why_partial
from .region_exports import Exports, check_files
from .region_filters import Filters
from .region_listing import Listing, Telling, records_at
from .region_question import Question

if TYPE_CHECKING:
    from relupoly.run import Run

    from ..reports.region_forms import RecordForm

EXAMPLES = """\b
Examples:
  relupoly regions net.json | head -3
  relupoly regions net.json --cells --box -1 1 --fields pattern,gradient,volume --csv
  relupoly regions net.json --at 1/2,2 --explain
  relupoly regions net.json --crossing 0 --bounded
  relupoly regions net.json --box -1 1 --graph pieces.graphml --ine cells
  relupoly regions ball.json --box -1 1 --obj ball.obj --level 0
"""


@click.command(cls=AtPoints, epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@list_options
@filter_options
@export_options
@network_options
@domain_options
@long_work("Stop after so long, with what is listed by then; exit 4.")
@table_options
def regions(
    net: str,
    what: ListOptions,
    which: FilterOptions,
    exports: ExportOptions,
    form: NetworkOptions,
    where: DomainOptions,
    output: TableOptions,
    work: LongWork,
) -> None:
    """On which sets is a network which affine function?

    NET is {network_file}. Its affine pieces are listed, as many as count-pieces counts under
    the same notion, or with --cells its activation cells, of which pieces consist: a JSON object on each line, as they are
    found. All numbers are exact; rationals are texts such as "1/3". Pieces and cells are numbered in the order of the list,
    and keep their numbers where --bounded and the like leave some out; with --at those that hold a point are numbered.

    A cell has its pattern, a text for each layer with a sign for each ReLU neuron (+ active, - not, 0 vanishing on the whole
    cell); the gradient and the constant of the network on it; its facets, as inequalities <normal, x> <= offset, with the
    neurons that vanish there or the sides of the domain; the patterns of the neighbours behind the facets; vertices, rays, a
    point inside, whether it is bounded, and its volume. A piece has the numbers and patterns of its cells, and what holds for
    their union. With --through all of this is in the parameters t, and "input" is the point in the space of inputs. Where sets
    lie in several subspaces, each record tells in which one it is, and --at takes a point of the space of inputs; --fields
    coordinates tells how parameters become inputs.

    --graph, --ine, --ext, --obj, --ply, --stl and --vtu write files, of all that is listed; then records are printed only
    where --json, --jsonl, --csv, --output or --fields asks for them. Files are written when the list is complete, else not at
    all.
    """
    check_standard_input(net, *where.files.values())
    what.check(which, output)
    exports.check(which.at, output, what)
    check_distinct({"NET": net, **where.files}, {"--output": output.output_file, **exports.files})
    printed = exports.prints_records(output, what) and not what.explain
    # Records go to the file as they come; a text is kept by the answers.
    answers = work.answering(dataclasses.replace(output, output_file=None) if printed else output)
    check_output("--output", output.output_file, output.force)
    if exports.files:
        check_files(exports, output.force)
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)
        question = Question.of(net, network, domain, what, which)
        filters = Filters(which, network)
        written = Exports(exports, network, domain, question.inputs, net, output.force, what.told)
    with work.run_on(net) as run:
        if what.explain:
            explain(question, filters, run, answers)
        elif printed:
            with opened(output.output_file, output.force) as stream:
                telling = Telling(stream, form_for(question, output))
                Listing(question, filters, written, telling, answers).run(run, output.to_terminal)
        else:
            Listing(question, filters, written, None, answers).run(run, to_terminal=False)


def form_for(question: Question, output: TableOptions) -> RecordForm:
    """The form in which records are told."""
    from relupoly.files.polyhedra.json_domain import subspace_document

    from ..reports.region_columns import RecordColumns
    from ..reports.region_forms import DOCUMENT, TABLE, DocumentForm, LinesForm, TableForm, form_of
    from ..reports.region_lines import RecordLines

    fields, subspaces = question.what.told, question.subspaces
    chosen = form_of(output.as_json, output.as_jsonl, output.as_csv, output.output_file)
    if chosen == TABLE:
        columns = RecordColumns(fields, question.inputs, question.network.output_dim, bool(question.points), subspaces)
        return TableForm(columns, "\t" if (output.output_file or "").lower().endswith(".tsv") else ",")
    lines = RecordLines(fields, subspaces)
    if chosen != DOCUMENT:
        return LinesForm(lines)
    about = {
        "schema": 1,
        "file": question.file,
        "domain": question.domain.name,
        "notion": None if question.what.of_cells else question.what.notion or "open",
        "inputs": question.inputs,
        "outputs": question.network.output_dim,
    }
    if any(subspaces):
        about["subspaces"] = [one and subspace_document(one) for one in subspaces]
    return DocumentForm(lines, about)


def explain(question: Question, filters: Filters, run: Run, answers: Answers) -> None:
    """Say in words what the network does at points."""
    from relupoly.networks.composition import restrict
    from relupoly.run import Stopped

    from ..reports.region_explanation import Place, explanation
    from ..reports.region_fields import chosen_fields

    fields = chosen_fields(None, of_cells=True)
    networks = [question.network if one is None else restrict(question.network, one) for one in question.subspaces]
    count = question.inputs
    try:
        for point, text in zip(question.points, question.which.at, strict=True):
            cells = records_at(question, point, text, fields, run, answers)
            told = [cell for cell in cells if filters.keep(cell, run)]
            if told:
                # Sets in different subspaces do not touch, so that all cells which hold a point have the same coordinates.
                own, which = question.place_in(told[0], point), told[0].subspace
                letter = "x" if question.subspace_of(told[0]) is None else "t"
                names = (letter,) if count == 1 else tuple(f"{letter}{number}" for number in range(1, count + 1))
                shown = f"({clipped(', '.join(map(str, own)))})"
                where = (shown if letter == "x" else f"t = {shown}") + ("" if which is None else f" of subspace {which}")
                place = Place(networks[(which or 1) - 1], own, names, where, cells, told)  # type: ignore[arg-type]
                answers.pass_on("\n".join(explanation(place, question.file)))
    except Stopped as stop:
        answers.complain(f"not all points are explained, {why_partial(stop.reason)}", code_of(stop.reason))
