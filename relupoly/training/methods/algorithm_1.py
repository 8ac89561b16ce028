"""Algorithm 1 as it stands: all output signs, all choices of dichotomies, one convex program each.

Once it is known on which points each neuron is active, the predictions are linear in the weights, and the best weights
solve a convex program: over the cone of the features s relu(V ray), where ray runs over the rays of each neuron's cell.
Nothing is pruned: this is the reference that faster methods are measured by, and it takes time of the order D^(n w).

Neurons are interchangeable, so sign vectors are counted by their number of ones, and the cells of neurons with equal sign
come in one order only. Cells are closed: points on a hyperplane belong to both sides, and no further cases are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb
from typing import NamedTuple

from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.training.bounds.least_squares import FREE, Generator, LeastSquares
from relupoly.training.bounds.linear_losses import LinearLoss
from relupoly.training.problem.lifted import Lifted, Vector, lift, network
from relupoly.training.problem.losses import SQUARED
from relupoly.training.problem.problem import Problem, loss_of
from relupoly.training.rays.dichotomies import Dichotomy, dichotomies

Cells = Sequence[Dichotomy]
Neuron = tuple[Fraction, ...]


@dataclass(frozen=True)
class Enumeration:
    """What Algorithm 1 found.

    Attributes
    ----------
    network : Network
        The best net seen; the global optimum if the enumeration is complete.
    loss : Fraction
        Its loss: the sum over the samples, or the largest error.
    signs : tuple of int
        The output weights.
    cells : int
        The number of dichotomies seen.
    programs : int
        The number of convex programs solved.
    stopped : str or None
        Why the enumeration is not complete, if it is not.
    """

    network: Network
    loss: Fraction
    signs: tuple[int, ...]
    cells: int
    programs: int
    stopped: str | None

    @property
    def complete(self) -> bool:
        """Whether the net is proved optimal."""
        return self.stopped is None


class Enumerated(NamedTuple):
    """How far an enumeration is: the number of programs solved, their number in all, and the smallest loss so far."""

    programs: int
    total: int
    loss: Fraction


def enumerate_optimum(problem: Problem, run: Run = UNLIMITED) -> Enumeration:
    """The global optimum of a training problem, by Algorithm 1 of Arora, Basu, Mianjy and Mukherjee (2018).

    Parameters
    ----------
    problem : Problem
    run : Run
        Where it stops the enumeration, the best net so far is returned; its progress is `Enumerated`, told after every program.

    Examples
    --------
    >>> xor = Problem.from_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], width=1)
    >>> found = enumerate_optimum(xor)
    >>> found.loss, found.cells, found.programs
    (Fraction(1, 1), 14, 28)

    Notes
    -----
    The paper's special algorithm for one input searches another class of functions; this is the general one for every n.
    """
    lifted = lift(problem)
    search = _Search(lifted)
    stopped = None
    try:
        search.go(run)
    except Stopped as stop:
        stopped = stop.reason
    net = network(lifted, search.neurons, search.signs, search.output_bias)
    return Enumeration(net, loss_of(problem, net), search.signs, len(search.cells), search.programs, stopped)


def program_count(cells: int, width: int) -> int:
    """The number of choices of output signs and cells, up to the order of the neurons.

    Examples
    --------
    >>> program_count(8, 2)
    136
    """
    return sum(comb(cells + up - 1, up) * comb(cells + width - up - 1, width - up) for up in range(width + 1))


class _Search:
    """One enumeration: the cells, and the best neurons so far."""

    def __init__(self, lifted: Lifted) -> None:
        width = lifted.problem.width
        self.lifted = lifted
        self.cells: list[Dichotomy] = []
        self.programs = 0
        self.neurons: list[Neuron] = [(Fraction(0),) * lifted.rank] * width
        self.signs: tuple[int, ...] = (1,) * width
        self.output_bias = Fraction(0)
        self.loss = lifted.loss([Fraction(0)] * len(lifted.vectors))

    def go(self, run: Run) -> None:
        """Solve all programs."""
        self.cells.extend(dichotomies(self.lifted, run))
        total = program_count(len(self.cells), len(self.signs))
        rays = sorted({ray for cell in self.cells for ray in cell.rays})
        places = {ray: place for place, ray in enumerate(rays)}
        program = _program(self.lifted, rays)
        bias = [(len(rays), FREE)] if self.lifted.problem.output_bias else []
        last: set[Generator] = set()
        for above, below in _choices(self.cells, len(self.signs)):
            run.tick()
            generators = _generators(above, below, places) + bias
            guess = [place for place, one in enumerate(generators) if one in last]
            if isinstance(program, LinearLoss):
                best = program.minimize(generators, guess, run)
            else:
                best = program.minimize(generators, guess)
            found = {one: coefficient for one, coefficient in zip(generators, best.coefficients, strict=True) if coefficient}
            last = set(found)
            self.programs += 1
            if self.lifted.whole(best.value) < self.loss:
                self.loss = self.lifted.whole(best.value)
                self.output_bias = found.pop((len(rays), FREE), Fraction(0))
                self._keep(above, below, {(rays[place], sign): value for (place, sign), value in found.items()})
            run.progress(Enumerated(self.programs, total, self.loss))

    def _keep(self, above: Cells, below: Cells, coefficients: dict[tuple[Vector, int], Fraction]) -> None:
        """Keep the neurons of a choice: each is a sum of rays of its cell, and what two may use goes to the first."""
        self.signs = (1,) * len(above) + (-1,) * len(below)
        self.neurons = []
        for cell, sign in zip((*above, *below), self.signs, strict=True):
            neuron = [Fraction(0)] * self.lifted.rank
            for ray in cell.rays:
                coefficient = coefficients.pop((ray, sign), Fraction(0))
                neuron = [entry + coefficient * step for entry, step in zip(neuron, ray, strict=True)]
            self.neurons.append(tuple(neuron))


def _program(lifted: Lifted, rays: Sequence[Vector]) -> LeastSquares | LinearLoss:
    """The convex programs over cones of the rays' features; the last feature is the output bias, if there is one."""
    features = [[max(0, _dot(ray, vector)) for vector in lifted.vectors] for ray in rays]
    if lifted.problem.output_bias:
        features.append([1] * len(lifted.vectors))
    if lifted.problem.loss == SQUARED:
        return LeastSquares(features, lifted.targets, lifted.weights)
    return LinearLoss(lifted.problem.loss, features, lifted.targets, lifted.weights, lifted.point)


def _choices(cells: Cells, width: int) -> Iterator[tuple[Cells, Cells]]:
    """The cells of the neurons with output weight 1, and of those with -1."""
    for up in range(width + 1):
        for above in combinations_with_replacement(cells, up):
            for below in combinations_with_replacement(cells, width - up):
                yield above, below


def _generators(above: Cells, below: Cells, places: dict[Vector, int]) -> list[Generator]:
    """The features of the rays of the cells, with the sign of the output weight; each once."""
    signed = ((cell, sign) for cells, sign in ((above, 1), (below, -1)) for cell in cells)
    return list(dict.fromkeys((places[ray], sign) for cell, sign in signed for ray in cell.rays))


def _dot(one: Vector, two: Vector) -> int:
    return sum(left * right for left, right in zip(one, two, strict=True))
