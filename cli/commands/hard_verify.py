"""`relupoly hard verify`: whether what is claimed of networks is true."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relupoly.errors import RelupolyError

from ..answers import Answers
from ..collisions import check_distinct
from ..exit_codes import CHECK_FAILED, INTERRUPTED
from ..interrupts import Interrupts
from ..options import Seconds, output_options
from ..reports.verification import summary_report, verification_document, verification_report
from ..time_limit import TimeLimit, time_limited

if TYPE_CHECKING:
    from relupoly.constructions.results import Results

EXAMPLES = """\b
Examples:
  relupoly hard sawtooth --grid "width=2..5,depth=1..4" --out-dir saws
  relupoly hard verify saws
  relupoly hard verify net.json --jsonl
"""


@dataclass(frozen=True)
class Task:
    """A file to verify.

    Attributes
    ----------
    file : str
    results : Results or None
        What is known of the files of its folder, if a folder was given.
    listed : str or None
        The hash of its content in the folder's manifest.

    Notes
    -----
    What a user names may be a link or a pipe; what is only found in a folder may not.
    """

    file: str
    results: Results | None = None
    listed: str | None = None


@click.command("verify", epilog=EXAMPLES)
@click.argument("paths", metavar="DIR|FILE...", nargs=-1, required=True)
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop after so long; run it again to go on. Exit 4.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many threads; by default all cores.",
)
@click.option("--again", is_flag=True, help="Count again what was verified before.")
@output_options
@time_limited
def verify_files(paths: tuple[str, ...], deadline: TimeLimit, jobs: int | None, again: bool, **output: Any) -> None:
    """Is what is claimed of these networks true?

    Counts the pieces of each network with the engine, on R^n and on the domain of its paper, and compares them with the
    claims in its metadata; the network is also built anew from its parameters. Exit 5 on any difference. Claims that are not
    known are named. DIR is a folder that --out-dir has filled, or any folder of networks; what was verified there is written to
    verified.jsonl beside them, so that a run that was stopped goes on. Only what your own runs have written there is believed.
    """
    with deadline.reading(paths[0] if len(paths) == 1 else None):
        folders = [_Folder(path) for path in paths]
    tasks = [task for folder in folders for task in folder.tasks]
    check_distinct(
        {name: place for folder in folders for name, place in folder.inputs().items()}, {"--output": output["output"]}
    )
    answers = Answers(False, **output)
    for warning in (warning for folder in folders for warning in folder.warnings):
        answers.warn(warning)
    run = _Run(answers, deadline, jobs, again)
    with contextlib.suppress(KeyboardInterrupt), Interrupts() as interrupts:
        for number, task in enumerate(tasks, 1):
            if interrupts.seen():
                break
            run.take(task, f"cells of {Path(task.file).name}, {number} of {len(tasks)}", interrupts)
    if interrupts.seen():
        answers.note(INTERRUPTED)
    for folder in folders:
        if folder.results:
            with answers.keeping():
                folder.results.save()
    answers.give_all(summary_report(run.rows, len(tasks)))
    answers.finish()


class _Run:
    """What was found so far, and how it is told."""

    def __init__(self, answers: Answers, deadline: TimeLimit, jobs: int | None, again: bool) -> None:
        self.answers = answers
        self.deadline = deadline
        self.jobs, self.again = jobs, again
        self.rows: list[dict[str, Any]] = []

    def take(self, task: Task, noun: str, interrupts: Interrupts) -> None:
        """Verify a file, unless that was done before or the time is over; what is wrong with it does not stop the others."""
        try:
            row = self._row(task, noun, interrupts)
        except RelupolyError as error:
            self.answers.complain(str(error), error.exit_code)
            row = {"file": task.file, "error": str(error)}
        self.rows.append(row)
        self.answers.give_each(verification_report(row))

    def _row(self, task: Task, noun: str, interrupts: Interrupts) -> dict[str, Any]:
        from relupoly.constructions.manifest import content_hash
        from relupoly.constructions.verification import verify
        from relupoly.files.networks import NETWORK_FORMATS
        from relupoly.files.streams import display_name, located, named
        from relupoly.run import Run

        name = display_name(task.file)
        with self.deadline.reading(task.file), located(name):
            data = _content(task)
            chosen = NETWORK_FORMATS[NETWORK_FORMATS.name_of(task.file)]
        sha256 = content_hash(data)
        if task.listed is not None and task.listed != sha256:
            self.answers.complain(
                f"{name}: it is not the network that the manifest lists; its content has changed", CHECK_FAILED
            )
        known = task.results.get(sha256) if task.results and not self.again else None
        if known:
            return {**known, "file": task.file}
        with self.deadline.reading(task.file), located(name):
            network = chosen.decode(data)
        with named(name), self.answers.progress(noun) as progress, self.deadline.preparing(task.file) as until_asked:
            run = Run(deadline=self.deadline.left, interrupted=until_asked(interrupts.seen), progress=progress)
            result = verify(network, jobs=self.jobs, run=run)
        row = verification_document(result, task.file, sha256, network.metadata)
        if task.results and result.complete:
            with self.answers.keeping():
                task.results.add({**row, "file": Path(task.file).name})
        return row


class _Folder:
    """What stands in the place of DIR or FILE: the files to verify, and what is known of them.

    Parameters
    ----------
    path : str
    """

    def __init__(self, path: str) -> None:
        from relupoly.constructions.manifest import MANIFEST, Listing
        from relupoly.constructions.results import VERIFIED, Results

        self.results: Results | None = None
        self.warnings: list[str] = []
        self.tasks = [Task(path)]
        self._own: dict[str, str] = {}
        folder = Path(path)
        if path != "-" and folder.is_dir():
            listing, self.results = Listing(folder), Results(folder)
            self.warnings = [*listing.warnings, *self.results.warnings]
            self.tasks = [Task(str(file), self.results, listing.hashes.get(file.name)) for file in listing.files]
            self._own = {f"what is kept in {path}": str(folder / VERIFIED), f"the manifest of {path}": str(folder / MANIFEST)}

    def inputs(self) -> dict[str, str]:
        """All files that are read, by what messages call them."""
        return {f"FILE {task.file}": task.file for task in self.tasks} | self._own


def _content(task: Task) -> bytes:
    """The bytes of a file."""
    from relupoly.disk.plain import read_plain
    from relupoly.errors import FileFormatError
    from relupoly.files.streams import read_bytes

    if task.results is None:
        return read_bytes(task.file)
    data = read_plain(Path(task.file))
    if data is None:
        raise FileFormatError("there is no such file; check its name and folder")
    return data
