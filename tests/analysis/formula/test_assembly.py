"""From records to branches: worked out by hand, and against the cells themselves."""

import random

import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st
from oracles.formula_cases import CASES, Case, fraction, pieces, random_net
from oracles.strategies import nets_on_domains

from relupoly.analysis.formula.assembly import formula_of, output
from relupoly.analysis.formula.formula import HalfSpace
from relupoly.errors import FunctionError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.pieces import LISTED_NOTIONS, list_pieces
from relupoly.pieces.listing.records import CellRecord, Facet, PieceRecord

FIELDS = ("gradient", "constant", "facets")


def facet(*entries):
    """The facet <normal, x> <= offset, from the normal and the offset."""
    *normal, offset = map(fmpz, entries)
    return Facet(tuple(normal), offset, ((1, 1),))


def cell(gradient, constant, *facets, number=1):
    """A cell of a net with one output."""
    return CellRecord(number, ("+",), (tuple(map(fmpq, gradient)),), (fmpq(constant),), tuple(facets))


def half(*entries):
    *normal, offset = map(fmpz, entries)
    return HalfSpace(tuple(normal), offset)


HAT = Network.from_rows([([[1], [1], [1]], [0, -1, -2]), ([[1, -2, 1]], None)])
TWO = Network.from_rows([([[1]], [-7]), ([[1], [2]], None)])


def test_intervals_come_from_left_to_right():
    formula = formula_of(list_cells(HAT, None, FIELDS))
    assert formula.everywhere
    assert [(branch.gradient[0][0], branch.constant[0], branch.sets) for branch in formula.branches] == [
        (0, 0, ((half(1, 0),),)),
        (1, 0, ((half(-1, 0), half(1, 1)),)),
        (-1, 2, ((half(-1, -1), half(1, 2)),)),
        (0, 0, ((half(-1, -2),),)),
    ]


@given(st.permutations(range(6)))
def test_neighbouring_intervals_with_one_map_are_one(order):
    records = [cell([3], 1, facet(1, -2)), cell([3], 1, facet(-1, 1), facet(1, 0)), cell([3], 1, facet(-1, 2), facet(1, -1))]
    records += [cell([0], 1, facet(-1, 0), facet(2, 1)), cell([0], 1, facet(-2, -1)), cell([0], 1, facet(-1, -3))]
    formula = formula_of([records[place] for place in order])
    assert [branch.sets for branch in formula.branches] == [((half(1, 0),),), ((half(-1, 0),),)]


def test_an_interval_in_another_one_with_its_map():
    records = [cell([1], 0, facet(-1, 0), facet(1, 3)), cell([1], 0, facet(-1, -1), facet(1, 2)), cell([1], 0, facet(-1, -3))]
    assert [branch.sets for branch in formula_of(records, complete=False).branches] == [((half(-1, 0),),)]
    assert [branch.sets for branch in formula_of(records[:2], complete=False).branches] == [((half(-1, 0), half(1, 3)),)]


def test_a_gap_between_intervals_stays():
    formula = formula_of([cell([1], 0, facet(1, 0)), cell([1], 0, facet(-1, -1))], complete=False)
    assert len(formula.branches) == 2
    assert not formula.everywhere
    assert formula.value([fmpq(1, 2)]) is None
    assert formula.value([fmpq(1)]) == (1,)


def test_sets_with_one_map_are_one_branch_and_the_longest_comes_last():
    net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1]], [0])])
    quadrants = list(list_cells(net, None, FIELDS))
    formula = formula_of([*quadrants, *quadrants])
    assert len(formula.branches) == 4
    assert all(len(branch.sets) == 1 for branch in formula.branches)
    dead = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 0]], [0])])
    formula = formula_of(list_cells(dead, None, FIELDS))
    assert [len(branch.sets) for branch in formula.branches] == [2, 2]
    three = formula_of([cell([0, 0], 0, facet(1, 0, 0), facet(0, 1, 0)), cell([1, 0], 0, facet(-1, 0, 0))])
    assert [branch.gradient for branch in three.branches] == [((1, 0),), ((0, 0),)]


