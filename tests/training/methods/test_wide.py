"""Nets as wide as the samples are many: a convex program instead of a search, and the same optimum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from oracles.small_problems import small_problem

from relupoly.certificates.lines import read_lines
from relupoly.run import Run
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.check import check_certificate
from relupoly.training.methods.wide import wide_optimum
from relupoly.training.problem.interpolation_loss import interpolation_loss
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.exact_bounder import exact_search
from relupoly.training.train import train


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(25))
def test_it_is_what_the_search_finds(loss: str, seed: int, tmp_path: Path) -> None:
    problem = small_problem(seed, loss, largest=4)
    points = len(lift(problem).vectors)
    for width in {max(1, points), points + 2}:
        lifted = lift(replace(problem, width=width))
        relaxation = Relaxation(lifted, ray_table(lifted))
        search = exact_search(relaxation)
        search.run()
        found = wide_optimum(relaxation)
        if found is not None:
            assert found.value == found.candidate.loss == search.best.loss
            assert len(found.candidate.neurons) == width
        place = tmp_path / f"{width}.jsonl"
        trained = train(lifted.problem, certificate=place)
        assert (trained.status, trained.loss_sum) == ("optimal", search.best.loss)
        verdict = check_certificate(read_lines(str(place)), problem.points, problem.targets, problem.weights)
        assert (verdict.optimal, verdict.width) == (True, width)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_thousand_neurons_on_four_samples(loss: str) -> None:
    problem = Problem.from_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [1, -1, -1, 1], 1000, loss=loss)
    found = train(problem)
    assert (found.status, found.loss_sum, found.width) == ("optimal", interpolation_loss(lift(problem)), 1000)


def test_without_biases_the_optimum_may_be_no_interpolation() -> None:
    found = train(Problem.from_rows([[1], [2], [-1]], [1, 3, 1], 500, bias=False))
    assert (found.status, str(found.loss_sum)) == ("optimal", "1/5")


def test_more_neurons_than_the_kernel_counts_are_searched_in_rationals() -> None:
    rows = [[place] for place in range(140)]
    problem = Problem.from_rows(rows, [place % 2 for place in range(140)], 130)
    found = train(problem, run=Run(deadline=0.5))
    assert found.status in ("deadline", "optimal")
    assert found.lower_bound <= found.loss_sum
