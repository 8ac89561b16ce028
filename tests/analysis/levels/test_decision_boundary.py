"""Decision boundaries: known lengths and areas, brute force over half-spaces, and what is refused."""

from __future__ import annotations

from math import isclose

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from oracles.level_sets import Ties, box_rows, level_ties
from oracles.small_nets import SMALL, small_nets
from oracles.stops import After

from relupoly.analysis.levels.decision_boundary import decision_boundary
from relupoly.errors import DomainError, InputError, NetworkError, NumberError, SizeError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Layer, Network
from relupoly.run import Run, Stopped


def sum_of_sizes(n, bias):
    """|x_1| + ... + |x_n| + bias."""
    rows = [[sign if j == i else 0 for j in range(n)] for i in range(n) for sign in (1, -1)]
    return Network.from_rows([(rows, None), ([[1] * (2 * n)], [bias])])


def cube(n):
    return Domain.box([-2] * n, [2] * n)


@pytest.mark.parametrize(
    ("n", "size", "noun"), [(1, "2", "points"), (2, "4*sqrt(2)", "length"), (3, "4*sqrt(3)", "area"), (4, "16/3", "volume")]
)
def test_the_boundary_of_a_cross_polytope(n, size, noun):
    found = decision_boundary(sum_of_sizes(n, -1))
    assert found.size.text == size
    assert found.noun == noun
    assert found.pieces == 2**n
    assert found.components == (2 if n == 1 else 1)
    assert (found.plateaus, found.plateau_volume, found.unbounded) == (0, 0, 0)


def test_an_enclosed_length_is_narrow():
    found = decision_boundary(sum_of_sizes(3, -1))
    assert found.lower**2 <= 48 <= found.upper**2
    assert 0 < found.upper - found.lower < found.lower / 10**15


def test_a_point_that_is_touched_is_a_component_and_a_segment_is_also_a_piece():
    found = decision_boundary(sum_of_sizes(2, 0), cube(2))
    assert (found.components, found.pieces, found.lower, found.upper) == (1, 0, 0, 0)
    # |x| + relu(|y| - |x| - 1) is 0 on a segment, which passes through two cells
    crossed = Network.from_rows(
        [([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 0, 0], [-1, -1, 1, 1]], [0, -1]), ([[1, 1]], None)]
    )
    found = decision_boundary(crossed, cube(2))
    assert (found.components, found.pieces) == (1, 2)
    assert found.size.text == "2"


def test_what_lies_on_the_boundary_of_the_domain_belongs_to_it():
    net = Network.from_rows([([[1, 0]], None), ([[1]], None)])
    found = decision_boundary(net, Domain.box([0, 0], [1, 1]))
    assert (found.components, found.pieces, found.size.text, found.plateaus) == (1, 1, "1", 0)
    found = decision_boundary(net, Domain.box([0, 0], [1, 1]), 1)
    assert (found.components, found.pieces, found.size.text, found.plateaus) == (1, 1, "1", 0)


def test_plateaus_are_told_apart():
    net = Network.from_rows([([[1, 0]], None), ([[1]], None)])
    found = decision_boundary(net, Domain.box([-3, 0], [1, 2]))
    assert (found.components, found.pieces, found.size.text) == (1, 1, "2")
    assert (found.plateaus, found.plateau_volume) == (1, 6)
    found = decision_boundary(net)
    assert (found.components, found.pieces, found.unbounded, found.plateaus) == (1, 1, 1, 1)
    assert (found.lower, found.upper, found.plateau_volume) == (None, None, None)


def test_diamonds_that_touch_in_a_point_are_one_component():
    """The distance to the nearer of (2, 0) and (-2, 0) in the 1-norm, |y| + ||x| - 2|."""
    net = Network.from_rows(
        [
            ([[1, 0], [-1, 0], [0, 1], [0, -1]], None),
            ([[1, 1, 0, 0], [-1, -1, 0, 0], [0, 0, 1, 1]], [-2, 2, 0]),
            ([[1, 1, 1]], None),
        ]
    )
    apart, touching, joined = (decision_boundary(net, Domain.box([-6, -6], [6, 6]), level) for level in (1, 2, 3))
    assert (apart.components, apart.size.text) == (2, "8*sqrt(2)")
    assert (touching.components, touching.size.text) == (1, "16*sqrt(2)")
    assert (joined.components, joined.size.text) == (1, "20*sqrt(2)")


