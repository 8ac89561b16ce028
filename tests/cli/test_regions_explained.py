"""`relupoly regions --at POINT --explain`: what a network does at a point, in words."""

import json
import math
import re
from fractions import Fraction

import pytest
from command import random_layers, run, save
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from relupoly.networks.network import Layer, Network
from relupoly_cli.reports.affine_texts import affine_text, half_space_words, vector_words

# relu(x) + 2 relu(y), and the same with a second output and a second layer
CROSS = [([[1, 0], [0, 1]], None), ([[1, 2]], None)]
LAYERED = [([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 2, -1], [1, 0, 1]], [0, -1]), ([[1, 1], [1, -1]], [0, 1])]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "cross.json", *CROSS)
    save(tmp_path / "layered.json", *LAYERED)
    save(tmp_path / "deep.json", *random_layers([2, 6, 6, 1]))
    save(tmp_path / "affine.json", ([[1, 2]], [4]))
    save(tmp_path / "wide.json", *random_layers([20, 30, 1]))
    (tmp_path / "line.csv").write_text("0,1\n2,1\n")
    return tmp_path


def explain(*arguments, exit_code=0):
    result = run("regions", *arguments, "--explain")
    assert result.exit_code == exit_code, result.output
    return result.stdout


def test_inside(here):
    assert (
        explain("layered.json", "--box", "-1", "1", "--at", "1/2,1/3")
        == """\
layered.json at (1/2, 1/3): inside of a cell
  value     (7/6, 13/6)
  pattern   ++-|+-
  layer 1   2 of 3 neurons active: 1, 2
  layer 2   1 of 2 neurons active: 1
  map       y1 = x1 + 2 x2
            y2 = x1 + 2 x2 + 1
  gradient  of y1: (1, 2)
            of y2: (1, 2)
  volume    1/2
  facets    3, the nearest first
  at distance 0.1179 (squared 1/72): x1 + x2 <= 1
    neuron 3 of layer 1 becomes active
    the gradient of y1 becomes (0, 1), that is by (-1, -1)
    the gradient of y2 becomes (0, 1), that is by (-1, -1)
  at distance 0.3333 (squared 1/9): -x2 <= 0
    neuron 2 of layer 1 becomes inactive
    the gradient of y1 becomes (1, 0), that is by (0, -2)
    the gradient of y2 becomes (1, 0), that is by (0, -2)
  at distance 0.5 (squared 1/4): -x1 <= 0
    neuron 1 of layer 1 becomes inactive
    the gradient of y1 becomes (0, 2), that is by (-1, 0)
    the gradient of y2 becomes (0, 2), that is by (-1, 0)
"""
    )


def test_on_a_border(here):
    text = explain("cross.json", "--at", "0,2")
    assert text.splitlines()[:2] == ["cross.json at (0, 2): on the border of 2 cells", "  value     4"]
    first, second = re.split(r"cell [12] of 2\n", text)[1:]
    assert {line for line in (first + second).splitlines() if line.startswith("  map")} == {
        "  map       y = x1 + 2 x2",
        "  map       y = 2 x2",
    }
    assert "  volume    infinite: the cell is unbounded" in first
    assert "  the point is on it: -x1 <= 0\n    neuron 1 of layer 1 becomes inactive\n    the gradient becomes (0, 2)" in text
    assert "  at distance 2 (squared 4): -x2 <= 0\n" in first


def test_filters_leave_cells_out_but_not_the_border(here):
    """At the kink only the cells in which a number is taken are told; the point lies on the border of all the same."""
    text = explain("cross.json", "--at", "0,0", "--crossing", "5")
    assert text.startswith("cross.json at (0, 0): on the border of 4 cells\n")
    assert text.count("\ncell ") == 3
    assert explain("cross.json", "--at", "0,0", "--bounded") == ""


def test_on_the_boundary_of_the_domain(here):
    text = explain("cross.json", "--box", "-1", "1", "--at", "1,1/2")
    assert text.startswith("cross.json at (1, 1/2): in a cell, on the boundary of the domain\n")
    assert "  the point is on it: x1 <= 1\n    the boundary of the domain, inequality 3\n" in text


def test_neurons_that_vanish(here):
    text = explain("layered.json", "--at", "-1,-1/2")
    assert "  layer 2   0 of 2 neurons active; vanishing on the whole cell: 1\n" in text
    assert "    neuron 2 of layer 1 becomes active\n    neuron 1 of layer 2 becomes active\n" in text


def test_linear_neurons_have_no_sign_but_a_number(here):
    layers = Network.from_rows([([[1], [2], [-1]], None), ([[1, 1, 1]], None)]).layers
    from relupoly.files import write_network

    write_network(Network((Layer(layers[0].weight, layers[0].bias, (1,)), layers[1])), here / "linear.json")
    text = explain("linear.json", "--at", "1")
    assert "  pattern   +-\n  layer 1   1 of 2 neurons active: 1; 1 more linear\n" in text
    assert "    neuron 3 of layer 1 becomes active" in text


def test_no_hidden_layer(here):
    assert (
        explain("affine.json", "--at", "1,1")
        == """\
affine.json at (1, 1): inside of a cell
  value     7
  pattern   none: there is no hidden layer
  map       y = x1 + 2 x2 + 4
  gradient  (1, 2)
  volume    infinite: the cell is unbounded
  facets    none: the cell is the whole space
"""
    )


