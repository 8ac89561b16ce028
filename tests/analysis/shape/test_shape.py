"""The shape of nets: known functions, the definitions over all pairs of cells, and points that prove what is denied."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import shapes
from oracles.small_nets import small_nets
from oracles.strategies import linear_nets

from relupoly.analysis.analysis import analyze
from relupoly.analysis.shape.shape import shape
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import compose, restrict
from relupoly.networks.network import Layer, Network
from relupoly.pieces.forms import homogeneous
from relupoly.run import Run


def linear(net, neurons):
    """The net with some linear neurons in its first layer."""
    first, *others = net.layers
    return Network((Layer(first.weight, first.bias, tuple(neurons)), *others))


ABSOLUTE = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
HAT = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
IDENTITY = Network.from_rows([([[1], [-1]], None), ([[1, -1]], None)])
CONSTANT = Network.from_rows([([[1], [-1]], None), ([[0, 0]], [3])])
# A linear neuron sees what no ReLU does: cells contain lines, and are listed in parts.
LINES = linear(Network.from_rows([([[0, 1], [1, 0]], None), ([[1, 1]], None)]), [0])
QUADRANT = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [-1, -1]], [0, 0, 5]))


def told(output):
    """The answers by their first letters, and the inputs: + for yes, - for no, ? for none."""
    signs = "".join({True: "+", False: "-", None: "?"}[answer.holds] for _, answer in output.answers())
    return signs, [one.text for one in output.monotone]


@pytest.mark.parametrize(
    ("net", "domain", "signs", "inputs"),
    [
        # convex, concave, even, odd, homogeneous, injective
        (ABSOLUTE, None, "+-+-+-", ["neither"]),
        (ABSOLUTE, Domain.box([0], [1]), "++???+", ["non-decreasing"]),
        (ABSOLUTE, Domain.box([-1], [1]), "+-+-?-", ["neither"]),
        (ABSOLUTE, Domain(Polyhedron.from_inequalities([[1]], [0])), "++??++", ["non-increasing"]),
        (HAT, None, "--+---", ["neither"]),
        (HAT, Domain.box([-1], [1]), "-++-?-", ["neither"]),
        (HAT, Domain.box([0], [1]), "++???+", ["non-increasing"]),
        (IDENTITY, None, "++-+++", ["non-decreasing"]),
        (CONSTANT, None, "+++---", ["constant"]),
        (Network.from_rows([([[0]], None)]), None, "+++++-", ["constant"]),
        (Network.from_rows([([[-2]], [1])]), None, "++---+", ["non-increasing"]),
        (maximum_network(3), None, "+---+?", ["non-decreasing"] * 3),
        (Network.from_rows([([[1, 2], [3, -1]], [0, 1]), ([[1, 1], [2, 0]], [1, -5]), ([[1, 3]], None)]), None, "+----?", None),
        (maximum_network(2), QUADRANT, "+-??+?", ["non-decreasing"] * 2),
    ],
)
def test_known_functions(net, domain, signs, inputs):
    (output,) = shape(net, domain).outputs
    found, places = told(output)
    assert found == signs
    assert inputs is None or places == inputs
    confirm(net, domain or Domain(), output)


@settings(deadline=None)
@example(Network.from_rows([([[0, 0], [1, 0], [1, 0]], [1, -1, -1]), ([[0, 1, -1], [1, -1, 0]], [0, 0]), ([[1, 1]], [0])]), 0)
@example(LINES, 0)
@given(st.one_of(small_nets(), linear_nets(outputs=1, inputs=2, neurons=5)), st.integers(0, 3))
def test_the_answers_are_those_of_the_definitions(net, kind):
    n = net.input_dim
    domain = [
        Domain(),
        Domain.box([-2] * n, [2] * n),
        Domain.box([-1] * n, [2] * n),
        Domain(Polyhedron.from_inequalities([[-1] * n], [0])),
    ][kind]
    if sum(net.relus) > 6:
        return
    (output,) = shape(net, domain).outputs
    assert output.convex.holds == shapes.is_convex(net, domain)
    assert output.concave.holds == shapes.is_convex(net, domain, -1)
    for place, monotone in enumerate(output.monotone):
        assert monotone.non_decreasing.holds == shapes.is_monotone(net, domain, place, 1)
        assert monotone.non_increasing.holds == shapes.is_monotone(net, domain, place, -1)
    assert output.even.holds == (shapes.scales(net, domain, -1, 1) if kind < 2 else None)
    assert output.odd.holds == (shapes.scales(net, domain, -1, -1) if kind < 2 else None)
    assert output.homogeneous.holds == (shapes.scales(net, domain, 2, 2) if kind in (0, 3) else None)
    assert output.injective.holds == (shapes.is_injective(net, domain) if n == 1 else None)
    confirm(net, domain, output)


@settings(deadline=None, max_examples=50)
@given(linear_nets(outputs=3, inputs=2, neurons=6), st.data())
def test_each_output_is_one_by_itself_and_no_sample_contradicts(net, data):
    domain = Domain.box([-2] * net.input_dim, [2] * net.input_dim)
    outputs = shape(net, domain).outputs
    for number, output in enumerate(outputs):
        (alone,) = shape(only(net, number), domain).outputs
        assert told(output) == told(alone)
        confirm(net, domain, output, number)
    entry = st.fractions(-2, 2, max_denominator=8).map(lambda one: fmpq(one.numerator, one.denominator))
    points = st.lists(entry, min_size=net.input_dim, max_size=net.input_dim)
    for _ in range(8):
        one, other = data.draw(points), data.draw(points)
        middle = [(x + y) / 2 for x, y in zip(one, other, strict=True)]
        first, last, half, mirrored = (net(point) for point in (one, other, middle, [-x for x in one]))
        for number, output in enumerate(outputs):
            bend = first[number] + last[number] - 2 * half[number]
            assert bend >= 0 or not output.convex.holds
            assert bend <= 0 or not output.concave.holds
            assert mirrored[number] == first[number] or not output.even.holds
            assert mirrored[number] == -first[number] or not output.odd.holds


def only(net, number):
    """The net of one output."""
    last = net.layers[-1]
    unit = [[int(place == number) for place in range(last.outputs)]]
    return compose(Network.from_rows([(unit, None)]), net)


def confirm(net, domain, output, number=0):
    """Each answer "no" has points in the domain whose values, found anew, deny the property."""
    for name, answer in output.answers():
        if answer.holds is False:
            confirm_points(net, domain, answer, number)
            DENIALS[name](answer)
    for place, monotone in enumerate(output.monotone):
        for answer, side in ((monotone.non_decreasing, 1), (monotone.non_increasing, -1)):
            if answer.holds is False:
                confirm_points(net, domain, answer, number)
                (one, other), (low, high) = answer.points, answer.values
                assert [x < y for x, y in zip(one, other, strict=True)] == [k == place for k in range(len(one))]
                assert sum(x != y for x, y in zip(one, other, strict=True)) == 1
                assert side * (high - low) < 0


def confirm_points(net, domain, answer, number):
    assert [net(point)[number] for point in answer.points] == list(answer.values)
    for point in answer.points:
        assert domain.polyhedron is None or all(slack >= 0 for slack in domain.polyhedron.slacks(point))


def bent(answer, side):
    (x, y, z), (fx, fy, fz), weight = answer.points, answer.values, answer.factor
    assert 0 < weight < 1
    assert z == tuple((1 - weight) * a + weight * b for a, b in zip(x, y, strict=True))
    assert side * (fz - (1 - weight) * fx - weight * fy) > 0


def mirrored(answer, sign):
    (x, y), (fx, fy) = answer.points, answer.values
    assert y == tuple(-entry for entry in x)
    assert fy != sign * fx


def scaled(answer):
    (x, y), (fx, fy) = answer.points, answer.values
    assert answer.factor > 0
    assert y == tuple(answer.factor * entry for entry in x)
    assert fy != answer.factor * fx


def level(answer):
    assert answer.points[0] != answer.points[1]
    assert answer.values[0] == answer.values[1]


DENIALS = {
    "convex": lambda answer: bent(answer, 1),
    "concave": lambda answer: bent(answer, -1),
    "even": lambda answer: mirrored(answer, 1),
    "odd": lambda answer: mirrored(answer, -1),
    "homogeneous": scaled,
    "injective": level,
}


def test_a_subspace_is_asked_in_its_parameters():
    plane = Network.from_rows([([[1, 1], [-1, -1]], [-3, 3]), ([[1, 1]], None)])  # |x + y - 3|
    line = AffineSubspace.through([[0, 3], [1, 3]])
    found = shape(plane, Domain.box([-1], [1]).inside(line)).outputs[0]
    assert told(found) == ("+-+-?-", ["neither"])
    assert shape(plane).outputs[0].even.holds is False
    confirm(restrict(plane, line), Domain.box([-1], [1]), found)


def test_a_union_is_asked_about_symmetry_alone():
    apart = DomainUnion((Domain.box([-3], [-1]), Domain.box([1], [3])))
    found = shape(ABSOLUTE, apart).outputs[0]
    assert told(found) == ("??+-??", ["unknown"])
    assert "union" in found.convex.reason
    lopsided = shape(ABSOLUTE, DomainUnion((Domain.box([-3], [-1]), Domain.box([1], [2])))).outputs[0]
    assert "set 1" in lopsided.even.reason
    cones = DomainUnion(tuple(Domain(Polyhedron.from_inequalities([[one, 0], [0, -one]], [0, 0])) for one in (1, -1)))
    both = shape(maximum_network(2), cones).outputs[0]
    assert (both.homogeneous.holds, both.even.holds) == (True, False)
    lines = [AffineSubspace.through([[0, 0], point]) for point in ([1, 0], [0, 1])]
    crossed = DomainUnion(tuple(Domain.box([low], [low + 1]).inside(line) for low, line in zip((1, -2), lines, strict=True)))
    assert "subspaces" in shape(maximum_network(2), crossed).outputs[0].even.reason


@pytest.mark.parametrize("rows", [([[1], [-1]], [2, 2]), ([[2], [-1], [0]], [4, 2, 7])])
def test_symmetry_is_seen_through_redundant_inequalities(rows):
    found = shape(ABSOLUTE, Domain(Polyhedron.from_inequalities(*rows))).outputs[0]
    assert (found.even.holds, found.homogeneous.holds) == (True, None)
    assert "no cone" in found.homogeneous.reason
    tilted = Polyhedron.from_inequalities([[1, 1], [-1, -1], [1, -1], [-1, 1]], [1, 1, 2, 2])
    assert shape(Network.from_rows([([[1, 2]], None)]), Domain(tilted)).outputs[0].odd.holds


def test_cells_that_are_held_by_constraints_have_the_same_shape(monkeypatch):
    net = Network.from_rows([([[1, 2], [-1, 1], [1, -1]], [0, 1, -1]), ([[1, 1, 2], [0, 1, 3]], [1, 0]), ([[1, 2]], None)])
    box = Domain.box([-1, -1], [2, 1])
    expected = told(shape(net, box).outputs[0])
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", -9)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", -9)
    monkeypatch.setattr(homogeneous, "most_vertices", lambda polyhedron: 10**9)
    found = shape(net, box).outputs[0]
    assert told(found) == expected
    assert expected[0].startswith("+")
    confirm(net, box, found)


def test_what_is_known_when_it_is_stopped():
    seen: list[int] = []
    run = Run(interrupted=lambda: len(seen) == 3, progress=seen.append)
    part = analyze(HAT, None, ["shape"], run=run)
    assert part.stopped == "interrupted"
    (output,) = part.shape.outputs
    assert False in [answer.holds for _, answer in output.answers()]
    assert output.even.holds is None
    assert "stopped" in output.even.reason
    confirm(HAT, Domain(), output)
    nothing = analyze(ABSOLUTE, None, ["shape"], run=Run(deadline=0)).shape.outputs[0]
    assert told(nothing) == ("?" * 6, ["unknown"])


def test_all_denied_ends_the_search():
    net = Network.from_rows([([[1], [-1], [1], [1], [1]], [0, 0, -1, -2, -3]), ([[1, 1, -3, 5, -7]], None)])
    found = analyze(net, None, ["shape"])
    assert told(found.shape.outputs[0])[0] == "------"
    assert found.cells < 5


def test_a_domain_of_another_dimension_is_refused():
    with pytest.raises(DomainError, match="dimension 2"):
        shape(ABSOLUTE, Domain.box([0, 0], [1, 1]))


def test_the_table_of_a_notebook():
    table = shape(maximum_network(2))._repr_html_()
    assert "<th>convex</th><td>yes</td>" in table
    assert "<th>in x2</th><td>non-decreasing</td>" in table
