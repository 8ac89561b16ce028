"""Polyhedra that are no boxes, held by constraints: against the walk over rays, and changes of coordinates that make boxes."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.both_ways import assert_same_facts
from oracles.strategies import boxes, linear_nets

from relupoly import Domain, Network, Polyhedron, count_pieces, difference, stable_neurons
from relupoly.exact.matrices import rows_of
from relupoly.geometry.bounded_set import BoundedSet
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict
from relupoly.pieces.constraints.region import whole_region
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import by_constraints, constrained, relu_first
from relupoly.run import Run

NOTIONS = ("activation", "open", "strict", "affine", "closed")


def always(patch):
    """Constraints hold cells in bounded sets of every dimension."""
    patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


@st.composite
def cases(draw):
    """A net on a box that half-spaces through its middle, or near it, cut."""
    network = draw(linear_nets(inputs=3, neurons=7))
    box = draw(boxes(network.input_dim)).polyhedron
    rows, bounds = rows_of(box.matrix), box.bound.entries()
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.lists(st.integers(-2, 2), min_size=network.input_dim, max_size=network.input_dim))
        at = sum((a * x for a, x in zip(row, box.center, strict=True)), fmpq(0))
        rows, bounds = [*rows, row], [*bounds, at + draw(st.sampled_from([fmpq(1, 10**30), fmpq(1, 3), fmpq(2)]))]
    return network, Domain(Polyhedron.from_inequalities(rows, bounds))


@settings(max_examples=80)
@given(cases(), st.sampled_from([*NOTIONS, "all"]))
def test_counts_are_those_of_the_walk_over_rays(case, notion):
    network, domain = case
    expected = count_pieces(network, domain, notion).counts
    with pytest.MonkeyPatch.context() as patch:
        always(patch)
        assert count_pieces(network, domain, notion).counts == expected


@settings(max_examples=40)
@given(cases(), cases())
def test_stable_neurons_and_equality(case, other):
    network, domain = case
    assert_same_facts(network, other[0], domain, always)


def random_net(inputs, widths, seed):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, 1]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


@pytest.mark.parametrize("inputs", [12, 16])
def test_a_sheared_box_has_the_counts_of_the_box(inputs):
    network, box = random_net(inputs, [4, 3], 1), Polyhedron.box([-1] * inputs, [1] * inputs)
    expected = count_pieces(network, Domain(box), "open").counts
    source = random.Random(2)
    shear = [[fmpq(int(i == j) or (source.randint(-1, 1) if j == i + 1 else 0)) for j in range(inputs)] for i in range(inputs)]
    # x = S y, so the sheared box is where A S y <= b, and the net is restricted along S.
    matrix = box.matrix * fmpq_mat(shear)
    moved = restrict(network, AffineSubspace(fmpq_mat(inputs, 1), fmpq_mat(shear)))
    domain = Domain(Polyhedron(matrix, box.bound))
    net = by_constraints(relu_first(moved), domain)
    assert net.bounds
    assert net.domain.nrows() > 0
    assert count_pieces(moved, domain, "open").counts == expected
    assert stable_neurons(moved, domain) == stable_neurons(network, Domain(box))


def test_a_sliver_of_a_box_with_many_inputs():
    # The sum of 20 coordinates of [0, 1] is 10 to 10 + 10^-30; its hyperplanes at multiples of 10^-31 cut that in eleven.
    inputs, thin = 20, fmpq(1, 10**30)
    box = Polyhedron.box([0] * inputs, [1] * inputs)
    rows = [*rows_of(box.matrix), [1] * inputs, [-1] * inputs]
    domain = Domain(Polyhedron.from_inequalities(rows, [*box.bound.entries(), 10 + thin, -10]))
    bias = [-10 - thin * number / 11 for number in range(11)]
    network = Network.from_rows([([[1] * inputs] * 11, bias), ([[1] * 11], [0])])
    # The first one only touches.
    assert count_pieces(network, domain, "open").counts == {"open": 11, "activation": 11}
    found = stable_neurons(network, domain)
    assert (found.active, found.inactive) == (((0,),), ((),))


def test_inputs_that_are_tied_to_those_that_are_seen_count():
    # x_1 is between 0 and x_2, and x_2 is between 0 and 1/2: the neuron x_1 - 3/4 is never active; x_3, x_4 say nothing.
    rows = [[-1, 0, 0, 0], [1, -1, 0, 0], [0, 2, 0, 0], [0, 0, -1, 0], [0, 0, 0, -1], [0, 0, 1, 1]]
    polyhedron = Polyhedron.from_inequalities(rows, [0, 0, 1, 0, 0, 1])
    network = Network.from_rows([([[1, 0, 0, 0], [1, 0, 0, 0]], [Fraction(-3, 4), Fraction(-1, 4)]), ([[1, 1]], [0])])
    net = constrained(network, BoundedSet.of(polyhedron))
    assert net.essential == (0, 1)
    with pytest.MonkeyPatch.context() as patch:
        always(patch)
        assert count_pieces(network, Domain(polyhedron)).pieces == 2
        other = Network.from_rows([([[1, 0, 0, 0], [1, 0, 0, 0]], [Fraction(-3, 4), 0]), ([[1, 1]], [0])])
        witness = difference(network, other, Domain(polyhedron))
        assert all(slack >= 0 for slack in polyhedron.slacks(witness.point))


def test_the_witness_of_the_whole_is_inside():
    polyhedron = Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1], [1, -1]], [0, 0, 1, -1 + Fraction(1, 10**25)])
    network = Network.from_rows([([[1, 1]], [0]), ([[1]], [0])])
    whole = whole_region(constrained(network, BoundedSet.of(polyhedron)))
    assert len(whole.labels) == 2
    assert all(side == 1 for side in whole.sides)


def test_few_facets_are_held_by_rays():
    simplex = Polyhedron.from_inequalities([*(-np.eye(20, dtype=int)).tolist(), [1] * 20], [*[0] * 20, 1])
    assert by_constraints(random_net(20, [3, 3], 1), Domain(simplex)) is None


def test_deadlines_hold():
    inputs = 12
    box = Polyhedron.box([0] * inputs, [1] * inputs)
    domain = Domain(Polyhedron.from_inequalities([*rows_of(box.matrix), [1] * inputs], [*box.bound.entries(), 4]))
    assert count_pieces(random_net(inputs, [5, 5], 1), domain, run=Run(deadline=0)).stopped == "deadline"
