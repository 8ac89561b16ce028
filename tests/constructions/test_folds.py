"""The nets that attain the lower bounds of Pascanu, Montufar and Serra: counted by the engine, against formulas and tables."""

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.tables import table

from relupoly.bounds.upper import upper_bounds
from relupoly.constructions.folding import cutting_layer, flat_fold, folding_layer, full_fold
from relupoly.constructions.hard import hard
from relupoly.constructions.verification import verify
from relupoly.errors import InputError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.evaluation import evaluate
from relupoly.pieces.count import count_pieces


def regions(count, dimension):
    return sum(math.comb(count, j) for j in range(dimension + 1))


@pytest.mark.parametrize("row", table("bounds_exact", "serra_construction"), ids=lambda row: row and str(row["widths"]))
def test_the_published_table_for_two_inputs(row):
    net = hard("serra", inputs=row["n0"], widths=row["widths"])
    assert count_pieces(net.network, notion="activation").pieces == net.claims.activation == row["formula"] == row["R2"]


@pytest.mark.parametrize("row", table("bounds_exact", "univariate"), ids=lambda row: row and str(row["widths"]))
def test_the_published_table_for_one_input(row):
    net = hard("serra", inputs=1, widths=row["widths"])
    counts = count_pieces(net.network, notion="closed").counts
    assert [counts[notion] for notion in ("activation", "open", "closed")] == [row[key] for key in ("R2", "R4", "R5")]
    assert counts["activation"] == net.claims.pieces == upper_bounds(1, row["widths"])["serra2018"] == row["bound"]


@pytest.mark.parametrize(
    ("inputs", "widths"),
    [
        (1, [1]),
        (1, [3, 1]),
        (1, [4, 4, 1]),
        (2, [7]),
        (2, [8, 2]),
        (2, [6, 8, 1]),
        (2, [9, 6, 3]),
        (2, [7, 6]),
        (3, [9, 2]),
        (3, [12, 3]),
        (3, [9, 4]),
    ],
)
def test_serra(inputs, widths):
    net = hard("serra", inputs=inputs, widths=widths)
    formula = math.prod(width // inputs + 1 for width in widths[:-1]) ** inputs * regions(widths[-1], inputs)
    counts = count_pieces(net.network).counts
    assert counts["activation"] == net.claims.activation == formula
    assert counts["open"] == net.claims.pieces
    if min(widths) >= 3 * inputs:
        assert net.claims.paper.activation == formula


@settings(max_examples=25)
@given(
    st.integers(1, 2).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.integers(3 * n, 5 * n), max_size=4 - n), st.integers(1, 4))
    )
)
def test_serra_for_random_widths(shape):
    inputs, folds, last = shape
    result = verify(hard("serra", inputs=inputs, widths=[*folds, last]).network)
    assert (result.complete, result.agrees) == (True, True)


@pytest.mark.parametrize("family", ["montufar", "pascanu"])
@settings(max_examples=25)
@given(
    st.integers(1, 3).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.integers(n, 10 // n + n), min_size=1, max_size=3 - n // 3))
    )
)
def test_the_unit_cube_holds_what_the_paper_says(family, shape):
    inputs, widths = shape
    net = hard(family, inputs=inputs, widths=widths)
    folds = math.prod(width // inputs for width in widths[:-1])
    formula = folds ** (inputs if family == "montufar" else 1) * regions(widths[-1], inputs)
    cube = count_pieces(net.network, Domain.box([0] * inputs, [1] * inputs)).counts
    assert cube["activation"] == net.claims.paper.activation == formula
    assert cube["open"] == net.claims.paper.pieces
    everywhere = count_pieces(net.network).counts
    assert everywhere["activation"] >= net.claims.activation_at_least == formula
    assert everywhere["open"] >= net.claims.pieces_at_least
    assert net.network.widths == tuple(widths)


@pytest.mark.parametrize(("inputs", "neurons"), [(1, 1), (1, 4), (2, 1), (2, 2), (2, 5), (3, 2), (3, 3), (3, 6)])
def test_all_regions_of_the_last_layer_meet_the_cube(inputs, neurons):
    net = cutting_layer(inputs, neurons)
    for domain in (Domain(), Domain.box([0] * inputs, [1] * inputs)):
        counts = count_pieces(net, domain).counts
        assert counts["activation"] == counts["open"] == regions(neurons, inputs)


@pytest.mark.parametrize("neurons", [1, 2, 3, 4, 7])
def test_a_flat_fold_maps_each_piece_onto_the_unit_interval(neurons):
    net = folding_layer([flat_fold(neurons)], neurons)
    assert [evaluate(net, [f"{j}/{neurons}"])[0] for j in range(neurons + 1)] == [j % 2 for j in range(neurons + 1)]
    assert evaluate(net, [-5]) == [0]
    assert count_pieces(net).pieces == neurons + 1


@pytest.mark.parametrize("neurons", [3, 4, 5, 8])
def test_a_full_fold_covers_the_unit_interval_on_each_piece(neurons):
    net = folding_layer([full_fold(neurons)], neurons)
    assert [evaluate(net, [f"{j}/{neurons + 1}"])[0] for j in range(1, neurons + 2)] == [
        (j + 1) % 2 for j in range(1, neurons + 2)
    ]
    assert evaluate(net, [0]) == [2]
    assert count_pieces(net).pieces == neurons + 1


@pytest.mark.parametrize(("family", "widths"), list(product(("montufar", "pascanu", "serra"), ([6, 6, 3], [6, 2]))))
def test_some_line_has_as_many_pieces_as_the_shallow_bounds_use(family, widths):
    net = hard(family, inputs=2, widths=widths)
    folds = math.prod(width // 2 + (family == "serra") for width in widths[:-1])
    assert all(bound.paper.radicand == folds for bound in net.shallow_bounds)
    lines = (Domain(subspace=AffineSubspace.through([[0, f"{j}/13"], [1, f"{j}/13"]])) for j in range(1, 13))
    assert max(count_pieces(net.network, line).pieces for line in lines) >= folds


@pytest.mark.parametrize(
    ("family", "given_parameters", "text"),
    [
        ("serra", {"inputs": 2, "widths": "5,2"}, "layer 1: the width is 5; serra needs 6 or more for 2 inputs"),
        ("montufar", {"inputs": 3, "widths": [3, 2]}, "layer 2: the width is 2; montufar needs 3 or more"),
        ("pascanu", {"inputs": 3, "widths": 2}, "layer 1: the width is 2; pascanu needs 3 or more"),
        ("montufar", {"widths": [3, 2]}, "inputs is missing"),
        ("montufar", {"inputs": 3}, "widths is missing"),
        ("serra", {"inputs": 1, "widths": ""}, "widths: entry 1"),
        ("serra", {"inputs": 1, "widths": []}, "it is not a list of integers"),
        ("serra", {"inputs": 0, "widths": [3]}, "inputs: 0 is too small"),
        ("serra", {"inputs": 1, "widths": "3,0"}, "widths: entry 2, 0, is not an integer of at least 1"),
    ],
)
def test_parameters_out_of_range(family, given_parameters, text):
    with pytest.raises(InputError) as error:
        hard(family, **given_parameters)
    assert text in str(error.value)
