"""Cells that are held by constraints: the same records as with rays, but for vertices; and facets by exact linear programs."""

import functools
import itertools
import random
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.derivatives import fraction
from oracles.half_spaces import parallel
from oracles.listing_cases import LISTED_ENTRIES, listed_net, listed_union, random_part
from oracles.record_facts import Place, check_cell, rows_of
from oracles.strategies import boxes, nets

from relupoly import Domain, DomainUnion, Network, Polyhedron
from relupoly.errors import InputError, SizeError
from relupoly.geometry.linear_programs import maximize
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import relu_first
from relupoly.pieces.listing import walked
from relupoly.pieces.listing.at import cells_at, pieces_at
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.pieces import list_pieces
from relupoly.pieces.listing.with_corners import with_corners
from relupoly.pieces.walk.driver import Walk

NEVER = 10**9


def always(patch, patience=NEVER):
    """Constraints hold cells in sets of every dimension."""
    patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", -9)
    patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", -9)
    patch.setattr(homogeneous, "most_vertices", lambda polyhedron: 10**9)
    patch.setattr(walked, "Walk", functools.partial(Walk, patience=patience))


def facts(cell):
    facets = {
        (facet.normal, facet.offset, facet.neurons, facet.sides, neighbour)
        for facet, neighbour in zip(cell.facets, cell.neighbours, strict=True)
    }
    return cell.pattern, cell.gradient, cell.constant, frozenset(facets), cell.bounded


def assert_both_ways(net, domain):
    """The same cells by rays and by constraints, interpreted and compiled; what they are is tested by itself."""
    expected, place = {facts(cell) for cell in list_cells(net, domain)}, Place(net, domain)
    for patience in (NEVER, 0):
        with pytest.MonkeyPatch.context() as patch:
            always(patch, patience)
            cells = list(list_cells(net, domain))
        assert all(cell.vertices is None for cell in cells)
        assert len(cells) == len(expected)
        assert {facts(cell) for cell in cells} == expected
        for cell in cells:
            check_cell(place, cell)
            check_cell(place, with_corners(cell))


@settings(max_examples=15)
@given(st.data(), nets(inputs=3, neurons=5))
def test_boxes(data, net):
    assert_both_ways(net, data.draw(boxes(net.input_dim)))


@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_unbounded_polyhedra_and_unions(seed):
    source = random.Random(seed)
    net = listed_net(source, 2, 3, LISTED_ENTRIES[source.choice(["short", "tie"])])
    inner = relu_first(net)
    # Where nothing is seen there is nothing to hold by constraints.
    assume(inner.hidden and any(map(any, inner.layers[0].weight.tolist())))
    corner = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [-2, 0]], [1, 1, 2]))
    domain = source.choice([corner, listed_union(source, 2), random_part(source, 2)])
    with pytest.MonkeyPatch.context() as patch:
        always(patch)
        every = list(list_cells(net, domain))
    if all(cell.vertices is None for cell in every):
        assert_both_ways(net, domain)


@pytest.mark.parametrize("entry", sorted(set(LISTED_ENTRIES) - {"long_rational"}))
def test_hostile_nets(entry):
    source = random.Random(11)
    for _ in range(2):
        net = listed_net(source, 3, 4, LISTED_ENTRIES[entry])
        if net.hidden:
            assert_both_ways(net, Domain.box([-1, -2, 0], [1, 1, 2]))


def test_a_union_that_is_divided_where_neurons_are():
    """On a common side of two sets a neuron may vanish, and the walk in neither of them tells so."""
    net = Network.from_rows([([[1, 0], [0, 1], [0, 0]], [0, 0, 0]), ([[1, 1, 1]], None)])
    assert_both_ways(net, DomainUnion((Domain.box([-1, -1], [0, 1]), Domain.box([0, 0], [1, 1]))))


@settings(max_examples=15)
@given(st.data(), nets(inputs=2, neurons=5))
def test_pieces(data, net):
    box = data.draw(boxes(net.input_dim))

    def of(notion):
        return {
            (frozenset(map(facts, piece.cells)), piece.convex, piece.bounded, len(piece.facets))
            for piece in list_pieces(net, box, notion)
        }

    for notion in ("open", "activation", "affine", "closed"):
        expected = of(notion)
        with pytest.MonkeyPatch.context() as patch:
            always(patch)
            assert of(notion) == expected


@settings(max_examples=15)
@given(st.data(), nets(inputs=2, neurons=5))
def test_cells_at_points(data, net):
    box = data.draw(boxes(net.input_dim))
    cells = list(list_cells(net, box))
    points = [cell.point for cell in cells[:2]] + [cell.vertices[0] for cell in cells[:2]]
    for point in points:
        with pytest.MonkeyPatch.context() as patch:
            always(patch)
            found = cells_at(net, point, box)
        assert {facts(cell) for cell in found} == {facts(cell) for cell in cells if cell.contains(point)}
        assert len(found) == sum(cell.contains(point) for cell in cells)


def random_net(seed, *sizes):
    source = random.Random(seed)
    return Network.from_rows(
        [
            (
                [[source.gauss(0, 1) for _ in range(before)] for _ in range(after)],
                [source.gauss(0, 1) / 2 for _ in range(after)],
            )
            for before, after in itertools.pairwise(sizes)
        ]
    )