def test_the_larger_of_two_outputs_in_three():
    """Outputs x, y and 0: three rays from the origin; ties of two of them are one ray each."""
    net = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, -1, 0, 0], [0, 0, 1, -1], [0, 0, 0, 0]], None)])
    box = Domain.box([-1, -1], [1, 1])
    found = decision_boundary(net, box)
    assert (found.components, found.pieces, found.size.text) == (1, 3, "2 + sqrt(2)")
    for ties, size in (((0, 1), "sqrt(2)"), ((0, 2), "1"), ((2, 1), "1")):
        assert decision_boundary(net, box, ties=ties).size.text == size
    unbounded = decision_boundary(net)
    assert (unbounded.components, unbounded.pieces, unbounded.unbounded) == (1, 3, 3)


def test_outputs_that_are_one_are_a_plateau():
    net = Network.from_rows([([[1], [-1]], None), ([[1, -1], [1, -1], [0, 0]], None)])
    found = decision_boundary(net, Domain.box([-1], [2]))
    assert (found.plateaus, found.plateau_volume, found.pieces, found.components) == (1, 2, 1, 1)


def test_a_piece_in_which_two_of_three_equal_outputs_are_one():
    """Outputs -|x|, -|x| and 0 on [0, 1] x [0, 1]: all are equal on a side, and nowhere else the first two are the largest."""
    net = Network.from_rows([([[1, 0], [-1, 0]], None), ([[-1, -1], [-1, -1], [0, 0]], None)])
    found = decision_boundary(net, Domain.box([0, 0], [1, 1]))
    assert (found.pieces, found.size.text, found.plateaus, found.components) == (1, "1", 0, 1)


def test_a_length_in_a_subspace_is_that_of_inputs():
    """|x| + |y| + |z| = 1 on the plane x + y + z = 0: a hexagon whose sides are sqrt(1/2) long."""
    plane = AffineSubspace.through([[0, 0, 0], [1, -1, 0], [2, 3, -5]])
    found = decision_boundary(sum_of_sizes(3, -1), Domain(None, plane))
    assert (found.inputs, found.pieces, found.size.text) == (2, 6, "3*sqrt(2)")


def test_the_same_in_a_union():
    net = sum_of_sizes(2, -1)
    halves = DomainUnion((Domain.box([-2, -2], [0, 2]), Domain.box([0, -2], [2, 2])))
    found = decision_boundary(net, halves)
    assert (found.components, found.size.text, found.pieces) == (1, "4*sqrt(2)", 4)
    apart = DomainUnion((Domain.box([-2, -2], ["-1/2", 2]), Domain.box(["1/2", -2], [2, 2])))
    found = decision_boundary(net, apart)
    assert (found.components, found.size.text, found.pieces) == (2, "2*sqrt(2)", 4)


def test_a_piece_on_the_border_of_parts_counts_once():
    net = Network.from_rows([([[1, 0], [-1, 0]], None), ([[1, -1]], None)])
    halves = DomainUnion((Domain.box([-2, -2], [0, 2]), Domain.box([0, -2], [2, 2])))
    found = decision_boundary(net, halves)
    assert (found.pieces, found.size.text) == (1, "4")


LEVELS = st.sampled_from([fmpq(-1), fmpq(0), fmpq(1), fmpq(1, 2)])


@settings(deadline=None, max_examples=60)
@given(small_nets(), LEVELS)
@example(Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)]), fmpq(0))
def test_levels_as_by_brute_force(net, level):
    n = net.input_dim
    found = decision_boundary(net, cube(n), level)
    expected = level_ties(net, box_rows([-2] * n, [2] * n), [fmpq(1)], level)
    compare(found, expected)


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=3).filter(lambda net: net.input_dim < 3), st.sampled_from([None, (0, 1), (2, 1)]))
def test_ties_as_by_brute_force(net, ties):
    n = net.input_dim
    found = decision_boundary(net, cube(n), ties=ties)
    pairs = [(0, 1), (0, 2), (1, 2)] if ties is None else [ties]
    compare(found, Ties(net, box_rows([-2] * n, [2] * n), lambda outputs: outputs, pairs))


@settings(deadline=None, max_examples=40)
@given(st.data(), st.integers(1, 4))
def test_ties_of_many_in_space_as_by_brute_force(data, width):
    layers = []
    for before, after in ((3, width), (width, 4)):
        rows = data.draw(st.lists(st.lists(SMALL, min_size=before + 1, max_size=before + 1), min_size=after, max_size=after))
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
    net = Network.from_rows(layers)
    pairs = [(i, j) for j in range(4) for i in range(j)]
    compare(decision_boundary(net, cube(3)), Ties(net, box_rows([-2] * 3, [2] * 3), lambda outputs: outputs, pairs))


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2))
def test_two_outputs_are_equal_where_their_difference_is_zero(net):
    domain = cube(net.input_dim)
    found = decision_boundary(net, domain)
    assert found == decision_boundary(net, domain, objective=[1, -1])
    assert found == decision_boundary(net, domain, objective=[3, -3], level=0)


