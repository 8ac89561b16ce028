"""`relupoly regions`: on which sets is a network which affine function?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

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
from ..exit_codes import INPUT, code_of
from ..output.answers import Answers, check_output
from ..output.record_stream import RecordStream, opened
from ..process.long_work import LongWork, long_work
from ..reports.words import counted, why_partial
from .region_exports import Exports, check_files
from .region_filters import Filters, read_point, subspace_of

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.geometry.domain import Domain
    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.pieces.listing.records import CellRecord, PieceRecord
    from relupoly.run import Run

    from ..reports.region_forms import RecordForm

Record: TypeAlias = "CellRecord | PieceRecord"

_BETWEEN_LOOKS = 64  # records: asking for the time at each would take as long as making a short line

EXAMPLES = """\b
Examples:
  relupoly regions net.json | head -3
  relupoly regions net.json --cells --box -1 1 --fields pattern,gradient,volume --csv
  relupoly regions net.json --at 1/2,2 --explain
  relupoly regions net.json --crossing 0 --bounded
  relupoly regions net.json --box -1 1 --graph pieces.graphml --ine cells
  relupoly regions ball.json --box -1 1 --obj ball.obj --level 0
"""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    file : str
        The network, as it was given.
    network : Network
    domain : Domain or DomainUnion
    subspace : AffineSubspace or None
        Whose parameters the coordinates are; None where these are the inputs.
    what : ListOptions
    which : FilterOptions
    points : list of list of fmpq
        Those of --at, in the coordinates of the domain.
    """

    file: str
    network: Network
    domain: Domain | DomainUnion
    subspace: AffineSubspace | None
    what: ListOptions
    which: FilterOptions
    points: list[list[fmpq]]

    @classmethod
    def of(cls, file: str, network: Network, domain: Domain | DomainUnion, what: ListOptions, which: FilterOptions) -> Question:
        """The question that options ask."""
        subspace = subspace_of(domain)
        points = [read_point(text, network, subspace) for text in which.at]
        return cls(file, network, domain, subspace, what, which, points)

    @property
    def inputs(self) -> int:
        """The number of coordinates."""
        return self.network.input_dim if self.subspace is None else self.subspace.dimension


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
    their union. With --through all of this is in the parameters t, and "input" is the point in the space of inputs.

    --graph, --ine, --ext, --obj, --ply, --stl and --vtu write files, of all that is listed; then records are printed only
    where --json, --jsonl, --csv, --output or --fields asks for them. Files are written when the list is complete, else not at
    all.
    """
    check_standard_input(net, *where.files.values())
    what.check(which.at, output)
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
                list_records(question, filters, written, Telling(stream, form_for(question, output)), run, answers, output)
        else:
            list_records(question, filters, written, None, run, answers, output)


def form_for(question: Question, output: TableOptions) -> RecordForm:
    """The form in which records are told."""
    from ..reports.region_columns import RecordColumns
    from ..reports.region_forms import DOCUMENT, TABLE, DocumentForm, LinesForm, TableForm, form_of
    from ..reports.region_lines import RecordLines

    fields, subspace = question.what.told, question.subspace
    chosen = form_of(output.as_json, output.as_jsonl, output.as_csv, output.output_file)
    if chosen == TABLE:
        columns = RecordColumns(fields, question.inputs, question.network.output_dim, bool(question.points), subspace)
        return TableForm(columns, "\t" if (output.output_file or "").lower().endswith(".tsv") else ",")
    lines = RecordLines(fields, subspace)
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
    return DocumentForm(lines, about)


class Telling:
    """Tells records as they come.

    Parameters
    ----------
    stream : RecordStream
    form : RecordForm
    """

    def __init__(self, stream: RecordStream, form: RecordForm) -> None:
        self._stream, self._form = stream, form
        self.look = stream.look

    def begin(self) -> None:
        """Write what stands before the first record."""
        self._write(self._form.begin())

    def add(self, record: Record, at: Sequence[fmpq] | None) -> None:
        """Write a record."""
        self._stream.write(self._form.add(record, at))

    def end(self, stopped: str | None) -> None:
        """Write what stands behind the last record."""
        self._write(self._form.end(stopped))

    def _write(self, text: str) -> None:
        if text:
            self._stream.write(text)


def list_records(
    question: Question,
    filters: Filters,
    exports: Exports,
    telling: Telling | None,
    run: Run,
    answers: Answers,
    output: TableOptions,
) -> None:
    """Tell each record as it comes, until there are no more, or something stops the run; then write what is to be written."""
    from relupoly.run import Stopped

    kept: list[Record] = []
    told, stopped = 0, None
    if telling is not None:
        telling.begin()
        run = run.also(telling.look)
    with answers.progress(f"{question.what.noun}s", hidden=telling is not None and output.to_terminal) as progress:
        try:
            for number, (record, at) in enumerate(found_records(question, filters, exports, run, answers)):
                if not number % _BETWEEN_LOOKS:
                    run.tick()
                    progress(told)
                if told == question.which.limit:
                    raise Stopped("limit")
                if not filters.keep(record, run):
                    continue
                exports.check(record)
                if telling is not None:
                    telling.add(record, at)
                if exports.wanted:
                    kept.append(record)
                told += 1
        except Stopped as stop:
            stopped = stop.reason
        if telling is not None:
            telling.end(stopped)
        if stopped is None:
            exports.write(kept, run, answers)
            if exports.options.formula is not None:
                answers.pass_on(exports.formula(kept, not question.which.selects).rstrip("\n"))
    if stopped:
        so_far = counted(told, question.what.noun)
        answers.complain(f"the list is not complete: {so_far} so far, {why_partial(stopped)}", code_of(stopped))
        tell_unwritten(exports, answers)


def tell_unwritten(exports: Exports, answers: Answers) -> None:
    """Say which files are not written, since the list is not complete."""
    from relupoly.files.streams import display_name

    for place in exports.options.files.values():
        answers.say(f"{display_name(place)} is not written, since the list is not complete")


def found_records(
    question: Question, filters: Filters, exports: Exports, run: Run, answers: Answers
) -> Iterator[tuple[Record, list[fmpq] | None]]:
    """The records of the list, or those at points, each with the point."""
    what, network, domain = question.what, question.network, question.domain
    fields = tuple(dict.fromkeys((*what.told, *filters.fields, *exports.fields)))
    if question.points:
        for point, text in zip(question.points, question.which.at, strict=True):
            yield from ((record, point) for record in records_at(question, point, text, fields, run, answers))
        return
    if what.of_cells:
        from relupoly.pieces.listing.cells import list_cells

        yield from ((cell, None) for cell in list_cells(network, domain, fields, run=run))
        return
    from relupoly.pieces.listing.pieces import list_pieces

    yield from ((piece, None) for piece in list_pieces(network, domain, what.notion or "open", fields, run=run))


def records_at(
    question: Question, point: list[fmpq], text: str, fields: tuple[str, ...], run: Run, answers: Answers
) -> Sequence[Record]:
    """The records that hold a point; where there is none, that is said."""
    from relupoly.pieces.listing.at import cells_at, pieces_at

    found: Sequence[Record]
    if question.what.of_cells or question.what.explain:
        found = cells_at(question.network, point, question.domain, fields, run=run)
    else:
        found = pieces_at(question.network, point, question.domain, question.what.notion or "open", fields, run=run)
    if not found:
        answers.complain(f"--at {clipped(text)}: it lies outside of the domain, {question.domain.name}", INPUT)
    return found


def explain(question: Question, filters: Filters, run: Run, answers: Answers) -> None:
    """Say in words what the network does at points."""
    from relupoly.networks.composition import restrict
    from relupoly.run import Stopped

    from ..reports.region_explanation import Place, explanation
    from ..reports.region_fields import CELL_FIELDS

    fields = tuple(field for field in CELL_FIELDS if field != "piece")
    subspace = question.subspace
    network = question.network if subspace is None else restrict(question.network, subspace)
    letter = "x" if subspace is None else "t"
    count = question.inputs
    names = (letter,) if count == 1 else tuple(f"{letter}{number}" for number in range(1, count + 1))
    try:
        for point, text in zip(question.points, question.which.at, strict=True):
            cells = [cell for cell in records_at(question, point, text, fields, run, answers) if filters.keep(cell, run)]
            if cells:
                shown = f"({clipped(', '.join(map(str, point)))})"
                where = shown if subspace is None else f"t = {shown}"
                place = Place(network, point, names, where, cells)  # type: ignore[arg-type]
                answers.pass_on("\n".join(explanation(place, question.file)))
    except Stopped as stop:
        answers.complain(f"not all points are explained, {why_partial(stop.reason)}", code_of(stop.reason))
