"""The compiled search: the same optimum as in rationals, whatever the data, the threads and the stops on the way."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from oracles.small_problems import larger_problem, small_problem, small_problems
from oracles.stops import After

from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.check import check_certificate
from relupoly.training.kernel import DOUBTS
from relupoly.training.methods.algorithm_1 import enumerate_optimum
from relupoly.training.problem.lifted import lift, network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of
from relupoly.training.proof.certificate import Claim, certificate_lines
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search import exact_bounder
from relupoly.training.search.compiled_bounder import compiled_search, suits
from relupoly.training.search.exact_bounder import exact_search, settle
from relupoly.training.search.search import Search
from relupoly.training.train import train


def relaxation_of(problem: Problem) -> Relaxation:
    lifted = lift(problem)
    return Relaxation(lifted, ray_table(lifted))


def searched(problem: Problem, record: bool = False, jobs: int = 2, gap: Fraction = Fraction(0)) -> Search:
    search = compiled_search(relaxation_of(problem), 10**6, record, jobs, gap=gap)
    search.run()
    return search


def random_problem(inputs: int, samples: int, width: int, digits: int = 3, seed: int = 0, loss: str = "squared") -> Problem:
    chance = np.random.RandomState(seed)
    points = chance.standard_normal((samples, inputs)).round(digits)
    targets = chance.standard_normal(samples).round(digits)
    if loss == "hinge":
        targets = np.where(targets > 0, 1.0, -1.0)
    rows = [[Fraction(repr(float(entry))) for entry in row] for row in points]
    return Problem.from_rows(rows, [Fraction(repr(float(entry))) for entry in targets], width, loss=loss)


@given(small_problems())
@settings(max_examples=80, deadline=None)
def test_it_finds_what_the_search_in_rationals_finds(problem):
    relaxation = relaxation_of(problem)
    exact = exact_search(relaxation)
    exact.run()
    if suits(relaxation):
        search = searched(problem)
        assert search.best.loss == search.lower_bound == exact.best.loss


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
@pytest.mark.parametrize("seed", range(40))
def test_linear_losses_have_the_optimum_of_the_search_in_rationals(seed, loss):
    for problem in (small_problem(seed, loss, largest=10), larger_problem(seed, loss)):
        relaxation = relaxation_of(problem)
        if suits(relaxation):
            exact = exact_search(relaxation)
            exact.run()
            search = searched(problem)
            assert search.best.loss == search.lower_bound == exact.best.loss


@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
@pytest.mark.parametrize("seed", range(20))
def test_linear_losses_have_the_optimum_of_the_enumeration(seed, loss):
    problem = small_problem(seed + 1000, loss)
    if suits(relaxation_of(problem)):
        assert searched(problem).best.loss == enumerate_optimum(problem).loss


@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
def test_degenerate_data_leave_few_nodes_to_rationals(loss, monkeypatch):
    settled = []
    monkeypatch.setattr(exact_bounder, "settle", lambda *given: settled.append(given) or settle(*given))
    nodes = 0
    for seed in range(60):
        problem = small_problem(seed, loss, largest=12)
        if suits(relaxation_of(problem)):
            nodes += searched(problem).nodes
    assert nodes > 200
    assert len(settled) < 0.05 * nodes


@pytest.mark.parametrize("loss", LOSSES)
def test_a_net_that_fits_the_data_ends_the_search(loss):
    chance = np.random.RandomState(0)
    points = chance.randint(-200, 200, (25, 2))
    targets = np.maximum(points @ [2, -1] + 30, 0) - np.maximum(points @ [1, 3] - 20, 0)
    if loss == "hinge":
        targets = np.where(points @ [2, -1] > 30, 1, -1)
    problem = Problem.from_rows(points.tolist(), targets.tolist(), 2, loss=loss)
    search = searched(problem)
    assert search.best.loss == search.lower_bound == 0
    assert search.nodes < 1000


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_the_optimum_does_not_depend_on_the_threads(jobs):
    problem = random_problem(2, 15, 2)
    search = searched(problem, jobs=jobs)
    assert search.best.loss == search.lower_bound == searched(problem, jobs=1).best.loss
    net = network(search.relaxation.lifted, search.best.neurons, search.best.signs, search.best.output_bias)
    assert loss_of(problem, net) == search.best.loss


def test_numbers_of_many_digits():
    problem = random_problem(2, 12, 2, digits=17)
    exact = exact_search(relaxation_of(problem))
    exact.run()
    search = searched(problem)
    assert search.best.loss == search.lower_bound == exact.best.loss


def proved(search: Search, problem: Problem) -> None:
    """Check the certificate of a search with the program that shares no code with it."""
    best, lifted = search.best, search.relaxation.lifted
    net = network(lifted, best.neurons, best.signs, best.output_bias)
    claim = Claim(problem, net, best.loss, search.lower_bound)
    verdict = check_certificate(certificate_lines(claim, lifted, search.items()), problem.points, problem.targets)
    assert (verdict.loss_sum, verdict.lower_bound) == (best.loss, search.lower_bound)


@pytest.mark.parametrize("loss", LOSSES)
def test_its_certificate_passes_the_check(loss):
    problem = random_problem(2, 12, 2, loss=loss)
    search = searched(problem, record=True)
    assert search.best.loss == search.lower_bound
    proved(search, problem)


@pytest.mark.parametrize("seed", range(4))
def test_where_cells_are_narrow_nodes_whose_proofs_fail_are_divided(seed, monkeypatch):
    chance = np.random.RandomState(seed)
    near = chance.randint(-27, 30, size=14).tolist()
    rows = [[place % 3 + Fraction(step, 10**10)] for place, step in enumerate(near)]
    problem = Problem.from_rows(rows, [Fraction(entry, 10) for entry in chance.randint(-20, 21, size=14).tolist()], 2)
    exact = exact_search(relaxation_of(problem))
    exact.run()
    doubts = []
    push = Search._push

    def watched(self, node):
        doubts.append(node.doubts)
        push(self, node)

    monkeypatch.setattr(Search, "_push", watched)
    search = searched(problem, record=True, jobs=1)
    assert search.best.loss == search.lower_bound == exact.best.loss
    proved(search, problem)
    assert 0 < max(doubts) <= DOUBTS


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("steps", [60, 63, 70])
def test_a_search_that_was_stopped_goes_on(steps, loss):
    problem = random_problem(2, 20, 2, loss=loss)
    optimum = searched(problem).best.loss
    search = compiled_search(relaxation_of(problem), 10**6, True, 2)
    try:
        search.run(Run(interrupted=After(steps)))
    except Stopped:
        search.refine()
    assert search.lower_bound <= optimum <= search.best.loss
    again = compiled_search(relaxation_of(problem), 10**6, True, 2)
    again.resume(list(search.items()))
    again.offer(search.best.neurons, search.best.signs, search.best.output_bias)
    again.run()
    assert again.best.loss == again.lower_bound == optimum


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("steps", [1, 10, 60])
def test_a_stop_loses_nothing_that_threads_have_in_hand(jobs, steps):
    problem = random_problem(2, 25, 2)
    optimum = searched(problem, jobs=1).best.loss
    search = compiled_search(relaxation_of(problem), 10**6, True, jobs)
    seen = []

    def tick():
        # A checkpoint, and a bound, while threads are at work.
        seen.append((search.lower_bound, search.best, list(search.parts())))
        if len(seen) == steps:
            raise Stopped("deadline")

    with pytest.raises(Stopped):
        search.run(UNLIMITED.also(tick))
    seen.append((search.lower_bound, search.best, list(search.parts())))
    for bound, best, parts in seen[-2:]:
        assert bound <= optimum <= best.loss
        again = compiled_search(relaxation_of(problem), 10**6, True, jobs)
        again.resume(parts)
        again.offer(best.neurons, best.signs, best.output_bias)
        assert again.lower_bound <= optimum
        again.run()
        assert again.best.loss == again.lower_bound == optimum
        proved(again, problem)
    search.run()
    assert search.best.loss == search.lower_bound == optimum
    proved(search, problem)


def test_short_memory_makes_it_depth_first():
    problem = random_problem(2, 20, 2)
    search = compiled_search(relaxation_of(problem), 1, False, 2)
    search.run()
    assert search.best.loss == search.lower_bound == searched(problem).best.loss


@pytest.mark.parametrize("loss", LOSSES)
def test_a_gap_ends_the_search_early(loss):
    problem = random_problem(2, 20, 2, loss=loss)
    optimum, share = searched(problem).best.loss, Fraction(1, 3)
    search = searched(problem, gap=share)
    assert search.lower_bound <= optimum <= search.best.loss
    assert search.best.loss - search.lower_bound <= share * search.best.loss


@pytest.mark.parametrize("loss", LOSSES)
def test_what_rounding_leaves_in_doubt_may_be_trusted_and_settled_later(loss):
    problem = random_problem(2, 20, 2, loss=loss)
    optimum = searched(problem).best.loss
    search = compiled_search(relaxation_of(problem), 10**6, True, 1, certify=False)
    search.run()
    assert search.best.loss == search.lower_bound
    assert abs(search.best.loss - optimum) <= Fraction(1, 10**7)
    assert not search.certified or search.best.loss == optimum
    again = compiled_search(relaxation_of(problem), 10**6, True, 1)
    again.resume(search.parts())
    again.offer(search.best.neurons, search.best.signs, search.best.output_bias)
    again.run()
    assert (again.certified, again.best.loss, again.lower_bound) == (True, optimum, optimum)
    proved(again, problem)


def test_an_answer_says_that_rounding_was_trusted():
    problem = random_problem(2, 30, 2)
    found = train(problem, certify=False)
    assert (found.status, found.certified, found.loss_sum) == ("optimal", False, loss_of(problem, found.network))
    assert found.loss_sum == pytest.approx(float(train(problem).loss_sum))


@pytest.mark.parametrize("loss", LOSSES)
def test_training_goes_over_to_it(loss):
    problem = random_problem(2, 30, 2, loss=loss)
    found = train(problem, jobs=2)
    assert (found.status, found.certified) == ("optimal", True)
    assert found.loss_sum == found.lower_bound == searched(problem).best.loss == loss_of(problem, found.network)


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_weights_that_floats_cannot_tell_from_zero_are_not_for_it(loss):
    rows, targets = [[0], [1], [2]], [1, 0, 1]
    assert suits(relaxation_of(Problem.from_rows(rows, targets, 1, loss=loss)))
    assert not suits(relaxation_of(Problem.from_rows(rows, targets, 1, loss=loss, weights=[1, 1, Fraction(1, 10**90)])))
