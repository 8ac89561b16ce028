"""Both local searches, in rationals and compiled, against the global optimum, for all losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from oracles.small_problems import larger_problem, small_problem

from relupoly.run import Run, Stopped
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.methods.compiled_local import compiled_local_search
from relupoly.training.methods.exact_local import local_search
from relupoly.training.problem.evaluation import Candidate, LocalState
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.exact_bounder import polish
from relupoly.training.train import train

Search = Callable[..., None]
SEARCHES = [local_search, compiled_local_search]


def nothing(problem: Problem) -> tuple[Relaxation, Candidate]:
    """A relaxation, and the net that is 0."""
    lifted = lift(problem)
    relaxation = Relaxation(lifted, ray_table(lifted))
    zero = ((Fraction(0),) * lifted.rank,) * problem.width
    return relaxation, relaxation.evaluated(zero, (1,) * problem.width, Fraction(0))


def searched(search: Search, problem: Problem, seed: int = 0, **options: Any) -> list[Candidate]:
    """The nets that the search told of, after what holds for all of them has been checked."""
    relaxation, start = nothing(problem)
    told: list[Candidate] = [start]
    counts = [0]

    def progress(state: LocalState) -> None:
        best, count = state
        assert best.loss <= told[-1].loss
        if best is not told[-1]:
            assert best.loss == relaxation.evaluated(best.neurons, best.signs, best.output_bias).loss
        assert len(best.neurons) == len(best.signs) == problem.width
        assert count >= counts[-1]
        told.append(best)
        counts.append(count)

    search(relaxation, start, seed, run=Run(progress=progress), **options)
    return told


def optima_found(search: Search, problems: list[Problem]) -> int:
    """For how many problems the search finds the optimum; never less than that."""
    found = [searched(search, problem)[-1].loss for problem in problems]
    optima = [train(problem).loss_sum for problem in problems]
    assert all(one >= optimum for one, optimum in zip(found, optima, strict=True))
    return sum(one == optimum for one, optimum in zip(found, optima, strict=True))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_search_in_rationals_finds_most_optima_of_small_problems(loss: str) -> None:
    problems = [small_problem(seed, loss) for seed in range(12)]
    assert optima_found(local_search, problems) >= 9


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_the_compiled_search_finds_most_optima(loss: str) -> None:
    problems = [replace(larger_problem(seed, loss), output_bias=seed % 2 > 0) for seed in range(6)]
    assert optima_found(compiled_local_search, problems) >= 5


@pytest.mark.parametrize("search", SEARCHES)
def test_what_it_does_depends_on_its_seed_only(search: Search) -> None:
    problem = larger_problem(10, "squared")
    one, two, other = (searched(search, problem, seed, starts=3) for seed in (1, 1, 2))
    assert one == two != other


@pytest.mark.parametrize("loss", LOSSES)
def test_the_last_net_is_the_best_of_its_cells(loss: str) -> None:
    problem = larger_problem(4, loss, width=3)
    best = searched(compiled_local_search, problem, starts=10)[-1]
    assert polish(nothing(problem)[0], best).loss == best.loss


@pytest.mark.parametrize("loss", LOSSES)
def test_a_good_start_is_kept(loss: str) -> None:
    problem = larger_problem(7, loss)
    relaxation, zero = nothing(problem)
    good = searched(compiled_local_search, problem)[-1]
    told: list[Candidate] = []
    compiled_local_search(relaxation, good, 5, starts=0, run=Run(progress=lambda state: told.append(state.best)))
    assert told[0].loss <= good.loss < zero.loss


@pytest.mark.parametrize("search", SEARCHES)
def test_it_can_be_stopped_before_each_descent(search: Search) -> None:
    relaxation, start = nothing(larger_problem(10, "absolute"))
    told: list[Candidate] = []

    def tick() -> None:
        if len(told) == 7:
            raise Stopped("deadline")

    with pytest.raises(Stopped):
        search(relaxation, start, 0, run=Run(progress=lambda state: told.append(state.best)).also(tick))
    assert len(told) == 7


def test_larger_problems_than_the_search_in_rationals_can_do() -> None:
    problem = larger_problem(2, "squared", width=2)
    points = [[entry + Fraction(shift, 7) for entry in point] for shift, point in enumerate(problem.points * 3)]
    wide = Problem.from_rows(points, list(problem.targets) * 3, 2)
    assert train(wide, method="local").loss_sum == train(wide).loss_sum


def test_what_the_kernel_cannot_take_is_searched_in_rationals() -> None:
    problem = Problem.from_rows([[0], [1], [2]], [1, 0, 1], 1, weights=[1, Fraction(1, 2**300), 1])
    found = train(problem, method="local")
    assert (found.loss_sum, found.status) == (train(problem).loss_sum, "gap")
