"""`relupoly check`: certificates that are right, and all kinds that are not."""

import gzip
import json
import re
from pathlib import Path

import pytest
from command import assert_refused, run

DAMAGED = Path(__file__).parent / "damaged"
DATA = "x,y\n0,1\n1,3\n2,1\n3,4\n4,0\n"

TEXT = """\
{file}: right: a global optimum
  loss_sum    L (squared), attained by the net
  bound       L: no net of width 2 has a smaller sum
  samples     5, 1 input
  proof       N leaf proofs, N splits, 10 rays
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with samples and a certificate."""
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "a.csv").write_text(DATA)
    (folder / "b.csv").write_text(DATA.replace("4,0", "4,1"))
    assert run("train", folder / "a.csv", "--width", 2, "--certificate", folder / "proof.jsonl").exit_code == 0
    return folder


def test_text(made):
    result = run("check", made / "proof.jsonl", made / "a.csv")
    assert (result.exit_code, result.stderr) == (0, "")
    text = re.sub(r"(loss_sum +|bound +)[\d./]+", r"\1L", result.stdout)
    text = re.sub(r"\d+ leaf proofs, \d+ splits", "N leaf proofs, N splits", text)
    assert text == TEXT.format(file=made / "proof.jsonl")


def test_document(made):
    answer = json.loads(run("check", made / "proof.jsonl", made / "a.csv", "--json").stdout)
    assert (answer["valid"], answer["optimal"], answer["complete"], answer["error"]) == (True, True, True, None)
    assert answer["loss_sum_exact"] == answer["lower_bound_exact"]
    assert (answer["width"], answer["samples"], answer["inputs"], answer["rays"]) == (2, 5, 1, 10)


def test_compressed_or_from_standard_input(made, tmp_path):
    packed = tmp_path / "proof.jsonl"
    packed.write_bytes(gzip.compress((made / "proof.jsonl").read_bytes()))
    assert run("check", packed, made / "a.csv").exit_code == 0
    assert run("check", "-", made / "a.csv", stdin=(made / "proof.jsonl").read_text()).exit_code == 0
    assert run("check", made / "proof.jsonl", "-", stdin=DATA).exit_code == 0
    assert run("check", "-", "-").exit_code == 2


def wrong(result, *parts):
    assert result.exit_code == 5
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: ")
    for part in parts:
        assert part in line


def test_other_data(made):
    wrong(run("check", made / "proof.jsonl", made / "b.csv"), "proof.jsonl: line 1: it is about other samples")


def test_other_columns(made):
    wrong(run("check", made / "proof.jsonl", made / "a.csv", "--target", "x"), "line 1: it is about other samples")


def test_a_number_altered(made, tmp_path):
    text = (made / "proof.jsonl").read_text().splitlines()
    place = next(number for number, line in enumerate(text) if line.startswith('{"split"'))
    text[place] = '{"split": [0, 99]}'
    (tmp_path / "proof.jsonl").write_text("\n".join(text) + "\n")
    result = run("check", tmp_path / "proof.jsonl", made / "a.csv", "--json")
    wrong(result, f"line {place + 1}: there is no sample")
    answer = json.loads(result.stdout)
    assert (answer["valid"], answer["complete"]) == (False, True)
    assert f"line {place + 1}: " in answer["error"]


def test_half_a_file(made, tmp_path):
    data = (made / "proof.jsonl").read_bytes()
    (tmp_path / "half").write_bytes(data[: len(data) // 2])
    wrong(run("check", tmp_path / "half", made / "a.csv"), "half: line ")
    packed = gzip.compress(data)
    (tmp_path / "half.gz").write_bytes(packed[: len(packed) // 2])
    wrong(run("check", tmp_path / "half.gz", made / "a.csv"), "half.gz: ")


def test_files_that_are_something_else(made, tmp_path):
    assert_refused_both = [
        (made / "a.csv", "the first line is not JSON"),
        (tmp_path / "missing", "there is no such file"),
        (tmp_path, "it is a directory"),
    ]
    for place, part in assert_refused_both:
        assert_refused(run("check", place, made / "a.csv"), part)
    assert_refused(run("check", made / "proof.jsonl", tmp_path / "missing.csv"), "there is no such file")


def test_a_deadline(made):
    result = run("check", made / "proof.jsonl", made / "a.csv", "--deadline", 0, "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["complete"] is False


@pytest.mark.parametrize("loss", ["absolute", "max"])
@pytest.mark.parametrize("options", [["--no-bias"], ["--output-bias"], ["--standardize"], ["--gap", "0.9"]])
def test_all_kinds_of_certificates(made, tmp_path, loss, options):
    place = tmp_path / "proof.jsonl.gz"
    result = run("train", made / "a.csv", "--width", 2, "--loss", loss, "--certificate", place, *options)
    assert result.exit_code == 0
    assert run("check", place, made / "a.csv").exit_code == 0


@pytest.mark.parametrize("name", ["damaged.jsonl.gz", "cert_bitflip.jsonl.gz"])
def test_compressed_and_damaged(made, name):
    """What zlib itself complains about."""
    wrong(run("check", DAMAGED / name, made / "a.csv"), f"{name}: line 1: the file is damaged: it cannot be decoded to its end")


def test_weights_that_train_refuses(made, tmp_path):
    for weight, part in ((0, "every sample has the weight 0"), (-1, "sample 1: its weight is -1; give a positive one")):
        place = tmp_path / "weighted.csv"
        place.write_text(re.sub(r"(\n.+)", rf"\1,{weight}", DATA.replace("x,y", "x,y,w", 1)))
        refusals = [
            run("check", made / "proof.jsonl", place, "--weights", 3),
            run("train", place, "--width", 2, "--weights", 3),
        ]
        for result in refusals:
            assert_refused(result, f"weighted.csv: {part}")
        assert refusals[0].stderr == refusals[1].stderr


@pytest.mark.parametrize(
    ("options", "form", "flags"),
    [
        ([], "width 2", (True, False)),
        (["--no-bias"], "width 2 with no biases of neurons", (False, False)),
        (["--output-bias"], "width 2 with an output bias", (True, True)),
        (["--no-bias", "--output-bias"], "width 2 with no biases of neurons and an output bias", (False, True)),
    ],
)
def test_the_nets_that_the_bound_is_about(made, tmp_path, options, form, flags):
    """A net with biases does better than the best one without."""
    place = tmp_path / "proof.jsonl"
    trained = run("train", made / "a.csv", "--width", 2, "--certificate", place, *options)
    checked = run("check", place, made / "a.csv")
    for result in (trained, checked):
        assert f"no net of {form} has a smaller sum\n" in result.stdout
    answer = json.loads(run("check", place, made / "a.csv", "--json").stdout)
    assert (answer["bias"], answer["output_bias"]) == flags