def test_of_a_convex_piece_only_its_own_facets_are_asked_for():
    dead = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 0]], [0])])
    found = []
    for piece in pieces(tuple(list_cells(dead, None, FIELDS))):
        outer = tuple(one for part in piece.cells for one in part.facets if not one.normal[1])
        assert len(outer) == 2
        found.append(PieceRecord(1, "open", piece.cells, piece.gradient, piece.constant, outer, convex=True))
    formula = formula_of(found)
    assert {branch.sets for branch in formula.branches} == {((half(1, 0, 0),),), ((half(-1, 0, 0),),)}
    unknown = formula_of([PieceRecord(1, "open", one.cells, facets=one.facets, convex=True) for one in found])
    assert unknown == formula
    bent = formula_of([PieceRecord(1, "open", one.cells, facets=one.facets, convex=False) for one in found])
    assert [len(branch.sets) for branch in bent.branches] == [2, 2]


def test_facets_are_made_primitive():
    formula = formula_of([cell([0, 0], 0, facet(2, 4, 6), facet(1, 2, 3))])
    assert formula.branches[0].sets == ((half(1, 2, 3),),)


@pytest.mark.parametrize(
    ("domain", "everywhere"),
    [
        (None, True),
        (Domain(), True),
        (Domain.box([0], [1]), False),
        (Domain(None, AffineSubspace.through([[0, 0], [1, 1]])), True),
        (Domain(Polyhedron.box([0], [1]), AffineSubspace.through([[0, 0], [1, 1]])), False),
        (DomainUnion((Domain.box([0], [1]), Domain.box([2], [3]))), False),
        (DomainUnion((Domain(),)), True),
    ],
)
def test_where_it_holds_everywhere(domain, everywhere):
    records = [cell([0], 0, facet(1, 0)), cell([1], 0, facet(-1, 0))]
    assert formula_of(records, domain).everywhere is everywhere
    assert not formula_of(records, domain, complete=False).everywhere


def test_a_cell_without_facets_is_all_there_is():
    whole = cell([1, 2], 3)
    formula = formula_of([cell([1, 2], 3, facet(1, 0, 0)), whole, whole], complete=False)
    assert formula.everywhere
    assert [branch.sets for branch in formula.branches] == [((),)]
    assert formula_of([cell([2], 3), cell([2], 3, facet(1, 0))]).branches[0].sets == ((),)


def test_names():
    assert formula_of([cell([1], 0)]).variables == ("x",)
    assert formula_of([cell([1, 2, 3], 0)]).variables == ("x1", "x2", "x3")
    line = Domain(None, AffineSubspace.through([[0, 0], [1, 1]]))
    assert formula_of([cell([1], 0)], line).variables == ("t",)
    assert formula_of([cell([1], 0)], DomainUnion((line,))).variables == ("t",)
    assert formula_of([cell([1, 1], 0)], variables=["a", "b"], title="net").title == "net"
    assert formula_of([cell([1, 1], 0)], variables=["a", "b"]).variables == ("a", "b")
    assert formula_of([cell([1], 0)], Domain.box([0], [1])).domain == "box 0 1"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (["a"], "1 variable for points of 2 coordinates; give a name to each"),
        (["a", "b", "c"], "3 variables for points of 2 coordinates"),
        (["a", "a"], 'two variables are called "a"'),
        (["\n" * 50] * 2, r'two variables are called "(\\n)+'),
    ],
)
def test_names_that_do_not_fit(variables, message):
    with pytest.raises(FunctionError, match=message):
        formula_of([cell([1, 1], 0)], variables=variables)


