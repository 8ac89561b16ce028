"""train(): its methods, statuses, checkpoints and certificates, and what no optimum may depend on."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from oracles.small_problems import larger_problem, small_problem
from oracles.stops import After

from relupoly.certificates.lines import read_lines
from relupoly.errors import CheckFailed, FileFormatError, ProblemError, SizeError
from relupoly.run import Run
from relupoly.run.cores import cores
from relupoly.training.answer import Training
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.check import check_certificate
from relupoly.training.compiled.workspace import workspace_bytes
from relupoly.training.methods import branch as branch_module
from relupoly.training.methods import training_certificate
from relupoly.training.methods.algorithm_1 import enumerate_optimum
from relupoly.training.problem.interpolation_loss import interpolation_loss
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of, mean_loss
from relupoly.training.proof.certificate import certificate_lines
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search import checkpoint as checkpoint_module
from relupoly.training.search.compiled_bounder import CompiledBounder
from relupoly.training.search.search_tree import SearchTree
from relupoly.training.train import train, train_widths


def trained(problem: Problem, **options: Any) -> Training:
    """An answer, after what every answer promises has been checked."""
    found = train(problem, **options)
    assert found.loss_sum == loss_of(problem, found.network) >= found.lower_bound
    assert found.loss == mean_loss(problem, found.loss_sum)
    assert found.network.widths == (found.width,) == (problem.width,)
    assert (found.samples, found.inputs) == (problem.samples, problem.inputs)
    assert all(abs(sign) == 1 for sign in found.output_signs)
    assert (found.status == "optimal") <= (found.gap == 0)
    return found


@pytest.mark.parametrize("loss", LOSSES)
def test_the_methods(loss: str) -> None:
    problem = replace(larger_problem(0, loss), width=1)
    branch, enumeration, local = (trained(problem, method=method) for method in ("branch", "enumerate", "local"))
    assert (branch.status, enumeration.status, local.status) == ("optimal", "optimal", "gap")
    assert (branch.certified, enumeration.certified, local.certified) == (True, True, False)
    assert branch.loss_sum == enumeration.loss_sum <= local.loss_sum
    assert local.lower_bound <= branch.loss_sum


@pytest.mark.parametrize("seed", range(20))
def test_a_local_optimum_is_no_better_than_a_global_one(seed: int) -> None:
    problem = small_problem(seed)
    local, branch = trained(problem, method="local", seed=seed), trained(problem)
    assert local.lower_bound <= branch.loss_sum <= local.loss_sum
    assert local.status == "gap"


def test_a_local_search_depends_on_its_seed_only() -> None:
    problem = larger_problem(10, "squared")
    one, two = (trained(problem, method="local", seed=5) for _ in range(2))
    assert one.network.layers[0].weight == two.network.layers[0].weight


def test_local_search_finds_most_optima() -> None:
    problems = [small_problem(seed, "squared") for seed in range(12)]
    found = sum(trained(one, method="local").loss_sum == trained(one).loss_sum for one in problems)
    assert found >= 9


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [True, False])
def test_what_no_optimum_depends_on(loss: str, bias: bool) -> None:
    problem = replace(larger_problem(1, loss, width=1), bias=bias)
    best = trained(problem).loss_sum
    order = [3, 0, 5, 1, 4, 2, 6]
    shuffled = replace(
        problem, points=tuple(problem.points[one] for one in order), targets=tuple(problem.targets[one] for one in order)
    )
    assert trained(shuffled).loss_sum == best
    shift = Fraction(7, 3) if bias else Fraction(0)
    changed = tuple((x / 3 - 5 * y + shift, 2 * x + y / 7) for x, y in problem.points)
    assert trained(replace(problem, points=changed)).loss_sum == best
    assert trained(problem, standardize=True).loss_sum == best
    if loss != "hinge":
        scaled = replace(problem, targets=tuple(Fraction(-5, 3) * target for target in problem.targets))
        assert trained(scaled).loss_sum == best * Fraction(5, 3) ** (2 if loss == "squared" else 1)
    if loss != "max":
        twice = replace(
            problem,
            points=(*problem.points, problem.points[0]),
            targets=(*problem.targets, problem.targets[0]),
            weights=(*problem.weights, problem.weights[0]),
        )
        weighted = replace(problem, weights=(2 * problem.weights[0], *problem.weights[1:]))
        assert trained(twice).loss_sum == trained(weighted).loss_sum


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(3))
def test_wider_nets_are_better_until_they_interpolate(loss: str, seed: int) -> None:
    problem = Problem.from_rows(
        [[0], [1], [1], [2], [4]], [1, -1, 1, -1, 1] if loss == "hinge" else [seed, 2, 3, -1, 1], 1, loss=loss
    )
    found = list(train_widths(problem, 9))
    losses = [one.loss_sum for one in found]
    assert [one.width for one in found] == list(range(1, len(found) + 1))
    assert all(one > two for one, two in itertools.pairwise(losses)) or loss == "max"
    assert losses[-1] == interpolation_loss(lift(problem))
    assert len(found) <= 4
    for one in found:
        assert one.loss_sum == trained(replace(problem, width=one.width)).loss_sum
        assert one.status == "optimal"


def test_a_deadline_is_for_all_widths() -> None:
    found = list(train_widths(larger_problem(10, "squared", 1), 9, run=Run(interrupted=After(30))))
    assert [one.status for one in found[:-1]] == ["optimal"] * (len(found) - 1)
    assert found[-1].status == "interrupted"


@pytest.mark.parametrize("method", ["branch", "enumerate", "local"])
@pytest.mark.parametrize("status", ["deadline", "interrupted"])
def test_stopped(method: str, status: str) -> None:
    problem = larger_problem(10, "squared")
    run = Run(deadline=0.0) if status == "deadline" else Run(interrupted=After(9))
    found = trained(problem, method=method, run=run)
    assert found.status == status
    assert not found.complete
    assert found.lower_bound <= trained(problem).loss_sum <= found.loss_sum


@pytest.mark.parametrize("loss", LOSSES)
def test_a_gap(loss: str) -> None:
    problem = larger_problem(10, loss)
    found = trained(problem, gap=Fraction(1, 2))
    assert (found.status, found.complete) in [("gap", True), ("optimal", True)]
    assert found.lower_bound <= trained(problem).loss_sum <= found.loss_sum
    assert found.gap <= Fraction(1, 2)


def test_progress_closes_the_gap() -> None:
    seen: list[Any] = []
    trained(larger_problem(10, "squared"), run=Run(progress=seen.append))
    assert all(one.loss >= two.loss and one.lower_bound <= two.lower_bound for one, two in itertools.pairwise(seen))
    assert seen[-1].nodes > seen[0].nodes


def test_ctrl_c_while_the_certificate_is_written_gives_the_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "proof.jsonl"
    said: list[str] = []
    pressed: list[str] = []

    def interrupting(*arguments: Any) -> Iterator[str]:
        for line in certificate_lines(*arguments):
            pressed.append(line)
            yield line

    monkeypatch.setattr("relupoly.training.methods.training_certificate.certificate_lines", interrupting)
    problem = Problem.from_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], width=1)
    found = train(problem, certificate=place, run=Run(interrupted=lambda: bool(pressed), notice=said.append))
    assert (found.status, found.certificate, said) == ("optimal", None, ["interrupted: no certificate was written"])
    assert not place.exists()
    assert train(problem, certificate=place).certificate == str(place)


def test_memory() -> None:
    problem = larger_problem(10, "squared")
    with pytest.raises(SizeError):
        train(problem, run=Run(memory=100))
    assert trained(problem, run=Run(memory=10_000)).loss_sum == trained(problem).loss_sum


def test_no_more_threads_than_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Watched(CompiledBounder):
        def __init__(self, relaxation: Any, tree: Any, jobs: int, *rest: Any, **options: Any) -> None:
            asked.append(jobs)
            super().__init__(relaxation, tree, jobs, *rest, **options)

    monkeypatch.setattr(branch_module, "CompiledBounder", Watched)
    monkeypatch.setattr(branch_module, "_SMALL", 0)
    problem = larger_problem(10, "squared")
    for jobs in (1, 1000, None):
        assert trained(problem, jobs=jobs).status == "optimal"
    assert asked == [1, cores(), cores()]


def test_rooms_that_need_more_memory_than_is_allowed_leave_fewer_threads_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = larger_problem(10, "squared")
    lifted = lift(problem)
    rays = ray_table(lifted)
    tree = SearchTree(problem.width + 1, False)
    bounder = CompiledBounder(Relaxation(lifted, rays), tree, 8, memory=2 * workspace_bytes(lifted, len(rays)))
    assert len(bounder.workspaces) == 2
    monkeypatch.setattr(branch_module, "CompiledBounder", None)
    monkeypatch.setattr(branch_module, "_SMALL", 0)
    assert trained(problem, run=Run(memory=20_000)).status == "optimal"


@pytest.mark.parametrize("options", [{"method": "adam"}, {"gap": Fraction(-1)}, {"method": "local", "checkpoint": "a"}])
def test_options_that_make_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(ProblemError):
        train(larger_problem(10, "squared"), **options)


class TestCertificates:
    @pytest.mark.parametrize("loss", LOSSES)
    @pytest.mark.parametrize("options", [{}, {"standardize": True}, {"gap": Fraction(1, 2)}, {"interrupted": 12}])
    def test_it_proves_the_bound_that_is_reported(self, tmp_path: Path, loss: str, options: dict[str, Any]) -> None:
        if "interrupted" in options:
            options = {"run": Run(interrupted=After(options["interrupted"]))}
        place, problem = tmp_path / "a.jsonl", larger_problem(10, loss)
        found = trained(problem, certificate=place, **options)
        verdict = check_certificate(read_lines(str(place)), problem.points, problem.targets, problem.weights)
        assert (verdict.loss_sum, verdict.lower_bound) == (found.loss_sum, found.lower_bound)
        assert verdict.optimal == (found.status == "optimal") == found.optimal == found.proved_optimal

    @pytest.mark.parametrize("loss", LOSSES)
    @pytest.mark.parametrize("times", [0, 1, 2])
    def test_it_is_there_even_if_the_search_is_not(self, tmp_path: Path, loss: str, times: int) -> None:
        place, problem = tmp_path / "a.jsonl", larger_problem(10, loss)
        found = trained(problem, certificate=place, run=Run(interrupted=After(times)))
        verdict = check_certificate(read_lines(str(place)), problem.points, problem.targets, problem.weights)
        assert (found.status, verdict.loss_sum, verdict.lower_bound) == ("interrupted", found.loss_sum, 0)

    def test_it_is_compressed_if_its_name_says_so_or_it_is_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        problem = larger_problem(10, "squared")
        for name, most, packed in [("a.jsonl", 2000, False), ("a.jsonl.gz", 2000, True), ("b.jsonl", 3, True)]:
            monkeypatch.setattr(training_certificate, "_MANY_LEAVES", most)
            train(problem, certificate=tmp_path / name)
            data = (tmp_path / name).read_bytes()
            assert data.startswith(b"\x1f\x8b") == packed
            text = gzip.decompress(data).decode() if packed else data.decode()
            assert list(read_lines(str(tmp_path / name))) == text.splitlines(keepends=True)
            assert check_certificate(text.splitlines(), problem.points, problem.targets).optimal

    def test_a_file_is_not_overwritten_unless_forced(self, tmp_path: Path) -> None:
        place, problem = tmp_path / "a.jsonl", larger_problem(10, "squared", 1)
        place.write_text("mine")
        with pytest.raises(FileFormatError, match="the file exists"):
            train(problem, certificate=place)
        assert place.read_text() == "mine"
        train(problem, certificate=place, force=True)
        assert check_certificate(read_lines(str(place)), problem.points, problem.targets).optimal

    def test_a_damaged_file(self, tmp_path: Path) -> None:
        place, problem = tmp_path / "a.jsonl.gz", larger_problem(10, "squared", 1)
        train(problem, certificate=place)
        data = place.read_bytes()
        place.write_bytes(data[: len(data) // 2])
        with pytest.raises(CheckFailed):
            check_certificate(read_lines(str(place)), problem.points, problem.targets)
        with pytest.raises(FileFormatError, match="no such file"):
            list(read_lines(str(tmp_path / "b")))


class TestCheckpoints:
    @pytest.mark.slow
    @pytest.mark.parametrize("loss", LOSSES)
    def test_interrupted_again_and_again(self, tmp_path: Path, loss: str) -> None:
        place, proof, problem, stops = tmp_path / "a.ckpt", tmp_path / "a.jsonl", larger_problem(10, loss), 0
        for attempt in itertools.count(1):
            run = Run(interrupted=After(25 * attempt))
            found = trained(problem, checkpoint=place, certificate=proof, force=True, run=run)
            if found.complete and found.certificate:
                break
            stops += 1
        assert stops > 0
        assert found.loss_sum == trained(problem).loss_sum
        assert check_certificate(read_lines(str(proof)), problem.points, problem.targets).optimal

    @pytest.mark.parametrize("search", ["exact", "compiled", "both"])
    def test_a_finished_one_answers_at_once(self, search: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if search == "exact":
            monkeypatch.setattr("relupoly.training.methods.branch.suits", lambda relaxation: False)
        elif search == "compiled":
            monkeypatch.setattr("relupoly.training.methods.branch._SMALL", 0)
        place, problem = tmp_path / "a.ckpt", larger_problem(10, "squared")
        first = trained(problem, checkpoint=place)
        saved = json.loads(gzip.decompress(place.read_bytes()).splitlines()[0])
        again = trained(problem, checkpoint=place)
        assert (again.loss_sum, again.lower_bound, again.status) == (first.loss_sum, first.loss_sum, "optimal")
        # A leaf that rationals closed by a bound that is attained is divided once more where floats prove it again.
        assert search == "both" or (again.nodes, again.leaves) == (first.nodes, first.leaves)
        assert min(first.seconds, again.seconds) >= saved["seconds"] > 0

    def test_it_is_written_while_the_search_goes_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checkpoint_module, "_SECONDS_BETWEEN", 0.0)
        monkeypatch.setattr(checkpoint_module, "_SHARE", 0)
        # The compiled search is done before anybody looks.
        monkeypatch.setattr("relupoly.training.methods.branch.suits", lambda relaxation: False)
        place, problem, sizes = tmp_path / "a.ckpt", larger_problem(10, "absolute"), []

        def progress(state: Any) -> None:
            if place.exists():
                sizes.append(gzip.decompress(place.read_bytes()).count(b"\n"))

        trained(problem, checkpoint=place, run=Run(progress=progress))
        assert sizes[0] < sizes[-1]

    def test_one_of_another_question_is_refused(self, tmp_path: Path) -> None:
        place, problem = tmp_path / "a.ckpt", larger_problem(10, "squared", 1)
        train(problem, checkpoint=place)
        for other, word in [
            (replace(problem, width=2), "another width"),
            (replace(problem, loss="absolute"), "another loss"),
            (replace(problem, targets=problem.targets[::-1]), "other samples"),
        ]:
            with pytest.raises(FileFormatError, match=f"a.ckpt: it is a checkpoint of a training with {word};"):
                train(other, checkpoint=place)

    @pytest.mark.parametrize("damage", [b"", b"mine", "half", "json"])
    def test_what_is_no_checkpoint_is_refused_and_kept(self, tmp_path: Path, damage: Any) -> None:
        place, problem = tmp_path / "a.ckpt", larger_problem(10, "squared", 1)
        train(problem, checkpoint=place)
        whole = place.read_bytes()
        data = {"half": whole[: len(whole) // 2], "json": gzip.compress(json.dumps({}).encode())}.get(damage, damage)
        place.write_bytes(data)
        with pytest.raises(FileFormatError, match="it is not a checkpoint of a training"):
            train(problem, checkpoint=place)
        assert place.read_bytes() == data


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_the_floor_is_the_best_that_arbitrary_predictions_can_do(seed: int) -> None:
    problem = small_problem(100 + seed)
    wide = replace(problem, width=problem.samples + 1)
    assert interpolation_loss(lift(problem)) <= enumerate_optimum(problem).loss
    assert interpolation_loss(lift(wide)) <= trained(wide).loss_sum
    if problem.bias:
        assert trained(wide).loss_sum == interpolation_loss(lift(wide))
