"""A network that a command has built: proved equal to what was asked for, then written, with a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ..answers import Answers, check_output
from ..options import Decorated
from ..printing import tell
from ..report import Document, Report

if TYPE_CHECKING:
    from relupoly.networks.network import Network
    from relupoly.run import Run

SCHEMA = 1


def result_options(command: Decorated) -> Decorated:
    """Add --output, --to, --round, --force, --json, --quiet and --no-progress."""
    command = click.option("--no-progress", is_flag=True, help="No progress on stderr.")(command)
    command = click.option("--quiet", "-q", is_flag=True, help="Nothing on stderr but errors.")(command)
    command = click.option(
        "--json", "as_json", is_flag=True, help="Print a report on stdout, as JSON; the network needs --output then."
    )(command)
    command = click.option("--force", is_flag=True, help="Let --output overwrite a file.")(command)
    command = click.option(
        "--round", "rounding", is_flag=True, help="Write the nearest double where the format cannot hold a number."
    )(command)
    command = click.option(
        "--to", "target_format", metavar="NAME", help="Format of the network, whatever its suffix: json, npz or nnet."
    )(command)
    return click.option("--output", "-o", metavar="FILE", help="Write the network to a file instead of stdout.")(command)


class Result:
    """Where a network and the report about it go.

    Parameters
    ----------
    output : str or None
        The file of the network; None or "-" for stdout.

    Raises
    ------
    click.UsageError
        If both the network and the report would go to stdout.
    FileFormatError
        If the file cannot be written: better now than when the work is done.
    """

    def __init__(
        self,
        output: str | None,
        target_format: str | None,
        rounding: bool,
        force: bool,
        as_json: bool,
        quiet: bool,
        no_progress: bool,
    ) -> None:
        if as_json and output in (None, "-"):
            raise click.UsageError("--json reports on stdout, where the network goes; give --output FILE")
        self._target = output or "-"
        self._format, self._round, self._force = target_format, rounding, force
        self._json, self._quiet = as_json, quiet
        check_network_output(self._target, target_format, force)
        self._unwritten: Network | None = None
        self.answers = Answers(False, as_json=as_json, quiet=quiet, no_progress=no_progress)

    def write(self, network: Network) -> None:
        """Write the network; where that fails, or its format would have to round without leave, the report shows it."""
        from relupoly.files import encode_network
        from relupoly.files.streams import write_bytes

        with self.answers.keeping():
            self._unwritten = network
            write_bytes(self._target, encode_network(network, self._target, self._format, self._round), self._force)
            self._unwritten = None

    def report(self, report: Report) -> None:
        """Print the report: as JSON on stdout, or as text on stderr, as stdout may hold the network."""
        self.answers.give(Report(lambda: self._document(report), list, report.code))
        if self._json:
            return
        if self._unwritten is not None:
            click.echo(native(self._unwritten))
        if not self._quiet:
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


def prove(network: Network, reference: Network, what: str, answers: Answers, run: Run | None = None) -> None:
    """Prove that a network is the function that was asked for.

    Raises
    ------
    CheckFailed
        If it is not.
    Stopped
        If there is no time for the proof.
    """
    from relupoly.analysis.equality import difference
    from relupoly.errors import CheckFailed
    from relupoly.run import Run

    with answers.progress("cells proved") as progress:
        witness = difference(network, reference, run=(run or Run()).reporting(progress).noticing(answers.say))
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
