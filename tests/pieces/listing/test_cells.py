"""Cells as records: everything that a record tells, against the weights, cddlib and Lasserre's formula."""

import functools
import itertools
import random
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.derivatives import fraction, values
from oracles.half_spaces import generators
from oracles.listing_cases import LISTED_ENTRIES, listed_case, listed_domain, listed_net
from oracles.record_facts import Place, check_cells, rows_of
from oracles.stops import AfterItems
from oracles.strategies import boxes, linear_nets, nets

from relupoly import Domain, DomainUnion, Network, Polyhedron, count_pieces, f_vector
from relupoly.errors import DomainError
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Layer
from relupoly.pieces.listing import walked
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.walk.driver import Walk
from relupoly.run import Run, Stopped

WHOLE = Domain()
ABSOLUTE_VALUE = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])


def checked(net, domain=WHOLE):
    cells = list(list_cells(net, domain))
    check_cells(net, domain, cells)
    return cells


@settings(max_examples=30)
@given(st.data(), st.one_of(nets(inputs=3, neurons=5), linear_nets(sparse=True, inputs=2, neurons=6)))
def test_cells_of_nets_with_ties(data, net):
    domain = data.draw(st.one_of(st.just(WHOLE), boxes(net.input_dim)))
    cells = checked(net, domain)
    if all(not layer.linear for layer in net.layers):
        assert len(cells) == count_pieces(net, domain, "activation").pieces


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_cells_of_hostile_nets_on_hostile_domains(seed):
    net, domain = listed_case(random.Random(seed))
    if "long_rational" not in repr(domain):
        checked(net, domain)


@pytest.mark.parametrize("entry", LISTED_ENTRIES)
def test_cells_of_nets_of_each_kind(entry):
    source = random.Random(5)
    for _ in range(3):
        net = listed_net(source, 2, 4, LISTED_ENTRIES[entry])
        for domain in (WHOLE, Domain.box([-1, -2], [1, 1])):
            cells = checked(net, domain)
            for cell in cells:
                assert net(list(cell.point)) == cell.value(cell.point)


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_the_records_evaluate_to_the_net(seed):
    source = random.Random(seed)
    net, domain = listed_case(source, inputs=2)
    place, cells = Place(net, domain), list(list_cells(net, domain, ("gradient", "constant", "facets")))
    for _ in range(5):
        point = [fmpq(source.randint(-40, 40), source.randint(1, 9)) for _ in range(place.dimension)]
        held = [cell for cell in cells if cell.contains(point)]
        assert bool(held) == place.holds(point)
        expected, _ = values(net, list(map(fraction, place.point(point))))
        for cell in held:
            assert list(map(fraction, cell.value(point))) == expected


@settings(max_examples=25)
@given(st.data(), nets(inputs=3, neurons=6))
def test_eulers_relation(data, net):
    box = data.draw(boxes(net.input_dim))
    cells = list(list_cells(net, box))
    expected = f_vector(net, box)
    assert sum((-1) ** place * count for place, count in enumerate(expected)) == 1
    assert len(cells) == expected[-1]
    assert len({vertex for cell in cells for vertex in cell.vertices}) == expected[0]
    facets = {frozenset(cell.vertices[one] for one in own) for cell in cells for own in cell.incidence}
    assert len(facets) == expected[-2]


@settings(max_examples=15)
@given(nets(inputs=3, neurons=5))
def test_vertices_of_the_polyhedron_of_a_record(net):
    for cell in list_cells(net, WHOLE):
        if cell.polyhedron is None:
            assert cell.facets == ()
            continue
        found = cell.polyhedron.vertices()
        if not found.lines.nrows():
            assert {tuple(row) for row in found.vertices.tolist()} == set(cell.vertices)
            assert {tuple(map(fmpq, row)) for row in found.rays.tolist()} == set(cell.rays)


def test_each_field_of_a_small_net():
    """The plane is folded along x = 0 and, on the right of it, along x + y = 1; that neuron is the second of its layer."""
    net = Network.from_rows([([[1, 0], [1, 1]], [0, -1]), ([[1, 2]], [3])])
    cells = {cell.pattern: cell for cell in checked(net, Domain.box([0, 0], [2, 1]))}
    assert set(cells) == {("++",), ("+-",)}
    low = cells["+-",]
    assert (low.gradient, low.constant) == (((1, 0),), (3,))
    assert set(low.vertices) == {(0, 0), (1, 0), (0, 1)}
    assert (low.rays, low.bounded, low.volume) == ((), True, fmpq(1, 2))
    facets = {facet.normal: (facet.offset, facet.neurons, facet.sides) for facet in low.facets}
    # The neuron x has the side x >= 0 as its hyperplane; on the domain's boundary that is not told.
    assert facets == {(-1, 0): (0, (), (1,)), (0, -1): (0, (), (2,)), (1, 1): (1, ((1, 2),), ())}
    assert dict(zip((facet.normal for facet in low.facets), low.neighbours, strict=True))[1, 1] == ("++",)
    assert cells["++",].volume == fmpq(3, 2)


