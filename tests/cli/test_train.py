"""`relupoly train`: its options, its answers, and what stops it."""

import contextlib
import itertools
import json
import os
import random
import re
import resource
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from command import all_shown, assert_refused, lines, on_terminal, run, start, until

from relupoly.certificates.lines import read_lines
from relupoly.files import read_network, read_samples
from relupoly.training.check import check_certificate
from relupoly.training.problem.problem import Problem, loss_of
from relupoly_cli.commands.check import fractions

from .searching import SEARCHING

XOR = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"

TEXT = """\
{file}: a global optimum
  loss        0.25 on average (squared)
  loss_sum    1
  bound       1: no net of width 1 has a smaller sum
  gap         0 %
  network     1 neuron, 2 inputs, signs +
  f =         + relu(0.5)
  samples     4
  search      branch: N convex programs, N leaf proofs
  certified   yes: bound and loss are exact
  time        S s
"""

KEYS = [
    "schema",
    "file",
    "status",
    "complete",
    "loss_function",
    "loss",
    "loss_sum",
    "loss_exact",
    "loss_sum_exact",
    "lower_bound",
    "lower_bound_exact",
    "gap",
    "certified",
    "optimal",
    "method",
    "nodes",
    "leaves",
    "seconds",
    "width",
    "samples",
    "inputs",
    "output_signs",
    "network",
    "output",
    "certificate",
]


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """A folder of samples: xor, a line without header, and random labels, for which a search takes long."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "xor.csv").write_text(XOR)
    (folder / "line.csv").write_text("0,1\n1,2.5\n2,4\n")
    for name, count in {"long": 40, "short": 14}.items():
        chance = random.Random(name)
        rows = [",".join(f"{chance.gauss(0, 1):.2f}" for _ in range(3)) for _ in range(count)]
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    return folder


def document(*arguments, exit_code=0):
    result = run("train", *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def timeless(text):
    text = re.sub(r"\d+\.\d\d s$", "S s", text, flags=re.MULTILINE)
    return re.sub(r"branch: \d+ convex programs, \d+ leaf proofs", "branch: N convex programs, N leaf proofs", text)


def test_text(samples):
    result = run("train", samples / "xor.csv", "--width", 1)
    assert (result.exit_code, result.stderr) == (0, "")
    # One neuron can do no better than a constant, or as well as that.
    text = re.sub(r"f = .*", "f =         + relu(0.5)", timeless(result.stdout))
    assert text.replace("signs -", "signs +") == TEXT.format(file=samples / "xor.csv")


def test_document(samples):
    answer = document(samples / "xor.csv", "--width", 2)
    assert list(answer) == KEYS
    assert (answer["status"], answer["complete"], answer["certified"], answer["method"]) == ("optimal", True, True, "branch")
    assert (answer["loss"], answer["loss_exact"], answer["loss_sum_exact"], answer["gap"]) == (0.0, "0", "0", 0.0)
    assert (answer["width"], answer["samples"], answer["inputs"]) == (2, 4, 2)


def test_exact_rationals(samples):
    answer = document(samples / "short.csv", "--width", 1)
    top, bottom = map(int, answer["loss_sum_exact"].split("/"))
    assert top / bottom == answer["loss_sum"] == answer["lower_bound"]
    assert answer["loss"] == pytest.approx(answer["loss_sum"] / 14)


@pytest.mark.parametrize("loss", ["squared", "absolute", "max"])
@pytest.mark.parametrize("options", [[], ["--no-bias"], ["--output-bias"], ["--standardize"]])
def test_the_net_that_is_written_has_the_loss_that_is_reported(samples, tmp_path, loss, options):
    place, data = tmp_path / "net.json", samples / "short.csv"
    answer = document(data, "--width", 1, "--loss", loss, "--output", place, *options)
    rows = read_samples(data)
    problem = Problem.from_rows(rows.points, rows.targets, 1, loss=loss)
    assert str(loss_of(problem, read_network(place))) == answer["loss_sum_exact"]
    assert json.loads(place.read_text()) == answer["network"]


def test_standardizing_changes_no_loss_and_so_does_a_weight_for_a_duplicate(samples, tmp_path):
    data = samples / "short.csv"
    best = document(data, "--width", 1)["loss_sum_exact"]
    assert document(data, "--width", 1, "--standardize")["loss_sum_exact"] == best
    twice, weighted = tmp_path / "twice.csv", tmp_path / "weighted.csv"
    twice.write_text("x,y\n0,1\n1,3\n2,1\n2,1\n3,4\n")
    weighted.write_text("x,w,y\n0,1,1\n1,1,3\n2,2,1\n3,1,4\n")
    answers = [document(twice, "--width", 1), document(weighted, "--width", 1, "--weights", "w")]
    assert answers[0]["loss_sum_exact"] == answers[1]["loss_sum_exact"]
    assert answers[0]["loss_exact"] == answers[1]["loss_exact"]


def test_columns_by_name_and_number(samples):
    by_name = document(samples / "xor.csv", "--width", 1, "--target", "a")
    assert by_name["loss_sum_exact"] == document(samples / "xor.csv", "--width", 1, "--target", 1)["loss_sum_exact"]


def test_all_methods(samples):
    answers = [document(samples / "xor.csv", "--width", 1, "--method", name) for name in ("branch", "enumerate", "local")]
    assert [answer["status"] for answer in answers] == ["optimal", "optimal", "gap"]
    assert answers[0]["loss_sum_exact"] == answers[1]["loss_sum_exact"]


def test_other_formats_and_standard_input(tmp_path):
    rows = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    (tmp_path / "a.json").write_text(json.dumps([dict(zip("aby", row, strict=True)) for row in rows]))
    np.savez(tmp_path / "a.npz", X=np.array(rows)[:, :2], y=np.array(rows)[:, 2])
    for name in ("a.json", "a.npz"):
        assert document(tmp_path / name, "--width", 1)["loss_sum_exact"] == "1"
    assert json.loads(run("train", "-", "--width", 1, "--json", stdin=XOR).stdout)["loss_sum_exact"] == "1"


def test_a_line_for_each_width(samples):
    result = run("train", samples / "xor.csv", "--width", "1..9")
    table = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert table[0][1:] == ["the", "squared", "loss", "against", "the", "width"]
    assert table[1] == ["width", "loss", "loss_sum", "lower", "bound", "status", "nodes", "time"]
    # Two neurons interpolate: it ends there.
    assert [row[:5] for row in table[2:]] == [["1", "0.25", "1", "1", "optimal"], ["2", "0", "0", "0", "optimal"]]
    answers = lines(run("train", samples / "xor.csv", "--width", "1..9", "--jsonl").stdout)
    assert [(answer["width"], answer["loss_sum_exact"]) for answer in answers] == [(1, "1"), (2, "0")]


def test_a_deadline(samples):
    answer = document(samples / "long.csv", "--width", 6, "--deadline", 1, exit_code=4)
    assert (answer["status"], answer["complete"]) == ("deadline", False)
    assert 0 <= answer["lower_bound"] < answer["loss_sum"]
    assert answer["gap"] == pytest.approx(1 - answer["lower_bound"] / answer["loss_sum"])
    result = run("train", samples / "long.csv", "--width", 3, "--deadline", 0)
    assert result.exit_code == 4
    assert "stopped by the deadline, not proved optimal" in result.stdout


def test_a_gap(samples):
    answer = document(samples / "short.csv", "--width", 2, "--gap", "1/2")
    assert answer["status"] in ("gap", "optimal")
    assert answer["gap"] <= 0.5


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--width", "0"], ["'0': a net has at least 1 neuron"]),
        (["--width", "-2"], ["'-2': a net has at least 1 neuron"]),
        (["--width", "two"], ["write W, or W1..W2"]),
        (["--width", "3..2"], ["write W, or W1..W2"]),
        ([], ["Missing option '--width'"]),
        (["--width", "1", "--gap", "-1"], ["such as 0.01 or 1/100"]),
        (["--width", "1", "--gap", "1/0"], ["such as 0.01 or 1/100"]),
        (["--width", "1", "--memory", "much"], ["such as 500MB"]),
        (["--width", "1", "--loss", "log"], ["'log' is not one of"]),
        (["--width", "1..2", "--json"], ["use --jsonl"]),
        (["--width", "1..2", "--certificate", "a"], ["--certificate is about one width"]),
        (["--width", "1..2", "--checkpoint", "a"], ["--checkpoint is about one width"]),
        (["--width", "1", "--method", "local", "--certificate", "a"], ["--method local makes no certificate"]),
        (["--width", "1", "--output", "-"], ["--output wants a file"]),
        (["--width", "1", "--output", "net.npz"], ["which only native .json files hold", "convert"]),
        (["--width", "1", "--output", "net"], ["which only native .json files hold"]),
    ],
)
def test_usage(samples, arguments, parts):
    result = run("train", samples / "xor.csv", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    for part in parts:
        assert part in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("text", "arguments", "parts"),
    [
        (XOR, ["--target", "z"], ['there is no column "z"', '"a", "b", "y"']),
        (XOR, ["--target", "4"], ["there is no column 4"]),
        (XOR, ["--target", "a,b"], ["only one output is supported, because optimal weights for two outputs can be irrational"]),
        (XOR, ["--target", "a", "--target", "b"], ["2 targets are asked for; only one output is supported"]),
        (XOR, ["--loss", "hinge"], ["sample 1: its target is 0; the hinge loss needs -1 or 1"]),
        ("a,y\n1,2\n3,oops\n", [], ["line 3, column 2", '"oops" is not a number']),
        ("a,y\n1,nan\n", [], ["line 2, column 2", "missing"]),
        ("a,y\n", [], ["sample"]),
        ("", [], ["there is no sample; give at least one row of numbers"]),
        ("a,y,w\n1,2,-1\n", ["--weights", "w"], ["its weight is -1"]),
        (
            XOR,
            ["--memory", "10"],
            ["4 different points with 3 coefficients have up to 6 rays", "allow more by --memory SIZE", "use at most"],
        ),
        (XOR, ["--output", "no/net.json"], ["there is no folder"]),
        (XOR, ["--certificate", "no/proof.jsonl"], ["there is no folder"]),
        (XOR, ["--format", "xml"], ["xml"]),
    ],
)
def test_bad_input(tmp_path, text, arguments, parts, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(text)
    assert_refused(run("train", "a.csv", "--width", "1", *arguments), *parts)


def test_files_are_kept_unless_forced(samples, tmp_path):
    for option in ("--output", "--certificate"):
        place = tmp_path / f"{option[2:]}.json"
        place.write_text("mine")
        assert_refused(run("train", samples / "xor.csv", "--width", 1, option, place), "the file exists")
        assert place.read_text() == "mine"
        assert run("train", samples / "xor.csv", "--width", 1, option, place, "--force").exit_code == 0
        assert place.read_text() != "mine"


def test_ctrl_c(samples, tmp_path, search):
    place, data = tmp_path / "proof.jsonl", samples / "long.csv"
    process = search(data, "--width", 6, "--json", "--certificate", place)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    answer = json.loads(stdout)
    assert (process.returncode, answer["status"], answer["complete"]) == (130, "interrupted", False)
    assert "Traceback" not in stderr
    rows = read_samples(data)
    verdict = check_certificate(read_lines(str(place)), [fractions(point) for point in rows.points], fractions(rows.targets))
    assert str(verdict.lower_bound) == answer["lower_bound_exact"]


def test_two_runs_on_one_checkpoint(samples, tmp_path, search):
    place, data = tmp_path / "a.ckpt", samples / "long.csv"
    process = search(data, "--width", 6, "--checkpoint", place)
    until(place.exists)
    second = run("train", data, "--width", 6, "--checkpoint", place)
    assert_refused(second, "a.ckpt: another run keeps its work in it; wait until that ends, or give another file")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert run("train", data, "--width", 6, "--checkpoint", place, "--deadline", 0).exit_code == 4
    assert [path.name for path in tmp_path.iterdir() if path.name != "a.ckpt"] == []


def test_a_checkpoint_survives_a_kill(samples, tmp_path, search):
    place, data = tmp_path / "a.ckpt", samples / "short.csv"
    expected = document(data, "--width", 2)
    process = search(data, "--width", 2, "--checkpoint", place)
    until(place.exists)
    process.send_signal(signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    answer = document(data, "--width", 2, "--checkpoint", place)
    assert (answer["status"], answer["loss_sum_exact"]) == ("optimal", expected["loss_sum_exact"])
    assert_refused(
        run("train", data, "--width", 3, "--checkpoint", place), "a.ckpt: it is a checkpoint of a training with another width"
    )


def test_ctrl_c_starts_a_new_line_before_the_answer(samples):
    # A terminal shows ^C where the cursor stands; the program leaves that line.
    arguments = ["train", samples / "long.csv", "--width", 6, "--no-progress"]
    process, terminal = on_terminal(*arguments, streams=["stdout", "stderr"], program=SEARCHING)
    shown = b""
    while b"searching\r\n" not in shown:
        shown += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    rest = all_shown(terminal)
    assert process.wait(60) == 130
    assert rest.startswith(b"\r\n")
    assert b"stopped by Ctrl-C" in rest


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--output", "a.json"], "--output a.json: it is the same file as DATA"),
        (["--certificate", "folder/../a.json"], "--certificate folder/../a.json: it is the same file as DATA"),
        (["--checkpoint", "a.json"], "--checkpoint a.json: it is the same file as DATA"),
        (["--output", "b.json", "--certificate", "./b.json"], "--certificate ./b.json: it is the same file as --output"),
        (["--certificate", "b", "--checkpoint", "b"], "--checkpoint b: it is the same file as --certificate"),
    ],
)
def test_files_that_collide_are_refused_before_the_work_begins(tmp_path, monkeypatch, options, what):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    data = json.dumps([dict(zip("aby", row, strict=True)) for row in ([0, 0, 0], [0, 1, 1], [1, 0, 1])])
    (tmp_path / "a.json").write_text(data)
    assert_refused(run("train", "a.json", "--width", 1, "--force", *options), what)
    assert (tmp_path / "a.json").read_text() == data


@pytest.mark.parametrize("options", [["--checkpoint", "no/a.ckpt"], ["--checkpoint", "."]])
def test_a_checkpoint_that_cannot_be_written_is_refused_before_the_work_begins(samples, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    assert_refused(run("train", samples / "xor.csv", "--width", 1, *options), "--checkpoint")


def test_a_full_disk_takes_no_answer_away(samples, tmp_path):
    names = {"output": "net.json", "certificate": "proof.jsonl", "checkpoint": "a.ckpt"}
    files = itertools.chain.from_iterable((f"--{what}", tmp_path / name) for what, name in names.items())

    def fill():
        # What every file of the process may hold, and no more.
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    process = start("train", samples / "short.csv", "--width", 2, "--json", *files, preexec_fn=fill)
    stdout, stderr = process.communicate(timeout=120)
    answer = json.loads(stdout)
    assert (process.returncode, answer["status"], answer["certificate"]) == (3, "optimal", None)
    errors = [line for line in stderr.splitlines() if line.startswith("Error: ")]
    assert "Traceback" not in stderr
    assert len(errors) == 3
    for name in names.values():
        assert any(f"{name}: it cannot be written" in error for error in errors)
    assert list(tmp_path.iterdir()) == []


def test_rays_that_are_too_many_leave_the_best_net_of_a_local_search():
    data = Path(__file__).parent.parent / "data" / "ten_inputs.csv"
    result = run("train", data, "--width", 1, "--memory", "500MB", "--json")
    answer = json.loads(result.stdout)
    assert "more than the 500 MB allowed; allow more by --memory SIZE" in result.stderr
    assert (result.exit_code, answer["status"], answer["complete"], answer["lower_bound"]) == (4, "memory", False, 0.0)
    # The net that is 0 has 30.5.
    assert answer["loss_sum"] < 15
    assert "which need" in result.stderr
    local = document(data, "--width", 1, "--method", "local", "--memory", "500MB")
    assert (local["status"], local["loss_sum"] < 15) == ("gap", True)


@pytest.mark.parametrize("name", ["damaged", "forged", "h_signs_6", "line_null", "truncated_tree"])
def test_old_checkpoints_and_damaged_ones_end_in_a_line(tmp_path, name):
    folder, place = Path(__file__).parent.parent / "data" / "checkpoints", tmp_path / "a.ckpt"
    place.write_bytes((folder / f"{name}.ckpt").read_bytes())
    assert_refused(
        run("train", folder / "samples.csv", "--width", 2, "--loss", "absolute", "--checkpoint", place), f"{place}: it is"
    )


def test_more_neurons_than_samples_and_more_threads_than_cores(samples):
    answer = document(samples / "xor.csv", "--width", 1000)
    assert (answer["status"], answer["loss_sum_exact"], answer["width"]) == ("optimal", "0", 1000)
    assert document(samples / "short.csv", "--width", 2, "--jobs", 1000)["status"] == "optimal"
