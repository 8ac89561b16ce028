"""The radius is that of a look at all sign patterns by other solvers, whatever way the search takes."""

from __future__ import annotations

import contextlib
import itertools
import math
import random

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.nearest import nearest
from oracles.small_nets import small_nets

from relupoly import AffineSubspace, Domain, DomainUnion, Network, Polyhedron, Run, robustness
from relupoly.analysis.robustness import box_search, nested_listing
from relupoly.analysis.robustness import robustness as module
from relupoly.analysis.robustness.guesses import Guesses
from relupoly.analysis.robustness.metric import Metric
from relupoly.analysis.robustness.robustness import radii
from relupoly.errors import DomainError, NetworkError, NumberError

NORMS = [1, 2, math.inf]
WAYS = {
    "as it is": [],
    "boxes alone": [(box_search, "_FEW_CELLS", 4), (box_search, "_ALL_AT", 10**9)],
    "looks at all": [(box_search, "_ALL_AT", 0.0), (box_search, "_FEW_CELLS", 0)],
    "many inputs": [(module, "_MANY_INPUTS", 1), (nested_listing, "_ALL_AT", 3)],
    "nothing guessed": [(Guesses, "look", lambda self, run: None)],
    "nothing guessed, many inputs": [(Guesses, "look", lambda self, run: None), (module, "_MANY_INPUTS", 1)],
    "no doubles": [(module.DoublesNet, "of", classmethod(lambda cls, net: None))],
}


@contextlib.contextmanager
def searched(way):
    """While open, the search takes another way."""
    with pytest.MonkeyPatch.context() as patch:
        for where, name, value in WAYS[way]:
            patch.setattr(where, name, value)
        yield


def size(step, power):
    entries = [abs(entry) for entry in step]
    return max(entries) if power == math.inf else sum(entry**power for entry in entries)


def check(net, point, found, *, nearer=True):
    """What is told of the nearest point is so, and random points that are nearer have the class of the given one."""
    if found.nearest is not None:
        assert net(list(found.nearest)) == list(found.outputs)
        length = size([x - y for x, y in zip(found.nearest, point, strict=True)], found.norm)
        assert length == (found.squared if found.norm == 2 else found.value)
        assert found.lower <= found.upper
    source = random.Random(1)
    for _ in range(20 if nearer and found.lower else 0):
        step = [fmpq(source.randint(-100, 100), 100) for _ in point]
        length = size(step, found.norm)
        bound = found.squared if found.norm == 2 and found.squared else (found.lower or 0)
        if not length:
            continue
        scale = found.lower / math.ceil(float((found.norm == 2 and math.sqrt(length) + 1e-9) or length) * 100) * 99
        moved = [x + scale * d for x, d in zip(point, step, strict=True)]
        if size([scale * d for d in step], found.norm) < bound:
            assert class_of(net(moved)) == class_of(net(point))


def class_of(outputs):
    if len(outputs) == 1:
        return outputs[0] > 0
    return max(range(len(outputs)), key=lambda place: outputs[place])


def expected(net, point, power, sides=(), basis=None):
    """What the oracle says of all rivals."""
    outputs = net(point)
    if len(outputs) == 1:
        sign = 1 if outputs[0] >= 0 else -1
        return nearest(net, point, power, [[sign]], [0], sides, basis)
    label = class_of(outputs)
    rows = [[(one == label) - (one == other) for one in range(len(outputs))] for other in range(len(outputs)) if other != label]
    return nearest(net, point, power, rows, [0] * len(rows), sides, basis)


def agree(found, length):
    if length == math.inf:
        assert found.lower is None
        assert found.nearest is None
    else:
        assert found.lower is not None
        assert float(found.lower) == pytest.approx(length, rel=1e-6, abs=1e-6)


