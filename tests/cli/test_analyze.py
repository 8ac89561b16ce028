"""`relupoly analyze`: what it tells to people and to programs, and what it refuses."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from command import run, save

from relupoly.run import Stopped

HAT = [([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)]
# relu(x) + relu(y), and x - y
TWO = [([[1, 0], [0, 1], [-1, 0], [0, -1]], None), ([[1, 1, 0, 0], [1, -1, -1, 1]], None)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "hat.json", *HAT)
    save(tmp_path / "two.json", *TWO)
    (tmp_path / "line.csv").write_text("0,0\n1,2\n")
    return tmp_path


def document(*arguments, exit_code=0):
    result = run("analyze", *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_the_text(here):
    text = run("analyze", "hat.json", "--box", "-2", "3", "--only", "lipschitz,max,min,moments").stdout.splitlines()
    assert text[:-1] == [
        "hat.json on box -2 3: 4 cells, 2 boxes",
        "  lipschitz  1 (2-norm)",
        "             in the cell +--",
        "  max        1 at (0)",
        "  min        0 at (3)",
        "  volume     5",
        "  integral   1",
        "  mean       1/5",
        "  variance   7/75",
    ]


def test_the_document(here):
    found = document("two.json")
    assert (found["inputs"], found["outputs"], found["cells"], found["complete"]) == (2, 2, 4, True)
    assert [one["value"] for one in found["max"]] == [None, None]
    assert [one["value"] for one in found["min"]] == ["0", None]
    assert found["moments"] is None
    # Where x > 0 > y the Jacobian is (1, 0; 1, -1): the square of its norm is a root of s^2 - 3 s + 1.
    constant = found["lipschitz"]
    assert (constant["value"], constant["squared"], constant["pattern"]) == (None, None, ["+--+"])
    low, high = (Fraction(constant[end]) ** 2 for end in ("lower", "upper"))
    assert low**2 - 3 * low + 1 < 0 < high**2 - 3 * high + 1
    assert Fraction(constant["float"]) >= Fraction(constant["upper"])


def test_a_constant_beyond_doubles(here):
    layers = [{"weight": [["1e400", 0], [0, "1e400"]]}, {"weight": [[1, 1]]}]
    Path("steep.json").write_text(json.dumps({"format": "relupoly-network", "version": 1, "layers": layers}))
    found = document("steep.json", "--only", "lipschitz")["lipschitz"]
    assert (found["float"], found["squared"]) == (None, str(2 * 10**800))
    assert "  lipschitz  about 1.41421e+400 (2-norm)" in run("analyze", "steep.json", "--only", "lipschitz").stdout


def test_a_ray_without_bound_is_one(here):
    for entry in document("two.json", "--only", "max")["max"]:
        assert entry["ray"] is not None
    text = run("analyze", "two.json", "--only", "max", "--objective", "1,0").stdout
    assert "no bound, along (" in text


def test_norms_and_objectives(here):
    box = ("--box", "-1", "2")
    assert document("two.json", *box, "--only", "lipschitz", "--norm", "inf")["lipschitz"]["value"] == "2"
    assert document("two.json", *box, "--only", "lipschitz", "--norm", "1")["lipschitz"]["value"] == "2"
    best = document("two.json", *box, "--only", "max", "--objective", "1/2,-1")
    assert (best["objective"], best["max"][0]["value"], best["max"][0]["point"]) == (["1/2", "-1"], "4", ["-1", "2"])


def test_the_shape(here):
    text = run("analyze", "hat.json", "--only", "shape").stdout.splitlines()
    assert text[:-1] == [
        "hat.json on R^n: 3 cells",
        "  convex       no: 1 > 1/2 = 1/2 f(x) + 1/2 f(y) at (0) between x = (1/2) and y = (-1/2)",
        "  concave      no: 0 < 1/4 = 1/2 f(x) + 1/2 f(y) at (5/4) between x = (2) and y = (1/2)",
        "  even         yes",
        "  odd          no: 1, not 0, at (0)",
        "  homogeneous  no: 1, not 0, at (0)",
        "  injective    no: 1/2 at (1/2) and at (-1/2)",
        "  monotone     neither in x1; points that show it with --json",
    ]
    both = run("analyze", "two.json", "--only", "shape", "--box", "0", "1").stdout
    assert "  convex of y1       yes" in both
    assert "  monotone of y2     non-decreasing in x1; non-increasing in x2" in both
    assert "  even of y1         no answer: the domain is not symmetric about 0" in both


def test_the_document_of_the_shape(here):
    found = document("two.json", "--only", "shape")
    first, second = found["shape"]
    assert [one["behaviour"] for one in first["monotone"]] == ["non-decreasing"] * 2
    assert (first["convex"]["holds"], first["homogeneous"]["holds"], second["odd"]["holds"]) == (True, True, True)
    assert first["injective"] == {
        "holds": None,
        "points": [],
        "values": [],
        "factor": None,
        "reason": "it is asked where there is one input",
    }
    denied = first["odd"]
    assert denied["holds"] is False
    assert [-Fraction(entry) for entry in denied["points"][0]] == [Fraction(entry) for entry in denied["points"][1]]


def test_stable_neurons_and_layers(here):
    text = run("analyze", "hat.json", "--box", "-2", "1", "--only", "stable").stdout.splitlines()
    assert text[:-1] == [
        "hat.json on box -2 1: 3 cells",
        "  layer 1     3 neurons: never active 3; wholly off in 1 cell",
        "  facets      2 in 3 cells",
        "  layers off  0 in 2 cells, 1 in 1 cell",
    ]
    assert "all change sign" in run("analyze", "hat.json", "--only", "stable").stdout
    found = document("hat.json", "--box", "-2", "1", "--only", "stable")["stable"]
    assert found == {
        "layers": [{"layer": 1, "neurons": 3, "active": [], "inactive": [3], "redundant": [], "off": 1}],
        "facets": [{"facets": 2, "cells": 3}],
        "layers_off": [{"layers": 0, "cells": 2}, {"layers": 1, "cells": 1}],
    }


def test_a_smaller_network_is_written(here):
    text = run("analyze", "hat.json", "--box", "-2", "1", "--compress", "small.json").stdout
    assert "  smaller     neurons 3 -> 2, proved equal; in small.json\n" in text
    assert run("equal", "hat.json", "small.json", "--box", "-2", "1").exit_code == 0
    assert run("equal", "hat.json", "small.json").exit_code != 0
    again = run("analyze", "hat.json", "--box", "0", "1", "--compress", "small.json")
    assert (again.exit_code, again.stdout) == (3, "")
    assert "--compress small.json" in again.stderr
    assert "--force" in again.stderr
    found = document("hat.json", "--box", "0", "1", "--only", "max", "--compress", "small.json", "--force")["compressed"]
    assert found == {"output": "small.json", "before": [3], "after": [], "linear": 0}
    assert "neurons 3 -> none" in run("analyze", "hat.json", "--box", "0", "1", "--compress", "other.json").stdout
    assert document("two.json", "--through", "line.csv", "--box", "0", "1", "--compress", "t.json")["compressed"]["after"] == []


def test_a_smaller_network_that_cannot_be_written_is_in_the_answer(here):
    save(here / "third.json", ([[1], [1]], ["1/3", 5]), ([[1, 1]], None))
    found = document("third.json", "--box", "-1", "1", "--only", "max", "--compress", "small.nnet", exit_code=3)
    assert found["compressed"]["output"] is None
    assert found["compressed"]["network"]["layers"]
    assert not (here / "small.nnet").exists()


def test_without_time_no_smaller_network_is_written(here, monkeypatch):
    assert run("analyze", "hat.json", "--deadline", "0", "--compress", "small.json").exit_code == 4

    def stop(*arguments, **options):
        raise Stopped("deadline")

    monkeypatch.setattr("relupoly.analysis.compression.compress", stop)
    found = document("hat.json", "--compress", "small.json", exit_code=4)
    assert (found["complete"], found["stopped"], found["compressed"]) == (False, "deadline", None)
    assert found["max"][0]["value"] == "1"
    assert not (here / "small.json").exists()


def test_a_subspace(here):
    found = document("two.json", "--through", "line.csv", "--box", "-1", "1", "--only", "lipschitz,max", "--objective", "1,0")
    assert (found["max"][0]["value"], found["max"][0]["point"]) == ("3", ["1"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hat.json", "--only", "area"], "'area' is no quantity; boundary tells it"),
        (["hat.json", "--only", "max,Betti"], "'Betti' is no quantity; topology tells it"),
        (["hat.json", "--only", "pieces"], "'pieces' is no quantity; choose from"),
        (["hat.json", "--only", "max,max"], "twice"),
        (["hat.json", "--norm", "1/2"], "below 1"),
        (["hat.json", "--norm", "x"], "'x' is no norm; give 1, 2, inf"),
        (["hat.json", "--norm", "1,2"], "'1,2' is no norm"),
        (["hat.json", "--norm", "2", "--only", "max"], "--norm is of a Lipschitz constant"),
        (["hat.json", "--objective", "2", "--only", "lipschitz"], "--objective is of max, min"),
        (["two.json", "--norm", "3"], "for 2 outputs"),
        (["two.json", "--objective", "1"], "has 1 weight, but the network has 2 outputs"),
        (["two.json", "--objective", "1,y"], "--objective, weight 2"),
        (["hat.json", "--only", "moments"], "unbounded"),
        (["missing.json"], "no such file"),
        (["hat.json", "--compress", "-"], "give a file"),
        (["hat.json", "--compress", "hat.json"], "the same file as NET"),
        (["hat.json", "--compress", "net.txt"], "--compress net.txt"),
        (["hat.json", "--compress", "none/net.json"], "there is no folder"),
    ],
)
def test_what_is_refused(arguments, message, here):
    result = run("analyze", *arguments)
    assert result.exit_code in (2, 3)
    assert message in result.stderr
    assert result.stdout == ""


def test_a_deadline_leaves_what_is_known(here):
    result = run("analyze", "hat.json", "--deadline", "0")
    assert result.exit_code == 4
    found = document("hat.json", "--deadline", "0", exit_code=4)
    assert (found["complete"], found["stopped"]) == (False, "deadline")


def test_of_an_extremum_that_is_not_known_a_bound_is_told(here, monkeypatch):
    found = document("hat.json", "--box", "-2", "3", "--deadline", "0", exit_code=4)
    assert [(one["value"], one["bound"], one["complete"]) for one in (*found["max"], *found["min"])] == [
        ("1/2", None, False)
    ] * 2
    text = run("analyze", "hat.json", "--box", "-2", "3", "--deadline", "0").stdout.splitlines()
    assert text[:-1] == [
        "hat.json on box -2 3: no cell seen, stopped by the deadline: what follows is all that is known",
        "  lipschitz  not known",
        "  max        at least 1/2, which it has at (1/2); no bound is known yet",
        "  min        at most 1/2, which it has at (1/2); no bound is known yet",
    ]
    assert run("analyze", "hat.json", "--deadline", "0").stdout.count("not known") == 3
    assert all(one["complete"] for one in document("hat.json", "--box", "-2", "3", "--only", "max")["max"])


def test_of_all_cells_an_extremum_is_known_when_all_were_seen(here, monkeypatch):
    from relupoly.analysis.largest import Largest

    before, calls = Largest.add, []

    def add(search, cell):
        before(search, cell)
        calls.append(cell)
        if len(calls) == 2:
            raise Stopped("interrupted")

    assert document("hat.json", "--only", "max")["max"][0]["complete"] is True
    monkeypatch.setattr(Largest, "add", add)
    assert document("hat.json", "--only", "max", exit_code=130)["max"][0]["complete"] is False


def test_what_is_rounded_is_marked(here):
    save(here / "long.json", ([["100000000000000000000000001/3"]], ["1/700000000000000000000"]), ([["1"]], None))
    text = run("analyze", "long.json", "--box", "-1", "1", "--norm", "1").stdout.splitlines()
    assert text[1] == "  lipschitz  3.3333333333333335e+25 (1-norm), rounded up"
    assert text[3] == "  max        about 3.33333333333333e+25 at (1)"


def test_of_a_point_with_many_coordinates_the_first_are_told(here):
    save(here / "wide.json", ([[1] * 20], None), ([[1]], None))
    text = run("analyze", "wide.json", "--box", "0", "1", "--only", "max").stdout
    assert "  max        20 at (" in text
    assert ", and 8 more with --json)" in text


def test_with_an_objective_the_lipschitz_constant_says_that_it_is_of_all_outputs(here):
    text = run("analyze", "two.json", "--box", "-1", "1", "--objective", "1,-1", "--norm", "inf").stdout
    assert "  lipschitz  2 (inf-norm, of all outputs)" in text


def test_of_a_union_the_lipschitz_constant_of_each_set_is_told(here):
    (here / "flat.json").write_text('{"lower": [-3], "upper": [-2]}')
    (here / "steep.json").write_text('{"lower": [-1], "upper": [0]}')
    union = ("hat.json", "--domain", "flat.json", "--domain", "steep.json", "--only", "lipschitz")
    found = document(*union)["lipschitz"]
    assert [(one["part"], one["value"], one["gradient"]) for one in found["parts"]] == [(1, "0", [["0"]]), (2, "1", [["1"]])]
    assert (found["part"], found["value"], found["pattern"]) == (2, "1", ["+--"])
    assert document("hat.json", "--only", "lipschitz")["lipschitz"]["parts"] is None
    text = run("analyze", *union).stdout.splitlines()
    assert text[1:-1] == [
        "  lipschitz  of each set by itself, since a union need not be convex; the largest is that of set 2",
        f"    set 1, {found['parts'][0]['name']}: 0 (2-norm)",
        "             in the cell ---",
        f"    set 2, {found['parts'][1]['name']}: 1 (2-norm)",
        "             in the cell +--",
    ]


def test_the_constants_of_a_union_are_proved_and_computed_again_set_by_set(here):
    (here / "flat.json").write_text('{"lower": [-3], "upper": [-2]}')
    (here / "steep.json").write_text('{"lower": [-1], "upper": [0]}')
    union = ("hat.json", "--domain", "flat.json", "--domain", "steep.json", "--only", "lipschitz")
    found = document(*union, "--check", "--certificate", "proof.json")
    assert found["checked"]["quantities"] == {"lipschitz of set 1": True, "lipschitz of set 2": True}
    checked = run("check", "proof.json", "hat.json").stdout
    assert [line.split(" is ")[-1] for line in checked.splitlines() if "lipschitz" in line] == ["0", "1"]
