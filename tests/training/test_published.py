"""The compiled search, which most users meet, on all published problems and on hundreds of small ones, with their proofs."""

from __future__ import annotations

from typing import Any

import pytest
from oracles.problems import exact_optimum, training_problem, training_rows
from oracles.small_problems import small_problem
from oracles.tables import table

from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.check import check_certificate
from relupoly.training.methods.algorithm_1 import enumerate_optimum
from relupoly.training.problem.lifted import lift, network
from relupoly.training.problem.problem import Problem, loss_of
from relupoly.training.proof.certificate import Claim, certificate_lines
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.compiled_bounder import compiled_search, suits


def proved_optimum(problem: Problem) -> Any:
    """What the compiled search finds, after its certificate has been checked; None if it is not for the problem."""
    lifted = lift(problem)
    relaxation = Relaxation(lifted, ray_table(lifted))
    if not suits(relaxation):
        return None
    search = compiled_search(relaxation, 10**6, True, 2)
    search.run()
    best = search.best
    net = network(lifted, best.neurons, best.signs, best.output_bias)
    claim = Claim(problem, net, best.loss, search.lower_bound)
    lines = certificate_lines(claim, lifted, search.items())
    verdict = check_certificate(lines, problem.points, problem.targets, problem.weights)
    assert (verdict.loss_sum, verdict.lower_bound) == (best.loss, best.loss) == (loss_of(problem, net), search.lower_bound)
    return best.loss


@pytest.mark.parametrize("row", training_rows())
def test_published_optima(row: dict[str, Any]) -> None:
    found = proved_optimum(training_problem(row))
    if row["certified"]:
        assert found == exact_optimum(row)
    assert float(found) == pytest.approx(float(exact_optimum(row)), rel=1e-12)


@pytest.mark.parametrize("row", table("erm", "erm"))
def test_published_optima_of_the_absolute_loss(row: dict[str, Any]) -> None:
    assert proved_optimum(Problem.from_rows(row["X"], row["y"], row["w"], loss="absolute")) == row["loss_L1_sum"]


@pytest.mark.parametrize("block", [block if block < 10 else pytest.param(block, marks=pytest.mark.slow) for block in range(30)])
def test_three_hundred_small_problems(block: int) -> None:
    found = 0
    for seed in range(10 * block, 10 * block + 10):
        problem = small_problem(seed)
        optimum = proved_optimum(problem)
        if optimum is not None:
            assert optimum == enumerate_optimum(problem).loss, seed
            found += 1
    assert found >= 5
