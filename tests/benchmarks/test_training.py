"""The training rows of the benchmarks: problems of the sizes they say, rivals that do what they say."""

from dataclasses import replace
from fractions import Fraction

import gradient
import numpy as np
import pytest
import rivals
from cases import Target
from gradient_child import METHODS as GRADIENT_METHODS
from hypothesis import given
from hypothesis import strategies as st
from measure import Failed, run_child
from mixed_integer_child import SOLVERS
from peers import PYTHON
from problems import SECONDS, TrainingCase, all_training_cases
from rivals import ADAM, ENUMERATE, GUROBI, LBFGS, SCIP, Contest, Rival, RivalRow, all_rivals
from table import RIVALS, TRAINING, missing_cells, rival_cells, training_cells
from training import Trained, measure_training

from relupoly.training.problem.lifted import lift
from relupoly.training.rays.dichotomies import dichotomies

TINY = next(case for case in all_training_cases() if case.size == "(1,20,2)" and case.loss == "squared")


def trained(case=TINY, **figures):
    standard = {"loss_sum": Fraction(4), "lower_bound": Fraction(4), "status": "optimal", "certified": True, "nodes": 9}
    standard |= {"leaves": 5, "box": [1.0] * (case.inputs + 1), "runs": 5, "seconds": 0.5, "cpu_seconds": 0.9}
    standard |= {"megabytes": 200.0, "megabytes_before": 180.0}
    return Trained(case, **(standard | figures))


def cells_of(columns, cells):
    return dict(zip([column.title for column in columns], cells, strict=True))


class TestProblems:
    def test_the_targets_of_the_issue_are_there(self):
        targets = {case.size: case.target.bound for case in all_training_cases() if case.target and not case.extra}
        assert targets == {
            "(1,100,3)": 0.5,
            "(1,1000,2)": 10,
            "(2,30,2)": 0.3,
            "(2,50,2)": 0.5,
            "(2,100,3)": 30,
            "(3,15,2)": 0.3,
            "(3,50,2)": 15,
            "(4,30,2)": 10,
        }

    def test_names_are_unique(self):
        for rows in (all_training_cases(), all_rivals()):
            assert len({row.name for row in rows}) == len(rows)

    def test_problems_have_the_sizes_they_say(self):
        for case in all_training_cases():
            problem = case.problem()
            found = (problem.inputs, problem.samples, problem.width, problem.loss, problem.bias, problem.output_bias)
            assert found == (case.inputs, case.samples, case.width, case.loss, True, False)
            assert case.size == f"({case.inputs},{case.samples},{case.width})"

    def test_data_are_the_doubles_or_the_decimals_that_rivals_get(self):
        for case in (TrainingCase(2, 9, 1), TrainingCase(2, 9, 1, decimals=3)):
            points, targets = case.arrays()
            problem = case.problem()
            assert [[float(entry) for entry in row] for row in problem.points] == points.tolist()
            assert [float(target) for target in problem.targets] == targets.tolist()
            exact = all(1000 % entry.denominator == 0 for row in problem.points for entry in row)
            assert exact == (case.decimals == 3)

    def test_seeds_give_other_data_and_hinge_targets_are_signs(self):
        assert not np.array_equal(TrainingCase(1, 9, 1).arrays()[0], TrainingCase(1, 9, 1, seed=1).arrays()[0])
        assert set(TrainingCase(1, 40, 1, loss="hinge").arrays()[1]) == {-1.0, 1.0}

    @pytest.mark.parametrize("size", [(1, 6, 1), (2, 7, 1), (3, 6, 1)])
    def test_dichotomies_are_those_that_are_enumerated(self, size):
        case = TrainingCase(*size)
        assert case.dichotomies == len(list(dichotomies(lift(case.problem()))))


