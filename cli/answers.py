"""How every command answers: text for people, or JSON; to stdout or to a file; with one exit code at the end."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from relupoly.errors import CheckFailed, InputError, RelupolyError

from .progress import Progress

COMPLETE = 0
INPUT = InputError.exit_code
PARTIAL = 4
CHECK_FAILED = CheckFailed.exit_code
INTERRUPTED = 130

_WORST_LAST = (COMPLETE, PARTIAL, CHECK_FAILED, INPUT, INTERRUPTED)
_LARGEST_SAFE = 2**53


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
    ) -> None:
        if as_json and as_jsonl:
            raise click.UsageError("--json and --jsonl exclude each other")
        if as_json and several:
            raise click.UsageError("--json prints one document; use --jsonl for several networks")
        self._several = several
        self._json, self._jsonl = as_json, as_jsonl
        self._output = None if output in (None, "-") else output
        self._force = force
        self._quiet, self._no_progress = quiet, no_progress
        self._lines: list[str] = []
        self._code = COMPLETE
        if self._output is not None:
            from relupoly.files.atomic import check_target
            from relupoly.files.streams import located

            with located(f"--output {self._output}"):
                check_target(Path(self._output), force)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed: then nothing more is to be done."""
        return self._code == INTERRUPTED

    def give(self, document: dict[str, Any], text: str) -> None:
        """Print an answer, or keep it for the output file."""
        self.pass_on(json.dumps(jsonable(document), indent=2 if self._json else None) if self._json or self._jsonl else text)

    def pass_on(self, text: str) -> None:
        """Print a text as it is, or keep it for the output file."""
        if self._output is None:
            click.echo(text)
        else:
            self._lines.append(text)

    def say(self, text: str) -> None:
        """Print a line of narration to stderr."""
        if not (self._quiet or self._no_progress):
            click.echo(text, err=True)

    def complain(self, text: str, code: int) -> None:
        """Print an error to stderr, and remember its exit code."""
        click.echo(f"Error: {text}", err=True)
        self.note(code)

    def progress(self, noun: str) -> Progress:
        """A progress line for long work."""
        return Progress(noun, shown=not (self._quiet or self._no_progress))

    def note(self, code: int) -> None:
        """Remember an exit code; the worst one counts."""
        self._code = max(self._code, code, key=_WORST_LAST.index)

    @contextlib.contextmanager
    def of(self, file: str) -> Iterator[None]:
        """The answer about one input: where there are several, what stops it does not touch the answers about others."""
        try:
            yield
        except RelupolyError as error:
            if not self._several:
                raise
            self.complain(str(error), error.exit_code)
            if self._jsonl:
                self.give({"file": file, "error": str(error)}, "")
        except KeyboardInterrupt:
            if not self._several:
                raise
            self.note(INTERRUPTED)

    @contextlib.contextmanager
    def keeping(self) -> Iterator[None]:
        """Something more to write once an answer is printed: if that fails, it is said, and the answer stands."""
        try:
            yield
        except RelupolyError as error:
            self.complain(str(error), error.exit_code)

    def finish(self) -> None:
        """Write the output file, and end with the exit code."""
        if self._output is not None:
            from relupoly.files.streams import write_bytes

            write_bytes(self._output, "".join(f"{line}\n" for line in self._lines).encode(), self._force)
        click.get_current_context().exit(self._code)


def jsonable(value: Any) -> Any:
    """A document with integers beyond 2^53 and rationals as strings, which every JSON reader gets right.

    Python itself refuses to print integers of thousands of digits; flint does not.
    """
    if isinstance(value, dict):
        return {key: jsonable(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(entry) for entry in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST_SAFE:
        from flint import fmpz

        return str(fmpz(value))
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