def half_spaces(net, box, pattern):
    """What makes a cell of a box: neurons by name, and sides by number."""
    place = Place(net, box)
    hidden, _ = place.forms(pattern)
    found = {}
    for number, (forms, signs) in enumerate(zip(hidden, pattern, strict=True)):
        for name, form, sign in zip(place.numbers(number, pattern), forms, signs, strict=True):
            factor = -1 if sign == "+" else 1
            found[name] = (*(factor * entry for entry in form[:-1]), -factor * form[-1])
    return found | dict(enumerate(place.sets[0], 1))


@pytest.mark.parametrize(
    ("inputs", "widths", "most"),
    [(10, (4, 3), 6), (16, (5,), 4), (25, (3, 2), 2), pytest.param(64, (2, 2), 2, marks=pytest.mark.slow)],
)
def test_facets_in_many_inputs_against_linear_programs(inputs, widths, most):
    net, box = random_net(inputs, inputs, *widths, 1), Domain.box([-1] * inputs, [1] * inputs)
    for cell in itertools.islice(list_cells(net, box), most):
        assert cell.vertices is None
        assert (cell.bounded, cell.volume) == (True, None)
        check_cell(Place(net, box), cell)
        named = half_spaces(net, box, cell.pattern)
        table = {name: [fraction(entry) for entry in row] for name, row in named.items()}
        expected = set()
        for name, row in table.items():
            others = [other for key, other in table.items() if key != name]
            best = maximize(row[:-1], [other[:-1] for other in others], [other[-1] for other in others])
            if best.value is None or best.value > row[-1]:
                expected.add(name)
        found = set()
        for facet, row in zip(cell.facets, rows_of(cell), strict=True):
            (name,) = facet.neurons or facet.sides
            assert parallel(row, named[name]) == 1
            found.add(name)
        assert found == expected


def test_neighbours_in_many_inputs():
    net, box = random_net(3, 12, 4, 2, 1), Domain.box([-1] * 12, [1] * 12)
    cells = list(list_cells(net, box))
    patterns = {cell.pattern: cell for cell in cells}
    assert len(patterns) == len(cells)
    for cell in cells:
        for facet, neighbour in zip(cell.facets, cell.neighbours, strict=True):
            if neighbour is None:
                assert facet.sides
                continue
            opposite = (tuple(-entry for entry in facet.normal), -facet.offset)
            back = {(one.normal, one.offset): behind for one, behind in zip(*sides(patterns[neighbour]), strict=True)}
            assert back[opposite] == cell.pattern


def sides(cell):
    return cell.facets, cell.neighbours


@pytest.mark.parametrize(
    "net",
    [
        Network.from_rows([([list(range(12))], [1])]),
        Network.from_rows([([[1, 1] + [0] * 10, [1, -1] + [0] * 10], [0, 0]), ([[1, 1]], None)]),
        random_net(1, 12, 3, 1),
    ],
    ids=["no hidden layer", "two inputs seen", "one layer"],
)
def test_boxes_with_very_many_vertices(net):
    """Nobody lists 4096 vertices of a cell, be it of a net that sees little of them."""
    box = Domain.box([-1] * 12, [1] * 12)
    for cell in list_cells(net, box):
        check_cell(Place(net, box), cell)
        assert cell.vertices is None
        assert net(list(cell.point)) == cell.value(cell.point)


def test_a_set_without_end_in_a_direction_that_nothing_depends_on():
    """The walk leaves it out, where the set is bounded in all others; the record does not."""
    rows = [[side * int(place == axis) for place in range(9)] for axis in range(8) for side in (1, -1)]
    net = Network.from_rows([([[1] * 8 + [0], [1, -1] * 4 + [0]], [0, 1]), ([[1, 2]], None), ([[1]], None)])
    domain = Domain(Polyhedron.from_inequalities([*rows, [1] * 8 + [0]], [1] * 16 + [7]))
    cells = list(list_cells(net, domain))
    assert {cell.bounded for cell in cells} == {False}
    for cell in cells:
        check_cell(Place(net, domain), cell)


def test_pieces_at_a_point_and_closed_ones_need_vertices():
    net, box = random_net(2, 12, 3, 1), Domain.box([-1] * 12, [1] * 12)
    zero = [fmpq(0)] * 12
    (cell,) = cells_at(net, zero, box)
    assert cell.contains(zero)
    try:
        (piece,) = pieces_at(net, zero, box)
    except (InputError, SizeError):
        return
    assert piece.contains(zero)


def test_numbers_are_exact():
    third = Fraction(1, 3)
    net = Network.from_rows([([[third] * 10], ["1/7"]), ([["2/3"]], ["1/5"])])
    on, off = sorted(list_cells(net, Domain.box([-1] * 10, [1] * 10)), key=lambda cell: cell.pattern)
    assert (on.pattern, on.gradient, on.constant) == (("+",), ((fmpq(2, 9),) * 10,), (fmpq(31, 105),))
    assert (off.pattern, off.gradient, off.constant) == (("-",), ((0,) * 10,), (fmpq(1, 5),))
