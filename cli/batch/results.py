"""The file of results, which is the state of a batch: a line for each job that has come to its end.

Lines are appended as jobs end, each in one step, so that a batch that is killed loses no job but those under way, and at most
the end of one line. When all are done, the file is put in the order of the jobs, as a whole; a batch that is stopped before
that leaves it as it is, and goes on from there. Until then, a file in order would have to hold back what has ended early,
which a kill would lose.

What the system has is safe from a kill; from a power cut only what is on disk. That is seen to once a second: a disk may take
longer for it than small jobs do for all they have to do.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relupoly.disk.atomic import check_target, replace_file, replacing
from relupoly.disk.plain import open_plain, reason
from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted
from relupoly.files.lock import held
from relupoly.files.streams import display_name, located

from .job import Job, digest_of
from .record import SCHEMA

_SECONDS_BETWEEN = 1.0  # of results, that a power cut may take


@dataclass(frozen=True)
class Kept:
    """A line of the file.

    Attributes
    ----------
    job : int
    exit_code : int
    start, end : int
        Where it is in the file, with its line feed.
    """

    job: int
    exit_code: int
    start: int
    end: int


class Results:
    """The file of results, open and locked.

    Attributes
    ----------
    kept : dict of int to Kept
        Its lines by the numbers of their jobs.
    """

    def __init__(self, place: Path, kept: Mapping[int, Kept], size: int) -> None:
        self._place = place
        self._size = size
        self._unsafe = False
        self._synced = time.monotonic()
        self.kept = dict(kept)
        with _about(place):
            self._descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)

    def add(self, job: int, exit_code: int, line: bytes) -> None:
        """Append the line of a job.

        Raises
        ------
        FileFormatError
            If it cannot be written.
        """
        data = line + b"\n"
        with _about(self._place):
            left = memoryview(data)
            while left:
                left = left[os.write(self._descriptor, left) :]
            self._unsafe = True
            if time.monotonic() - self._synced >= _SECONDS_BETWEEN:
                self.sync()
        self.kept[job] = Kept(job, exit_code, self._size, self._size + len(data))
        self._size += len(data)

    def sync(self) -> None:
        """Let the disk have all."""
        if self._unsafe:
            with contextlib.suppress(OSError):  # some file systems cannot
                os.fsync(self._descriptor)
            self._unsafe = False
        self._synced = time.monotonic()

    def put_in_order(self) -> None:
        """Put the lines in the order of their jobs."""
        starts = [self.kept[job].start for job in sorted(self.kept)]
        if starts != sorted(starts):
            _rewrite(self._place, [self.kept[job] for job in sorted(self.kept)])

    def lines(self) -> Iterator[bytes]:
        """The lines, in the order in which they stand."""
        with open(self._place, "rb") as stream:
            yield from stream

    def close(self) -> None:
        """Let go of the file."""
        self.sync()
        os.close(self._descriptor)


@contextlib.contextmanager
def opened(
    place: Path, jobs: Sequence[Job], resume: bool, retry: bool, force: bool, say: Callable[[str], None]
) -> Iterator[Results]:
    """The file of results, locked against other batches; a new one, or one to go on with.

    Parameters
    ----------
    place : path
    jobs : sequence of Job
    resume : bool
        Whether to go on with the file, if there is one.
    retry : bool
        Whether jobs that have failed are to be run again.
    force : bool
        Whether to begin anew where there is one.
    say : callable
        Told in a sentence what was repaired.

    Raises
    ------
    FileFormatError
        If the file exists and nothing is said about that, another batch has it, it cannot be written, or it has the results of
        other jobs.
    """
    name = display_name(place)
    with located(name):
        check_target(place, force=True)
    with held(place):
        if place.exists() and resume:
            with located(name):
                kept, size = _resumed(place, jobs, retry, say)
        elif place.exists() and not force:
            raise FileFormatError(
                f"{name}: the file exists; give --resume to go on with it, --force to begin anew, or another name"
            )
        else:
            with located(name):
                replace_file(place, b"", force=True)
            kept, size = {}, 0
        results = Results(place, kept, size)
        try:
            yield results
        finally:
            results.close()


def _resumed(place: Path, jobs: Sequence[Job], retry: bool, say: Callable[[str], None]) -> tuple[dict[int, Kept], int]:
    """The lines to keep of a file, all of which is then theirs; and its size."""
    kept: dict[int, Kept] = {}
    by_number = {job.number: job for job in jobs}
    size, whole = 0, True
    stream = open_plain(place)
    assert stream is not None
    with stream:
        for number, line in enumerate(stream, 1):
            start, size = size, size + len(line)
            whole = line.endswith(b"\n")
            found = _parsed(line, number, whole)
            if found is None:
                say(f"{display_name(place)}: its last line is not whole, and is removed; its job is run again")
                break
            if _is_to_keep(found, by_number, retry, number):
                kept[found["job"]] = Kept(found["job"], found["exit_code"], start, size)
    if whole and sum(one.end - one.start for one in kept.values()) == size:
        return kept, size
    lines = _rewrite(place, sorted(kept.values(), key=lambda one: one.start))
    return {one.job: one for one in lines}, lines[-1].end if lines else 0


def _parsed(line: bytes, number: int, whole: bool) -> dict[str, Any] | None:
    """The record on a line; None for the beginning of one, at the end of the file."""
    try:
        found = json.loads(line)
        if _is_record(found):
            return dict(found)
    except ValueError:
        pass
    if not whole:
        return None
    raise FileFormatError(f"line {number} is no result of a batch; remove it and its job is run again, or give another file")


def _is_record(found: object) -> bool:
    """Whether a document has what is asked of it here."""
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        return False
    numbers = all(isinstance(found.get(key), int) for key in ("job", "exit_code"))
    return numbers and isinstance(found.get("digest"), str) and isinstance(found.get("argv"), (list, type(None)))


def _is_to_keep(found: Mapping[str, Any], jobs: Mapping[int, Job], retry: bool, number: int) -> bool:
    """Whether a record is that of a job which need not be run again.

    Raises
    ------
    FileFormatError
        If the job is not that of the list.
    """
    # What could not be read may have been mended.
    if found["argv"] is None or (retry and found["exit_code"] != 0):
        return False
    job = jobs.get(found["job"])
    if job is None or found["digest"] != job.digest or digest_of(found["argv"]) != job.digest:
        there = quoted(" ".join(map(str, found["argv"])))
        here = "there is no such job" if job is None else f"it is {quoted(' '.join(job.words))}"
        raise FileFormatError(
            f"line {number} has a result of job {found['job']}, {there}, but in the list {here}; give the list that it was "
            "begun with, or another file"
        )
    return True


def _rewrite(place: Path, lines: Sequence[Kept]) -> list[Kept]:
    """Replace a file, as a whole, by some of its lines; where they are then."""
    moved, start = [], 0
    with open(place, "rb") as source, replacing(place, force=True) as target:
        for one in lines:
            source.seek(one.start)
            line = source.read(one.end - one.start).removesuffix(b"\n") + b"\n"
            target.write(line)
            moved.append(Kept(one.job, one.exit_code, start, start + len(line)))
            start += len(line)
    return moved


@contextlib.contextmanager
def _about(place: Path) -> Iterator[None]:
    """Errors of writing, as those of the file."""
    try:
        yield
    except OSError as error:
        why = f"{display_name(place)}: it cannot be written ({reason(error)})"
        raise FileFormatError(f"{why}; what is in it stays, and --resume goes on from there") from None