def test_a_subspace(here):
    text = explain("cross.json", "--through", "line.csv", "--at", "1,1")
    assert text.splitlines()[:5] == [
        "cross.json at t = (1/2): inside of a cell",
        "  value     3",
        "  pattern   ++",
        "  layer 1   2 of 2 neurons active: 1, 2",
        "  map       y = 2 t + 2",
    ]


def test_many_inputs_are_cut_short(here):
    text = explain("wide.json", "--box", "-1", "1", f"--at={','.join(['1/100'] * 20)}")
    assert max(map(len, text.splitlines())) < 500
    assert ", and 8 more)" in text


def test_outside_and_several_points(here):
    result = run("regions", "cross.json", "--box", "0", "1", "--at", "5,5", "--at", "1/2,1/2", "--explain")
    assert result.exit_code == 3
    assert result.stdout.startswith("cross.json at (1/2, 1/2): inside of a cell\n")
    assert result.stderr == "Error: --at 5,5: it lies outside of the domain, box 0 1\n"


def test_a_deadline(here):
    result = run("regions", "cross.json", "--at", "1,2", "--explain", "--deadline", "0")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "not all points are explained, stopped by the deadline" in result.stderr


def test_it_goes_to_a_file(here):
    assert run("regions", "cross.json", "--at", "1,2", "--explain", "--output", "text.txt").stdout == ""
    assert (here / "text.txt").read_text() == explain("cross.json", "--at", "1,2")


@pytest.mark.parametrize("point", ["1/7,-1/3", "-1/2,1/5", "9/10,9/10"])
def test_it_says_what_the_record_says(here, point):
    """Distances in the order of the exact squares; gradients of neighbours as at points behind the facets."""
    text = explain("deep.json", "--box", "-1", "1", f"--at={point}")
    words = ["regions", "deep.json", "--cells", "--box", "-1", "1"]
    [record] = [json.loads(line) for line in run(*words, f"--at={point}").stdout.splitlines()]
    every = [json.loads(line) for line in run(*words).stdout.splitlines()]
    x = [Fraction(entry) for entry in point.split(",")]
    squares = []
    for facet in record["facets"]:
        normal = [int(entry) for entry in facet["normal"]]
        slack = int(facet["offset"]) - sum(a * b for a, b in zip(normal, x, strict=True))
        squares.append(Fraction(slack**2, 1) / sum(entry**2 for entry in normal))
    shown = re.findall(r"at distance ([^ :]+)", text)
    assert [float(distance) for distance in shown] == [float(f"{math.sqrt(square):.4g}") for square in sorted(squares)]
    told = [
        tuple(float(Fraction(entry)) for entry in row.split(", "))
        for row in re.findall(r"the gradient becomes about \(([^)]+)\)", text)
    ]
    beyond = {"|".join(one["pattern"]): one["gradient"] for one in every}
    expected = [
        tuple(float(f"{float(Fraction(entry)):.6g}") for entry in beyond["|".join(neighbour)])
        for neighbour in filter(None, record["neighbours"])
    ]
    assert sorted(told) == sorted(expected)
    assert float(re.search("volume +about (.+)", text)[1]) == float(f"{float(Fraction(record['volume'])):.6g}")
    assert text.splitlines()[-1].startswith('  rounded   what follows "about"')


SHORT = st.fractions(-(10**7), 10**7, max_denominator=5)  # shown exactly


@given(st.lists(SHORT, min_size=1, max_size=4), st.none() | SHORT)
def test_affine_forms_are_read_back(row, constant):
    names = [f"x{place}" for place in range(len(row))]
    entries = [fmpq(entry.numerator, entry.denominator) for entry in row]
    start = None if constant is None else fmpq(constant.numerator, constant.denominator)
    text = affine_text(entries, start, names)
    terms = re.sub(r"(?<= )([+-]) ", r"\1", text).split(" ")
    found, waiting = dict.fromkeys([*names, ""], Fraction(0)), None
    for term in [*terms, None]:
        if term is not None and (name := term.lstrip("+-")) in names:
            sign = -1 if term.startswith("-") else 1
            found[name] += sign if waiting is None else waiting
            waiting = None
            continue
        if waiting is not None:
            found[""] += waiting
        waiting = None if term is None else Fraction(term)
    assert found == {**dict(zip(names, row, strict=True)), "": constant or 0}


def test_long_forms_and_vectors():
    entries = [fmpq(number) for number in range(1, 21)]
    assert affine_text(entries, fmpq(-1), [f"x{number}" for number in range(20)]).endswith(" + 12 x11 + 8 more terms - 1")
    assert vector_words(entries) == "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, and 8 more)"


def test_a_half_space_with_long_numbers_is_scaled_to_the_largest_one():
    normal = [fmpz(-(10**20)), fmpz(25 * 10**18)]
    assert half_space_words(normal, fmpz(-(10**21)), ["x1", "x2"]) == "about -x1 + 1/4 x2 <= -10"
    assert half_space_words(normal[1:], fmpz(7), ["x"]) == "about x <= 2.8e-19"
    assert half_space_words([fmpz(2), fmpz(0)], fmpz(-3), ["x1", "x2"]) == "2 x1 <= -3"
