"""Time the engine, training, their peers and whole commands, on the same nets and problems in one run.

    make bench                              the default rows
    make bench BENCH="--only acas"          those whose name has the word
    make bench BENCH="--only 'many inputs'" nets of 10 to 784 inputs, beside an enumerator over linear programs
    make bench BENCH="--only training"      training, beside other ways to train
    make bench BENCH=--all                  all rows
    make results                            and write benchmarks/RESULTS.md

Every row is measured in a process of its own, so that its peak memory is its own; the clock starts when the engine is
loaded. A row that is not done at its deadline is shown with what it had counted by then. Exit code 5 says that a count was
not the one that is known.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from cases import Case, all_cases
from commands import all_commands
from machine import machine
from many_inputs import many_inputs_cases, many_inputs_matches
from measure import Failed, Row, measure, time_command
from peers import Match, all_matches, compete
from problems import TrainingCase, all_training_cases
from rivals import Contest, RivalRow, all_rivals
from table import (
    COMMANDS,
    ENGINE,
    NOT_MET,
    PEERS,
    RIVALS,
    TRAINING,
    Column,
    Table,
    command_cells,
    engine_cells,
    missing_cells,
    peer_cells,
    rival_cells,
    training_cells,
)
from training import Trained, measure_training

Judged = TypeVar("Judged", Row, Trained, RivalRow)

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
WRONG = 5
BEYOND = ("2-128-128-128", "3-64-64", "4-32-32")
TITLES = {
    "random": "Random nets",
    "real": "Trained nets",
    "ties": "Exact ties everywhere",
    "notions": "Other notions",
    "memory": "Memory",
    "threads": "One thread and two",
}
PREFACE = """\
# Results

Written by `make results`; `make bench` prints the same. One row is one process: the engine is loaded and warm, then the work
is repeated (less if it is long), and the median times stand here: of the clock, and of all cores together. Every count is
certified: all signs were proved. "exact" is the number of signs that machine arithmetic could not decide; "peak MB" is the
largest resident set of the process, of which Python, numpy and the loaded engine are all but "grown MB". Random nets have
weights N(0, 2/fan_in) and biases N(0, 1/4), from a fixed seed.

Peers compute in floats and prove nothing: "same" says that the number of cells is ours. They count in the same box; regioncam
has weights rounded to single precision, and 2 inputs only. relucent runs in as many processes as there are cores, affinitree
and regioncam in one thread. The ratio is the peer's time divided by ours. Programs that do not install from PyPI alone
(SplineCam, edge subdivision, CanonicalPoly; parx, which needs Julia) are not timed.

In many inputs an enumerator over linear programs of HiGHS stands beside ours, in one thread (`benchmarks/enumerator.py`):
written for this comparison, depth first, with one program for each neuron that intervals leave open, warm from the last one.

