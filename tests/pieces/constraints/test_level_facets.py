"""Closed pieces in many inputs, joined across facets: against the same nets on few inputs, and the recount."""

import random

import pytest
from oracles.listing_cases import LISTED_ENTRIES, listed_net

from relupoly import Domain, DomainUnion, Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.listing.pieces import list_pieces
from relupoly.pieces.recount import recount

NOTIONS = ("open", "closed", "affine")
FOUR = [[1, 0], [-1, 0], [0, 1], [0, -1]]
# They are 0 on two cones: which touch in a point, with a segment between their apexes, and apart from each other.
POINT = [(FOUR, [0] * 4), ([[-1, -1, 1, 1]], [0]), ([[1]], [0])]
SEGMENT = [(FOUR, [0] * 4), ([[1, 1, 0, 0], [0, 0, 1, 1]], [-1, 0]), ([[-1, 1]], [0]), ([[1]], [0])]
APART = [(FOUR, [0] * 4), ([[-1, -1, 1, 1]], [1]), ([[1]], [0])]
# Of two outputs, each is 0 on two cones which touch; both are 0 there, too.
TWO = [(FOUR, [0] * 4), ([[-1, -1, 1, 1], [-2, -2, 1, 1]], [0, 0]), ([[1, 0], [0, 1]], [0, 0])]
NETS = {"point": (POINT, 2, 1), "segment": (SEGMENT, 2, 1), "apart": (APART, 2, 2), "two outputs": (TWO, 2, 1)}


def lifted(layers, each, more=0):
    """A net of sums of so many inputs; and neurons that nothing depends on see these in more directions."""
    (rows, biases), second, *others = layers
    wide = [[entry for entry in row for _ in range(each)] for row in rows]
    wide += [[int(place in (number, number + 1)) for place in range(2 * each)] for number in range(more)]
    second = [[*row, *[0] * more] for row in second[0]], second[1]
    return Network.from_rows([(wide, [*biases, *[-1] * more]), second, *others])


def zeros(net, domain, notion):
    """How many listed pieces are 0."""
    return sum(not any(map(any, piece.gradient)) and not any(piece.constant) for piece in list_pieces(net, domain, notion))


@pytest.mark.parametrize("name", NETS)
def test_what_hangs_together_in_many_inputs(name):
    layers, open_pieces, closed = NETS[name]
    net, box = lifted(layers, 4), Domain.box([-1] * 8, [1] * 8)
    assert (zeros(net, box, "open"), zeros(net, box, "closed")) == (open_pieces, closed)
    assert len(list(list_pieces(net, box, "closed"))) == recount(net, box, ["closed"])["closed"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("each", [5, 10])
def test_more_inputs_than_vertices_can_be_held_for(name, each):
    """The sets of a function are images of those in many inputs, under sums: so there are as many."""
    layers, _, _ = NETS[name]
    net, box = lifted(layers, each, 2), Domain.box([-1] * 2 * each, [1] * 2 * each)
    assert homogenize(net, box, may_be_constrained=True).bounds is not None
    narrow = count_pieces(Network.from_rows(layers), Domain.box([-each] * 2, [each] * 2), "closed").counts
    counts = count_pieces(net, box, "closed").counts
    assert {notion: counts[notion] for notion in NOTIONS} == {notion: narrow[notion] for notion in NOTIONS}


def by_constraints(monkeypatch):
    """Constraints hold cells in sets of every dimension."""
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", -9)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", -9)
    monkeypatch.setattr(homogeneous, "most_vertices", lambda polyhedron: 10**9)


def partition(net, domain):
    """The closed pieces as sets of patterns, each with the cell's facets: a pattern may have several cells in a union."""
    return {
        frozenset((cell.pattern, frozenset((facet.normal, facet.offset) for facet in cell.facets)) for cell in piece.cells)
        for piece in list_pieces(net, domain, "closed")
    }


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(
    "domain",
    [
        Domain.box([-3, -3], [3, 3]),
        Domain.box([0, -1], [3, 3]),
        Domain.box([-3, 0], [3, 1]),
        # Cones, their apexes and the segment between them are divided between the sets.
        DomainUnion((Domain.box([-3, -3], [0, 3]), Domain.box([0, -3], [3, 3]))),
        DomainUnion((Domain.box([-3, -3], [0, 0]), Domain.box([0, 0], [3, 3]))),
        DomainUnion((Domain.box([-3, -1], [-1, 1]), Domain.box([0, -1], [3, 1]))),
        DomainUnion((Domain.box([-3, 0], [-1, 1]), Domain.box([-1, -1], [3, 0]))),
    ],
    ids=str,
)
def test_lists_are_those_of_cells_with_vertices(monkeypatch, name, domain):
    net = Network.from_rows(NETS[name][0])
    expected = partition(net, domain)
    by_constraints(monkeypatch)
    assert partition(net, domain) == expected


@pytest.mark.parametrize("seed", range(12))
def test_random_nets(monkeypatch, seed):
    source = random.Random(seed)
    net = listed_net(source, 2, 6, LISTED_ENTRIES[source.choice(["tie", "short"])])
    low = [source.randint(-3, 0) for _ in range(2)]
    box = Domain.box(low, [entry + source.randint(1, 4) for entry in low])
    domain = source.choice([box, box, DomainUnion((box, Domain.box([-1, -1], [1, 1])))])
    expected = partition(net, domain)
    by_constraints(monkeypatch)
    assert partition(net, domain) == expected
    assert count_pieces(net, domain, "closed").counts["closed"] == len(expected)


def test_what_meets_at_infinity_alone_is_apart(monkeypatch):
    """On the half-strip x >= 0, |y| <= 1, which a projective chart makes bounded, 0 at y = 1 and at y = -1 never meet."""
    from relupoly import Polyhedron

    # relu(|y| - 1/2) is 0 in the middle, and its slopes are two functions; the last layer cuts off what is below 1/4.
    layers = [([[0, 1], [0, -1], [1, 0]], [0, 0, -1]), ([[-1, -1, 0]], ["1/2"]), ([[1]], [0])]
    net = Network.from_rows(layers)
    domain = Domain(Polyhedron.from_inequalities([[-1, 0], [0, 1], [0, -1]], [0, 1, 1]))
    expected = partition(net, domain)
    assert len(expected) == 4
    by_constraints(monkeypatch)
    assert partition(net, domain) == expected
    assert count_pieces(net, domain, "closed").counts["closed"] == 4