def test_records_that_do_not_fit():
    with pytest.raises(FunctionError, match="there is no cell, so there is no formula"):
        formula_of([])
    for fields, missing in ((("facets",), "no affine map"), (("gradient", "constant"), "no facets")):
        with pytest.raises(ValueError, match=missing):
            formula_of(list_cells(HAT, None, fields))
    with pytest.raises(FunctionError, match="all branches must have 2 outputs"):
        formula_of(
            [cell([1, 1], 0, facet(1, 0, 0)), CellRecord(2, ("+",), ((fmpq(1),) * 2,) * 2, (fmpq(0),) * 2, (facet(1, 1, 0),))]
        )


@given(nets_on_domains(inputs=3, neurons=6))
def test_each_branch_is_what_its_cells_say(pair):
    case = Case.of(*pair)
    for formula in (case.formula, case.formula_of_pieces):
        if formula.outputs == case.net.output_dim and case.dimension > 1:
            assert sum(len(branch.sets) for branch in formula.branches) == len(case.cells)
            assert len(formula.branches) == len({(one.gradient, one.constant) for one in case.cells})
        for point in case.points(count=3):
            exact = [fmpq(entry.numerator, entry.denominator) for entry in point]
            values = {branch.value(exact) for branch in formula.branches if branch.contains(exact)}
            expected = case.value(point)
            found = {tuple(map(fraction, value)) for value in values}
            assert found == (set() if expected is None else {expected})


@pytest.mark.parametrize("notion", LISTED_NOTIONS)
@pytest.mark.parametrize("seed", range(6))
def test_pieces_under_every_notion(notion, seed):
    domain = Domain() if seed % 2 else Domain.box([-2] * (seed % 3 + 1), [1] * (seed % 3 + 1))
    case = Case.of(random_net(seed, seed % 3 + 1, 4, 2, 1), domain)
    formula = formula_of(list_pieces(case.net, domain, notion, (*FIELDS, "convex")), domain)
    assert len(formula.branches) >= len({(one.gradient, one.constant) for one in case.cells})
    for point in case.points(count=10):
        found = formula.value([fmpq(entry.numerator, entry.denominator) for entry in point])
        assert (None if found is None else tuple(map(fraction, found))) == case.value(point)


def test_a_merged_piece_has_fewer_inequalities():
    net = Network.from_rows([([[1, 0], [0, 1], [0, -1]], [0, 1, -1]), ([[1, 1, -1]], [0])])  # relu(x1) + x2 + 1
    box = Domain.box([-3, -3], [3, 3])
    cells = formula_of(list_cells(net, box, FIELDS), box)
    merged = formula_of(list_pieces(net, box, "open", (*FIELDS, "convex")), box)
    assert [len(branch.sets) for branch in cells.branches] == [2, 2]
    assert [[len(one) for one in branch.sets] for branch in merged.branches] == [[4], [4]]


def test_a_union_of_boxes():
    union = DomainUnion((Domain.box([-1, -1], [1, 1]), Domain.box([0, 0], [2, 2]), Domain.box([5, 0], [6, 1])))
    net = random_net(31, 2, 4, 2)
    formula = formula_of(list_cells(net, union, FIELDS), union)
    source = random.Random(7)
    for _ in range(200):
        point = [fmpq(source.randint(-6, 26), 4) for _ in range(2)]
        inside = any(min(part.polyhedron.slacks(point)) >= 0 for part in union.parts)
        assert formula.value(point) == (tuple(net(point)) if inside else None)


@pytest.mark.parametrize("name", ["an interval", "a box", "one piece"])
def test_one_output_of_several(name):
    case = CASES[name]
    for number in range(case.net.output_dim):
        single = output(case.formula, number)
        assert single.outputs == 1
        for point in case.points(count=5):
            exact = [fmpq(entry.numerator, entry.denominator) for entry in point]
            values = case.formula.value(exact)
            assert single.value(exact) == (None if values is None else (values[number],))


def test_outputs_have_fewer_branches_than_all_together():
    net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 0], [0, 1]], None)])
    formula = Case.of(net).formula
    assert len(formula.branches) == 4
    assert len(output(formula, 0).branches) == 2
    assert output(output(formula, 0), 0) == output(formula, 0)
