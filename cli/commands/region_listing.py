"""The list of `relupoly regions`: records as they come, to whoever reads them and to the files that are written of them all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from relupoly.plain_text import clipped

from ..exit_codes import INPUT, code_of
from ..output.answers import Answers
from ..output.record_stream import RecordStream
from ..reports.words import counted, why_partial
from .region_exports import Exports
from .region_filters import Filters
from .region_question import Question

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.pieces.listing.look import Look
    from relupoly.pieces.listing.parts import Parts
    from relupoly.pieces.listing.records import CellRecord, PieceRecord
    from relupoly.run import Run

    from ..reports.region_forms import RecordForm

Record: TypeAlias = "CellRecord | PieceRecord"
Text = TypeVar("Text")

_BETWEEN_LOOKS = 64  # records: asking for the time at each would take as long as making a short line


class Telling:
    """Tells records as they come.

    Parameters
    ----------
    stream : RecordStream
    form : RecordForm
    """

    def __init__(self, stream: RecordStream, form: RecordForm) -> None:
        self._stream, self._form = stream, form
        self._before = form.first
        self.look = stream.look

    def begin(self) -> None:
        """Write what stands before the first record."""
        self._write(self._form.begin())

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[str, str]:
        """The text of a record before and behind its number."""
        return self._form.around(record, at)

    def add(self, number: int, around: tuple[str, str]) -> None:
        """Write the text of a record."""
        before, behind = around
        self._write(f"{self._before}{before}{number}{behind}")
        self._before = self._form.next

    def end(self, stopped: str | None) -> None:
        """Write what stands behind the last record."""
        self._write(self._form.end(stopped))

    def _write(self, text: str) -> None:
        if text:
            self._stream.write(text)


class Listing:
    """One list.

    Parameters
    ----------
    question : Question
    filters : Filters
    exports : Exports
    telling : Telling or None
        None where no record is told.
    answers : Answers
    """

    def __init__(
        self, question: Question, filters: Filters, exports: Exports, telling: Telling | None, answers: Answers
    ) -> None:
        self._question, self._filters, self._exports, self._answers = question, filters, exports, answers
        self._telling = telling
        self._told = 0
        self._kept: list[Record] = []
        self._fields = tuple(dict.fromkeys((*question.what.told, *filters.fields, *exports.fields, *question.what.needed)))

    def run(self, run: Run, to_terminal: bool) -> None:
        """Tell each record as it comes, until there are no more, or something stops the run; then write what is to be written.

        Parameters
        ----------
        run : Run
        to_terminal : bool
            Whether records appear on a terminal, where a line of progress would come between them.
        """
        from relupoly.run import Stopped

        stopped = None
        if self._telling is not None:
            self._telling.begin()
            run = run.also(self._telling.look)
        with self._answers.progress(f"{self._question.what.noun}s", hidden=to_terminal) as progress:
            try:
                if self._telling is not None and self._goes_by_texts:
                    self._tell_texts(self._telling, run, progress)
                else:
                    self._tell_records(run, progress)
            except Stopped as stop:
                stopped = stop.reason
            if self._telling is not None:
                self._telling.end(stopped)
            if stopped is None:
                self._write(run)
        if stopped:
            so_far = counted(self._told, self._question.what.noun)
            self._answers.complain(f"the list is not complete: {so_far} so far, {why_partial(stopped)}", code_of(stopped))
            self._tell_unwritten()

    @property
    def _goes_by_texts(self) -> bool:
        """Whether records are told and nothing else, so that other processes may make their texts."""
        which = self._question.which
        return not self._exports.wanted and not self._question.points and which.limit is None and "piece" not in self._fields

    def _tell_texts(self, telling: Telling, run: Run, progress: Callable[[int], None]) -> None:
        """Tell records, whose texts may come from other processes."""
        from relupoly.parallel.each_cell import LookTogether
        from relupoly.pieces.listing.parts import Parts
        from relupoly.run.cores import threads_for

        question = self._question
        parts, look = Parts.of(question.network, question.domain, run), LookTogether(threads_for(question.what.jobs))

        def text(record: Record) -> tuple[str, str] | None:
            return telling.around(record) if self._filters.keep(record, run) else None

        with contextlib.closing(self._texts(parts, look, text, run)) as texts:
            for number, around in enumerate(texts, 1):
                progress(self._told)
                if around is not None:
                    telling.add(number, around)
                    self._told += 1

    def _texts(self, parts: Parts, look: Look, text: Callable[[Record], Text], run: Run) -> Generator[Text]:
        """What a function makes of all records."""
        what, fields = self._question.what, self._fields
        if what.of_cells:
            return look(parts, fields, lambda part, cell: text(self._completed(cell, run)), run)
        from relupoly.pieces.listing.piece_record import piece_record
        from relupoly.pieces.listing.pieces import told_pieces

        notion = what.notion or "open"
        # Their numbers are known when they come.
        return told_pieces(
            parts, notion, fields, lambda cells, inner: text(piece_record(0, notion, cells, inner, fields)), look, run
        )

    def _tell_records(self, run: Run, progress: Callable[[int], None]) -> None:
        """Tell records, keep those of which files are written, and stop at the limit."""
        from relupoly.run import Stopped

        for number, (record, at) in enumerate(self._found(run)):
            if not number % _BETWEEN_LOOKS:
                run.tick()
                progress(self._told)
            if self._told == self._question.which.limit:
                raise Stopped("limit")
            if not self._filters.keep(record, run):
                continue
            self._exports.check(record)
            if self._telling is not None:
                self._telling.add(record.number, self._telling.around(record, at))
            if self._exports.wanted:
                self._kept.append(record)
            self._told += 1

    def _found(self, run: Run) -> Iterator[tuple[Record, list[fmpq] | None]]:
        """The records of the list, or those at points, each with the point."""
        question = self._question
        if question.points:
            for point, text in zip(question.points, question.which.at, strict=True):
                found = records_at(question, point, text, self._fields, run, self._answers)
                yield from ((self._completed(record, run), question.place_in(record, point)) for record in found)
        elif question.what.of_cells:
            from relupoly.pieces.listing.cells import list_cells

            cells = list_cells(question.network, question.domain, self._fields, run=run)
            yield from ((self._completed(cell, run), None) for cell in cells)
        else:
            from relupoly.pieces.listing.pieces import list_pieces

            notion = question.what.notion or "open"
            yield from (
                (piece, None) for piece in list_pieces(question.network, question.domain, notion, self._fields, run=run)
            )

    def _completed(self, record: Record, run: Run) -> Record:
        """The record, of a cell with vertices where these are asked for."""
        if not self._question.what.vertices:
            return record
        from relupoly.pieces.listing.records import CellRecord
        from relupoly.pieces.listing.with_corners import with_corners

        return with_corners(record, run) if isinstance(record, CellRecord) else record

    def _write(self, run: Run) -> None:
        """Write the files, and print the formula, of the whole list."""
        from relupoly.run import Stopped

        self._exports.write(self._kept, run, self._answers)
        if self._exports.options.formula is not None:
            try:
                text = self._exports.formula(self._kept, not self._question.which.selects, run)
            except Stopped as stop:
                self._answers.complain(f"there is no formula, {why_partial(stop.reason)}", code_of(stop.reason))
            else:
                self._answers.pass_on(text.rstrip("\n"))

    def _tell_unwritten(self) -> None:
        """Say which files are not written, since the list is not complete."""
        from relupoly.files.streams import display_name

        for place in self._exports.options.files.values():
            self._answers.say(f"{display_name(place)} is not written, since the list is not complete")


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
