"""The zonotope family: the published table, degenerate generators, and the number of vertices by other means."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import hard as oracle
from oracles.tables import table

from relupoly.constructions.hard import hard
from relupoly.constructions.zonotope import moment_curve, support_function, vertices
from relupoly.errors import InputError
from relupoly.exact.rationals import rational
from relupoly.networks.evaluation import evaluate
from relupoly.pieces.count import count_pieces


@pytest.mark.parametrize("row", table("arora_zonotope"), ids=lambda row: row and "n{n}-m{m}-w{w}-k{k}".format(**row))
def test_the_published_table(row):
    net = hard("zonotope", inputs=row["n"], generators=row["b"], breakpoints=row["a"], height=row["M"])
    assert net.network == oracle.zonotope(row)
    counts = count_pieces(net.network).counts
    assert (counts["open"], counts["activation"]) == (net.claims.pieces, net.claims.activation) == (row["R4"], row["R2"])
    assert net.claims.paper.pieces == row["paper_sum"]
    assert (sum(net.network.widths), len(net.network.layers)) == (row["size"], row["layers"])
    curve = hard("zonotope", inputs=row["n"], generators=row["m"], breakpoints=row["a"], height=row["M"])
    assert curve.network == net.network


def exact(rows):
    return [[rational(entry) for entry in row] for row in rows]


@settings(max_examples=60)
@given(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(st.integers(-2, 2), min_size=n, max_size=n), min_size=1, max_size=5))
)
def test_degenerate_generators(rows):
    if not any(map(any, rows)):
        with pytest.raises(InputError, match="all generators are zero"):
            hard("zonotope", generators=rows, width=2, depth=1)
        return
    assert count_pieces(support_function(exact(rows))).pieces == vertices(exact(rows))
    for width, depth in ((2, 2), (3, 1)):
        net = hard("zonotope", generators=rows, width=width, depth=depth)
        counts = count_pieces(net.network).counts
        assert (counts["open"], counts["activation"]) == (net.claims.pieces, net.claims.activation)
        assert net.claims.paper is None or counts["open"] >= net.claims.paper.pieces


@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_permutohedron_has_factorial_many_vertices(n):
    rows = [[int(k == i) - int(k == j) for k in range(n)] for i, j in combinations(range(n), 2)]
    net = hard("zonotope", generators=rows, width=3, depth=1)
    assert vertices(exact(rows)) == math.factorial(n)
    assert count_pieces(net.network).pieces == net.claims.pieces == math.factorial(n) * 3


def test_the_moment_curve_is_generic():
    for inputs in (1, 2, 3, 4):
        for count in (1, 2, 3, 4, 5):
            curve = moment_curve(count, inputs)
            moved = [[2 * entry for entry in row] for row in curve]  # the same arrangement, but not seen to be the curve
            assert vertices(curve) == vertices(moved)


@given(st.lists(st.fractions(-5, 5, max_denominator=9), min_size=2, max_size=2))
def test_values(point):
    rows = [[1, 2], ["-1/3", 4], [0, 0]]
    net = hard("zonotope", generators=rows, breakpoints="1/2", height=1).network
    gamma = sum(abs(sum(Fraction(b) * x for b, x in zip(row, point, strict=True))) for row in rows)
    expected = 2 * gamma if gamma <= Fraction(1, 2) else 2 - 2 * gamma
    assert evaluate(net, point) == [rational(expected)]


def test_random_generators_are_reproducible():
    one, other = (hard("zonotope", inputs=3, generators=4, seed=5, range="-2..2", width=2, depth=1) for _ in range(2))
    assert one.parameters == other.parameters
    assert all(-2 <= int(entry) <= 2 for row in one.parameters["generators"] for entry in row)
    assert hard("zonotope", **one.parameters).network == one.network


def test_generators_from_a_file(tmp_path):
    file = tmp_path / "b.csv"
    file.write_text("1,2\n1/3,-1\n")
    net = hard("zonotope", generators=str(file), width=2, depth=1)
    assert net.parameters["generators"] == [["1", "2"], ["1/3", "-1"]]


@pytest.mark.parametrize(
    ("given_parameters", "text"),
    [
        ({"generators": [[1, 2], [3]]}, "generator 2 has 1 entries; give as many as generator 1, 2"),
        ({"generators": [[1, 2]], "inputs": 3}, "generator 1 has 2 entries; give as many as inputs, 3"),
        ({"generators": [[1, 2]], "seed": 3}, "seed is for random generators"),
        ({"generators": 3}, "inputs is missing"),
        ({"inputs": 3}, "generators is missing"),
        ({"generators": 0, "inputs": 2}, "generators: 0 is too small"),
        ({"generators": [[]]}, "generator 1 has 0 entries"),
        ({"generators": [[0, 0], [0, 0]]}, "all generators are zero"),
        ({"generators": 3, "inputs": 2, "seed": 1, "range": "0..0"}, "all generators are zero"),
        ({"generators": 3, "inputs": 2, "seed": 1, "range": "2..1"}, "range: 2..1 is not a range"),
        ({"generators": 10**7, "inputs": 10}, "weights; give parameters for at most"),
        ({"generators": "no-such.csv"}, "no-such.csv: there is no such file"),
    ],
)
def test_parameters_out_of_range(given_parameters, text):
    with pytest.raises(InputError) as error:
        hard("zonotope", width=2, depth=1, **given_parameters)
    assert text in str(error.value)
    assert "\n" not in str(error.value)
