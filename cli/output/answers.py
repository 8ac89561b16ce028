"""How every command answers: text for people, or JSON; to stdout or to a file; with one exit code at the end."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relupoly.errors import FileFormatError, RelupolyError
from relupoly.plain_text import plain_json, plain_text

from ..context import OwnContext, defaults, passed_over
from ..exit_codes import CHECK_FAILED, COMPLETE, INPUT, INTERRUPTED, worst
from ..process.unbegun import Unbegun, line_of
from . import log
from .csv_table import CsvTable
from .narration import is_verbose
from .printing import plain_lines, tell
from .progress import Progress
from .report import Document, Report

if TYPE_CHECKING:
    from relupoly.run import Run


class Answers:
    """The answers of one command, in the form that its options ask for.

    Parameters
    ----------
    several : bool
        Whether the command was given several inputs: then an unreadable one does not stop the others.

    Raises
    ------
    FileFormatError
        If the output file cannot be written: better now than when the work is done.
    """

    def __init__(
        self,
        several: bool,
        as_json: bool = False,
        as_jsonl: bool = False,
        output: str | None = None,
        force: bool = False,
        quiet: bool = False,
        no_progress: bool = False,
        as_csv: bool = False,
    ) -> None:
        forms = [name for name, asked in (("--json", as_json), ("--jsonl", as_jsonl), ("--csv", as_csv)) if asked]
        if len(forms) > 1:
            raise click.UsageError(f"{forms[0]} and {forms[1]} exclude each other")
        if as_json and several:
            raise click.UsageError("--json prints one document; use --jsonl for several networks")
        self._several = several
        self._json, self._jsonl = as_json, as_jsonl
        self._table = CsvTable(functools.partial(self.pass_on, keep="")) if as_csv else None
        self._output = None if output in (None, "-") else output
        self._force = force
        self._quiet, self._no_progress = quiet, no_progress
        self._lines: list[str] = []
        self._errors: list[str] = []
        self._code = COMPLETE
        self._details: set[str] = set()
        if quiet and is_verbose():
            raise click.UsageError("--quiet and --verbose exclude each other")
        check_output("--output", self._output, force)
        self._tell_defaults()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed: then nothing more is to be done."""
        return self._code == INTERRUPTED

    def give(self, report: Report) -> None:
        """Print a report, or keep it for the output file; then complain where it does, and remember its exit code."""
        if self._json or self._jsonl:
            self._give_document(report.document())
        elif self._table is not None:
            self._table.add(report.rows())
        elif text := report.text():
            self.pass_on(plain_lines(text))
        for complaint in report.complaints:
            self.complain(complaint, CHECK_FAILED)
        self.note(report.code)

    def give_each(self, report: Report) -> None:
        """Give one of several reports that come before `give_all`: with --json, the document of that holds them all."""
        if self._json:
            self.note(report.code)
        else:
            self.give(report)

    def give_all(self, report: Report) -> None:
        """Give what several make together: with --jsonl, each has had its line, and with --csv its rows."""
        if not self._jsonl and self._table is None:
            self.give(report)

    def _give_document(self, document: Document) -> None:
        from relupoly.exact.json_numbers import jsonable

        self.pass_on(plain_json(json.dumps(jsonable(document), indent=2 if self._json else None)))

    def pass_on(self, text: str, keep: str = "\n") -> None:
        """Print a text whose line feeds, or tabs, are our own, such as JSON or CSV, or keep it for the output file."""
        text = plain_text(text, keep)
        if self._output is None:
            click.echo(text)
        else:
            self._lines.append(text)

    def say(self, text: str) -> None:
        """Print a line of narration to stderr."""
        self._tell(text, not (self._quiet or self._no_progress))

    def detail(self, text: str) -> None:
        """Print to stderr what was chosen, and why, once, for whoever asks for that."""
        if is_verbose() and text not in self._details:
            self._details.add(text)
            tell(text)

    def _tell(self, text: str, shown: bool) -> None:
        """Print a line to stderr, or only to the log."""
        if shown:
            tell(text)
        else:
            log.write(text)

    def _tell_defaults(self) -> None:
        """Say which defaults are not our own."""
        context = click.get_current_context(silent=True)
        if isinstance(context, OwnContext):
            for file in passed_over(context):
                self.warn(f"{file} is passed over, since others can write it; name it with --config to use it")
            for line in defaults(context):
                self.detail(line)

    def warn(self, text: str) -> None:
        """Print a warning to stderr: what does not change the answer, but must be known."""
        self._tell(f"Warning: {text}", not self._quiet)

    def complain(self, text: str, code: int) -> None:
        """Print an error to stderr, and remember its exit code."""
        tell(f"Error: {text}")
        self.note(code)

    def refuse(self, error: RelupolyError) -> None:
        """Print an error of the library to stderr, and remember its exit code."""
        tell(line_of(error))
        self.note(error.exit_code)

    def give_partial(self, error: Unbegun, file: str | None = None) -> None:
        """Say that work was stopped before there was anything to answer: to people on stderr, to programs on stdout, too."""
        if self._json or self._jsonl:
            self._give_document(error.document() if file is None else {**error.document(), "file": file})
        self.refuse(error)

    @contextlib.contextmanager
    def watching(self, run: Run, noun: str, total: int | None = None, roughly: bool = False) -> Iterator[Run]:
        """While open, a part of a run shows its progress, in so many of what is counted, of a total if that is known."""
        with self.progress(noun, total=total, roughly=roughly) as progress:
            yield run.reporting(progress).portioning(progress.portion)

    def progress(self, noun: str, hidden: bool = False, total: int | None = None, roughly: bool = False) -> Progress:
        """A progress line for long work."""
        return Progress(noun, not (self._quiet or self._no_progress or hidden), total, roughly)

    def note(self, code: int) -> None:
        """Remember an exit code; the worst one counts."""
        self._code = worst(self._code, code)

    @contextlib.contextmanager
    def of(self, file: str) -> Iterator[None]:
        """The answer about one input: where there are several, what stops it does not touch the answers about others."""
        try:
            yield
        except RelupolyError as error:
            if not self._several:
                raise
            if isinstance(error, Unbegun):
                self.give_partial(error, file)
                return
            self.refuse(error)
            if self._jsonl:
                self._give_document({"file": file, "error": str(error)})
        except KeyboardInterrupt:
            if not self._several:
                raise
            self.note(INTERRUPTED)

    @contextlib.contextmanager
    def keeping(self) -> Iterator[None]:
        """Write a file beside the answer: where that fails, the answer is printed all the same, and the error after it."""
        try:
            yield
        except FileFormatError as error:
            self.owe(str(error))

    def owe(self, error: str | None) -> None:
        """Print an error about a file, if there is one, when the answer has been printed."""
        if error is not None:
            self._errors.append(error)

    def finish(self) -> None:
        """Write the output file, and end with the exit code.

        Raises
        ------
        FileFormatError
            If the file cannot be written; then the answer has been printed to stdout instead.
        """
        try:
            self._write()
        finally:
            for error in dict.fromkeys(self._errors):
                self.complain(error, INPUT)
        click.get_current_context().exit(self._code)

    def _write(self) -> None:
        if self._output is None:
            return
        from relupoly.files.streams import write_bytes

        try:
            write_bytes(self._output, "".join(f"{line}\n" for line in self._lines).encode(), self._force)
        except FileFormatError:
            for line in self._lines:
                click.echo(line)
            raise


def check_output(what: str, place: str | None, force: bool) -> None:
    """Refuse a file that cannot be written before the work is done, not after it.

    Raises
    ------
    FileFormatError
        It names the option, and the file.
    """
    if place not in (None, "-"):
        from relupoly.disk.atomic import check_target
        from relupoly.files.streams import display_name, located

        with located(f"{what} {display_name(str(place))}"):
            check_target(Path(str(place)), force)