def test_linear_neurons_have_no_sign_and_keep_their_numbers():
    layer = Network.from_rows([([[1, 0], [0, 1], [1, 1]], [0, 5, 0]), ([[1, 1, 1]], None)]).layers
    net = Network((Layer(layer[0].weight, layer[0].bias, (1,)), layer[1]))
    cells = checked(net, Domain.box([-1, -1], [1, 1]))
    assert {cell.pattern for cell in cells} == {("++",), ("+-",), ("-+",), ("--",)}
    assert {facet.neurons for cell in cells for facet in cell.facets} == {(), ((1, 1),), ((1, 3),)}


def test_parallel_and_dead_neurons():
    net = Network.from_rows([([[1], [-2], [0], [0]], [1, -2, 0, -1]), ([[1, 1, 1, 1]], None)])
    right, left = sorted(checked(net), key=lambda cell: -cell.point[0])
    assert (right.pattern, left.pattern) == (("+-0-",), ("-+0-",))
    assert right.facets[0].neurons == left.facets[0].neurons == ((1, 1), (1, 2))
    assert right.rays == ((1,),)


def test_cells_with_lines():
    net = Network.from_rows([([[1, 1, 0], [2, 2, 0]], [0, -1]), ([[1, 1]], None)])
    cells = checked(net)
    assert len(cells) == 3
    assert all(not cell.bounded and cell.volume is None for cell in cells)
    assert all(generators(rows_of(cell), 3)[2] == 2 for cell in cells)


def test_a_net_without_hidden_layer():
    net = Network.from_rows([([[1, 2], [0, "1/3"]], [5, 0])])
    (cell,) = checked(net)
    assert (cell.pattern, cell.facets, cell.polyhedron, cell.vertices) == ((), (), None, ((0, 0),))
    assert cell.value([fmpq(1), fmpq(1)]) == [8, fmpq(1, 3)]
    (cell,) = checked(net, Domain.box([0, 0], [2, "1/2"]))
    assert cell.volume == 1
    assert cell.neighbours == (None,) * 4


def test_layers_of_linear_neurons_alone():
    layers = Network.from_rows([([[1, 2], [3, 4]], [1, 0]), ([[1, 1], [1, -1]], [0, 0]), ([[1, 1]], None)]).layers
    net = Network((Layer(layers[0].weight, layers[0].bias, (0, 1)), *layers[1:]))
    assert {cell.pattern for cell in checked(net)} == {("", "++"), ("", "+-"), ("", "-+"), ("", "--")}
    every = Network(tuple(Layer(layer.weight, layer.bias, (0, 1)) for layer in layers[:2]) + layers[2:])
    assert [cell.pattern for cell in checked(every)] == [("", "")]


def test_sides_of_a_polyhedron_with_repeated_and_redundant_inequalities():
    polyhedron = Polyhedron.from_inequalities([[1, 0], [0, 0], [-1, 0], [2, 0], [0, 1], [1, 1]], [1, 3, 0, 2, 1, 2])
    (cell,) = checked(Network.from_rows([([[1, 0]], [1]), ([[1]], None)]), Domain(polyhedron))
    assert {facet.normal: facet.sides for facet in cell.facets} == {(1, 0): (1, 4), (-1, 0): (3,), (0, 1): (5,)}


def test_a_subspace_has_its_own_coordinates():
    net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)])
    line = AffineSubspace.through([[-1, 0], [1, 2]])
    cells = {cell.pattern: cell for cell in checked(net, Domain.box([0], [2]).inside(line))}
    # x = 2 t - 1, y = 2 t
    assert set(cells) == {("++",), ("-+",)}
    assert (cells["++",].gradient, cells["++",].constant) == (((4,),), (-1,))
    assert (cells["++",].volume, cells["-+",].volume) == (fmpq(3, 2), fmpq(1, 2))


def test_wide_layers():
    """From cell to cell few neurons of many change sides: forms are brought up to date by these."""
    source = random.Random(2)
    sizes = [2, 9, 9, 2, 2]
    layers = [
        ([[source.randint(-3, 3) for _ in range(before)] for _ in range(after)], [source.randint(-3, 3) for _ in range(after)])
        for before, after in itertools.pairwise(sizes)
    ]
    assert len(checked(Network.from_rows(layers), Domain.box([-1, -1], [1, 1]))) > 30


def test_fixed_coordinates():
    net = Network.from_rows([([[1, 1, 0], [0, 1, -1]], [0, 0]), ([[1, 2]], None)])
    for domain in (Domain(), Domain.box([-1, -1], [1, 1])):
        cells = checked(net, domain.inside(AffineSubspace.fixing(3, {1: "1/2"})))
        assert len(cells) == 4


def test_a_deadline():
    with pytest.raises(Stopped):
        list(list_cells(ABSOLUTE_VALUE, run=Run(deadline=0)))