Training: one hidden layer of w neurons with biases, D samples with n inputs; inputs and targets are standard normal, from a
fixed seed, as doubles or rounded to 3 decimals. The seconds are for all of it, rays, search and proof, with all cores. A net
is certified when its bound is proved in exact arithmetic. Other ways to train get the same doubles. "Enumerate" is Algorithm 1
of Arora et al. in our own implementation. Adam and L-BFGS begin at 100 random nets each (He's initialisation), on all cores,
and the seconds are for all of them; a start misses if it ends more than a millionth above the optimum. SCIP and Gurobi solve
mixed-integer programs, one for each number of positive output weights, with twice the largest weights of our optimum as a box,
which nobody knows beforehand; Gurobi runs under the licence of its package, for small problems. "It reports" and "its net has"
are losses relative to the optimum that is proved here: solvers accept small violations of their constraints, so what they
report can lie below it; what their nets have is evaluated exactly. `benchmarks/rivals.py`, `gradient.py` and
`mixed_integer_child.py` have the settings.
"""


class Bench:
    """One run: its options, its tables, the rows that were measured already, and which of them were not right."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.tables: list[Table] = []
        self.known: dict[str, Row] = {}
        self.trained: dict[str, Trained | Failed] = {}
        self.wrong: list[str] = []

    def run(self) -> None:
        """All parts, in order."""
        for section, title in TITLES.items():
            self._engine(title, [case for case in all_cases() if case.section == section])
        self._engine("Many inputs", many_inputs_cases())
        self._peers("Peers (floats, uncertified)", all_matches())
        self._peers("Peers in many inputs (floats, uncertified)", many_inputs_matches())
        self._training()
        self._rivals()
        self._commands()

    def _table(self, title: str, columns: Sequence[Column]) -> Table:
        table = Table(title, columns, lambda text: print(text, flush=True))
        self.tables.append(table)
        return table

    def _chosen(self, name: str, extra: bool) -> bool:
        """Whether a row is asked for."""
        pattern = self.options.only.lower()
        hit = not pattern or fnmatch.fnmatch(name.lower(), f"*{pattern}*")
        return hit and (not extra or self.options.all)

    def _measured(self, case: Case) -> Row:
        if case.name not in self.known:
            self.known[case.name] = self._judged(measure(case, self.options.runs, self.options.deadline), case.name)
        return self.known[case.name]

    def _trained(self, case: TrainingCase) -> Trained:
        if case.name not in self.trained:
            deadline = max(self.options.deadline, case.deadline)
            try:
                self.trained[case.name] = self._judged(measure_training(case, self.options.runs, deadline), case.name)
            except Failed as error:
                self.wrong.append(case.name)
                self.trained[case.name] = error
        found = self.trained[case.name]
        if isinstance(found, Failed):
            raise found
        return found

    def _judged(self, row: Judged, name: str) -> Judged:
        """The row, noted if it is not right."""
        if not row.right:
            self.wrong.append(name)
        return row

    def _engine(self, title: str, cases: Sequence[Case]) -> None:
        table = self._table(title, ENGINE)
        for case in cases:
            if not self._chosen(case.name, case.extra):
                continue
            names = [case.net, case.domain, case.notion]
            try:
                reason = case.missing()
                row = None if reason else self._measured(case)
            except Failed as error:
                reason = str(error) or "no answer"
            table.add(missing_cells(names, ENGINE, reason) if reason else engine_cells(row, self.options.deadline))

    def _peers(self, title: str, matches: Iterable[Match]) -> None:
        table = self._table(title, PEERS)
        for match in matches:
            if self._chosen(match.name, match.extra) and not match.ours.missing():
                peer = compete(match, self.options.runs, self.options.peer_deadline)
                table.add(peer_cells(peer, self._measured(match.ours), self.options.peer_deadline))

    def _training(self) -> None:
        table = self._table("Training to proven optimality", TRAINING)
        for case in all_training_cases():
            if self._chosen(case.name, case.extra):
                try:
                    table.add(training_cells(self._trained(case)))
                except Failed as error:
                    table.add(missing_cells([case.size, case.loss, case.data], TRAINING, str(error) or "no answer"))

    def _rivals(self) -> None:
        table = self._table("Training by other means (100 starts of Adam and of L-BFGS)", RIVALS)
        contest = Contest(self.options.runs, self.options.rival_deadline)
        for rival in all_rivals():
            if self._chosen(rival.name, rival.case.extra):
                try:
                    ours = self._trained(rival.case)
                except Failed:
                    continue
                row = self._judged(contest.compete(rival, ours), rival.name)
                table.add(rival_cells(row, ours, self.options.rival_deadline))

    def _commands(self) -> None:
        table = self._table("Whole commands", COMMANDS)
        for command in all_commands():
            if not self._chosen(f"commands | {command.text}", False):
                continue
            reason = command.missing()
            try:
                seconds = None if reason else time_command(command.arguments, self.options.runs, command.fill)
            except Failed as error:
                self.wrong.append(command.text)
                reason = str(error)
            table.add(missing_cells([command.text], COMMANDS, reason) if reason else command_cells(command, seconds))

    def verdict(self, seconds: float) -> str:
        """How many targets were met, and which rows were not right."""
        cells = [cell for table in self.tables for cells in table.rows for cell in cells[-1:]]
        missed = sum(NOT_MET in cell for cell in cells)
        met = sum(cell.endswith(": met") for cell in cells)
        text = f"{met} targets met, {missed} not met; the whole run took {seconds / 60:.1f} minutes."
        rates = [(row.rate, row.case) for row in self.known.values() if row.case.net in BEYOND and row.case.section == "random"]
        if rates:
            rate, case = max(rates, key=lambda pair: pair[0])
            text += f" The target beyond is 3,000,000 cells/s for 2 to 4 inputs: the best here is {rate:,.0f} ({case.name})."
        return text + (f" WRONG: {'; '.join(self.wrong)}" if self.wrong else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="PATTERN", help="rows whose name contains this (* and ? as in a shell)")
    parser.add_argument("--runs", type=int, default=5, help="how often a row is repeated (default 5; slow ones less)")
    parser.add_argument("--deadline", type=float, default=30.0, help="seconds for one count (default 30)")
    parser.add_argument("--peer-deadline", type=float, default=20.0, help="seconds for one peer on one net (default 20)")
    parser.add_argument("--rival-deadline", type=float, default=60.0, help="seconds for another way to train (default 60)")
    parser.add_argument("--all", action="store_true", help="the rows that are left out by default, too")
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    options = parser.parse_args(arguments)
    described = machine()
    print("\n".join(f"{name:<12} {value}" for name, value in described.items()))
    bench, start = Bench(options), time.perf_counter()
    bench.run()
    verdict = bench.verdict(time.perf_counter() - start)
    print(f"\n{verdict}")
    if options.write:
        about = "\n".join(f"* {name}: {value}" for name, value in described.items())
        tables = [table.markdown() for table in bench.tables if table.rows]
        RESULTS.write_text("\n\n".join([PREFACE.rstrip(), about, verdict, *tables]) + "\n", encoding="utf-8")
    return WRONG if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