POINTS = st.lists(st.sampled_from([fmpq(0), fmpq(1), fmpq(-1, 2), fmpq(1, 3), fmpq(5, 2)]), min_size=3, max_size=3)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([1, 2, 3]).flatmap(lambda outputs: small_nets(outputs=outputs)),
    POINTS,
    st.sampled_from(NORMS),
    st.sampled_from([*WAYS]),
)
def test_in_the_whole_space_it_is_that_of_all_patterns(net, point, power, way):
    point = point[: net.input_dim]
    with searched(way):
        found = robustness(net, point, power)
    agree(found, expected(net, point, power))
    check(net, point, found)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([1, 3]).flatmap(lambda outputs: small_nets(outputs=outputs)),
    POINTS,
    st.sampled_from(NORMS),
    st.sampled_from([*WAYS]),
)
def test_in_a_box_it_is_that_of_all_patterns(net, point, power, way):
    point, size = point[: net.input_dim], net.input_dim
    box = Domain.box([-1] * size, [3] * size)
    sides = [[1, *unit] for unit in np.eye(size)] + [[3, *-unit] for unit in np.eye(size)]
    with searched(way):
        found = robustness(net, point, power, box)
    agree(found, expected(net, point, power, sides))
    assert found.nearest is None or all(-1 <= entry <= 3 for entry in found.nearest)


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2), POINTS, st.sampled_from(NORMS), st.sampled_from([*WAYS]))
def test_in_a_half_space_it_is_that_of_all_patterns(net, point, power, way):
    point = point[: net.input_dim]
    where = Domain(Polyhedron.from_inequalities([[1] * len(point)], [8]))
    with searched(way):
        found = robustness(net, point, power, where)
    agree(found, expected(net, point, power, [[8] + [-1] * len(point)]))


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2), POINTS, st.sampled_from(NORMS), st.sampled_from([*WAYS]), st.booleans())
def test_lengths_in_a_subspace_are_those_of_inputs(net, point, power, way, as_inputs):
    """The plane of t is (1, 2, 3) t1 + (0, 1, -1) t2, or its first coordinates."""
    basis = [[1, 0], [2, 1], [3, -1]]
    if net.input_dim < 3:
        return
    plane = AffineSubspace.through([[0, 0, 0], [1, 2, 3], [0, 1, -1]])
    given = plane.at(point[:2]) if as_inputs else point[:2]
    with searched(way):
        found = robustness(net, given, power, Domain(None, plane))
    from relupoly import restrict

    agree(found, expected(restrict(net, plane), point[:2], power, (), basis))
    assert found.point == tuple(point[:2])


@settings(deadline=None, max_examples=30)
@given(small_nets(outputs=2), POINTS, st.sampled_from(NORMS), st.sampled_from([*WAYS]))
def test_in_a_union_it_is_the_least_of_its_sets(net, point, power, way):
    """One set holds the point, the other one does not."""
    point, size = point[: net.input_dim], net.input_dim
    sets = [([-1] * size, [3] * size), ([4] * size, [9] * size)]
    with searched(way):
        found = robustness(net, point, power, DomainUnion(tuple(Domain.box(*ends) for ends in sets)))
    lengths = [
        expected(
            net,
            point,
            power,
            [[-low[0], *unit] for unit in np.eye(size)] + [[high[0], *-unit] for unit in np.eye(size)],
        )
        for low, high in sets
    ]
    agree(found, min(lengths))


def random_net(seed, widths):
    rng = np.random.default_rng(seed)
    layers = [
        (rng.normal(size=(after, before)) / before**0.5, rng.normal(size=after) / 2)
        for before, after in itertools.pairwise(widths)
    ]
    return Network.from_rows([(weight.tolist(), bias.tolist()) for weight, bias in layers])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("power", NORMS)
@pytest.mark.parametrize("widths", [[2, 5, 4, 3], [3, 6, 1]])
def test_float_nets(widths, power, way):
    net, point = random_net(4, widths), [fmpq(1, 10)] * widths[0]
    with searched(way):
        found = robustness(net, point, power)
    agree(found, expected(net, point, power))
    check(net, point, found)


def octahedron(dimension):
    rows = [[sign * (one == other) for other in range(dimension)] for one in range(dimension) for sign in (1, -1)]
    return Network.from_rows([(rows, None), ([[-1] * (2 * dimension)], [1])])


@pytest.mark.parametrize("dimension", [1, 2, 3, 4])
def test_from_the_middle_of_a_cross_polytope(dimension):
    """1 - |x_1| - ... - |x_n| falls to 0 at 1/n in each coordinate, or at 1 in one."""
    found = radii(octahedron(dimension), [0] * dimension, ["inf", 2, 1])
    assert found[0].value == fmpq(1, dimension)
    assert found[1].squared == fmpq(1, dimension)
    assert found[2].value == 1
    assert all(one.outputs == (0,) and (one.label, one.rival) == (1, -1) for one in found)


def test_from_the_middle_of_a_square():
    """1 - max(|x|, |y|) = 1 - (|x + y| + |x - y|)/2."""
    rows = [[1, 1], [-1, -1], [1, -1], [-1, 1]]
    square = Network.from_rows([(rows, None), ([["-1/2"] * 4], [1])])
    assert [one.value for one in radii(square, ["1/4", 0], [1, 2, "inf"])] == [fmpq(3, 4)] * 3


def test_from_outside_a_cross_polytope_the_nearest_point_is_a_projection():
    found = robustness(octahedron(3), [1, 1, 1], 2)
    assert (found.squared, found.nearest, found.label, found.rival) == (fmpq(4, 3), (fmpq(1, 3),) * 3, -1, 1)


def test_the_level_moves_the_border():
    assert robustness(octahedron(2), [0, 0], 1, level="1/4").value == fmpq(3, 4)
    found = robustness(octahedron(2), [0, 0], 1, level=2)
    assert (found.label, found.lower, found.upper, found.nearest, float(found)) == (-1, None, None, None, math.inf)


