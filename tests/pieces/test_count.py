"""Counting: domains of every shape, several outputs, and stopping."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.brute_force import brute_force
from oracles.strategies import ENTRY, matrices, nets

from relupoly.errors import DomainError, InputError, SizeError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Layer, Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount import recount
from relupoly.run import Run


def net(*layers):
    return Network.from_rows(layers)


def counts(*case):
    return count_pieces(*case, notion="all").counts


LINES = net(([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], None))
FOUR_TEETH = net(([[1], [1]], [0, "-1/2"]), ([[2, -4], [2, -4]], [0, "-1/2"]), ([[2, -4]], None))
TOUCHING_AT_ZERO = net(([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, -1]], None))


@st.composite
def polyhedra(draw, dimension, neurons=()):
    """Short inequalities, some of them twice, some of them hyperplanes of neurons."""
    row = st.lists(ENTRY, min_size=dimension, max_size=dimension)
    system = draw(st.lists(st.tuples(row, st.integers(-1, 2)), min_size=1, max_size=5))
    for weights, bias in draw(st.lists(st.sampled_from(neurons), max_size=2)) if neurons else []:
        side = draw(st.sampled_from([1, -1]))
        system.append(([side * entry for entry in weights], -side * bias))
    system += [([2 * entry for entry in row], 2 * bound) for row, bound in system[: draw(st.integers(0, 2))]]
    try:
        return Domain(Polyhedron.from_inequalities(*zip(*system, strict=True)))
    except DomainError:
        return None


@settings(max_examples=100)
@given(nets(inputs=2, neurons=5, layers=2), st.data())
def test_polyhedra_equal_brute_force(network, data):
    domain = data.draw(polyhedra(network.input_dim, first_neurons(network)))
    if domain is not None:
        assert counts(network, domain) == brute_force(network, domain)


@pytest.mark.slow
@settings(max_examples=300)
@given(nets(inputs=4, neurons=8, width=4), st.data())
def test_polyhedra_equal_the_recount(network, data):
    domain = data.draw(polyhedra(network.input_dim, first_neurons(network)))
    if domain is not None:
        assert counts(network, domain) == recount(network, domain, notions=NOTIONS)


def first_neurons(network):
    first = network.layers[0]
    return [([int(e) for e in row], int(bias)) for row, bias in zip(first.weight.tolist(), first.bias.entries(), strict=True)]


TRIANGLE = ([[-1, 0], [0, -1], [1, 1]], [0, 0, 1])


@pytest.mark.parametrize(
    ("rows", "bounds", "activation"),
    [
        ([[1, 0]], [0], 3),
        ([[-1, 0]], ["1/2"], 7),
        ([[1, 0], [-1, 0]], ["1/2", "1/2"], 6),
        ([[1, 1], [-1, -1]], [1, 1], 4),
        ([[-1, 0], [0, -1]], [0, 0], 2),
        ([[1, 0], [0, 1]], [0, 0], 1),
        (*TRIANGLE, 1),
        ([*TRIANGLE[0], *TRIANGLE[0]], [*TRIANGLE[1], *TRIANGLE[1]], 1),
        ([*TRIANGLE[0], [1, 0], [2, 2]], [*TRIANGLE[1], 1, 7], 1),
        ([[-1, 1], [0, -1]], [0, 0], 2),
        ([[0, 1], [1, 0], [-1, -1]], [1, 1, 0], 4),
        ([[1, 1], [-1, -1], [1, -1], [-1, 1]], ["1/10"] * 4, 4),
    ],
    ids=[
        "half-plane on a line",
        "half-plane across",
        "slab across",
        "slab on a line",
        "quadrant on two lines",
        "quadrant that is a cell",
        "triangle of all lines",
        "every inequality twice",
        "redundant inequalities",
        "facet through two vertices",
        "facets through vertices",
        "small diamond around a vertex",
    ],
)
def test_three_lines_in_polyhedra(rows, bounds, activation):
    """The lines x = 0, y = 0, x + y = 1 have 7 cells in the plane."""
    domain = Domain(Polyhedron.from_inequalities(rows, bounds))
    found = counts(LINES, domain)
    assert found["activation"] == activation
    assert found == brute_force(LINES, domain)


def test_directions_that_only_the_domain_sees():
    ridge = net(([[1, 0, 0], [-1, 0, 0]], None), ([[1, 1]], None))
    assert counts(ridge, Domain(Polyhedron.from_inequalities([[0, 1, 0]], [1])))["open"] == 2
    assert counts(ridge, Domain(Polyhedron.from_inequalities([[1, 1, 0], [1, -1, 0]], [0, 0])))["open"] == 1
    assert counts(ridge, Domain(Polyhedron.from_inequalities([[1, 1, 1], [1, -1, -1]], [1, 1])))["open"] == 2


def test_a_net_without_directions():
    constant = net(([[0, 0]], [1]), ([[1], [-1]], None), ([[1, 1]], None))
    assert counts(constant) == {**dict.fromkeys(NOTIONS, 1)}
    assert counts(constant, Domain.box([0, 0], [1, 1])) == {**dict.fromkeys(NOTIONS, 1)}
    zero = net(([[0]], [0]), ([[1]], None))
    assert counts(zero) == {**dict.fromkeys(NOTIONS, 1), "strict": 0}


def test_a_line_through_a_vertex_of_the_arrangement():
    line = Domain(subspace=AffineSubspace.through([[0, 0], ["1/3", "1/5"]]))
    assert counts(LINES, line)["activation"] == 3
    along = Domain(subspace=AffineSubspace.through([[0, 0], [0, 1]]))
    assert counts(LINES, along) == brute_force(LINES, along)
    assert counts(LINES, along)["strict"] == 0


def test_too_many_independent_hyperplanes():
    wide = net(([[int(i == j) for j in range(61)] for i in range(61)], None), ([[1] * 61], None))
    with pytest.raises(SizeError, match=r"at least 2\^61 cells.*--through"):
        count_pieces(wide)
    assert count_pieces(wide, Domain(subspace=AffineSubspace.through([[1] * 61, range(61)]))).pieces == 61


@given(nets(neurons=7, outputs=1), st.data())
def test_a_second_output_can_only_refine(network, data):
    last = network.layers[-1]
    row = data.draw(matrices(1, last.inputs))[0]
    alone = Network((*network.layers[:-1], Layer(type(last.weight)(1, last.inputs, row), last.bias)))
    both = Network.from_rows(
        [*((layer.weight.tolist(), layer.bias.entries()) for layer in network.layers[:-1]),
         ([*last.weight.tolist(), row], [*last.bias.entries(), *last.bias.entries()])]
    )  # fmt: skip
    one, two, joint = counts(network), counts(alone), counts(both)
    for notion in ("activation", "patterns", "strict"):
        assert one[notion] == two[notion] == joint[notion]
    for notion in ("open", "affine"):
        assert max(one[notion], two[notion]) <= joint[notion] <= one["activation"]


@given(nets(neurons=7, outputs=1))
def test_an_output_twice_or_a_constant_one_changes_nothing(network):
    *hidden, last = [(layer.weight.tolist(), layer.bias.entries()) for layer in network.layers]
    rows, bias = last
    twice = Network.from_rows([*hidden, ([*rows, [-2 * entry for entry in rows[0]], [0] * len(rows[0])], [*bias, 3, 5])])
    assert counts(twice) == counts(network)


def test_two_outputs_whose_zero_sets_touch_only_together():
    """f has the value (0, 0) on two quadrants that meet at 0; each output alone joins differently."""
    both = net(([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, -1], [2, 2, -2]], None))
    assert counts(both) == counts(TOUCHING_AT_ZERO) == brute_force(both)
    apart = net(([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, -1], [0, 0, 1]], None))
    assert counts(apart) == brute_force(apart)
    assert counts(apart)["closed"] == 6


@settings(max_examples=60)
@given(nets(inputs=2, layers=1, width=5, neurons=5, outputs=3))
def test_several_outputs_equal_brute_force(network):
    assert counts(network) == brute_force(network)


@pytest.mark.parametrize("notion", [*NOTIONS, "all"])
def test_the_limit_is_the_number_of_cells_that_are_seen(notion):
    cells = count_pieces(LINES, notion=notion).cells
    assert cells == 7
    enough = count_pieces(LINES, notion=notion, limit=cells)
    assert (enough.complete, enough.stopped, enough.cells) == (True, None, cells)
    for limit in range(cells):
        partial = count_pieces(LINES, notion=notion, limit=limit)
        assert (partial.complete, partial.stopped, partial.cells) == (False, "limit", limit)
        assert partial.counts["activation"] == limit
        assert "closed" not in partial.counts
        assert all(count <= enough.counts[name] for name, count in partial.counts.items() if name != "open")


@pytest.mark.parametrize("limit", [None, 6])
def test_progress_tells_the_cells_seen_so_far(limit):
    told = []
    count_pieces(LINES, notion="all", limit=limit, run=Run(progress=told.append))
    assert told == sorted(set(told))
    assert (told[0] >= 1, told[-1]) == (True, limit or 7)


def test_a_deadline_of_zero_seconds():
    result = count_pieces(LINES, run=Run(deadline=0))
    assert (result.complete, result.stopped, result.certified) == (False, "deadline", True)
    assert count_pieces(LINES, run=Run(deadline=1e9)).complete


def test_an_interruption():
    told = []
    result = count_pieces(LINES, notion="all", run=Run(progress=told.append, interrupted=lambda: len(told) >= 3))
    assert (result.complete, result.stopped, result.cells) == (False, "interrupted", told[-1])
    assert 3 <= result.counts["activation"] == result.cells < 7
    assert not count_pieces(LINES, run=Run(interrupted=lambda: True)).complete


@pytest.mark.parametrize("asked", ["closed", "all"])
def test_a_stop_after_all_cells_leaves_closed_unsaid(asked):
    """The zero quadrants are one function with two open pieces: a second walk sees that they touch at 0."""
    whole = count_pieces(TOUCHING_AT_ZERO, notion=asked)
    assert (whole.counts["open"], whole.counts["closed"]) == (6, 5)
    told = []
    result = count_pieces(TOUCHING_AT_ZERO, notion=asked, run=Run(progress=told.append, interrupted=lambda: told[-1:] == [6]))
    assert (result.complete, result.stopped, result.cells) == (False, "interrupted", 6)
    assert result.counts == {name: count for name, count in whole.counts.items() if name != "closed"}
    assert result.pieces == (None if asked == "closed" else 6)


def test_what_is_reported():
    result = count_pieces(FOUR_TEETH, Domain.box([0], [1]), "affine")
    assert (result.notion, result.pieces, result.asked) == ("affine", 4, ("affine",))
    assert (result.input_dim, result.widths, result.domain.name) == (1, (2, 2), "box 0 1")
    assert (result.cells, result.complete, result.certified) == (4, True, True)
    assert result.seconds > 0
    everything = count_pieces(FOUR_TEETH, notion="all")
    assert (everything.notion, tuple(everything.counts), everything.asked) == ("open", NOTIONS, NOTIONS)


def test_a_domain_of_another_dimension():
    with pytest.raises(DomainError, match="make them equal"):
        count_pieces(LINES, Domain.box([0], [1]))


@pytest.mark.parametrize("seed", range(4))
def test_cutting_the_domain_in_two_adds_up(seed):
    """The cells in two halves of a box are the cells of the box, those across the cut twice."""
    source = random.Random(seed)
    sizes = [3, 5, 4, 1]
    layers = [
        ([[Fraction(source.gauss(0, 1)) for _ in range(a)] for _ in range(b)], [Fraction(source.gauss(0, 1)) for _ in range(b)])
        for a, b in pairwise(sizes)
    ]
    network = Network.from_rows(layers)
    whole = counts(network, Domain.box([-1] * 3, [1] * 3))["activation"]
    halves = [counts(network, Domain.box([lo, -1, -1], [hi, 1, 1]))["activation"] for lo, hi in ((-1, "1/7"), ("1/7", 1))]
    section = AffineSubspace.fixing(3, {0: "1/7"})
    across = counts(network, Domain.box([-1, -1], [1, 1]).inside(section))["activation"]
    assert sum(halves) == whole + across


def test_an_unknown_notion_is_refused():
    with pytest.raises(InputError, match='"opne" is no notion of region; choose among open, activation'):
        count_pieces(Network.from_rows([([[1]], None), ([[1]], None)]), notion="opne")