class TestGradient:
    @given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 9), st.integers(1, 3))
    def test_the_gradient_is_that_of_central_differences(self, seed, inputs, samples, width):
        source = np.random.default_rng(seed)
        points, targets = source.normal(size=(samples, inputs)), source.normal(size=samples)
        neurons, outputs = gradient.starts(2, inputs, width, seed)
        neurons[..., -1] = source.normal(size=(2, width))
        vectors = gradient.lifted(points)
        step = 1e-6
        if np.abs(neurons @ vectors.T).min() < 10 * step * (1 + np.abs(points).max()):
            return  # a kink within the step
        slopes = gradient.gradient(neurons, outputs, vectors, targets)[1:]
        for place, slope in enumerate(slopes):
            for index in np.ndindex(slope.shape):
                ahead, behind = [neurons.copy(), outputs.copy()], [neurons.copy(), outputs.copy()]
                ahead[place][index] += step
                behind[place][index] -= step
                losses = [gradient.gradient(*net, vectors, targets)[0][index[0]] for net in (ahead, behind)]
                assert slope[index] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5, abs=1e-6)

    def test_the_loss_is_the_mean_of_squares_of_the_net(self):
        neurons, outputs = np.array([[[1.0, -1.0], [-2.0, 3.0]]]), np.array([[2.0, -1.0]])
        points, targets = np.array([[0.0], [1.0], [2.0]]), np.array([-3.0, 1.0, 0.0])
        assert gradient.gradient(neurons, outputs, gradient.lifted(points), targets)[0] == pytest.approx([(0 + 4 + 4) / 3])

    @pytest.mark.parametrize("method", [ADAM, LBFGS])
    def test_a_convex_problem_is_solved(self, method):
        """One neuron that is active on all points: a straight line."""
        points, targets = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 2.0, 4.0])
        neurons, outputs = np.array([[[1.0, 1.0]]]), np.array([[1.0]])
        assert GRADIENT_METHODS[method][1](neurons, outputs, points, targets) == pytest.approx([1 / 6], rel=1e-9)

    def test_starts_are_as_he_says(self):
        neurons, outputs = gradient.starts(4000, 3, 2)
        assert (neurons.shape, outputs.shape) == ((4000, 2, 4), (4000, 2))
        assert neurons[..., :-1].var() == pytest.approx(2 / 3, rel=0.05)
        assert outputs.var() == pytest.approx(1, rel=0.05)
        assert not neurons[..., -1].any()


class TestRivals:
    @pytest.mark.slow
    def test_a_row_is_measured_in_a_process_of_its_own(self):
        found = measure_training(TINY, runs=1, deadline=60)
        assert (found.optimal, found.right, found.runs) == (True, True, 1)
        assert len(found.box) == 2
        contest = Contest(1, 60)
        rows = [contest.compete(Rival(method, TINY), found) for method in (ENUMERATE, LBFGS)]
        assert [row.right for row in rows] == [True, True]
        assert rows[0].reported == 0
        assert 0 <= rows[1].misses <= rivals.STARTS
        assert (rows[1].misses == rivals.STARTS) == (rows[1].reported > rivals.MISS)

    @pytest.mark.parametrize("solver", [SCIP, GUROBI])
    def test_solvers_find_the_optimum_of_a_tiny_problem(self, solver, tmp_path):
        """The tent (0, 1, 1, 0): no net of width 1 is better than 1 in squares, and width 2 fits it."""
        if not PYTHON.exists():
            pytest.skip("no peers are installed")
        for width, least in ((1, 1.0), (2, 0.0)):
            file = tmp_path / f"{width}.npz"
            points, targets = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 1.0, 0.0])
            np.savez(file, points=points, targets=targets, width=width, box=np.array([4.0, 8.0]))
            try:
                found = run_child([PYTHON, rivals.FOLDER / "mixed_integer_child.py", solver, file, 60], 90)
            except Failed as error:
                if "not installed" in str(error):
                    pytest.skip(str(error))
                raise
            assert found["complete"]
            assert found["loss"] == pytest.approx(least, abs=1e-4)
            assert len(found["neurons"]) == len(found["signs"]) == width

    def test_all_solvers_are_known_to_their_child(self):
        assert set(SOLVERS) == set(rivals.SOLVERS)
        assert {ADAM, LBFGS} == set(GRADIENT_METHODS)

    def test_what_is_hopeless_is_not_begun(self, monkeypatch):
        monkeypatch.setattr(rivals, "measure_training", lambda *_: pytest.fail("begun"))
        case = next(case for case in all_training_cases() if case.size == "(2,30,2)" and case.loss == "squared")
        row = Contest(1, 60).compete(Rival(ENUMERATE, case), trained(case))
        assert (row.failure, row.remark) == ("> 60 s", "not begun: 1,521,640 programs")

    def test_a_solver_gets_nothing_larger_than_what_it_could_not_do(self, monkeypatch, tmp_path):
        calls = []
        stopped = {"version": "1", "seconds": 9.0, "complete": False, "loss": None, "bound": 1.0}
        monkeypatch.setattr(rivals, "run_child", lambda command, timeout: calls.append(command) or dict(stopped))
        monkeypatch.setattr(rivals, "PYTHON", tmp_path)
        contest = Contest(1, 9)
        cases = [TrainingCase(1, samples, 2) for samples in (20, 20, 30)]
        rows = [contest.compete(Rival(SCIP, case), trained(case)) for case in cases]
        assert len(calls) == 2
        assert [row.failure for row in rows] == ["> 9 s"] * 3
        assert rows[0].remark == "its bound: -0.75"
        assert rows[2].remark == "not begun: 60 binaries"

    def test_absent_peers_are_named(self, monkeypatch, tmp_path):
        monkeypatch.setattr(rivals, "PYTHON", tmp_path / "python")
        row = Contest(1, 9).compete(Rival(SCIP, TINY), trained())
        assert cells_of(RIVALS, rival_cells(row, trained(), 9))["remark"] == "skipped: not installed: make peers"

    def test_what_is_not_proved_is_no_optimum(self, monkeypatch):
        monkeypatch.setattr(rivals, "run_child", lambda *_: {"version": "1", "seconds": 1.0, "losses": [3.0, 4.0, 5.0]})
        ours = trained(status="deadline", lower_bound=Fraction(1))
        contest = Contest(1, 9)
        assert {contest.compete(Rival(method, TINY), ours).failure for method in (ENUMERATE, SCIP)} == {"no optimum is known"}
        row = contest.compete(Rival(ADAM, TINY), ours)
        cells = cells_of(RIVALS, rival_cells(row, ours, 9))
        assert row.right
        assert (cells["it reports"], cells["starts that miss"]) == ("-2.5e-01", ">= 1 of 100")
        assert cells["remark"] == "beside our best net, not proved"

    def test_a_net_below_the_optimum_is_wrong_but_a_report_is_not(self):
        scip, adam, enumerate_ = (Rival(method, TINY) for method in (SCIP, ADAM, ENUMERATE))
        assert RivalRow(scip, 1.0, reported=-1e-6, attained=1e-8).right
        assert not RivalRow(scip, 1.0, reported=0.0, attained=-1e-12).right
        assert RivalRow(adam, 1.0, reported=-1e-15, misses=0).right
        assert not RivalRow(adam, 1.0, reported=-1e-6, misses=0).right
        assert not RivalRow(enumerate_, 1.0, reported=1e-30).right


