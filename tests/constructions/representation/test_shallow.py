"""Theorem 2.1: nets rewritten with few hidden layers are the same function, by every route."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import brute_force
from oracles.strategies import linear_nets, matrices, nets, sparsely

from relupoly.analysis.equality.equality import difference
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.representation.cells import cells_of, function_on
from relupoly.constructions.representation.envelope import envelope
from relupoly.constructions.representation.lattice import lattice_sets
from relupoly.constructions.representation.lifting import _derivative
from relupoly.constructions.representation.shallow import ROUTES, _core, _room, shallow_network
from relupoly.constructions.representation.tropical import tropical_pair
from relupoly.errors import SizeError
from relupoly.exact.rationals import rational
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.composition import compose, subtract
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network
from relupoly.networks.simplification import simplify
from relupoly.run import UNLIMITED, Stopped


def net(*layers):
    return Network.from_rows(layers)


def absolute(n):
    """(|x_1|, ..., |x_n|)."""
    signs = [[sign * (i == j) for j in range(n)] for i in range(n) for sign in (1, -1)]
    return net((signs, None), ([[int(j // 2 == i) for j in range(2 * n)] for i in range(n)], None))


def bound(n):
    return next(k for k in range(10) if 2**k >= n + 1)


def check(network, route):
    """That a route is refused, or leads to the same function with few layers."""
    try:
        shallow = shallow_network(network, route, most=300)
    except SizeError:
        assume(False)
    assert difference(shallow.network, network) is None
    assert len(shallow.network.hidden) <= shallow.bound <= bound(network.input_dim)
    assert len(shallow.routes) == network.output_dim


@settings(max_examples=40)
@given(nets(inputs=2, layers=3, width=3, outputs=2, neurons=5), st.sampled_from(["auto", *ROUTES]))
def test_random_nets(network, route):
    """Small integer weights make degenerate nets: constant, of lower rank, with coincident hyperplanes."""
    check(network, route)


@pytest.mark.slow
@settings(max_examples=200)
@given(nets(inputs=3, layers=3, width=3, outputs=2, neurons=7), st.sampled_from(["auto", *ROUTES]))
def test_larger_random_nets(network, route):
    check(network, route)


@settings(max_examples=20)
@given(nets(inputs=2, layers=2, width=2, outputs=1, neurons=3))
def test_against_brute_force(network):
    """With equality decided by other code."""
    shallow = shallow_network(network).network
    assume(sum(shallow.widths) <= 6)
    assert brute_force.equal(shallow, network)


@settings(max_examples=30)
@given(nets(inputs=1, layers=3, width=3, outputs=1))
def test_one_input_gives_the_least_net(network):
    shallow = shallow_network(network)
    assert difference(shallow.network, network) is None
    assert len(shallow.network.hidden) <= 1
    assert shallow.minimal is True


@pytest.mark.parametrize("route", ["auto", *ROUTES])
def test_the_maximum_norm(route):
    """max(|x|, |y|) = (|x + y| + |x - y|) / 2 has one hidden layer of 4 neurons; lifting finds it."""
    norm = compose(maximum_network(2), absolute(2))
    shallow = shallow_network(norm, route)
    assert difference(shallow.network, norm) is None
    assert len(shallow.network.hidden) <= 2
    if route in ("auto", "lifting"):
        assert shallow.network.widths == (4,)


def test_the_maximum_of_three_numbers_needs_two_layers():
    tree = compose(maximum_network(3), net(([[1, 0], [0, 1], [0, 0]], None)))
    shallow = shallow_network(tree)
    assert (len(shallow.network.hidden), shallow.bound) == (2, 2)
    assert sum(shallow.network.widths) <= 5


@pytest.mark.parametrize("numbers", [4, 5])
def test_maxima_of_many_functions_in_the_plane(numbers):
    """ceil(log2 q) layers become 2."""
    rows = [[x, x * x - 3 * x, x % 3] for x in range(numbers)]
    tree = compose(maximum_network(numbers), net(([row[:-1] for row in rows], [row[-1] for row in rows])))
    for route in ROUTES:
        shallow = shallow_network(tree, route)
        assert len(shallow.network.hidden) == 2
        assert difference(shallow.network, tree) is None


def test_deep_nets_of_lower_rank():
    inner = net(([[1, 1, 1], [-1, -1, -1]], [0, 1]), ([[1, 1]], [-1]), ([[1]], None))
    shallow = shallow_network(inner)
    assert (shallow.routes, shallow.bound) == (("univariate",), 1)
    assert difference(shallow.network, inner) is None


def test_affine_and_constant_nets():
    identity = net(([[1, 2], [-1, -2]], None), ([[1, -1]], None), ([[1]], [5]))
    raised = compose(net(([[1]], [0])), net(([[1, 2], [-1, -2]], None), ([[1, -1]], [5])))
    assert shallow_network(raised).network.widths in ((), (2,))
    assert difference(shallow_network(identity).network, identity) is None
    constant = net(([[0, 0]], [3]), ([[2]], [1]))
    shallow = shallow_network(constant)
    assert (shallow.network.widths, shallow.routes, shallow.bound) == ((), ("affine",), 0)
    assert difference(shallow.network, constant) is None


def test_several_outputs_share_neurons():
    both = net(([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, 1], [1, -1, 2]], None))
    shallow = shallow_network(both)
    assert difference(shallow.network, both) is None
    assert sum(shallow.network.widths) <= 3


@settings(max_examples=30)
@given(nets(inputs=2, layers=2, width=2, outputs=1))
def test_tropical_polynomials_are_the_net(network):
    positive, negative = tropical_pair(network, 300)
    assert envelope(positive) == positive
    maxima = [
        compose(maximum_network(len(forms)), net(([form[:-1] for form in forms], [form[-1] for form in forms])))
        for forms in (positive, negative)
    ]
    assert difference(subtract(*maxima), network) is None


def test_lattice_sets_of_a_saddle():
    saddle = net(([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, -1, -1]], None))
    sets = lattice_sets(saddle, 100, UNLIMITED)
    pieces = {function_on(cell, 2) for cell in cells_of(saddle, UNLIMITED)}
    assert len(pieces) == 4
    assert {len(one) for one in sets} == {2}


def test_routes_that_are_too_long():
    deep = net(
        ([[3, 1], [1, -2], [-1, 1], [2, 2]], [1, 0, -1, 2]),
        ([[1, -2, 1, 1], [2, 1, -3, -1], [-1, 1, 1, -2]], [0, 1, -1]),
        ([[1, -1, 2], [-2, 1, 1]], [0, -1]),
        ([[1, -1]], None),
    )
    with pytest.raises(SizeError, match=r"no route is short enough \(lifting: .* more than 3 .*; tropical: .*; lattice: .*\)"):
        shallow_network(deep, most=3)
    with pytest.raises(SizeError, match=r"\(tropical: [^;]* more than 3 terms"):
        shallow_network(deep, "tropical", most=3)
    assert simplify(deep).widths == deep.widths


def test_stopping():
    deep = compose(absolute(2), net(([[1, 2], [2, -1]], [1, -1]), ([[1, 1], [1, -1]], None)))

    def stop():
        raise Stopped("deadline")

    with pytest.raises(Stopped):
        shallow_network(deep, "lifting", run=UNLIMITED.also(stop))


@settings(deadline=None)
@given(
    linear_nets(inputs=2, neurons=5, outputs=1, sparse=True), st.lists(st.tuples(st.fractions(), st.fractions()), max_size=4)
)
def test_the_convex_functions_of_nets_with_linear_neurons(network, points):
    positive, negative = tropical_pair(network, 10_000)

    def value(forms, point):
        return max(sum((a * x for a, x in zip(form, [*point, 1], strict=True)), fmpq(0)) for form in forms)

    for point in points:
        exact = [rational(x) for x in point][: network.input_dim]
        assert [value(positive, exact) - value(negative, exact)] == evaluate(network, exact)


@given(linear_nets(inputs=2, neurons=5, outputs=1), st.data())
def test_derivatives_of_nets_with_linear_neurons(network, data):
    """The derivative from one side is the slope of a step that is short enough: one that half of it does not change."""
    point, direction = (list(map(fmpq, data.draw(matrices(1, network.input_dim))[0])) for _ in range(2))

    def slope(step):
        there = [x + step * d for x, d in zip(point, direction, strict=True)]
        return (evaluate(network, there)[0] - evaluate(network, point)[0]) / step

    assert _derivative(network, point, direction) == slope(fmpq(1, 2**60))


def test_the_core_of_a_net_with_linear_neurons():
    """The linear map into the essential inputs leaves a leaky saddle as it is, sparse or dense."""
    whole = net(([[1, 0], [1, 0], [0, 1], [0, 1]], None), ([[1, 1, -1, 1]], None))
    saddle = Network((Layer(whole.layers[0].weight, whole.layers[0].bias, linear=(0, 2)), whole.layers[1]))
    core, entry = _core(saddle)
    assert core.layers[0].linear == (0, 2)
    assert compose(core, entry) == saddle
    sparse = Network(tuple(map(sparsely, saddle.layers)))
    assert _core(sparse)[0] == core
    assert _core(sparse)[1] == entry


def test_how_long_a_route_may_be():
    """What goes through far more functions than the best net has neurons is not tried; and never more than is allowed."""
    small = net(([[1]], None), ([[1]], None))
    assert _room([], 7) == 7
    assert _room([("given", small)], 7) == 7
    assert _room([("given", small)], 10**9) < 10**6
    assert _room([("given", absolute(3)), ("given", small)], 10**9) == _room([("given", small)], 10**9)


class TestLargeFirstLayers:
    """A convolution over thousands of inputs is refused before anything is inverted."""

    @staticmethod
    def large(size, directions):
        unit = SparseMatrix.identity(size).take_rows([row % directions for row in range(size)])
        ones = SparseMatrix.from_triples((1, size), [0] * size, range(size), [fmpq(1)] * size)
        return Network((Layer(unit, fmpq_mat(size, 1, list(range(size)))), Layer(ones, fmpq_mat(1, 1))))

    @pytest.mark.parametrize("route", ["auto", *ROUTES])
    def test_with_many_independent_neurons(self, route, monkeypatch):
        monkeypatch.setattr("relupoly.constructions.representation.shallow._core", None)
        with pytest.raises(
            SizeError, match=r"1100 inputs and 1100 neurons, and there are more than 2\^60 cells; take a smaller"
        ):
            shallow_network(self.large(1100, 1100), route)

    def test_with_few_directions_all_is_as_ever(self, monkeypatch):
        """70 breakpoints of one variable: the least net has a neuron for each."""
        monkeypatch.setattr("relupoly.constructions.representation.shallow._MOST_WEIGHTS", 70 * 70 - 1)
        with pytest.raises(SizeError, match="take a smaller"):
            shallow_network(self.large(70, 70))
        given = self.large(70, 1)
        found = shallow_network(given)
        assert (found.routes, found.network.widths, found.bound) == (("univariate",), (70,), 1)
        assert difference(found.network, given) is None

    def test_a_core_that_sees_all_inputs_is_the_net(self, monkeypatch):
        monkeypatch.setattr("relupoly.constructions.representation.shallow.densely", None)
        small = net(([[1, 2], [3, 4]], [1, 1]), ([[1, 1]], None))
        core, entry = _core(small)
        assert core is small
        assert compose(core, entry) == small
