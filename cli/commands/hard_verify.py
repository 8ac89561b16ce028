"""`relupoly hard verify`: whether what is claimed of networks is true."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relupoly.errors import RelupolyError

from ..arguments.collisions import check_distinct
from ..arguments.options import OutputOptions, jobs_option, output_options
from ..completion.kinds import NETWORK
from ..exit_codes import CHECK_FAILED, INTERRUPTED
from ..output.report import Document
from ..process.long_work import LongWork, long_work
from ..reports.verification import summary_report, verification_document, verification_report

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
@click.argument("paths", type=NETWORK, metavar="DIR|FILE...", nargs=-1, required=True)
@long_work("Stop after so long; run it again to go on. Exit 4.")
@jobs_option
@click.option("--again", is_flag=True, help="Count again what was verified before.")
@output_options
def verify_files(paths: tuple[str, ...], jobs: int | None, again: bool, output: OutputOptions, work: LongWork) -> None:
    """Is what is claimed of these networks true?

    Counts the pieces of each network with the engine, on R^n and on the domain of its paper, and compares them with the
    claims in its metadata; the network is also built anew from its parameters. Exit 5 on any difference. Claims that are not
    known are named. DIR is a folder that --out-dir has filled, or any folder of networks; what was verified there is written to
    verified.jsonl beside them, so that a run that was stopped goes on. Only what your own runs have written there is believed.
    """
    with work.reading(paths[0] if len(paths) == 1 else None):
        folders = [_Folder(path) for path in paths]
    tasks = [task for folder in folders for task in folder.tasks]
    check_distinct(
        {name: place for folder in folders for name, place in folder.inputs().items()}, {"--output": output.output_file}
    )
    answers = work.answering(output)
    for warning in (warning for folder in folders for warning in folder.warnings):
        answers.warn(warning)
    rows: list[Document] = []
    try:
        for number, task in enumerate(tasks, 1):
            noun = f"cells of {Path(task.file).name}, {number} of {len(tasks)}"
            rows.append(verify_one(task, noun, jobs, again, work))
            answers.give_each(verification_report(rows[-1]))
            if work.interrupted:
                break
    except KeyboardInterrupt:
        answers.note(INTERRUPTED)
    if work.interrupted:
        answers.note(INTERRUPTED)
    for folder in folders:
        if folder.results:
            with answers.keeping():
                folder.results.save()
    answers.give_all(summary_report(rows, len(tasks)))


def verify_one(task: Task, noun: str, jobs: int | None, again: bool, work: LongWork) -> Document:
    """Verify a file, unless that was done before or the time is over; what is wrong with it does not stop the others."""
    try:
        return _row(task, noun, jobs, again, work)
    except RelupolyError as error:
        work.answers.refuse(error)
        return {"file": task.file, "error": str(error)}


def _row(task: Task, noun: str, jobs: int | None, again: bool, work: LongWork) -> Document:
    from relupoly.constructions.manifest import content_hash
    from relupoly.constructions.verification import verify
    from relupoly.files.networks import NETWORK_FORMATS
    from relupoly.files.streams import display_name, located, named

    name = display_name(task.file)
    with work.reading(task.file), located(name):
        data = _content(task)
        chosen = NETWORK_FORMATS[NETWORK_FORMATS.name_of(task.file)]
    sha256 = content_hash(data)
    if task.listed is not None and task.listed != sha256:
        complaint = f"{name}: it is not the network that the manifest lists; its content has changed"
        work.answers.complain(complaint, CHECK_FAILED)
    known = task.results.get(sha256) if task.results and not again else None
    if known:
        return {**known, "file": task.file}
    with work.reading(task.file), located(name):
        network = chosen.decode(data)
    with named(name), work.run_on(task.file) as whole, work.answers.watching(whole, noun) as run:
        result = verify(network, jobs=jobs, run=run)
    row = verification_document(result, task.file, sha256, network.metadata)
    if task.results and result.complete:
        with work.answers.keeping():
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
