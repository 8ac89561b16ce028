"""What is measured of a training, and where: in a process of its own, by `training_child.py`."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from measure import FOLDER, GRACE, run_child
from problems import TrainingCase

BRANCH, ENUMERATE = "branch", "enumerate"
OPTIMAL = "optimal"


@dataclass(frozen=True)
class Trained:
    """The figures of a case.

    Attributes
    ----------
    loss_sum, lower_bound : Fraction
    status : str
    certified : bool
    nodes, leaves : int
    box : list of float
        The largest absolute values of the neurons' weights and biases, rounded up.
    runs : int
    seconds, cpu_seconds, megabytes, megabytes_before : float
    """

    case: TrainingCase
    loss_sum: Fraction
    lower_bound: Fraction
    status: str
    certified: bool
    nodes: int
    leaves: int
    box: list[float]
    runs: int
    seconds: float
    cpu_seconds: float
    megabytes: float
    megabytes_before: float

    @property
    def optimal(self) -> bool:
        """Whether the net is proved optimal."""
        return self.status == OPTIMAL

    @property
    def right(self) -> bool:
        """Whether what is claimed is proved, and can be."""
        return self.certified and self.lower_bound <= self.loss_sum and (not self.optimal or self.lower_bound == self.loss_sum)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        target = self.case.target
        return target and self.optimal and target.met(self.seconds)


def measure_training(case: TrainingCase, runs: int, deadline: float, method: str = BRANCH) -> Trained:
    """The figures of a case, measured in a process of its own."""
    command = [
        sys.executable,
        FOLDER / "training_child.py",
        case.name,
        "--method",
        method,
        "--runs",
        runs,
        "--deadline",
        deadline,
    ]
    figures: dict[str, Any] = run_child(command, runs * deadline + GRACE)
    seconds, processor = figures.pop("seconds"), figures.pop("cpu_seconds")
    medians = {"seconds": statistics.median(seconds), "cpu_seconds": statistics.median(processor)}
    exact = {name: Fraction(figures.pop(name)) for name in ("loss_sum", "lower_bound")}
    return Trained(case, runs=len(seconds), **exact, **medians, **figures)
