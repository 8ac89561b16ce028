"""Unbounded polyhedra without lines, held by constraints in a slice: against the walk over rays, and large boxes."""

import itertools

import numpy as np
import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.both_ways import assert_same_facts
from oracles.strategies import linear_nets, matrices

from relupoly import Domain, Network, Polyhedron, count_pieces, difference, stable_neurons
from relupoly.errors import DomainError
from relupoly.geometry.bounded_set import BoundedSet
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import by_constraints, held_by_constraints, relu_first

NOTIONS = ("activation", "open", "strict", "affine", "closed")


@st.composite
def cases(draw):
    """A net on an unbounded polyhedron that holds no line, or on a translate of one far away."""
    network = draw(linear_nets(inputs=3, neurons=6))
    size = network.input_dim
    rows = draw(matrices(draw(st.integers(size, size + 3)), size))
    bounds = [fmpq(draw(st.integers(-1, 3))) for _ in rows]
    try:
        polyhedron = Polyhedron.from_inequalities(rows, bounds)
    except DomainError:
        polyhedron = None
    assume(polyhedron is not None)
    assume(polyhedron.matrix.rank() == size)
    assume(BoundedSet.of(polyhedron) is None)
    return network, Domain(polyhedron)


def always(patch):
    """Constraints hold cells in sets without lines of every dimension."""
    patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", -1)
    patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


@settings(max_examples=80)
@given(cases(), st.sampled_from([*NOTIONS, "all"]))
def test_counts_are_those_of_the_walk_over_rays(case, notion):
    network, domain = case
    simple = relu_first(network)
    if simple.hidden:
        assert held_by_constraints(simple, domain.polyhedron).bounds
    expected = count_pieces(network, domain, notion).counts
    with pytest.MonkeyPatch.context() as patch:
        always(patch)
        assert count_pieces(network, domain, notion).counts == expected


@settings(max_examples=40)
@given(cases(), cases())
def test_stable_neurons_and_equality(case, other):
    network, domain = case

    def without_samples(patch):
        always(patch)
        patch.setattr("relupoly.analysis.equality.equality._FIRST_SAMPLES", 0)
        patch.setattr("relupoly.analysis.equality.vanishing._sampled", lambda *_: None)

    assert_same_facts(network, other[0], domain, without_samples)


def integer_net(inputs, widths, seed):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, 1]
    return Network.from_rows(
        [
            (source.integers(-3, 4, (after, before)).tolist(), source.integers(-9, 10, after).tolist())
            for before, after in itertools.pairwise(sizes)
        ]
    )


@pytest.mark.parametrize(("inputs", "open_sides"), [(12, 1), (13, 3)])
def test_half_boxes_of_many_inputs_are_as_boxes_that_are_large_enough(inputs, open_sides):
    # Vertices of integer nets with entries below 10 are not as far away as 10^40; beyond, all cells are cones.
    network = integer_net(inputs, [3, 3], inputs)
    rows = [*(-np.eye(inputs, dtype=int)).tolist(), *np.eye(inputs, dtype=int).tolist()[open_sides:]]
    domain = Domain(Polyhedron.from_inequalities(rows, [0] * inputs + [1] * (inputs - open_sides)))
    net = by_constraints(relu_first(network), domain)
    assert net.chart is not None
    large = Domain.box([0] * inputs, [10**40] * open_sides + [1] * (inputs - open_sides))
    assert count_pieces(network, domain, "open").counts == count_pieces(network, large, "open").counts
    assert stable_neurons(network, domain) == stable_neurons(network, large)


def test_equality_in_a_half_box():
    # The second net has a neuron more, which wakes up where x_1 is above 10^6.
    inputs = 13
    first = integer_net(inputs, [3], 5)
    weight, bias = first.layers[0].weight.tolist(), first.layers[0].bias.entries()
    wider = [*weight, [1, *[0] * (inputs - 1)]], [*bias, -(10**6)]
    row = first.layers[1].weight.tolist()[0]
    second = Network.from_rows([wider, ([[*row, 1]], first.layers[1].bias.entries())])
    rows = [*(-np.eye(inputs, dtype=int)).tolist(), *np.eye(inputs, dtype=int).tolist()[1:]]
    half = Polyhedron.from_inequalities(rows, [0] * inputs + [1] * (inputs - 1))
    witness = difference(first, second, Domain(half))
    assert witness.point[0] > 10**6
    assert (
        difference(
            first,
            second,
            Domain(Polyhedron.from_inequalities([*rows, [1, *[0] * (inputs - 1)]], [*half.bound.entries(), 10**6])),
        )
        is None
    )


def test_sets_with_lines_are_not_held_by_constraints():
    slab = Polyhedron.from_inequalities([[1, 1], [-1, -1]], [1, 1])
    network = Network.from_rows([([[1, 0]], [0]), ([[1]], [0])])
    assert held_by_constraints(network, slab) is None
    # A line that nobody sees does not matter.
    half = Polyhedron.from_inequalities([[1, 0]], [1])
    assert held_by_constraints(network, half).essential == (0,)
    unseen = Network.from_rows([([[0, 0]], [0]), ([[1]], [0])])
    assert held_by_constraints(unseen, slab).essential == ()