def compare(found, expected):
    assert found.complete
    assert found.components == expected.components
    assert found.pieces == len(expected.pieces)
    assert isclose(found.lower, expected.size, rel_tol=1e-12)
    assert isclose(found.upper, expected.size, rel_tol=1e-12)
    assert found.lower <= found.upper
    assert isclose(found.plateau_volume, expected.plateau_volume, rel_tol=1e-12)
    assert found.plateaus == len(expected.plateaus)


@settings(deadline=None, max_examples=40)
@given(small_nets().filter(lambda net: net.input_dim < 3), LEVELS)
def test_in_the_space_as_in_a_box_that_holds_all_vertices(net, level):
    n = net.input_dim
    try:
        everywhere = decision_boundary(net, None, level)
    except DomainError:
        assume(False)
    large = decision_boundary(net, Domain.box([-(10**6)] * n, [10**6] * n), level)
    assert (everywhere.components, everywhere.pieces) == (large.components, large.pieces)
    assert everywhere.plateaus == large.plateaus
    assert bool(everywhere.unbounded) == (n > 1 and large.lower > 10**5)
    if not everywhere.unbounded:
        assert everywhere.size == large.size


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=3).filter(lambda net: net.input_dim < 3 and net.hidden))
def test_ties_in_the_space_as_in_a_box_that_holds_all_vertices(net):
    n = net.input_dim
    everywhere = decision_boundary(net)
    large = decision_boundary(net, Domain.box([-(10**6)] * n, [10**6] * n))
    assert (everywhere.components, everywhere.pieces) == (large.components, large.pieces)
    assert everywhere.plateaus == large.plateaus
    assert bool(everywhere.unbounded) == (n > 1 and large.lower > 10**5)


def test_what_was_seen_when_it_stops(monkeypatch):
    from relupoly.analysis.analysis import analyze

    net = sum_of_sizes(2, -1)
    with pytest.raises(Stopped):
        decision_boundary(net, cube(2), run=Run(interrupted=After(2)))
    seen = [analyze(net, cube(2), ["boundary"], run=Run(interrupted=After(times))) for times in range(60)]
    sizes = [one.boundary.pieces for one in seen]
    assert sorted(sizes) == sizes
    assert {0, 4} <= set(sizes)
    for one in seen:
        if one.stopped:
            assert not one.boundary.complete
            assert one.boundary.components is None
            assert one.boundary.upper is None
            assert one.boundary.lower <= fmpq(5657, 1000)
        else:
            assert one.boundary.components == 1


def test_what_is_refused():
    net = sum_of_sizes(2, -1)
    two = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 0], [0, 1]], None)])
    with pytest.raises(NumberError, match="the level"):
        decision_boundary(net, level="high")
    with pytest.raises(NetworkError, match=r"ties are of two different outputs, and 1, 3 are none .* outputs 1 to 2"):
        decision_boundary(two, ties=(0, 2))
    with pytest.raises(NetworkError, match="one output alone"):
        decision_boundary(net, ties=(0, 1))
    with pytest.raises(NetworkError, match="two different outputs"):
        decision_boundary(two, ties=(1, 1))
    with pytest.raises(InputError, match="leave these out"):
        decision_boundary(two, level=0, ties=(0, 1))
    with pytest.raises(InputError, match=r"a level is of one output, and the network has 2"):
        decision_boundary(two, level=1)
    with pytest.raises(NetworkError, match="objective"):
        decision_boundary(two, objective=[1])
    wide = Network.from_rows([([[1] * 30, [-1] * 30], None), ([[1, 1]], None)])
    with pytest.raises(SizeError, match="vertices"):
        decision_boundary(wide, Domain.box([-1] * 30, [1] * 30))


def test_an_affine_net_on_all_of_the_space_is_refused():
    """Its level sets have no vertices; those of relu(x) + y have, where the space is cut at y = 0."""
    affine = Network.from_rows([([[1, 2]], [1])])
    with pytest.raises(DomainError, match="give a box"):
        decision_boundary(affine)
    assert decision_boundary(affine, cube(2)).size.text == "2*sqrt(5)"
    first = Layer(fmpq_mat([[1, 0], [0, 1]]), fmpq_mat(2, 1), linear=(1,))
    skip = Network((first, Layer(fmpq_mat([[1, 1]]), fmpq_mat(1, 1))))
    found = decision_boundary(skip)
    assert (found.components, found.pieces, found.unbounded) == (1, 2, 2)