ARGMAX = Network.from_rows([([[1, 0], [0, 1], [1, 1]], None), ([[1, 0, 0], [0, 1, 0], [0, 0, "1/3"]], [2, 0, 0])])


def test_a_target_is_the_only_rival():
    found = robustness(ARGMAX, [0, 0], "inf")
    assert (found.label, found.rival, found.value) == (0, 1, 2)
    other = robustness(ARGMAX, [0, 0], "inf", target=2)
    assert (other.rival, other.value) == (2, 6)
    with pytest.raises(NetworkError, match="the target is the largest output there"):
        robustness(ARGMAX, [0, 0], target=0)
    with pytest.raises(NetworkError, match="there is no output 3 as a target"):
        robustness(ARGMAX, [0, 0], target=3)
    with pytest.raises(NetworkError, match="a target is one of several"):
        robustness(octahedron(1), [0], target=0)


def test_where_outputs_tie_the_radius_is_0():
    for found in radii(ARGMAX, [0, 2], NORMS):
        assert (found.value, found.nearest, found.rival) == (0, (0, 2), 1)
    assert robustness(ARGMAX, [0, 2], target=0).label == 1
    assert robustness(octahedron(2), [1, 0]).value == 0


def test_a_net_without_hidden_layers():
    net = Network.from_rows([([[3, 4]], [-5])])
    found = radii(net, [0, 0], [1, 2, "inf"])
    assert (found[0].value, found[1].value, found[2].value) == (fmpq(5, 4), 1, fmpq(5, 7))
    assert found[1].nearest == (fmpq(3, 5), fmpq(4, 5))


def test_points_and_norms_that_do_not_fit_are_refused():
    with pytest.raises(DomainError, match="does not lie in the domain"):
        robustness(octahedron(2), [2, 0], domain=Domain.box([-1, -1], [1, 1]))
    with pytest.raises(DomainError, match="has 3 coordinates, and the network 2 inputs"):
        robustness(octahedron(2), [0, 0, 0])
    with pytest.raises(NumberError, match="is 1, 2 or inf, not 3"):
        robustness(octahedron(2), [0, 0], 3)
    with pytest.raises(NumberError, match="coordinate 2"):
        robustness(octahedron(2), [0, "x"])
    line = Domain(None, AffineSubspace.through([[0, 0], [1, 1]]))
    with pytest.raises(DomainError, match="does not lie in the subspace"):
        robustness(octahedron(2), [0, 1], domain=line)
    lines = DomainUnion(
        (Domain(None, AffineSubspace.through([[0, 0], [1, 0]])), Domain(None, AffineSubspace.through([[0, 1], [1, 1]])))
    )
    with pytest.raises(DomainError, match="robustness radius has those of one"):
        robustness(octahedron(2), [0, 0], domain=lines)


class Clock:
    """Stops a run at its n-th step."""

    def __init__(self, steps):
        self.left = steps

    def __call__(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("way", ["as it is", "many inputs", "nothing guessed", "no doubles"])
@pytest.mark.parametrize("power", NORMS)
def test_whenever_it_is_stopped_the_radius_lies_between_the_bounds(power, way):
    net, point = random_net(4, [2, 8, 6, 3]), [fmpq(1, 10)] * 2
    whole = robustness(net, point, power)
    with searched(way):
        for steps in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 100, 1000, 10**9]:
            found = robustness(net, point, power, run=Run(interrupted=Clock(steps)))
            assert found.lower <= whole.upper
            assert found.upper is None or found.upper >= whole.lower
            assert found.complete is (found.stopped is None)
            if found.complete:
                assert (found.lower, found.upper) == (whole.lower, whole.upper)
                break
            assert found.stopped == "interrupted"
            assert found.value is None or not whole.lower
        assert found.complete


def test_lengths_in_doubles_are_no_longer_than_the_exact_ones():
    source = random.Random(2)
    for power in NORMS:
        for basis in (None, [[1, 0], [2, 1], [3, -1]]):
            metric = Metric(power, None if basis is None else AffineSubspace.through([[0, 0, 0], [1, 2, 3], [0, 1, -1]]).basis)
            for _ in range(50):
                ends = np.sort(np.array([[source.uniform(-2, 2) for _ in range(2)] for _ in range(2)]), axis=0)
                least = metric.least(ends[:1], ends[1:])[0]
                for share in ([0, 0], [1, 1], [0.5, 0.25]):
                    step = [
                        fmpq(*(low + part * (high - low)).as_integer_ratio())
                        for low, high, part in zip(*ends, share, strict=True)
                    ]
                    exact = metric.size(step)
                    assert fmpq(*float(least).as_integer_ratio()) ** (2 if power == 2 else 1) <= exact * (1 + fmpq(1, 2**40))


def test_a_notebook_shows_it():
    assert "1/2" in robustness(octahedron(2), [0, 0])._repr_html_()
