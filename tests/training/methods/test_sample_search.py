"""Local search on the samples alone, against the global optimum, and where nothing else is possible."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from oracles.small_problems import larger_problem, small_problem

from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.training.methods.sample_search import sample_search
from relupoly.training.problem.evaluation import Candidate, Evaluation
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem
from relupoly.training.train import train


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(6))
def test_a_net_has_the_loss_that_is_said_and_no_smaller_one_than_the_optimum(loss: str, seed: int) -> None:
    problem = replace(larger_problem(seed, loss), output_bias=seed % 2 > 0)
    told: list[Candidate] = []
    best = sample_search(lift(problem), seed, 6, Run(progress=lambda state: told.append(state.best)))
    assert [one.loss for one in told] == sorted((one.loss for one in told), reverse=True)
    assert told[-1] is best
    assert Evaluation(lift(problem)).candidate(best.neurons, best.signs, best.output_bias) == best
    assert len(best.neurons) == len(best.signs) == problem.width
    assert train(problem).loss_sum <= best.loss < told[0].loss


@pytest.mark.parametrize("loss", LOSSES)
def test_it_comes_near_the_optimum(loss: str) -> None:
    problems = [larger_problem(seed, loss, width=1) for seed in range(6)]
    found = [sample_search(lift(problem), 0, 40).loss for problem in problems]
    optima = [train(problem).loss_sum for problem in problems]
    near = [float(one) <= 1.05 * float(optimum) for one, optimum in zip(found, optima, strict=True)]
    assert sum(near) >= 4


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(20))
def test_degenerate_samples_are_no_trouble(loss: str, seed: int) -> None:
    problem = small_problem(seed, loss)
    lifted = lift(problem)
    assert sample_search(lifted, seed, 3).loss <= Evaluation(lifted).zero().loss


@pytest.mark.parametrize("scale", ["1e-300", "1e300", "1e-30"])
def test_numbers_of_any_size(scale: str) -> None:
    problem = larger_problem(1, "squared", width=1)
    factor = Fraction(scale)
    points = tuple(tuple(factor * entry for entry in point) for point in problem.points)
    large = replace(problem, points=points, targets=tuple(factor * target for target in problem.targets))
    assert sample_search(lift(large), 0, 8).loss < Evaluation(lift(large)).zero().loss
    far = replace(problem, points=((Fraction(10) ** 310, Fraction(1)), *problem.points[1:]))
    assert sample_search(lift(far), 0, 8).loss < Evaluation(lift(far)).zero().loss


def test_it_depends_on_its_seed_only() -> None:
    lifted = lift(larger_problem(10, "absolute"))
    one, two, other = (sample_search(lifted, seed, 3) for seed in (1, 1, 2))
    assert one == two != other


def test_it_can_be_stopped_within_a_descent() -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 10:
            raise Stopped("deadline")

    with pytest.raises(Stopped):
        sample_search(lift(larger_problem(10, "squared")), 0, 8, UNLIMITED.also(tick))


def many_inputs(inputs: int, samples: int, width: int, loss: str) -> Problem:
    chance = np.random.RandomState(0)
    return Problem.from_rows(
        chance.standard_normal((samples, inputs)).round(3), chance.standard_normal(samples), width, loss=loss
    )


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["squared", "absolute", "max"])
@pytest.mark.parametrize("method", ["branch", "local"])
def test_where_rays_are_too_many_there_is_a_good_net(loss: str, method: str) -> None:
    problem = many_inputs(30, 60, 2, loss)
    said: list[str] = []
    found = train(problem, method=method, run=Run(notice=said.append))
    zero = Evaluation(lift(problem)).zero().loss
    # The largest of random errors falls more slowly than their sum.
    assert found.loss_sum < zero * (Fraction(2, 3) if loss == "max" else Fraction(1, 2))
    assert (found.status, found.lower_bound) == ("memory" if method == "branch" else "gap", 0)
    assert [("allow more" in text) for text in said] == [True] * (method == "branch")


@pytest.mark.parametrize("reason", ["deadline", "interrupted"])
def test_a_stop_while_rays_are_built_has_a_good_net(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: Any) -> None:
        raise Stopped(reason)

    monkeypatch.setattr("relupoly.training.trainer.ray_table", stopped)
    problem = larger_problem(10, "squared")
    found = train(problem)
    assert (found.status, found.certified) == (reason, True)
    assert found.loss_sum < Evaluation(lift(problem)).zero().loss
