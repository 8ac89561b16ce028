"""Certificates of the compiled search: short, accepted by the checker, refused with one number altered; and its checkpoints."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from oracles.small_problems import small_problem
from oracles.stops import After

from relupoly.certificates.lines import read_lines
from relupoly.errors import CheckFailed
from relupoly.run import Run, Stopped
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.check import Verdict, check_certificate
from relupoly.training.problem.lifted import lift, network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem
from relupoly.training.proof.certificate import Claim, certificate_lines
from relupoly.training.proof.proof import Closed, Split, Waiting
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.compiled_bounder import compiled_search, suits
from relupoly.training.search.search import Search
from relupoly.training.train import train

Change = Any


def searching(problem: Problem) -> Search | None:
    lifted = lift(problem)
    relaxation = Relaxation(lifted, ray_table(lifted))
    return compiled_search(relaxation, 10**6, True, 2) if suits(relaxation) else None


def certificate(problem: Problem, search: Search) -> list[str]:
    best, lifted = search.best, search.relaxation.lifted
    net = network(lifted, best.neurons, best.signs, best.output_bias)
    return list(certificate_lines(Claim(problem, net, best.loss, search.lower_bound), lifted, search.items()))


def checked(problem: Problem, lines: list[str]) -> Verdict:
    return check_certificate(lines, problem.points, problem.targets, problem.weights)


def random_problem(inputs: int, samples: int, width: int, seed: int = 0, **options: Any) -> Problem:
    chance = np.random.RandomState(seed)
    points, targets = chance.standard_normal((samples, inputs)), chance.standard_normal(samples)
    if options.get("loss") == "hinge":
        targets = np.where(targets > 0, 1.0, -1.0)
    return Problem.from_rows(points.tolist(), targets.tolist(), width, **options)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(60))
def test_every_certificate_passes(seed: int, loss: str) -> None:
    problem = small_problem(seed, loss, largest=8)
    if search := searching(problem):
        search.run()
        assert search.best.loss == search.lower_bound
        assert checked(problem, certificate(problem, search)).optimal


@pytest.mark.slow
@pytest.mark.parametrize("output_bias", [False, True])
@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
@pytest.mark.parametrize("shape", [(1, 30, 3), (2, 20, 2), (3, 10, 2)])
def test_almost_all_leaves_of_linear_losses_are_ends_of_intervals_and_few_digits(
    shape: tuple[int, int, int], loss: str, output_bias: bool
) -> None:
    problem = random_problem(*shape, output_bias=output_bias, loss=loss)
    search = searching(problem)
    assert search
    search.run()
    lines = certificate(problem, search)
    assert checked(problem, lines).optimal
    leaves = [json.loads(line)["leaf"]["dual"] for line in lines if line.startswith('{"leaf"')]
    inner = (shape[0] + 1) * shape[2] + 2
    short = 0
    for leaf in leaves:
        entries = [Fraction(entry) for entry in leaf]
        between = [entry for entry in entries if entry not in (-1, 0, 1)]
        long = [entry for entry in between if entry.denominator > 2**30]
        short += len(between) <= 3 * inner and len(long) <= inner
    assert short >= 0.9 * len(leaves)


@pytest.mark.parametrize("output_bias", [False, True])
@pytest.mark.parametrize("shape", [(1, 30, 3), (2, 20, 2), (3, 10, 2)])
def test_almost_all_leaves_have_few_digits(shape: tuple[int, int, int], output_bias: bool) -> None:
    problem = random_problem(*shape, output_bias=output_bias)
    search = searching(problem)
    assert search
    search.run()
    lines = certificate(problem, search)
    assert checked(problem, lines).optimal
    leaves = [json.loads(line)["leaf"] for line in lines if line.startswith('{"leaf"')]
    short = 0
    for leaf in leaves:
        entries = leaf.get("dual", ["long"])
        long = [entry for entry in entries if isinstance(entry, str)]
        short += len(long) <= 2 * (shape[0] + 1) * shape[2] and all(
            abs(entry) < 2**30 for entry in entries if entry not in long
        )
    assert short >= 0.9 * len(leaves)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_certificate_with_one_entry_altered_fails_or_proves_as_much(loss: str) -> None:
    problem = random_problem(2, 12, 2, loss=loss)
    search = searching(problem)
    assert search
    search.run()
    lines = certificate(problem, search)
    leaves = [place for place, line in enumerate(lines) if line.startswith('{"leaf":{"dual"')]
    caught = 0
    for place in leaves:
        document = json.loads(lines[place])
        entries = document["leaf"]["dual"]
        index = next(
            index for index in np.random.RandomState(place).permutation(len(entries)) if entries[index] not in (0, "0")
        )
        entries[index] = str(-2 * Fraction(entries[index]))
        try:
            # The digest is wrong as well, but that is found at the end.
            checked(problem, [*lines[:place], json.dumps(document), *lines[place + 1 :]])
        except CheckFailed as error:
            caught += str(error).startswith(f"line {place + 1}: ")
    assert 2 * caught > len(leaves) > 10


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("options", [{}, {"standardize": True}, {"gap": Fraction(1, 4)}])
def test_samples_at_one_point_and_weights(options: dict[str, Any], loss: str, tmp_path: Any) -> None:
    chance = np.random.RandomState(5)
    points = chance.randint(0, 5, (30, 2)).tolist()
    weights = [Fraction(int(entry), 3) for entry in chance.randint(1, 5, 30)]
    targets = chance.randint(-3, 4, 30).tolist()
    if loss == "hinge":
        targets = [1 if target > 0 else -1 for target in targets]
    problem = Problem.from_rows(points, targets, 2, weights=None if loss == "max" else weights, loss=loss)
    found = train(problem, certificate=tmp_path / "proof", **options)
    verdict = check_certificate(read_lines(str(tmp_path / "proof")), problem.points, problem.targets, problem.weights)
    assert (verdict.loss_sum, verdict.lower_bound) == (found.loss_sum, found.lower_bound)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("rounds", [1, 5, 30])
def test_the_certificate_of_a_search_that_was_stopped_proves_its_bound(rounds: int, loss: str) -> None:
    problem = random_problem(2, 25, 3, loss=loss)
    search = searching(problem)
    assert search
    with pytest.raises(Stopped):
        search.run(Run(interrupted=After(rounds)))
    search.refine()
    verdict = checked(problem, certificate(problem, search))
    assert verdict.lower_bound == search.lower_bound < search.best.loss == verdict.loss_sum


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("rounds", [1, 5, 30])
def test_a_search_goes_on_from_its_parts_and_is_proved(rounds: int, loss: str) -> None:
    problem = random_problem(2, 20, 2, loss=loss)
    first, second = searching(problem), searching(problem)
    assert first
    assert second
    with pytest.raises(Stopped):
        first.run(Run(interrupted=After(rounds)))
    parts = list(first.parts())
    assert {type(part) for part in parts} <= {Split, Closed, Waiting}
    # Rays are no more than a place to start from: what is not there does no harm.
    changed = [replace(part, keys=((1, 10**9, 1), *part.keys[1:])) if isinstance(part, Waiting) else part for part in parts]
    second.resume(changed)
    second.offer(first.best.neurons, first.best.signs, first.best.output_bias)
    second.run()
    assert second.best.loss == second.lower_bound
    verdict = checked(problem, certificate(problem, second))
    assert verdict.optimal