class TestCells:
    def test_every_line_has_all_columns(self):
        assert len(training_cells(trained())) == len(TRAINING)
        assert len(rival_cells(RivalRow(Rival(ADAM, TINY), 1.0, reported=0.1, misses=7), trained(), 60)) == len(RIVALS)
        assert len(missing_cells(["size", "loss", "data"], TRAINING, "why")) == len(TRAINING)

    def test_targets_are_met_by_proofs_only(self):
        case = replace(TINY, target=Target("seconds", 1))
        assert cells_of(TRAINING, training_cells(trained(case)))["target"] == "< 1 s: met"
        assert cells_of(TRAINING, training_cells(trained(case, seconds=2.0)))["target"] == "< 1 s: NOT MET"
        stopped = training_cells(trained(case, status="deadline", lower_bound=Fraction(3)))
        assert cells_of(TRAINING, stopped)["target"] == "< 1 s: NOT MET"
        assert cells_of(TRAINING, stopped)["seconds"] == "> 0"

    def test_a_claim_without_proof_is_wrong(self):
        assert trained().right
        assert not trained(certified=False).right
        assert not trained(lower_bound=Fraction(3)).right
        assert not trained(status="deadline", lower_bound=Fraction(5)).right
        assert "4 WRONG" in training_cells(trained(certified=False))

    def test_losses_beside_the_optimum(self):
        row = RivalRow(Rival(SCIP, TINY), 5.0, version="scip 1", reported=-3e-7, attained=2e-12)
        cells = cells_of(RIVALS, rival_cells(row, trained(), 60))
        assert (cells["it reports"], cells["its net has"], cells["ratio"]) == ("-3.0e-07 BELOW", "the optimum", "10")
        slow = RivalRow(Rival(SCIP, TINY), failure="> 60 s", remark="its bound: -1")
        cells = cells_of(RIVALS, rival_cells(slow, trained(), 60))
        assert (cells["seconds"], cells["ratio"], cells["remark"]) == ("> 60 s", "> 120", "its bound: -1")


def test_targets_are_for_both_kinds_of_data():
    rows = [case for case in all_training_cases() if case.target and not case.extra]
    assert sorted(case.decimals or 0 for case in rows) == [0] * len(SECONDS) + [3] * len(SECONDS)
