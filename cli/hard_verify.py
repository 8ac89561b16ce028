"""`relupoly hard verify`: whether what is claimed of networks is true."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relupoly.errors import RelupolyError

from .answers import CHECK_FAILED, INTERRUPTED, PARTIAL, Answers, jsonable
from .hard import SCHEMA
from .interrupts import Interrupts
from .options import Seconds, output_options
from .reports import counted, why_partial

if TYPE_CHECKING:
    from relupoly.constructions.manifest import Results
    from relupoly.constructions.verification import Check, Verification

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
def verify_files(paths: tuple[str, ...], deadline: float | None, jobs: int | None, again: bool, **output: Any) -> None:
    """Is what is claimed of these networks true?

    Counts the pieces of each network with the engine, on R^n and on the domain of its paper, and compares them with the
    claims in its metadata; exit 5 on any difference. DIR is a folder that --out-dir has filled, or any folder of networks;
    what was verified there is written to verified.jsonl beside them, so that a run that was stopped goes on.
    """
    answers = Answers(False, **output)
    tasks = [task for path in paths for task in _tasks(path)]
    run = _Run(answers, output["as_json"], output["as_jsonl"], deadline, jobs, again)
    with contextlib.suppress(KeyboardInterrupt), Interrupts() as interrupts:
        for number, task in enumerate(tasks, 1):
            if interrupts.seen():
                break
            run.take(task, f"cells of {Path(task.file).name}, {number} of {len(tasks)}", interrupts)
    if interrupts.seen():
        answers.note(INTERRUPTED)
    run.finish(len(tasks))


class _Run:
    """What was found so far, and how it is told."""

    def __init__(
        self, answers: Answers, as_json: bool, as_jsonl: bool, deadline: float | None, jobs: int | None, again: bool
    ) -> None:
        self.answers = answers
        self.as_json, self.as_text = as_json, not (as_json or as_jsonl)
        self.end = None if deadline is None else time.monotonic() + deadline
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
        if self.as_text:
            if "error" not in row:
                self.answers.pass_on(_text(row))
        elif not self.as_json:
            self.answers.give(row, "")
        self._judge(row)

    def _row(self, task: Task, noun: str, interrupts: Interrupts) -> dict[str, Any]:
        from relupoly.constructions.manifest import content_hash
        from relupoly.constructions.verification import verify
        from relupoly.files import read_network
        from relupoly.files.streams import display_name, located, read_bytes

        name = display_name(task.file)
        with located(name):
            sha256 = content_hash(read_bytes(task.file))
        if task.listed is not None and task.listed != sha256:
            self.answers.complain(
                f"{name}: it is not the network that the manifest lists; its content has changed", CHECK_FAILED
            )
        known = task.results.get(sha256) if task.results and not self.again else None
        if known:
            return {**known, "file": task.file}
        network = read_network(task.file)
        with located(name), self.answers.progress(noun) as progress:
            left = None if self.end is None else max(self.end - time.monotonic(), 0)
            result = verify(network, deadline=left, interrupted=interrupts.seen, progress=progress, jobs=self.jobs)
        row = _document(result, task.file, sha256, network.metadata)
        if task.results and result.complete:
            task.results.add({**row, "file": Path(task.file).name})
        return row

    def _judge(self, row: dict[str, Any]) -> None:
        if row.get("agrees") is False:
            self.answers.note(CHECK_FAILED)
        if row.get("stopped"):
            self.answers.note(INTERRUPTED if row["stopped"] == "interrupted" else PARTIAL)

    def finish(self, total: int) -> None:
        """Tell how many agree, and end."""
        agree = sum(row.get("agrees") is True for row in self.rows)
        differ = sum(row.get("agrees") is False for row in self.rows)
        left = total - agree - differ
        document = {
            "schema": SCHEMA,
            "networks": total,
            "agree": agree,
            "differ": differ,
            "complete": left == 0,
            "files": self.rows,
        }
        open_text = f", {left} not verified" if left else ""
        text = f"{counted(total, 'network')}: {agree} agree, {differ} differ{open_text}"
        if self.as_json:
            self.answers.give(document, "")
        elif self.as_text and total > 1:
            self.answers.pass_on(text)
        self.answers.finish()


def _tasks(path: str) -> Iterator[Task]:
    """The files of a folder, or the file itself."""
    from relupoly.constructions.manifest import Results, network_files, read_manifest

    folder = Path(path)
    if path == "-" or not folder.is_dir():
        yield Task(path)
        return
    results = Results(folder)
    listed = {row["file"]: row.get("sha256") for row in read_manifest(folder)}
    for file in network_files(folder):
        yield Task(str(file), results, listed.get(file.name))


def _document(result: Verification, file: str, sha256: str, metadata: Any) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "file": file,
        "sha256": sha256,
        "family": metadata.get("family"),
        "parameters": metadata.get("parameters"),
        "agrees": result.agrees,
        "complete": result.complete,
        "stopped": result.stopped,
        "checks": [_check_document(check) for check in result.checks],
        "seconds": round(result.seconds, 6),
    }


def _check_document(check: Check) -> dict[str, Any]:
    document = {
        "claim": check.claim,
        "claimed": check.claimed,
        "relation": check.relation,
        "found": check.found,
        "agrees": check.agrees,
        "domain": check.domain.name if check.notion else None,
    }
    return {key: jsonable(value) for key, value in document.items()}


def _text(row: dict[str, Any]) -> str:
    from relupoly.files.streams import display_name

    name = display_name(row["file"])
    wrong = [check for check in row["checks"] if check["agrees"] is False]
    if wrong:
        told = (f"{check['claim']} is claimed to be {_relation(check)}, but {check['found']} was found" for check in wrong)
        return f"{name}: DIFFERS: {'; '.join(told)}"
    if not row["complete"]:
        return f"{name}: not verified: {why_partial(row['stopped'])}"
    counts = [_count(check) for check in row["checks"] if check["domain"] is not None]
    return f"{name}: agrees: {', '.join(counts) if counts else 'nothing but its shape is claimed'}"


def _count(check: dict[str, Any]) -> str:
    bound = f" >= {check['claimed']}" if check["relation"] == "at least" else ""
    return f"{check['claim']} {check['found']}{bound}"


def _relation(check: dict[str, Any]) -> str:
    return f"at least {check['claimed']}" if check["relation"] == "at least" else str(check["claimed"])
