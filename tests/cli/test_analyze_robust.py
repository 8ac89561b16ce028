"""`relupoly analyze --robust` tells robustness radii, in text and as a document, and refuses what does not go together."""

import json

import pytest
from command import run, save

SQUARE = [([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[-1, -1, -1, -1]], [1])]
CLASSES = [([[1, 0], [0, 1]], None), ([[1, 0], [0, 1], [0, 0]], [0, 0, 1])]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    save(tmp_path / "square.json", *SQUARE)
    save(tmp_path / "classes.json", *CLASSES)
    (tmp_path / "points.csv").write_text("0,0\n2,1/2\n")
    (tmp_path / "plane.csv").write_text("0,0\n1,2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def analyze(*arguments, exit_code=0):
    result = run("analyze", *arguments)
    assert result.exit_code == exit_code, result.output + result.stderr
    return result


def document(*arguments, exit_code=0):
    return json.loads(analyze(*arguments, "--json", exit_code=exit_code).stdout)


def test_all_three_norms_are_told(folder):
    lines = analyze("square.json", "--robust", "0,0").stdout.splitlines()
    assert lines[0].startswith("square.json on R^n: ")
    assert lines[1] == "  point      (0, 0), above level 0"
    assert lines[2] == "  inf-norm   1/2"
    assert lines[3].startswith("             level 0 is reached at (")
    assert lines[4] == "  2-norm     0.7071067811865475, rounded down, the square root of 1/2"
    assert lines[6] == "  1-norm     1"
    assert lines[-1].startswith("  time       ")


def test_one_norm(folder):
    found = document("square.json", "--robust", "0,0", "--norm", "2")
    (radius,) = found["points"][0]["radii"]
    assert (radius["norm"], radius["value"], radius["squared"], radius["float"]) == ("2", None, "1/2", 0.7071067811865475)
    assert (found["complete"], found["points"][0]["class"], radius["class"]) == (True, "above", "below")


def test_blanks_after_commas(folder):
    with_blanks, without = (run("analyze", "square.json", "--robust", one, "--json") for one in ("1/4, 1/4", "1/4,1/4"))
    assert with_blanks.exit_code == without.exit_code == 0
    assert json.loads(with_blanks.stdout)["points"][0]["point"] == json.loads(without.stdout)["points"][0]["point"]


def test_points_of_a_file_and_others(folder):
    found = document("classes.json", "--robust", "points.csv", "--robust", "0,3", "--norm", "inf")
    assert [one["class"] for one in found["points"]] == [3, 1, 2]
    assert [one["radii"][0]["value"] for one in found["points"]] == ["1", "3/4", "3/2"]
    assert [one["radii"][0]["class"] for one in found["points"][1:]] == [2, 1]


def test_a_target_and_a_level(folder):
    found = document("classes.json", "--robust", "0,3", "--norm", "inf", "--target", "3")
    assert found["target"] == 3
    assert (found["points"][0]["radii"][0]["value"], found["points"][0]["radii"][0]["class"]) == ("2", 3)
    found = document("square.json", "--robust", "0,0", "--norm", "1", "--level", "1/3")
    assert (found["level"], found["points"][0]["radii"][0]["value"]) == ("1/3", "2/3")


def test_a_domain_and_a_subspace(folder):
    text = analyze("square.json", "--robust", "0,0", "--box", "-1/3", "1/3", "--norm", "inf").stdout
    assert "  inf-norm   infinite: there is no other class in the domain" in text
    found = document("square.json", "--robust", "0", "--through", "plane.csv", "--norm", "1")
    assert found["points"][0]["radii"][0]["value"] == "1"


def test_a_deadline_leaves_bounds(folder):
    found = document("square.json", "--robust", "0,0", "--deadline", "0", exit_code=4)
    assert (found["complete"], found["stopped"]) == (False, "deadline")
    assert {one["lower"] for one in found["points"][0]["radii"]} == {"0"}
    text = analyze("square.json", "--robust", "0,0", "--deadline", "0", exit_code=4).stdout
    assert "stopped by the deadline: what follows are bounds" in text
    assert "between 0.0 and infinity" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("square.json --target 1", "--target is of a robustness radius; add --robust POINT"),
        ("square.json --robust 0,0 --ties 1,2", "--robust and --ties exclude each other"),
        ("square.json --robust 0,0 --certificate c", "exclude each other; there is one of a --property"),
        ("square.json --robust 0,0 --check", "exclude each other; a --property"),
        ("square.json --robust 0,0 --only max", "--robust and --only exclude each other"),
        ("square.json --robust 0,0 --objective 1", "--robust and --objective exclude each other"),
        ("square.json --robust 0,0 --compress small.json", "--robust and --compress exclude each other"),
        ("square.json --robust 0,0 --property p.vnnlib", "--property and --robust exclude each other"),
        ("classes.json --robust 0,0 --target 1 --level 2", "give one of them"),
        ("square.json --robust 0 0", "a point is one word, with commas between its coordinates: --robust 0,0"),
    ],
)
def test_options_that_do_not_go_together(folder, arguments, said):
    assert said in analyze(*arguments.split(), exit_code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("square.json --robust 0,0,0", "the point has 3 coordinates, and the network 2 inputs"),
        ("square.json --robust 0,0 --norm 3", "the norm of a robustness radius is 1, 2 or inf, not 3"),
        ("square.json --robust 5,0 --box -1 1", "the point does not lie in the domain"),
        ("square.json --robust nowhere.csv", "nowhere.csv: there is no such file"),
        ("square.json --robust 0,0 --level x", '--level: "x" is not a number'),
        ("square.json --robust 0,0 --target 1", "the network has 1 output"),
        ("classes.json --robust 0,0 --target 4", "--target 4: the network has 3 outputs; they are numbered from 1"),
        ("classes.json --robust 0,0 --target 3", "the target is the largest output there"),
        ("classes.json --robust points.csv --target 1", "point 2: the target is the largest output there"),
    ],
)
def test_bad_input_gets_one_line(folder, arguments, said):
    error = analyze(*arguments.split(), exit_code=3).stderr
    assert said in error
    assert len(error.strip().splitlines()) == 1
