"""What `relupoly batch` is asked for: how its jobs are listed and run, and where their results go."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import click

from ..arguments.option_values import Seconds, read_size
from ..arguments.options import gathered
from ..completion.kinds import RESULTS, NameOf


@dataclass(frozen=True)
class Listing:
    """How a list of jobs is read."""

    format_name: str | None
    template: str | None
    dry_run: bool


@dataclass(frozen=True)
class Running:
    """Where and how jobs are run."""

    workers: int | None
    scheduler: str | None
    timeout: float | None
    job_memory: int | None
    fail_fast: bool


@dataclass(frozen=True)
class Keeping:
    """Where results go."""

    results: str | None
    resume: bool
    retry_failed: bool
    unordered: bool
    as_csv: bool
    force: bool

    @property
    def file(self) -> Path | None:
        """The file of results, which is the state; None where there is none to go on from."""
        if self.results in (None, "-") or _is_stream(str(self.results)):
            return None
        return Path(f"{self.results}.jsonl" if self.as_csv else str(self.results))

    def check(self) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            It names them.
        """
        if (self.resume or self.retry_failed) and self.file is None:
            raise click.UsageError("--resume and --retry-failed go on from a file of results; give --results FILE")
        if (self.resume or self.retry_failed) and self.force:
            raise click.UsageError("--force begins anew, and --resume and --retry-failed go on; leave one of them out")


def _is_stream(place: str) -> bool:
    """Whether a name is that of a pipe or device, or of a stream that is open already: nothing to go on from."""
    if place.startswith(("/dev/", "/proc/self/fd/")):
        return True
    with contextlib.suppress(OSError, ValueError):
        mode = os.stat(place).st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


keeping_options = gathered(
    "keeping",
    Keeping,
    click.option(
        "--results",
        "-o",
        type=RESULTS,
        metavar="FILE",
        help="Keep results in FILE, from which --resume goes on; by default stdout.",
    ),
    click.option(
        "--resume", is_flag=True, help="Go on with the results in FILE, if it is there: what has ended is not run again."
    ),
    click.option(
        "--retry-failed", is_flag=True, help="The same, but jobs that ended with another exit code than 0 are run again."
    ),
    click.option("--unordered", is_flag=True, help="Leave results as they come; else they are put in the order of the jobs."),
    click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV, when all have ended; FILE.jsonl then has the state."),
    click.option("--force", is_flag=True, help="Begin anew where FILE exists."),
)

running_options = gathered(
    "running",
    Running,
    click.option("--workers", "-w", type=click.IntRange(min=1), metavar="N", help="So many processes; by default all cores."),
    click.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://127.0.0.1:8786."),
    click.option("--timeout", type=Seconds(), metavar="SECONDS", help="Stop a job after so long; then, after 5 s, kill it."),
    click.option("--job-memory", callback=read_size, metavar="SIZE", help="How much memory a job may take, such as 2GB."),
    click.option("--fail-fast", is_flag=True, help="Stop when a job has ended with another exit code than 0."),
)

listing_options = gathered(
    "listing",
    Listing,
    click.option("--template", metavar="TEXT", help="For a table: a command, in which {column} is an entry of the line."),
    click.option(
        "--format",
        "format_name",
        type=NameOf("jsonl", "csv", "toml"),
        metavar="NAME",
        help="Format of JOBS, whatever its suffix: jsonl, csv or toml.",
    ),
    click.option("--dry-run", is_flag=True, help="Print the command lines of all jobs, and run none."),
)
