"""The training problems that are measured: random inputs and random labels, the sizes for which targets are set among them.

Inputs and targets are standard normal, from a fixed seed: nothing is to be learnt from them, so local optima abound. They are
taken as the doubles that they are, or rounded to 3 decimals, as data in files often are: shorter numbers need shorter proofs.
For the hinge loss a target is the sign of a normal number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import comb

import numpy as np
from cases import Target
from numpy.typing import NDArray

from relupoly.training.problem.problem import Problem

Floats = NDArray[np.float64]

SEED = 0
OTHER_SEEDS = (1, 2, 3, 4)
LONG_DEADLINE = 120.0


@dataclass(frozen=True)
class TrainingCase:
    """A row of the table.

    Attributes
    ----------
    inputs, samples, width : int
    loss : str
    decimals : int or None
        How many decimals the data have; all binary digits of a double by default.
    seed : int
    target : Target or None
    rivals : bool
        Whether other ways to train are timed beside it.
    extra : bool
        Measured with --all only.
    deadline : float
        Seconds for one training, where that is more than others get.
    """

    inputs: int
    samples: int
    width: int
    loss: str = "squared"
    decimals: int | None = None
    seed: int = SEED
    target: Target | None = None
    rivals: bool = False
    extra: bool = False
    deadline: float = 0.0

    @property
    def size(self) -> str:
        """(n, D, w)."""
        return f"({self.inputs},{self.samples},{self.width})"

    @property
    def data(self) -> str:
        """What the numbers are."""
        digits = "doubles" if self.decimals is None else f"{self.decimals} decimals"
        return digits if self.seed == SEED else f"{digits}, seed {self.seed}"

    @property
    def name(self) -> str:
        """What names the row."""
        return f"training | {self.size} | {self.loss} | {self.data}"

    @property
    def binaries(self) -> int:
        """One for each neuron and sample: on which side of the neuron the sample is."""
        return self.width * self.samples

    @property
    def dichotomies(self) -> int:
        """Cover's number, for points in general position."""
        return 2 * sum(comb(self.samples - 1, i) for i in range(self.inputs + 1))

    def arrays(self) -> tuple[Floats, Floats]:
        """Points and targets."""
        source = np.random.default_rng(self.seed)
        points, targets = source.normal(size=(self.samples, self.inputs)), source.normal(size=self.samples)
        if self.decimals is not None:
            points, targets = points.round(self.decimals), targets.round(self.decimals)
        return points, np.where(targets < 0.0, -1.0, 1.0) if self.loss == "hinge" else targets

    def problem(self) -> Problem:
        """The problem, with the doubles of `arrays`, or the decimals that they are nearest to."""
        points, targets = self.arrays()
        if self.decimals is None:
            return Problem.from_rows(points, targets, self.width, loss=self.loss)
        rows = [[f"{entry:.{self.decimals}f}" for entry in row] for row in points]
        return Problem.from_rows(rows, [f"{target:.{self.decimals}f}" for target in targets], self.width, loss=self.loss)


SECONDS = {
    (3, 15, 2): 0.3,
    (2, 30, 2): 0.3,
    (2, 50, 2): 0.5,
    (1, 100, 3): 0.5,
    (1, 1000, 2): 10.0,
    (4, 30, 2): 10.0,
    (3, 50, 2): 15.0,
    (2, 100, 3): 30.0,
}
SMALL = [(1, 20, 2), (1, 12, 3), (2, 12, 2), (3, 15, 1), (2, 30, 1)]
OTHER_LOSSES = [(2, 15, 1), (1, 20, 2)]


def squared_cases() -> Iterator[TrainingCase]:
    """The squared loss: small problems, which all methods can do, and those for which targets are set."""
    for size in SMALL:
        yield TrainingCase(*size, rivals=True)
    for decimals in (None, 3):
        for size, bound in SECONDS.items():
            case = TrainingCase(*size, decimals=decimals, target=Target("seconds", bound), rivals=decimals is None)
            yield replace(case, deadline=LONG_DEADLINE)


def other_cases() -> Iterator[TrainingCase]:
    """The other losses."""
    for loss in ("absolute", "hinge", "max"):
        for size in OTHER_LOSSES:
            yield TrainingCase(*size, loss=loss, deadline=LONG_DEADLINE)


def all_training_cases() -> list[TrainingCase]:
    """All rows, in the order of the table; those with other seeds last."""
    cases = [*squared_cases(), *other_cases()]
    again = [replace(case, seed=seed, rivals=False, extra=True) for seed in OTHER_SEEDS for case in cases if case.target]
    return [*cases, *again]
