"""Algorithm 1 against published optima, brute force over all sign patterns, and what no optimum may depend on."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from oracles.problems import exact_optimum, training_problem, training_rows
from oracles.tables import table
from oracles.training import best_loss

from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.training.methods.algorithm_1 import Enumeration, enumerate_optimum, program_count
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of

SMALL = (
    "deg_all_negative_labels_two_slopes",
    "deg_all_x_equal",
    "deg_collinear_R2",
    "deg_collinear_R2_as_n1",
    "deg_grid_abs_w2",
    "deg_grid_max_w1",
    "deg_grid_max_w2",
    "deg_grid_prod_w2",
    "deg_line_w1",
    "deg_line_w2",
    "deg_xor_w1",
    "deg_xor_w2",
    "deg_zero_point_biasfree",
    "deg_zigzag_w2",
    "iris_pl_pw_w1",
    "seeded_n1_D10_w1_random",
    "seeded_n1_D10_w3_random",
    "seeded_n1_D20_w2_noisy",
    "seeded_n2_D20_w1_random",
    "seeded_n3_D10_w1_random",
)
LARGER = (
    "deg_zigzag_w4",
    "seeded_n2_D10_w2_random",
    "deg_grid_abs_w3",
    "deg_grid_prod_w3",
    "linnerud_Pulse_w1",
    "linnerud_Waist_w1",
    "seeded_n1_D50_w2_random",
    "seeded_n2_D20_w2_planted",
    "seeded_n2_D20_w2_random",
)


def solved(points: Any, targets: Any, width: int, **options: Any) -> Enumeration:
    """The optimum, after what every answer promises has been checked."""
    problem = Problem.from_rows(points, targets, width, **options)
    found = enumerate_optimum(problem)
    assert found.complete
    assert found.programs == program_count(found.cells, width)
    assert found.loss == loss_of(problem, found.network)
    assert found.network.widths == (width,)
    assert [int(entry) for entry in found.network.layers[1].weight.entries()] == list(found.signs)
    return found


def agrees(row: dict[str, Any]) -> None:
    found = enumerate_optimum(training_problem(row))
    # One published optimum has no certificate: it is what a search in floats found.
    if row["certified"]:
        assert found.loss == exact_optimum(row)
    assert float(found.loss) == pytest.approx(float(exact_optimum(row)), rel=1e-12)


@pytest.mark.parametrize("row", training_rows(*SMALL))
def test_published_optima(row: dict[str, Any]) -> None:
    agrees(row)


@pytest.mark.slow
@pytest.mark.parametrize("row", training_rows(*LARGER))
def test_published_optima_of_larger_problems(row: dict[str, Any]) -> None:
    agrees(row)


@pytest.mark.parametrize("row", table("erm", "erm"))
def test_published_optima_of_the_absolute_loss(row: dict[str, Any]) -> None:
    found = solved(row["X"], row["y"], row["w"], loss="absolute")
    assert (found.loss, found.cells, found.programs) == (row["loss_L1_sum"], row["partitions"], row["LPs"])


def spanning(source: random.Random, count: int, inputs: int, bias: bool) -> list[list[int]]:
    """Small integer points, some of them equal or collinear, that the brute force can take: they span the space."""
    while True:
        points = [[source.randint(-2, 2) for _ in range(inputs)] for _ in range(count)]
        if np.linalg.matrix_rank([[*point, 1] if bias else point for point in points]) == inputs + bias:
            return points


@pytest.mark.parametrize("seed", range(30))
def test_brute_force_over_all_sign_patterns(seed: int) -> None:
    source = random.Random(seed)
    inputs, bias = source.choice([1, 1, 2, 2, 3]), source.random() < 0.7
    points = spanning(source, source.randint(inputs + 1, 6 if inputs < 3 else 5), inputs, bias)
    targets = [source.randint(-3, 3) for _ in points]
    weights = [source.choice([1, 1, 2, 5]) for _ in points]
    width = source.randint(1, 2)
    options: dict[str, Any] = {"bias": bias, "output_bias": source.random() < 0.3, "weights": weights}
    expected = best_loss(points, targets, width, **options)
    assert float(solved(points, targets, width, **options).loss) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
@pytest.mark.parametrize("seed", range(4))
def test_brute_force_for_the_other_losses(loss: str, seed: int) -> None:
    source = random.Random(seed)
    inputs, bias = 1 + seed % 2, seed != 3
    points = spanning(source, 4, inputs, bias)
    targets = [source.choice([-1, 1]) if loss == "hinge" else source.randint(-3, 3) for _ in points]
    options: dict[str, Any] = {"bias": bias, "output_bias": seed == 1, "loss": loss}
    if loss != "max":
        options["weights"] = [source.choice([1, 2]) for _ in points]
    expected = best_loss(points, targets, 1, **options)
    assert float(solved(points, targets, 1, **options).loss) == pytest.approx(expected, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_brute_force_of_seven_points(seed: int) -> None:
    source = random.Random(1000 + seed)
    points = spanning(source, 7, 2, True)
    targets = [source.randint(-3, 3) for _ in points]
    assert float(solved(points, targets, 2).loss) == pytest.approx(best_loss(points, targets, 2), abs=1e-8)


def samples(seed: int, count: int = 6, inputs: int = 2) -> tuple[list[list[Fraction]], list[Fraction]]:
    source = random.Random(seed)
    points = [[Fraction(source.randint(-20, 20), 10) for _ in range(inputs)] for _ in range(count)]
    return points, [Fraction(source.choice([-1, 1])) for _ in range(count)]


@pytest.mark.parametrize("loss", LOSSES)
def test_the_order_of_samples_does_not_matter(loss: str) -> None:
    points, targets = samples(1)
    order = [3, 0, 5, 1, 4, 2]
    shuffled = solved([points[place] for place in order], [targets[place] for place in order], 1, loss=loss)
    assert solved(points, targets, 1, loss=loss).loss == shuffled.loss


@pytest.mark.parametrize("loss", ["squared", "absolute", "hinge"])
def test_a_duplicate_is_a_sample_of_weight_two(loss: str) -> None:
    points, targets = samples(2)
    twice = solved([*points, points[0]], [*targets, targets[0]], 1, loss=loss)
    assert twice.loss == solved(points, targets, 1, loss=loss, weights=[2, 1, 1, 1, 1, 1]).loss


def test_a_duplicate_changes_no_largest_error() -> None:
    points, targets = samples(2)
    twice = solved([*points, points[0]], [*targets, targets[0]], 1, loss="max")
    assert twice.loss == solved(points, targets, 1, loss="max").loss


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [True, False])
def test_an_invertible_change_of_inputs_does_not_matter(loss: str, bias: bool) -> None:
    points, targets = samples(3)
    shift = Fraction(7, 3) if bias else Fraction(0)
    changed = [[Fraction(1, 3) * x - 5 * y + shift, 2 * x + y / 7] for x, y in points]
    assert solved(points, targets, 1, loss=loss, bias=bias).loss == solved(changed, targets, 1, loss=loss, bias=bias).loss


@pytest.mark.parametrize(("loss", "power"), [("squared", 2), ("absolute", 1), ("max", 1)])
def test_scaled_targets_scale_the_loss(loss: str, power: int) -> None:
    points, targets = samples(4)
    factor = Fraction(-5, 3)
    scaled = solved(points, [factor * target for target in targets], 1, loss=loss)
    assert scaled.loss == solved(points, targets, 1, loss=loss).loss * abs(factor) ** power


@pytest.mark.parametrize("loss", LOSSES)
def test_a_wider_net_is_no_worse_and_a_neuron_a_sample_interpolates(loss: str) -> None:
    points, targets = [[0], [1], [2]], [1, -1, 1]
    losses = [solved(points, targets, width, loss=loss).loss for width in (1, 2, 3)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > 0 == losses[2]


@pytest.mark.parametrize("loss", LOSSES)
def test_an_output_bias_is_no_worse_and_fits_constants(loss: str) -> None:
    points, targets = samples(5, 4, 1)
    for bias in (True, False):
        with_bias = solved(points, targets, 1, loss=loss, bias=bias, output_bias=True)
        assert with_bias.loss <= solved(points, targets, 1, loss=loss, bias=bias).loss
    assert solved([[0], [0]], [1, 1], 1, loss=loss, bias=False, output_bias=True).loss == 0
    assert solved([[0], [0]], [1, 1], 1, loss=loss, bias=False).loss == {"max": 1}.get(loss, 2)


@pytest.mark.parametrize(
    ("points", "targets", "loss"),
    [
        ([[0, 0], [0, 0]], [3, 5], Fraction(34)),
        ([[2], [2], [2]], [1, 2, 3], Fraction(2)),
        ([[1]], [-4], Fraction(0)),
        ([[-1], [-2], [0]], [1, 2, 3], Fraction(9)),
    ],
)
def test_degenerate_data_without_bias(points: Sequence[Sequence[int]], targets: Sequence[int], loss: Fraction) -> None:
    assert solved(points, targets, 1, bias=False).loss == loss


def test_a_stop_gives_the_best_net_so_far() -> None:
    points, targets = samples(6)
    calls = 0

    def stop() -> None:
        nonlocal calls
        calls += 1
        if calls == 300:
            raise Stopped("deadline")

    problem = Problem.from_rows(points, targets, 2)
    found = enumerate_optimum(problem, UNLIMITED.also(stop))
    assert (found.complete, found.stopped) == (False, "deadline")
    assert found.loss == loss_of(problem, found.network)
    assert enumerate_optimum(problem).loss <= found.loss <= sum(target**2 for target in targets)


def test_progress_ends_with_all_programs_and_the_loss() -> None:
    seen: list[tuple[int, int, Fraction]] = []
    problem = Problem.from_rows([[0], [1], [3]], [1, 0, 2], 2)
    found = enumerate_optimum(problem, Run(progress=seen.append))
    assert seen[-1] == (found.programs, found.programs, found.loss)
    assert [state[0] for state in seen] == list(range(1, found.programs + 1))
    assert all(one[2] >= two[2] for one, two in itertools.pairwise(seen))