@pytest.mark.parametrize(
    ("others", "volume"),
    [
        ([Domain.box([1, 0], [2, 1])], 2),  # touch in a facet
        ([Domain.box([1, 1], [2, 2])], 2),  # in a vertex
        ([Domain.box([1, "1/2"], [2, 2])], "5/2"),  # in a part of a facet
        ([Domain.box([5, 5], [6, 6])], 2),  # apart
        ([Domain.box([0, 0], [2, 2])], 4),  # one in the other
        ([Domain.box(["1/2", "1/2"], [2, 2])], 3),  # overlap
        ([Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1]], [0, 0, 2]))], 2),
        ([Domain.box([0, 0], [1, 1])], 1),
        ([Domain.box([-1, 0], [0, 1]), Domain.box([0, -1], [1, 0])], 3),
    ],
)
def test_unions(others, volume):
    net = Network.from_rows([([[1, -1], [1, 0], [0, 1], [1, 1]], [0, -1, -1, -1]), ([[1, 2, 3, 4]], None)])
    cells = checked(net, DomainUnion((Domain.box([0, 0], [1, 1]), *others)))
    assert sum(cell.volume for cell in cells) == fmpq(*Fraction(volume).as_integer_ratio())


def test_a_union_cut_through_neurons():
    """The sets meet where the neurons are: on the common side there are neurons, on the boundary none."""
    net = Network.from_rows([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], None)])
    union = DomainUnion((Domain.box([-1, -1], [0, 1]), Domain.box([0, 0], [1, 1])))
    cells = {cell.pattern: cell for cell in checked(net, union)}
    facets = {facet.normal: facet for facet in cells["-+",].facets}
    assert facets[1, 0].neurons == ((1, 1),)
    facets = {facet.normal: facet for facet in cells["--",].facets}
    assert facets[1, 0].neurons == ()


def test_inequalities_that_say_nothing_in_a_union():
    net = Network.from_rows([([[1, 0], [0, 1]], [-1, -1]), ([[1, 1]], None)])
    half = Domain(Polyhedron.from_inequalities([[0, 0], [1, 0]], [0, 0]))
    checked(net, DomainUnion((half, Domain.box([-1, 0], [2, 2]))))
    checked(net, DomainUnion((half, Domain(Polyhedron.from_inequalities([[-1, 0], [0, 0]], [0, 0])))))
    everything = Domain(Polyhedron.from_inequalities([[0, 0]], [0]))
    assert len(checked(net, DomainUnion((Domain.box([0, 0], [1, 1]), everything)))) == 4


def test_an_inequality_that_is_there_twice_where_a_neuron_vanishes():
    """Each has its number once."""
    twice = Domain(Polyhedron.from_inequalities([[-1], [-2]], [-1, -2]))
    cells = checked(Network.from_rows([([[1]], [-1]), ([[1]], None)]), DomainUnion((Domain.box([-2], [0]), twice)))
    assert [facet.sides for cell in cells for facet in cell.facets] == [(1,), (2,), (3, 4)]


@pytest.mark.parametrize("seed", range(6))
def test_linear_neurons_where_a_domain_is_cut(seed):
    source = random.Random(seed)
    layers = listed_net(source, 2, 4, LISTED_ENTRIES["tie"]).layers
    if len(layers) > 1:
        net = Network((Layer(layers[0].weight, layers[0].bias, (layers[0].outputs - 1,)), *layers[1:]))
        half = Domain(Polyhedron.from_inequalities([[1, 0]], [1]))
        for domain in (WHOLE, half, DomainUnion((half, Domain.box([0, 0], [2, 2])))):
            checked(net, domain)


def test_another_dimension():
    with pytest.raises(DomainError, match="dimension 2"):
        next(list_cells(ABSOLUTE_VALUE, Domain.box([0, 0], [1, 1])))


@pytest.mark.parametrize("patience", [0, 10**9])
def test_what_came_before_a_stop_stands(monkeypatch, patience):
    monkeypatch.setattr(walked, "Walk", functools.partial(Walk, patience=patience))
    source = random.Random(3)
    rows = [[source.gauss(0, 1) for _ in range(3)] for _ in range(15)]
    net = Network.from_rows([([row[:2] for row in rows], [row[2] for row in rows]), ([[1] * 15], None)])
    box, stop = Domain.box([-3, -3], [3, 3]), AfterItems(3)
    expected = list(list_cells(net, box))
    with pytest.raises(Stopped):
        stop.take_all(list_cells(net, box, run=Run(interrupted=stop)))
    assert 3 <= len(stop.seen) < len(expected)
    assert stop.seen == expected[: len(stop.seen)]


def test_a_list_is_left_early():
    cells = list_cells(ABSOLUTE_VALUE)
    assert next(cells).number == 1
    cells.close()


def test_domains_are_drawn_of_all_kinds():
    source = random.Random(1)
    kinds = {type(listed_domain(source, 2)).__name__ for _ in range(20)}
    assert kinds == {"Domain", "DomainUnion"}
