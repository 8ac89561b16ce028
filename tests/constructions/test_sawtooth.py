"""The sawtooth: its values from the definition, its counts from the published table and from the engine."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles import hard as oracle
from oracles.tables import table

from relupoly.constructions import sawtooth as sawtooth_module
from relupoly.constructions.hard import hard
from relupoly.constructions.sawtooth import sawtooth, tooth
from relupoly.errors import ConstructionError, InputError
from relupoly.geometry.domain import Domain
from relupoly.networks.evaluation import evaluate
from relupoly.pieces.count import count_pieces


def value(layers, height, x):
    """H(x) from the definition: interpolation between the teeth's values, layer by layer."""
    for points in layers:
        knots = [Fraction(0), *points, height]
        values = [height * (index % 2) for index in range(len(points) + 1)]
        values.append(height - values[-1])
        if x <= 0:
            x = Fraction(0)
        else:
            after = next((index for index, knot in enumerate(knots) if x <= knot), len(knots) - 1)
            (low, high), (start, end) = values[after - 1 : after + 1], knots[after - 1 : after + 1]
            x = low + (high - low) * (x - start) / (end - start)
    return x


def exact(number):
    return fmpq(number.numerator, number.denominator)


@st.composite
def parameters(draw, most=3):
    height = draw(st.fractions(Fraction(1, 3), 4, max_denominator=6))
    layers = []
    for _ in range(draw(st.integers(1, most))):
        shares = draw(st.sets(st.integers(1, 23), min_size=1, max_size=4))
        layers.append([height * share / 24 for share in sorted(shares)])
    return layers, height


@given(parameters(), st.lists(st.fractions(-1, 6, max_denominator=60), min_size=1, max_size=8))
def test_values_are_those_of_the_definition(given_parameters, points):
    layers, height = given_parameters
    net = sawtooth([list(map(exact, layer)) for layer in layers], exact(height))
    for x in [*points, *layers[0], Fraction(0), height]:
        assert evaluate(net, [x]) == [exact(value(layers, height, x))]


@given(parameters())
def test_a_tooth_alternates_between_zero_and_its_height(given_parameters):
    [points, *_], height = given_parameters
    net = tooth(list(map(exact, points)), exact(height))
    assert [evaluate(net, [a])[0] for a in points] == [exact(height) * (i % 2) for i in range(1, len(points) + 1)]
    assert evaluate(net, [height])[0] == exact(height) - evaluate(net, [points[-1]])[0]


@given(parameters())
def test_claims_hold_for_unequal_widths_too(given_parameters):
    layers, height = given_parameters
    net = hard("sawtooth", breakpoints=layers, height=height)
    counts = count_pieces(net.network).counts
    assert (counts["open"], counts["activation"]) == (net.claims.pieces, net.claims.activation)
    inside = count_pieces(net.network, net.claims.paper.domain).counts
    assert (inside["open"], inside["activation"]) == (net.claims.paper.pieces, net.claims.paper.activation)


@pytest.mark.parametrize("row", table("arora_1d"), ids=lambda row: row and f"w{row['w']}-k{row['k']}-{row['kind']}")
def test_the_published_table(row):
    net = hard("sawtooth", breakpoints=row["a"], height=row["M"])
    assert net.network == oracle.sawtooth(row)
    assert (net.parameters["width"], net.parameters["depth"]) == (row["w"], row["k"])
    assert net.claims.pieces == count_pieces(net.network).pieces == row["pieces_R"]
    inside = count_pieces(net.network, Domain.box([0], [row["M"]])).pieces
    assert net.claims.paper.pieces == inside == row["pieces_0M"] == row["paper_wk"]
    if row["kind"] == "uniform":
        assert hard("sawtooth", width=row["w"], depth=row["k"], height=row["M"]).network == net.network


@pytest.mark.parametrize("row", table("gap_sizes"), ids=lambda row: row and "w{w}-k{k}-{kprime}".format(**row))
def test_shallow_bounds_are_those_of_the_published_table(row):
    net = hard("sawtooth", width=row["w"], depth=row["k"])
    assert net.claims.pieces == row["pieces"]
    assert sum(net.network.widths) == row["own_size"]
    assert [bound.hidden_layers for bound in net.shallow_bounds] == list(range(1, row["k"]))
    if row["kprime"] < row["k"]:
        bound = net.shallow_bounds[row["kprime"] - 1]
        assert bound.sharp == row["exact_product_lower"]
        assert bound.paper.rounded_down == pytest.approx(row["paper_lower"], abs=1e-6)


