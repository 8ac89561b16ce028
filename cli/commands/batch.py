"""`relupoly batch`: many commands as one."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from relupoly.run.cores import cores

from ..arguments.collisions import check_distinct
from ..arguments.options import check_standard_input, quiet_options
from ..batch.options import Keeping, Listing, Running, keeping_options, listing_options, running_options
from ..completion.kinds import JOBS
from ..exit_codes import INPUT
from ..output.answers import Answers
from ..process.interrupts import Interrupts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ..batch.batch import Runner, Tally
    from ..batch.job import Job
    from ..batch.worker_process import Done

MOST_TOLD = 10
"""How many jobs that cannot be read are named on stderr; the results name all of them."""

EXAMPLES = """\b
Examples:
  relupoly batch jobs.jsonl --results out.jsonl
  relupoly batch jobs.jsonl --results out.jsonl --resume --retry-failed
  relupoly batch nets.csv --template "count-pieces {net} --notion {notion}" --csv
  relupoly batch --results out.jsonl --workers 4 count-pieces 'nets/*.onnx' --domain box.json
  relupoly batch --timeout 60 convert 'nets/*.nnet' 'json/{stem}.json'
"""


class Words(click.Command):
    """A command whose own options stand before another command, if there is one; else anywhere."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        from ..main import COMMANDS

        ctx.allow_interspersed_args = False
        try:
            found = self.make_parser(ctx).parse_args(list(args))[0].get("words")
        except click.NoSuchOption as error:
            from ..misplaced import for_a_command

            if told := for_a_command(ctx.find_root(), args, error.option_name):
                raise click.UsageError(told, ctx) from None
            raise
        ctx.allow_interspersed_args = not (isinstance(found, (tuple, list)) and found and found[0] in COMMANDS)
        return super().parse_args(ctx, args)

    def command_within(self, ctx: click.Context) -> list[str] | None:
        """The words of the other command, if there is one; shells complete them as if they stood alone."""
        from ..main import COMMANDS

        words = ctx.params.get("words") or ()
        return list(words) if words and words[0] in COMMANDS else None


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """The commands whose jobs a batch can make, and the files that JOBS can be; nothing follows JOBS."""
    from click.shell_completion import CompletionItem

    from ..main import COMMANDS
    from ..summaries import SUMMARIES

    if ctx.params.get("words"):
        return []
    names = [name for name in sorted(COMMANDS) if name.startswith(incomplete) and name != "batch"]
    return [*(CompletionItem(name, help=SUMMARIES[name]) for name in names), *JOBS.shell_complete(ctx, param, incomplete)]


