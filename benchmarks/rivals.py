"""Other ways to train, on the same problems: what they take, and how often they find the optimum that is proved here.

* enumerate: Algorithm 1, our own reference. It is not begun where it has to solve so many programs that it cannot be done by
  the deadline, at twice the highest rate that it has on any of these problems.
* Adam and L-BFGS: 100 starts each; `gradient.py` has the settings. A start misses the optimum if it ends more than a millionth
  above it.
* SCIP and Gurobi, mixed-integer solvers, where `make peers` has installed them; `mixed_integer_child.py` has the formulation.
  The box for the weights is twice the largest ones of the optimum that was found here, which nobody knows beforehand. A
  solver that was not done with one problem is given none with more binaries in the same run.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from measure import FOLDER, GRACE, Failed, TooSlow, run_child
from peers import ABSENT, PYTHON
from problems import TrainingCase, all_training_cases
from training import ENUMERATE, Trained, measure_training

from relupoly import Network
from relupoly.training.methods.algorithm_1 import program_count
from relupoly.training.problem.problem import loss_of

ADAM, LBFGS, SCIP, GUROBI = "adam", "lbfgs", "scip", "gurobi"
SOLVERS = (SCIP, GUROBI)
METHODS = (ENUMERATE, ADAM, LBFGS, *SOLVERS)
STARTS = 100
MISS, ROUNDING = 1e-6, 1e-9
MOST_RATE = 20_000
BOX = 2.0


@dataclass(frozen=True)
class Rival:
    """A method and a problem."""

    method: str
    case: TrainingCase

    @property
    def name(self) -> str:
        """What names the row."""
        return f"{self.case.name} | {self.method}"


@dataclass(frozen=True)
class RivalRow:
    """What a method found, or why it did not.

    Attributes
    ----------
    seconds : float or None
    failure : str
    version : str
    reported : float or None
        (the loss that it reports - the optimum) / the optimum.
    attained : float or None
        The same with the loss of the net that it found, evaluated exactly; None where it is the one reported.
    misses : int or None
        How many starts missed the optimum.
    remark : str
    proved : bool
        Whether the optimum is known; otherwise the best net that was found here stands for it.
    """

    rival: Rival
    seconds: float | None = None
    failure: str = ""
    version: str = ""
    reported: float | None = None
    attained: float | None = None
    misses: int | None = None
    remark: str = ""
    proved: bool = True

    @property
    def right(self) -> bool:
        """Whether it contradicts no proof: no net is better than the optimum, and Algorithm 1 finds the optimum itself."""
        if not self.proved:
            return True
        found = self.reported if self.attained is None else self.attained
        if self.rival.method == ENUMERATE and self.seconds is not None:
            return found == 0.0
        return found is None or found >= (-ROUNDING if self.attained is None else 0.0)


def all_rivals() -> list[Rival]:
    """Which method is timed on which problem: problems with few binaries first."""
    cases = sorted((case for case in all_training_cases() if case.rivals), key=lambda case: case.binaries)
    return [Rival(method, case) for case in cases for method in METHODS]


class Contest:
    """The rivals of one run: it remembers what was too much for a solver."""

    def __init__(self, runs: int, deadline: float) -> None:
        self._runs = runs
        self._deadline = deadline
        self._too_many: dict[str, int] = {}

    def compete(self, rival: Rival, ours: Trained) -> RivalRow:
        """Time a method on a problem; the optimum has to be known but for the miss rates, of which it tells the least."""
        if not ours.optimal and rival.method not in (ADAM, LBFGS):
            return RivalRow(rival, failure="no optimum is known")
        run = self._enumerate if rival.method == ENUMERATE else self._solve if rival.method in SOLVERS else self._descend
        try:
            return run(rival, ours)
        except TooSlow:
            return RivalRow(rival, failure=f"> {self._deadline:g} s")
        except Failed as error:
            return RivalRow(rival, failure=str(error))

    def _enumerate(self, rival: Rival, ours: Trained) -> RivalRow:
        programs = program_count(rival.case.dichotomies, rival.case.width)
        row = RivalRow(rival, failure=f"> {self._deadline:g} s", remark=f"{programs:,} programs")
        if programs > MOST_RATE * self._deadline:
            return replace(row, remark=f"not begun: {programs:,} programs")
        found = measure_training(rival.case, self._runs, self._deadline, ENUMERATE)
        if not found.optimal:
            return replace(row, remark=f"{found.nodes:,} of {programs:,} programs")
        return replace(row, failure="", seconds=found.seconds, reported=_share(found.loss_sum, ours.loss_sum))

    def _descend(self, rival: Rival, ours: Trained) -> RivalRow:
        figures = _child(
            [sys.executable, FOLDER / "gradient_child.py", rival.method], [STARTS], rival.case, 10 * self._deadline
        )
        losses = [_share(Fraction(loss), ours.loss_sum) for loss in figures["losses"]]
        misses = sum(loss > MISS for loss in losses)
        row = RivalRow(rival, figures["seconds"], version=figures["version"], reported=min(losses), misses=misses)
        return row if ours.optimal else replace(row, proved=False, remark="beside our best net, not proved")

    def _solve(self, rival: Rival, ours: Trained) -> RivalRow:
        if not PYTHON.exists():
            return RivalRow(rival, failure=ABSENT)
        if rival.case.binaries > self._too_many.get(rival.method, rival.case.binaries):
            return RivalRow(rival, failure=f"> {self._deadline:g} s", remark=f"not begun: {rival.case.binaries} binaries")
        command = [PYTHON, FOLDER / "mixed_integer_child.py", rival.method]
        box = [BOX * bound for bound in ours.box]
        figures = _child(command, [self._deadline], rival.case, self._deadline + GRACE, box=box)
        row = RivalRow(rival, figures["seconds"], version=figures["version"])
        if not figures["complete"]:
            self._too_many.setdefault(rival.method, rival.case.binaries)
            bound = _share(Fraction(figures["bound"]), ours.loss_sum)
            row = replace(row, seconds=None, failure=f"> {self._deadline:g} s", remark=f"its bound: {bound:+.2g}")
        if figures["loss"] is None:
            return row
        neurons = figures["neurons"]
        hidden = ([neuron[:-1] for neuron in neurons], [neuron[-1] for neuron in neurons])
        true_loss = loss_of(rival.case.problem(), Network.from_rows([hidden, ([figures["signs"]], None)]))
        reported = _share(Fraction(figures["loss"]), ours.loss_sum)
        return replace(row, reported=reported, attained=_share(true_loss, ours.loss_sum))


def _child(
    command: Sequence[object], arguments: Sequence[object], case: TrainingCase, timeout: float, **more: Any
) -> dict[str, Any]:
    """Run a child on the arrays of a problem."""
    points, targets = case.arrays()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.npz"
        np.savez(file, points=points, targets=targets, width=case.width, **more)
        return run_child([*command, file, *arguments], timeout)


def _share(loss: Fraction, optimum: Fraction) -> float:
    """By which share of the optimum a loss is above it."""
    return float((loss - optimum) / optimum)