def test_random_breakpoints_are_reproducible():
    one, other, third = (hard("sawtooth", width=4, depth=3, height="5/2", seed=seed) for seed in (7, 7, 8))
    assert one.network == other.network != third.network
    assert hard("sawtooth", **one.parameters).network == one.network
    assert count_pieces(one.network).pieces == one.claims.pieces == 66


class Drawn:
    """A generator whose permutations begin with the smallest numbers, or with the largest ones."""

    def __init__(self, largest):
        self.step = -1 if largest else 1

    def permutation(self, count):
        return np.arange(count)[:: self.step]


@pytest.mark.parametrize("width", [2, 3, 5])
@pytest.mark.parametrize("largest", [False, True])
def test_random_breakpoints_lie_inside_whatever_is_drawn(width, largest, monkeypatch):
    """Multiples of 1 / (1000 width) of the height, from the first to the last but one; 0 and the height are none."""
    monkeypatch.setattr(sawtooth_module, "generator", lambda seed: Drawn(largest))
    net = hard("sawtooth", width=width, depth=2, height="5/2", seed=0)
    steps = 1000 * width
    places = range(steps - width + 1, steps) if largest else range(1, width)
    assert net.parameters["breakpoints"] == [[str(fmpq(5, 2) * place / steps) for place in places]] * 2
    assert hard("sawtooth", **net.parameters).network == net.network
    assert count_pieces(net.network).pieces == net.claims.pieces


@pytest.mark.parametrize(
    ("given_parameters", "text"),
    [
        ({"width": 1, "depth": 2}, "width: 1 is too small; give 2 or more"),
        ({"width": 2, "depth": 0}, "depth: 0 is too small; give 1 or more"),
        ({"width": 2, "depth": 2, "height": 0}, "height: 0 is not positive"),
        ({"width": 2, "depth": 2, "height": "-1/2"}, "height: -1/2 is not positive"),
        ({"width": 2, "depth": 2, "height": float("inf")}, "height: inf is not a finite number"),
        ({"width": 2.5, "depth": 2}, "width: 2.5 is not an integer"),
        ({"depth": 2}, "width is missing"),
        ({"width": 2}, "depth is missing"),
        ({"breakpoints": "1/2,1/3"}, "breakpoint.1.2 = 1/3 is not above breakpoint.1.1 = 1/2"),
        ({"breakpoints": "1/3;0"}, "breakpoint.2.1 = 0 is not above 0"),
        ({"breakpoints": "1/3;1"}, "the height 1 is not above breakpoint.2.1 = 1"),
        ({"breakpoints": "1/3;x"}, 'breakpoint.2.1: "x" is not a number'),
        ({"breakpoints": "1/3", "depth": 2}, "breakpoints has 1 lists, but depth is 2"),
        ({"breakpoints": "1/3", "width": 3}, "layer 1 has 1 breakpoints; give 2 for width 3"),
        ({"breakpoints": []}, "breakpoints has no list"),
        ({"breakpoints": [[]]}, "layer 1 has 0 breakpoints"),
        ({"breakpoints": [1, 2]}, "it is not a list of lists"),
        ({"breakpoints": "1/3", "seed": 1}, "breakpoints and seed exclude each other"),
        ({"width": 2, "depth": 1, "seed": 2**32}, "seed: 4294967296 is too large"),
        ({"width": 2, "depth": 1, "teeth": 3}, 'sawtooth has no parameter "teeth"'),
        ({"wdith": 2, "depth": 1}, 'did you mean "width"?'),
        ({"width": 10**9, "depth": 2}, "weights; give parameters for at most 10,000,000"),
        ({"width": 2, "depth": 10**12}, "more than 1,999 layers"),
    ],
)
def test_parameters_out_of_range(given_parameters, text):
    with pytest.raises(InputError) as error:
        hard("sawtooth", **given_parameters)
    assert text in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_family_suggests_the_nearest():
    with pytest.raises(ConstructionError, match='no family "zonotop"; did you mean "zonotope"'):
        hard("zonotop")
    with pytest.raises(ConstructionError, match="give one of maximum, montufar, "):
        hard("xyzzy")
