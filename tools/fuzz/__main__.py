"""Fuzz every parser of relupoly: python tools/fuzz --minutes 60 --seed 0 [--only NAME] [--jobs N].

Each target (--list names them) reads something: a format of a network, a domain, a table; a part, a certificate or a
checkpoint, whose checksums are repaired, so that mutations get in; a manifest; the text of an option. Its inputs are mutated
as bytes and by their structure. Whatever a reader does not refuse with an error of the library is a finding: another
exception, a crash of the process, more than --seconds or --memory for one small input, an object that is another one when it
is written and read again, a certificate that proves what is false. Findings go to a folder, each place in the program once,
with the input and the traceback; if there are any, the exit code is 1.

A case is known by seed, target and number: --only TARGET --case K does it again, without catching anything.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sys
import time
from pathlib import Path

# Set before numpy is loaded: threads of its linear algebra would make forks unsafe, and nothing here needs them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click
from file_targets import file_targets
from findings import Findings
from objects import FOLDER
from state_targets import state_targets
from targets import Target
from worker import work

_PATIENCE = 20  # times as long as a case may take of its processor: then a worker hangs, however busy the machine
_LOOK = 0.5  # seconds between two looks at the workers


@click.command(help=__doc__)
@click.option("--minutes", type=float, default=10.0, show_default=True, help="How long.")
@click.option("--cases", type=int, help="How many cases for each target, instead of --minutes.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--only", multiple=True, metavar="NAME", help="Only targets whose name begins so.")
@click.option("--jobs", type=int, default=1, show_default=True, help="How many processes.")
@click.option("--seconds", type=float, default=5.0, show_default=True, help="How long a case may take, of a processor's time.")
@click.option("--memory", type=int, default=1024, show_default=True, help="How much more memory it may take, in MiB.")
@click.option("--findings", "folder", type=Path, default=Path("fuzz-findings"), show_default=True, help="A folder.")
@click.option("--case", type=int, help="Do one case of the target again, and show its traceback.")
@click.option("--list", "listing", is_flag=True, help="List the targets.")
def main(
    minutes: float,
    cases: int | None,
    seed: int,
    only: tuple[str, ...],
    jobs: int,
    seconds: float,
    memory: int,
    folder: Path,
    case: int | None,
    listing: bool,
) -> None:
    """Run the targets, and tell what was found."""
    targets = [one for one in [*file_targets(), *state_targets()] if not only or one.name.startswith(only)]
    if not targets:
        raise click.UsageError("there is no such target; --list names them")
    if listing:
        click.echo("\n".join(one.name for one in targets))
        return
    if case is not None:
        click.echo(repr(targets[0].case(seed, case)[:2000]))
        targets[0].check(targets[0].case(seed, case))
        return
    for one in targets:
        one.inputs  # noqa: B018  (made once, for all workers)
    before = Findings(folder).names()
    until = time.monotonic() + (60 * minutes if cases is None else float("inf"))
    last = None if cases is None else cases * len(targets)
    crews = [Crew(targets, start, jobs, last, seed, (seconds, memory << 20), folder, until) for start in range(jobs)]
    while any(crew.goes_on() for crew in crews):
        time.sleep(_LOOK)
    found = sorted(Findings(folder).names() - before)
    done = sum(crew.current.value // jobs for crew in crews)
    click.echo(
        f"{len(targets)} targets, some {done} cases, seed {seed}: {len(found)} findings" + (f" in {folder}" if found else "")
    )
    for name in found:
        click.echo(f"  {name}: {(folder / f'{name}.txt').read_text('utf-8').splitlines()[1]}")
    sys.exit(bool(found))


class Crew:
    """A worker, and the one that takes its place where it dies or hangs."""

    def __init__(
        self,
        targets: list[Target],
        start: int,
        step: int,
        last: int | None,
        seed: int,
        limits: tuple[float, int],
        folder: Path,
        until: float,
    ) -> None:
        self._targets, self._step, self._last, self._seed = targets, step, last, seed
        self._limits, self._folder, self._until = limits, folder, until
        self._context = multiprocessing.get_context("fork")
        self.current = self._context.Value("q", start)
        self._began = self._context.Value("d", 0.0)
        self._start(start)

    def _start(self, number: int) -> None:
        numbers = itertools.count(number, self._step) if self._last is None else range(number, self._last, self._step)
        common = (self._folder, self.current, self._began, self._until)
        self._began.value = 0.0
        self._process = self._context.Process(
            target=work, args=(self._targets, numbers, self._seed, *self._limits, *common), daemon=True
        )
        self._process.start()

    def goes_on(self) -> bool:
        """Whether there is still something to do; a worker that died or hangs is written down and replaced."""
        began = self._began.value
        hangs = began and time.monotonic() - began > self._limits[0] * _PATIENCE
        if self._process.is_alive() and not hangs:
            return True
        if hangs:
            self._process.kill()
        self._process.join()
        if not hangs and self._process.exitcode == 0:
            return False
        self._note("hangs, and asks for no signal" if hangs else f"ends the process with code {self._process.exitcode}")
        self._start(self.current.value + self._step)
        return True

    def _note(self, what: str) -> None:
        number = self.current.value
        target, case = self._targets[number % len(self._targets)], number // len(self._targets)
        Findings(self._folder).add(target.name, case, target.case(self._seed, case), what, f"{target.name} {what}")


if __name__ == "__main__":
    try:
        main()
    finally:
        import shutil

        shutil.rmtree(FOLDER, ignore_errors=True)
