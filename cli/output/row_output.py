"""Rows of an answer as they come: a table, JSON lines, one JSON document, or an array.

To stdout, a table and JSON lines go row by row, so that whoever reads them need not wait, and a million rows need no memory.
What goes to a file is held until that can appear whole.
"""

from __future__ import annotations

import array
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import click

from relupoly.plain_text import plain_json

from ..arguments.options import OutputOptions
from ..reports.evaluation import Columns, PointAnswer, document_of
from .answers import Answers
from .report import Document

TABLE, LINES, DOCUMENT, ARRAY = "csv", "jsonl", "json", "npy"


class Rows(Protocol):
    """What takes the rows of an answer."""

    def begin(self, columns: Columns) -> None:
        """Say what the columns are, before the first row."""

    def add(self, answer: PointAnswer) -> None:
        """Take a row."""

    def end(self, stopped: str | None) -> None:
        """Say that no more rows come, and what stopped them, if anything did."""


def form_of(output: OutputOptions, shown: tuple[str, ...]) -> str:
    """The form of the answer: what the options say, else the suffix of the file.

    Raises
    ------
    click.UsageError
        If they do not go together.
    """
    suffix = _suffix(output)
    if suffix == ".npy":
        if output.machine:
            raise click.UsageError("--output names an .npy file; leave --json and --jsonl out, or give another name")
        if shown != ("float",):
            raise click.UsageError("an .npy file holds the outputs as doubles; add --show float, or give another name")
        return ARRAY
    if output.machine:
        return DOCUMENT if output.as_json else LINES
    return {".json": DOCUMENT, ".jsonl": LINES}.get(suffix, TABLE)


def rows_for(form: str, output: OutputOptions, about: Document, answers: Answers) -> Rows:
    """What takes the rows of an answer.

    Parameters
    ----------
    form : str
        What `form_of` says.
    output : OutputOptions
    about : dict
        What the JSON document says before its rows.
    answers : Answers
        Of these options; for an array, of the same without --output.
    """
    if form == TABLE:
        return TableRows(answers, "\t" if _suffix(output) == ".tsv" else ",")
    if form == LINES:
        return JsonLines(answers)
    return ArrayRows(answers, str(output.output_file), output.force) if form == ARRAY else JsonDocument(answers, about)


def _suffix(output: OutputOptions) -> str:
    return Path(output.output_file or "").suffix.lower()


class TableRows:
    """A table with a header."""

    def __init__(self, answers: Answers, separator: str = ",") -> None:
        self._answers, self._separator = answers, separator
        self._header: list[str] | None = None
        self._cells: Callable[[PointAnswer], list[str]]

    def begin(self, columns: Columns) -> None:
        """Remember the header, which waits for the first row: there is no table where that is refused."""
        self._header, self._cells = columns.header, columns.cells

    def add(self, answer: PointAnswer) -> None:
        """Write a row."""
        self._write_header()
        self._write(self._cells(answer))

    def end(self, stopped: str | None) -> None:
        """Write the header of a table without rows."""
        self._write_header()

    def _write_header(self) -> None:
        if self._header is not None:
            self._write(self._header)
            self._header = None

    def _write(self, cells: list[str]) -> None:
        stream = io.StringIO()
        csv.writer(stream, delimiter=self._separator, lineterminator="").writerow(cells)
        self._answers.pass_on(stream.getvalue(), keep=self._separator)


class JsonLines:
    """A JSON object on each line."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._record: Callable[[PointAnswer], Document]

    def begin(self, columns: Columns) -> None:
        """Each line says what it holds."""
        self._record = columns.record

    def add(self, answer: PointAnswer) -> None:
        """Write a line."""
        self._answers.pass_on(plain_json(json.dumps(self._record(answer))))

    def end(self, stopped: str | None) -> None:
        """Lines have no end."""


class JsonDocument:
    """One JSON document."""

    def __init__(self, answers: Answers, about: Document) -> None:
        self._answers, self._about = answers, about
        self._columns: Columns | None = None
        self._records: list[Document] = []

    def begin(self, columns: Columns) -> None:
        """Remember the columns."""
        self._columns = columns

    def add(self, answer: PointAnswer) -> None:
        """Remember a record."""
        assert self._columns is not None
        self._records.append(self._columns.record(answer))

    def end(self, stopped: str | None) -> None:
        """Write the document."""
        document = document_of(self._about, self._columns, self._records, stopped)
        self._answers.pass_on(plain_json(json.dumps(document, indent=2)))


class ArrayRows:
    """An array of doubles, with a row for each point and a column for each output."""

    def __init__(self, answers: Answers, place: str, force: bool) -> None:
        self._answers, self._place, self._force = answers, place, force
        self._columns: Columns | None = None
        self._entries = array.array("d")

    def begin(self, columns: Columns) -> None:
        """Remember how long rows are."""
        self._columns = columns

    def add(self, answer: PointAnswer) -> None:
        """Remember a row."""
        self._entries.extend(answer.floats)

    def end(self, stopped: str | None) -> None:
        """Write the file; where that fails, print what would have been in it."""
        import numpy as np

        from relupoly.errors import FileFormatError
        from relupoly.files.streams import write_bytes

        names = [] if self._columns is None else list(self._columns.added)
        rows = np.array(self._entries, dtype=np.float64).reshape(-1, max(1, len(names)))
        stream = io.BytesIO()
        np.save(stream, rows)
        try:
            write_bytes(self._place, stream.getvalue(), self._force)
        except FileFormatError as error:
            for cells in [names, *(map(repr, row) for row in rows.tolist())]:
                self._answers.pass_on(",".join(cells))
            self._answers.owe(str(error))