@click.command(cls=Words, epilog=EXAMPLES)
@click.argument("words", metavar="JOBS|COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED, shell_complete=_complete)
@keeping_options
@running_options
@listing_options
@quiet_options
@click.pass_context
def batch(
    ctx: click.Context,
    words: tuple[str, ...],
    keeping: Keeping,
    running: Running,
    listing: Listing,
    quiet: bool,
    no_progress: bool,
) -> None:
    """What do many commands answer, or one on many files?

    Jobs are run by processes that stay warm, so that each costs little more than its work.

    JOBS is a file with a job on each line, in JSON: {"argv": ["count-pieces", "a.json", "--notion", "all"]}, or {"command":
    "count-pieces", "arguments": ["a.json"], "options": {"notion": "all", "box": ["-1", "1"]}}; TOML with such tables [[job]];
    a table (.csv, .tsv) with --template; or - for standard input. Instead of it, a COMMAND with its options is a job for each
    of the files that its patterns, in quotation marks, and its folders stand for, in which {stem} is the name of the file
    without suffix; the options of batch stand before it. Relative names begin in the current folder.

    Each result is a line of JSON with job, argv, exit_code, result (what the command answers with --json), error, seconds and
    version. Jobs get --json, -j 1 and --timeout as --deadline, unless they say otherwise. One that crashes, is
    killed or takes too long loses itself alone. The exit code is 0 if all jobs ended with 0, else the worst of theirs, in
    this order: 4, 5, 3, 2, 1 (a bug, or a crash); 130 for Ctrl-C.
    """
    answers = Answers(True, quiet=quiet, no_progress=no_progress)
    _check(words, keeping, running)
    jobs = _jobs(words, listing, answers)
    source = {"JOBS": words[0]} if len(words) == 1 and jobs else {}
    state = None if keeping.file is None else str(keeping.file)
    check_distinct(source, {"--results": keeping.results} | ({"the state of --results": state} if keeping.as_csv else {}))
    _tell_malformed(jobs, answers)
    if listing.dry_run:
        from ..output.printing import show

        for job in jobs:
            if job.error is None:
                show(job.line)
        ctx.exit(INPUT if any(job.error for job in jobs) else 0)
    tally = _run(jobs, keeping, running, answers)
    _tell_end(tally, keeping, answers)
    ctx.exit(tally.exit_code())


def _check(words: Sequence[str], keeping: Keeping, running: Running) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    click.UsageError
        It names them.
    """
    keeping.check()
    if running.scheduler is not None and running.workers is not None:
        raise click.UsageError("--workers are processes of this machine, and --scheduler leaves them idle; give one of the two")
    if running.job_memory is not None and not sys.platform.startswith("linux"):
        raise click.UsageError("--job-memory needs Linux, which alone limits what a process takes; leave it out")
    check_standard_input(*words[:1])


def _jobs(words: Sequence[str], listing: Listing, answers: Answers) -> list[Job]:
    """The jobs of a file, or of a command."""
    from ..main import COMMANDS

    if words[0] in COMMANDS:
        from ..batch.expansion import expanded

        if listing.template is not None or listing.format_name is not None:
            raise click.UsageError("--template and --format are for a file of JOBS; leave them out before a command")
        _check_order(words)
        return expanded(words, lambda found: found.tell(answers))
    from ..batch.jobs import read_jobs
    from ..batch.templates import Template

    if len(words) > 1:
        raise click.UsageError(f"JOBS is one file, and a command is one of {', '.join(sorted(COMMANDS))}; {words[0]!r} is none")
    return read_jobs(words[0], listing.format_name, None if listing.template is None else Template(listing.template))


def _check_order(words: Sequence[str]) -> None:
    """Refuse options of batch that stand after the command, which has none of that name.

    Raises
    ------
    click.UsageError
        It names the first one.
    """
    from ..batch.words import called, options_of

    found = called(words)
    own = options_of(click.get_current_context().command)
    known = {} if found is None else options_of(found.command)
    for word in words[1:]:
        name = word.partition("=")[0]
        if word == "--" or found is None:
            return
        if name.startswith("--") and name in own and name not in known:
            raise click.UsageError(f"{name} is an option of batch; give it before {words[0]}")


def _tell_malformed(jobs: Sequence[Job], answers: Answers) -> None:
    """Name jobs that cannot be read: the first ones, and how many more there are."""
    errors = [job.error for job in jobs if job.error is not None]
    for error in errors[:MOST_TOLD]:
        answers.complain(error, INPUT)
    if len(errors) > MOST_TOLD:
        answers.complain(f"{len(errors) - MOST_TOLD} jobs more cannot be read; their results say why", INPUT)


def _tell_end(tally: Tally, keeping: Keeping, answers: Answers) -> None:
    """Say how all has ended, and how it goes on if something is left."""
    from relupoly.files.streams import display_name

    from ..batch.batch import summary

    why = {None: "", "interrupted": "stopped by Ctrl-C; ", "fail-fast": "stopped by --fail-fast; "}[tally.stopped]
    how = ""
    if tally.done < tally.total and keeping.file is not None:
        how = f"; the same command with --resume goes on from {display_name(keeping.file)}"
    answers.say(f"{why}{summary(tally)}{how}")


def _run(jobs: Sequence[Job], keeping: Keeping, running: Running, answers: Answers) -> Tally:
    """Run the jobs; how they have ended."""
    from relupoly.run import Stopped

    from ..batch.batch import Tally, run_batch
    from ..batch.results import opened
    from ..batch.sinks import Lines, Table

    def ask() -> None:
        if interrupts.seen():
            raise Stopped("interrupted")

    tally = Tally(len(jobs))
    run = _runner(running, answers)
    with Interrupts() as interrupts, answers.progress("jobs") as progress:
        interrupts.seen()
        if keeping.file is None:
            with _stream(keeping.results) as stream:
                order = None if keeping.unordered else [job.number for job in jobs]
                sink = Table(stream, not keeping.unordered) if keeping.as_csv else Lines(stream, order)
                run_batch(jobs, run, ask, sink, tally, progress, running.fail_fast)
                progress.clear()
                sink.finish()
            return tally
        _check_table(keeping)
        resume = keeping.resume or keeping.retry_failed
        with opened(keeping.file, jobs, resume, keeping.retry_failed, keeping.force, answers.warn) as results:
            tally.codes.update(one.exit_code for one in results.kept.values())
            tally.before = tally.done
            left = [job for job in jobs if job.number not in results.kept]
            run_batch(left, run, ask, results, tally, progress, running.fail_fast)
            if tally.done == tally.total and not keeping.unordered:
                results.put_in_order()
            if keeping.as_csv:
                _write_table(keeping, results.lines)
    return tally


def _runner(running: Running, answers: Answers) -> Runner:
    """What runs jobs: workers of this machine, or a cluster."""
    from ..batch.settings import Settings

    settings = Settings(running.timeout, running.job_memory, os.getcwd())

    def here(jobs: Sequence[Job], ask: Callable[[], None]) -> Generator[Done, None, None]:
        from ..batch.dispatch import run_here

        return run_here(jobs, settings, running.workers or cores(), ask)

    def there(jobs: Sequence[Job], ask: Callable[[], None]) -> Generator[Done, None, None]:
        from ..batch.cluster import run_there

        assert running.scheduler is not None
        return run_there(jobs, settings, running.scheduler, ask, answers.say)

    return here if running.scheduler is None else there


@contextlib.contextmanager
def _stream(place: str | None) -> Iterator[BinaryIO]:
    """Standard output, or what a device or pipe is."""
    if place in (None, "-"):
        yield sys.stdout.buffer
        return
    from relupoly.disk.atomic import replacing
    from relupoly.files.streams import display_name, located

    with located(f"--results {display_name(str(place))}"), replacing(Path(str(place)), force=True) as stream:
        yield stream


def _check_table(keeping: Keeping) -> None:
    """Refuse a table that cannot be written before the work begins."""
    from ..output.answers import check_output

    if keeping.as_csv:
        check_output("--results", keeping.results, keeping.force or keeping.resume or keeping.retry_failed)


def _write_table(keeping: Keeping, lines: Callable[[], Iterator[bytes]]) -> None:
    from relupoly.disk.atomic import replacing
    from relupoly.files.streams import display_name, located

    from ..batch.table import table

    place = Path(str(keeping.results))
    with located(f"--results {display_name(place)}"), replacing(place, force=True) as stream:
        for piece in table(lines):
            stream.write(piece)
