"""`relupoly analyze --only boundary,topology,volumes`: what it tells to people and to programs, and what it refuses."""

import json

import pytest
from command import run, save

SIZES = ([[1, 0], [-1, 0], [0, 1], [0, -1]], None)
# |x| + |y| - 1
DIAMOND = [SIZES, ([[1, 1, 1, 1]], [-1])]
# x, y and 0
THREE = [SIZES, ([[1, -1, 0, 0], [0, 0, 1, -1], [0, 0, 0, 0]], None)]
HALF = [([[1, 0]], None), ([[1]], None)]
WIDE = [([[1] * 30, [-1] * 30], None), ([[1, 1]], None)]
ALL = ("--only", "boundary,topology,volumes")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, layers in (("diamond", DIAMOND), ("three", THREE), ("half", HALF), ("wide", WIDE)):
        save(tmp_path / f"{name}.json", *layers)
    return tmp_path


def document(*arguments, exit_code=0):
    result = run("analyze", *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def lines(*arguments):
    result = run("analyze", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[:-1]


def test_the_text(here):
    assert lines("diamond.json", "--box", "-2", "2", *ALL) == [
        "diamond.json on box -2 2: 4 cells",
        "  boundary   1 component, 4 pieces",
        "  length     4*sqrt(2)",
        "  faces      9, 12, 4, Euler characteristic 1",
        "  y <= 0     Betti numbers 1, 0, Euler characteristic 1",
        "  y = 0      Betti numbers 1, 1, Euler characteristic 0",
        "  y >= 0     Betti numbers 1, 1, Euler characteristic 0",
        "  volumes    from 4 to 4, median 4",
        "  decades    1e0 in 4 cells",
    ]


def test_the_text_of_the_whole_plane_and_of_plateaus(here):
    assert lines("diamond.json", *ALL) == [
        "diamond.json on R^n: 4 cells",
        "  boundary   1 component, 4 pieces",
        "  length     4*sqrt(2)",
        "  faces      1, 4, 4, Euler characteristic 1",
        "  y <= 0     Betti numbers 1, 0, Euler characteristic 1",
        "  y = 0      Betti numbers 1, 1, Euler characteristic 0",
        "  y >= 0     Betti numbers 1, 1, Euler characteristic 0",
        "  volumes    of 0 bounded cells; 4 cells unbounded",
    ]
    assert lines("half.json", "--only", "boundary")[1:] == [
        "  boundary   1 component, 1 piece, 1 of them unbounded",
        "  length     infinite",
        "  plateaus   1 cell of volume infinite",
    ]
    assert lines("half.json", "--box", "-3", "1", "--only", "boundary")[1:] == [
        "  boundary   1 component, 1 piece",
        "  length     4",
        "  plateaus   1 cell of volume 12",
    ]


def test_the_text_of_several_outputs(here):
    assert lines("three.json", "--box", "-1", "1", "--only", "boundary,topology")[1:] == [
        "  boundary   1 component, 3 pieces",
        "  length     2 + sqrt(2)",
        "  faces      9, 12, 4, Euler characteristic 1",
        *(
            f"  {f'y{output} {sign} 0':<9}  Betti numbers 1, 0, Euler characteristic 1"
            for output in (1, 2, 3)
            for sign in ("<=", "=", ">=")
        ),
    ]
    assert lines("three.json", "--box", "-1", "1", "--only", "boundary", "--ties", "2,1")[2] == "  length     sqrt(2)"
    arguments = ("--only", "boundary,topology", "--objective", "1,1,0", "--level", "1/2")
    assert lines("three.json", "--box", "-1", "1", *arguments)[2:5] == [
        "  length     3/2*sqrt(2)",
        "  faces      9, 12, 4, Euler characteristic 1",
        "  y <= 1/2   Betti numbers 1, 0, Euler characteristic 1",
    ]


def test_the_document(here):
    found = document("diamond.json", "--box", "-2", "2", *ALL, "--level", "1")
    assert found["asked"] == ["boundary", "topology", "volumes"]
    size = found["boundary"].pop("size")
    assert found["boundary"] == {
        "components": 1,
        "pieces": 4,
        "unbounded": 0,
        "measure": "length",
        "plateaus": 0,
        "plateau_volume": "0",
    }
    assert (size["exact"], size["float"]) == ("8*sqrt(2)", 11.313708498984761)
    assert found["topology"] == [
        {
            "level": "1",
            "faces": [9, 12, 4],
            "euler": 1,
            "below": {"betti": [1, 0], "euler": 1, "faces": [5, 8, 4]},
            "at": {"betti": [1, 1], "euler": 0, "faces": [4, 4, 0]},
            "above": {"betti": [1, 1], "euler": 0, "faces": [8, 12, 4]},
        }
    ]
    assert found["volumes"] == {
        "bounded": 4,
        "unbounded": 0,
        "least": "4",
        "median": "4",
        "largest": "4",
        "decades": [{"exponent": 0, "cells": 4}],
    }


def test_what_was_not_asked_for_is_null(here):
    found = document("diamond.json", "--box", "-2", "2", "--only", "volumes")
    assert (found["boundary"], found["topology"]) == (None, None)
    assert document("diamond.json", "--only", "boundary")["volumes"] is None


def test_a_deadline(here):
    found = document("diamond.json", "--box", "-2", "2", *ALL, "--deadline", "0", exit_code=4)
    assert found["boundary"]["components"] is None
    assert found["boundary"]["size"] == {"lower": "0", "upper": None, "float": 0.0, "exact": None}
    assert found["topology"][0] == {"level": "0", "faces": [], "euler": None, "below": None, "at": None, "above": None}
    assert found["volumes"]["bounded"] == 0
    result = run("analyze", "diamond.json", "--box", "-2", "2", *ALL, "--deadline", "0")
    assert result.exit_code == 4
    assert result.stdout.splitlines()[1:-1] == [
        "  boundary   0 pieces",
        "  faces      none so far",
        "  y <= 0     not known",
        "  y = 0      not known",
        "  y >= 0     not known",
        "  volumes    of 0 bounded cells",
    ]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["diamond.json", "--level", "1"], 2, "--level is of a boundary, a topology or a radius; add"),
        (
            ["diamond.json", "--only", "topology", "--ties", "1,2"],
            2,
            "--ties is of a boundary; ask for it with --only boundary",
        ),
        (["three.json", "--only", "boundary", "--ties", "1,2", "--level", "0"], 2, "--level and --ties exclude each other"),
        (["three.json", "--only", "boundary", "--ties", "1"], 3, '--ties is "1"; give the numbers of two outputs, such as 1,2'),
        (["three.json", "--only", "boundary", "--ties", "1,2,3"], 3, '--ties is "1,2,3"; give the numbers of two outputs'),
        (["three.json", "--only", "boundary", "--ties", "0,1"], 3, '--ties is "0,1"; give the numbers of two outputs'),
        (["three.json", "--only", "boundary", "--ties", "1,4"], 3, "1, 4 are none of this network, which has outputs 1 to 3"),
        (["diamond.json", "--only", "boundary", "--ties", "1,2"], 3, "which has one output alone"),
        (["diamond.json", "--only", "boundary", "--level", "x"], 3, '--level: "x" is not a number'),
        (
            ["three.json", "--only", "boundary", "--level", "1"],
            3,
            "a level is of one output, and the network has 3; give",
        ),
        (["three.json", "--only", "boundary", "--ties", "1,2", "--objective", "1,1,1"], 3, "leave these out, or the ties"),
        (["wide.json", "--box", "0", "1", "--only", "boundary"], 3, "level sets need the vertices of cells"),
        (["wide.json", "--box", "0", "1", "--only", "volumes"], 3, "volumes need the vertices of cells"),
        (["diamond.json", "--property", "p.vnnlib", "--level", "1"], 2, "--property and --level exclude each other"),
        (["diamond.json", "--property", "p.vnnlib", "--ties", "1,2"], 2, "--property and --ties exclude each other"),
    ],
)
def test_what_is_refused(here, arguments, exit_code, message):
    (here / "p.vnnlib").write_text("")
    result = run("analyze", *arguments)
    assert result.exit_code == exit_code, result.output
    assert message in result.stderr
    assert result.stdout == ""
