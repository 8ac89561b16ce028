"""Exact branch and bound against Algorithm 1 and published optima; its tree, its incumbent, its bound."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from oracles.problems import exact_optimum, training_problem, training_rows
from oracles.small_problems import larger_problem, small_problem
from oracles.tables import table

from relupoly.run import UNLIMITED, Stopped
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.methods.algorithm_1 import enumerate_optimum
from relupoly.training.problem.lifted import lift, network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of
from relupoly.training.proof.proof import Open, Split
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.exact_bounder import exact_search, settle
from relupoly.training.search.node import roots
from relupoly.training.search.search import Search


def begun(problem: Problem, **options: Any) -> Search:
    lifted = lift(problem)
    return exact_search(Relaxation(lifted, ray_table(lifted)), **options)


def optimum(problem: Problem, **options: Any) -> Fraction:
    """The optimum, after what every search promises has been checked."""
    search = begun(problem, **options)
    search.run()
    best = search.best
    net = network(search.relaxation.lifted, best.neurons, best.signs, best.output_bias)
    assert best.loss == search.lower_bound == loss_of(problem, net)
    assert net.widths == (problem.width,)
    return best.loss


@pytest.mark.parametrize("block", [block if block < 3 else pytest.param(block, marks=pytest.mark.slow) for block in range(30)])
def test_three_hundred_small_problems(block: int) -> None:
    for seed in range(10 * block, 10 * block + 10):
        problem = small_problem(seed)
        assert optimum(problem) == enumerate_optimum(problem).loss, seed


LONG = (
    "iris_pl_pw_w3",
    "deg_grid_abs_w3",
    "linnerud_Pulse_w2",
    "linnerud_Waist_w2",
    "linnerud_Weight_w2",
    "seeded_n1_D50_w3_noisy",
    "seeded_n2_D20_w2_random",
    "seeded_n2_D30_w2_random",
    "seeded_n3_D15_w2_random",
)
ROWS = [
    pytest.param(*row.values, id=row.id, marks=[*row.marks, *([pytest.mark.slow] if row.id in LONG else [])])
    for row in training_rows()
]


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_published_optima(row: dict[str, Any]) -> None:
    found = optimum(training_problem(row))
    if row["certified"]:
        assert found == exact_optimum(row)
    assert float(found) == pytest.approx(float(exact_optimum(row)), rel=1e-12)


@pytest.mark.parametrize("row", table("erm", "erm"))
def test_published_optima_of_the_absolute_loss(row: dict[str, Any]) -> None:
    assert optimum(Problem.from_rows(row["X"], row["y"], row["w"], loss="absolute")) == row["loss_L1_sum"]


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_depth_first_finds_the_same(loss: str) -> None:
    problem = larger_problem(10, loss)
    assert optimum(problem, most_open=0) == optimum(problem)


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_without_a_record_it_keeps_open_nodes_only(loss: str) -> None:
    problem = larger_problem(10, loss)
    search = begun(problem, record=False)
    search.run()
    assert search.best.loss == optimum(problem)
    assert not len(search.tree)


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_stopped_again_and_again_it_finds_the_same(loss: str) -> None:
    problem = larger_problem(10, loss)
    search, left, stops, bounds = begun(problem), 0, 0, []

    def tick() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stopped("deadline")

    while True:
        left = 3
        try:
            search.run(UNLIMITED.also(tick))
            break
        except Stopped:
            stops += 1
            bounds.append(search.lower_bound)
            assert search.lower_bound <= search.best.loss
    assert bounds == sorted(bounds)
    assert stops > 1
    assert search.best.loss == optimum(problem)


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_it_goes_on_from_a_tree(loss: str) -> None:
    problem = larger_problem(10, loss)
    first, left = begun(problem), 12

    def tick() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stopped("deadline")

    with pytest.raises(Stopped):
        first.run(UNLIMITED.also(tick))
    items = list(first.items())
    assert any(isinstance(item, Open) for item in items)
    second = begun(problem)
    second.offer(first.best.neurons, first.best.signs, first.best.output_bias)
    second.resume(items)
    assert second.best.loss <= first.best.loss
    second.run()
    assert second.best.loss == optimum(problem)
    splits = sum(isinstance(item, Split) for item in second.items())
    assert splits >= sum(isinstance(item, Split) for item in items)


def test_a_gap_is_enough() -> None:
    problem = larger_problem(10, "squared")
    search = begun(problem, gap=Fraction(1, 2))
    search.run()
    assert search.lower_bound <= optimum(problem) <= search.best.loss <= 2 * search.lower_bound


def test_a_single_node_is_settled() -> None:
    problem = larger_problem(10, "squared")
    relaxation = begun(problem).relaxation
    node = roots(problem.width, len(relaxation.lifted.vectors))[1]
    best = optimum(problem)
    found = settle(relaxation, node, best)
    assert found.bound.value <= best <= found.candidate.loss
    assert found.split is not None
    assert settle(relaxation, node, found.bound.value).split is None
