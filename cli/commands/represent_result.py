"""A network that a command has built: proved equal to what was asked for, then written, with a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from relupoly.run import UNLIMITED, Run

from ..arguments.options import OutputOptions, gathered, quiet_options
from ..completion.kinds import FORMATS, NETWORK_FORMAT, NEW_NETWORK
from ..output.answers import Answers, check_output
from ..output.printing import tell
from ..output.report import Document, Report
from ..output.terminal import check_terminal
from ..process.long_work import LongWork

if TYPE_CHECKING:
    from relupoly.networks.network import Network

SCHEMA = 1


@dataclass(frozen=True)
class ResultOptions:
    """Where a network goes, and how the report about it is told."""

    output_file: str | None
    target_format: str | None
    rounding: bool
    force: bool
    as_json: bool
    quiet: bool
    no_progress: bool


result_options = gathered(
    "result",
    ResultOptions,
    click.option(
        "--output", "-o", "output_file", type=NEW_NETWORK, metavar="FILE", help="Write the network to a file instead of stdout."
    ),
    click.option(
        "--to",
        "target_format",
        type=NETWORK_FORMAT,
        metavar="NAME",
        help=f"Format of the network, whatever its suffix: {FORMATS}.",
    ),
    click.option("--round", "rounding", is_flag=True, help="Write the nearest double where the format cannot hold a number."),
    click.option("--force", is_flag=True, help="Let --output overwrite a file."),
    click.option("--json", "as_json", is_flag=True, help="Print a report on stdout, as JSON; the network needs --output then."),
    quiet_options,
)


class Result:
    """Where a network and the report about it go.

    Parameters
    ----------
    work : LongWork
        What makes the network.
    wanted : ResultOptions
        The file of the network; None or "-" for stdout.

    Raises
    ------
    click.UsageError
        If both the network and the report would go to stdout.
    FileFormatError
        If the file cannot be written: better now than when the work is done.
    """

    def __init__(self, work: LongWork, wanted: ResultOptions) -> None:
        if wanted.as_json and wanted.output_file in (None, "-"):
            raise click.UsageError("--json reports on stdout, where the network goes; give --output FILE")
        self._wanted = wanted
        self._target = wanted.output_file or "-"
        check_network_output(self._target, wanted.target_format, wanted.force)
        self._unwritten: Network | None = None
        output = OutputOptions(as_json=wanted.as_json, quiet=wanted.quiet, no_progress=wanted.no_progress)
        self.answers = work.answering(output)

    def write(self, network: Network) -> None:
        """Write the network; where that fails, or its format would have to round without leave, the report shows it."""
        from relupoly.files import encode_network
        from relupoly.files.streams import write_bytes

        with self.answers.keeping():
            self._unwritten = network
            wanted = self._wanted
            data = encode_network(network, self._target, wanted.target_format, wanted.rounding)
            write_bytes(self._target, data, wanted.force)
            self._unwritten = None

    def report(self, report: Report) -> None:
        """Print the report: as JSON on stdout, or as text on stderr, as stdout may hold the network."""
        self.answers.give(Report(lambda: self._document(report), list, report.code))
        if self._wanted.as_json:
            return
        if self._unwritten is not None:
            click.echo(native(self._unwritten))
        if not self._wanted.quiet:
            tell(report.text())

    def _document(self, report: Report) -> Document:
        whole = {"schema": SCHEMA, "output": self._target, **report.document()}
        return whole if self._unwritten is None else unwritten(whole, "output", self._unwritten)


def check_network_output(target: str, format_name: str | None, force: bool) -> None:
    """Refuse a file for a network that cannot be written, or is of no known format, before the work is done.

    Raises
    ------
    FileFormatError
        It says what is wrong.
    """
    from relupoly.files.networks import NETWORK_FORMATS
    from relupoly.files.streams import display_name, located

    check_output("--output", target, force)
    check_terminal(target, format_name)
    with located("standard output" if target == "-" else display_name(target)):
        NETWORK_FORMATS.name_of(target, format_name)


def native(network: Network) -> str:
    """The text of a network's native file."""
    from relupoly.files.networks import encode_network

    return encode_network(network, "-").decode().rstrip("\n")


def unwritten(document: Document, file: str, network: Network) -> Document:
    """A report about a network that could not be written to its file: under the key of this it has none, but the network."""
    import json

    return {**document, file: None, "network": json.loads(native(network))}


def prove(network: Network, reference: Network, what: str, answers: Answers, run: Run = UNLIMITED) -> None:
    """Prove that a network is the function that was asked for.

    Raises
    ------
    CheckFailed
        If it is not.
    Stopped
        If there is no time for the proof.
    """
    from relupoly.analysis.equality.equality import difference
    from relupoly.errors import CheckFailed

    with answers.watching(run.noticing(answers.say), "cells proved") as part:
        witness = difference(network, reference, run=part)
    if witness is not None:
        point = ", ".join(map(str, witness.point))
        raise CheckFailed(f"the network is not {what}: they differ at ({point}); nothing was written, please report this")


class Steps:
    """A callback for every step of some work: shows how many there were.

    Parameters
    ----------
    progress : callable
        Told the number of steps.
    """

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress
        self._count = 0

    def __call__(self) -> None:
        """Take a step."""
        self._count += 1
        self._progress(self._count)
