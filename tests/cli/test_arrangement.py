"""relupoly arrangement."""

import json

import pytest
from command import assert_refused, lines, run

from relupoly.files import read_network
from relupoly.geometry.arrangement_families import family_arrangement, family_names
from relupoly.networks.arrangements import arrangement_net


@pytest.fixture
def planes(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("1,0,0\n0,1,0\n1,1,1\n2,2,2\n")
    return path


def answer(*arguments, exit_code=0):
    result = run("arrangement", *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_document(planes):
    document = answer(planes)
    assert {key: document[key] for key in ("regions", "bounded_regions", "rank", "dimension", "hyperplanes")} == {
        "regions": 7,
        "bounded_regions": 1,
        "rank": 2,
        "dimension": 2,
        "hyperplanes": 3,
    }
    assert document["characteristic_polynomial"] == [3, -3, 1]
    assert document["whitney_numbers"] == [1, 3, 3]
    assert document["f_vector"] == [3, 9, 7]
    assert document["factored"] == "t**2 - 3*t + 3"
    assert document["complete"] is True


def test_text(planes):
    result = run("arrangement", planes)
    first, *rows = result.stdout.splitlines()
    assert first == f"{planes}: 7 regions, 1 of them bounded"
    assert [row.split()[0] for row in rows] == ["hyperplanes", "polynomial", "Whitney", "f-vector", "time"]


def test_standard_input():
    result = run("arrangement", "-", "--format", "csv", stdin="1,1\n1,2\n")
    assert result.stdout.startswith("standard input: 3 regions, 1 of them bounded")


@pytest.mark.parametrize("family", family_names())
def test_every_family(family):
    more = ["--dimension", 2] if family.startswith("generic") else []
    document = answer("--family", family, "--n", 3, *more)
    assert document["regions"] > 0
    assert document["formula"] in (None, document["regions"])


def test_names_of_families_are_forgiving():
    assert answer("--family", "ALL_PM1", "--n", 3)["regions"] == 96


def test_large_numbers_are_texts():
    assert answer("--family", "boolean", "--n", 60, "--no-f-vector")["regions"] == str(2**60)


@pytest.mark.parametrize("option", ["--symmetry", "--no-symmetry"])
def test_symmetry_changes_nothing(option):
    assert answer("--family", "resonance", "--n", 5, option)["regions"] == 11292


def test_f_vector_is_counted_where_asked_for():
    assert answer("--family", "shi", "--n", 3)["f_vector"] == [0, 6, 21, 16]
    assert answer("--family", "shi", "--n", 3, "--no-f-vector")["f_vector"] is None
    assert answer("--family", "shi", "--n", 7)["f_vector"] is None
    result = run("arrangement", "--family", "shi", "--n", 7)
    assert "not counted; add --f-vector" in result.stdout
    assert answer("--family", "boolean", "--n", 3, "--f-vector")["f_vector"] == [1, 6, 12, 8]


def test_cells(planes):
    result = run("arrangement", planes, "--cells")
    cells = lines(result.stdout)
    assert len(cells) == 7
    assert {tuple(cell) for cell in cells} == {("signs", "point")}
    assert all(len(cell["signs"]) == 3 and len(cell["point"]) == 2 for cell in cells)
    assert {1, -1} == {sign for cell in cells for sign in cell["signs"]}


def test_cells_into_a_file(planes, tmp_path):
    target = tmp_path / "cells.jsonl"
    assert run("arrangement", planes, "--cells", "--output", target).stdout == ""
    assert len(lines(target.read_text())) == 7


def test_net(tmp_path):
    target = tmp_path / "net.json"
    document = answer("--family", "braid", "--n", 4, "--net", target)
    assert document["regions"] == 24
    assert read_network(target) == arrangement_net(family_arrangement("braid", 4))
    counted = run("count-pieces", target, "--notion", "all", "--json")
    assert set(json.loads(counted.stdout)["counts"].values()) >= {24}
    again = run("arrangement", "--family", "braid", "--n", 4, "--net", target)
    assert_refused(again, "the file exists")
    assert run("arrangement", "--family", "braid", "--n", 4, "--net", target, "--force").exit_code == 0


def test_net_to_standard_output(planes):
    result = run("arrangement", planes, "--net", "-")
    assert len(json.loads(result.stdout)["layers"][0]["weight"]) == 3


def test_check(planes):
    document = answer(planes, "--check")
    assert document["check"] == {"complete": True, "stopped": None, "regions": 7}
    result = run("arrangement", planes, "--check")
    assert "agrees: 7 cells of the network" in result.stdout


def test_a_check_that_differs(planes, monkeypatch):
    from relupoly.geometry import characteristic

    monkeypatch.setattr(characteristic, "characteristic_polynomial", lambda arrangement, work: (4, -3, 1))
    result = run("arrangement", planes, "--check", "--no-f-vector")
    assert result.exit_code == 5
    assert "the check differs: 8 regions, but 7 cells" in result.stderr
    assert "DIFFERS" in result.stdout


def test_a_theorem_that_differs(monkeypatch):
    from relupoly.geometry import characteristic

    monkeypatch.setattr(characteristic, "characteristic_polynomial", lambda arrangement, work: (0, 3, -3, 1))
    result = run("arrangement", "--family", "braid", "--n", "3", "--no-f-vector")
    assert result.exit_code == 5
    assert "the formula differs" in result.stderr


def test_expect(planes):
    assert run("arrangement", planes, "--expect", 7).exit_code == 0
    result = run("arrangement", planes, "--expect", 8)
    assert result.exit_code == 5
    assert "expected 8, but there are 7 regions" in result.stderr
    assert run("arrangement", planes, "--cells", "--expect", 7).exit_code == 0
    assert run("arrangement", planes, "--cells", "--expect", 6).exit_code == 5


def test_deadline():
    document = answer("--family", "resonance", "--n", 10, "--deadline", 0, exit_code=4)
    assert (document["complete"], document["stopped"], document["regions"]) == (False, "deadline", None)
    assert (document["hyperplanes"], document["rank"]) == (1023, 10)
    result = run("arrangement", "--family", "resonance", "--n", 10, "--deadline", 0)
    assert "no count yet: stopped by the deadline" in result.stdout


def test_deadline_of_cells():
    result = run("arrangement", "--family", "resonance", "--n", 6, "--cells", "--deadline", 0.2)
    assert result.exit_code == 4
    assert "the list is not complete" in result.stderr
    lines(result.stdout)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "either FILE or --family"),
        (["lines.csv", "--family", "shi", "--n", 3], "either FILE or --family"),
        (["--family", "shi"], "--family needs --n"),
        (["lines.csv", "--n", 3], "--n is for --family"),
        (["lines.csv", "--dimension", 3], "--dimension and --seed are for --family generic"),
        (["--family", "resonanse", "--n", 3], 'did you mean "resonance"?'),
        (["--family", "braid", "--n", 1], "begins with n = 2"),
        (["--family", "braid", "--n", "three"], "not a valid integer"),
        (["--family", "generic", "--n", 5], "need the dimension"),
        (["--family", "resonance", "--n", 40], "more than 1000000 hyperplanes"),
        (["lines.csv", "--cells", "--json"], "--cells prints JSON lines of its own"),
        (["lines.csv", "--net", "-", "--json"], "--net - prints the network and nothing else"),
    ],
)
def test_usage(arguments, message):
    result = run("arrangement", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [("1,0,0\n0,0,3\n", "row 2 is no hyperplane"), ("1,2\n1,2,3\n", "row 2 has 3 entries"), ("1,nan\n", "line 1, column 2")],
)
def test_input(tmp_path, text, message):
    (tmp_path / "bad.csv").write_text(text)
    assert_refused(run("arrangement", tmp_path / "bad.csv"), "bad.csv", message)
