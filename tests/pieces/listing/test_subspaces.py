"""Cells and pieces of sets in several subspaces: in each of them what its sets alone have, and nothing between them."""

import random
from dataclasses import replace

import networkx
import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.many_subspaces import many_subspaces
from oracles.piece_facts import check_pieces, key_of
from oracles.record_facts import behind, check_cells, random_points

import relupoly as rp
from relupoly import Domain, DomainUnion, Network, count_pieces
from relupoly.errors import DomainError, InputError
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.pieces.listing.at import cells_at, pieces_at
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.graph import graph_of, region_graph
from relupoly.pieces.listing.pieces import list_pieces

NOTIONS = ("open", "activation", "closed")
# It does not see the second input: on both lines it is the same function of the parameter.
ABSOLUTE = Network.from_rows([([[1, 0], [-1, 0]], None), ([[1, 1]], None)])
SEEDS = st.integers(0, 2**32)


def line(height):
    return AffineSubspace.through([[0, height], [1, height]])


def on_lines(*sets):
    """Intervals, each on a line parallel to the first axis."""
    return DomainUnion(tuple(Domain(Polyhedron.box([low], [high]), line(height)) for height, low, high in sets))


def drawn(seed, bounded=False):
    """A case whose sets do not touch across subspaces."""
    case = many_subspaces(random.Random(seed), bounded)
    assume(case is not None)
    assume(not case.touch)
    return case


def own(case, number, records, first=1):
    """Records of a subspace, as if its sets were all there are."""

    def of_cell(cell):
        return replace(cell, number=cell.number - first + 1, facets=sides(cell.facets), subspace=None)

    def sides(facets):
        return tuple(replace(facet, sides=tuple(case.own_side(number, side) for side in facet.sides)) for facet in facets)

    return [
        replace(one, facets=sides(one.facets), cells=tuple(map(of_cell, one.cells))) if hasattr(one, "cells") else of_cell(one)
        for one in records
    ]


@settings(max_examples=40)
@given(SEEDS)
def test_each_subspace_has_the_cells_and_pieces_of_its_sets(seed):
    case = drawn(seed)
    assert len(case.domain.subspaces) == len(case.order)
    cells = list(list_cells(case.net, case.domain))
    pieces = {notion: list(list_pieces(case.net, case.domain, notion)) for notion in NOTIONS}
    assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
    first = 1
    for which, number in enumerate(case.order, 1):
        assert case.domain.subspaces[which - 1] == case.subspaces[number]
        alone, here = case.alone(number), [cell for cell in cells if cell.subspace == which]
        assert [cell.number for cell in here] == list(range(first, first + len(here)))
        own_cells = own(case, number, here, first)
        check_cells(case.net, alone, own_cells)
        for notion, found in pieces.items():
            mine = own(case, number, [piece for piece in found if piece.subspace == which], first)
            if notion != "closed" or len(here) <= 8:
                mine = [replace(piece, number=place) for place, piece in enumerate(mine, 1)]
                check_pieces(case.net, alone, own_cells, mine, notion)
        first += len(here)
    for notion, found in pieces.items():
        assert [piece.number for piece in found] == list(range(1, len(found) + 1))
        assert len(found) == count_pieces(case.net, case.domain, notion).pieces


@settings(max_examples=20)
@given(SEEDS)
def test_as_many_as_brute_force_finds(seed):
    case = drawn(seed, bounded=True)
    expected = case.counts()
    for notion in NOTIONS:
        found = list(list_pieces(case.net, case.domain, notion, ("cells",)))
        assert len(found) == expected[notion] == count_pieces(case.net, case.domain, notion).pieces


@settings(max_examples=60)
@given(SEEDS)
def test_sets_that_touch_across_subspaces_are_refused(seed):
    case = many_subspaces(random.Random(seed))
    assume(case is not None)
    if not case.touch:
        assert next(list_cells(case.net, case.domain)).number == 1
        return
    for what in (list_cells, list_pieces):
        with pytest.raises(DomainError, match=r"sets \d and \d touch or cross, but lie in different subspaces"):
            next(what(case.net, case.domain))
    with pytest.raises(DomainError, match="touch or cross"):
        cells_at(case.net, [0] * case.net.input_dim, case.domain)


@settings(max_examples=12)
@given(SEEDS)
def test_points_are_those_of_the_space_of_inputs(seed):
    case = drawn(seed)
    source = random.Random(seed)
    cells = list(list_cells(case.net, case.domain))
    notion = source.choice(NOTIONS)
    every = list(list_pieces(case.net, case.domain, notion))
    n = case.net.input_dim
    places = [(None, [fmpq(source.randint(-3, 3)) for _ in range(n)])]
    for which, number in enumerate(case.order, 1):
        here = [cell for cell in cells if cell.subspace == which]
        subspace = case.subspaces[number]
        for t in random_points(here, subspace.dimension, source, 2):
            x = [
                start + sum((a * b for a, b in zip(row, t, strict=True)), fmpq(0))
                for row, start in zip(subspace.basis.tolist(), subspace.origin.entries(), strict=True)
            ]
            places.append(((which, t), x))
    for place, x in places:
        found = cells_at(case.net, x, case.domain)
        if place is None:
            assert all(case.domain.subspaces[cell.subspace - 1].parameters(x) is not None for cell in found)
            continue
        which, t = place
        held = {key_of(cell) for cell in cells if cell.subspace == which and cell.contains(t)}
        # Another subspace may pass there; its sets do not, where one of this one does.
        if held:
            assert {cell.subspace for cell in found} == {which}
            assert {key_of(cell) for cell in found} == held
        expected = {frozenset(map(key_of, one.cells)) for one in every if one.subspace == which and one.contains(t)}
        got = pieces_at(case.net, x, case.domain, notion)
        assert {frozenset(map(key_of, one.cells)) for one in got if one.subspace == which} == expected
        assert [one.number for one in got] == list(range(1, len(got) + 1))


@settings(max_examples=30)
@given(SEEDS)
def test_no_edge_leads_from_one_subspace_to_another(seed):
    case = drawn(seed)
    cells = list(list_cells(case.net, case.domain))
    graph = graph_of(cells, case.domain)
    expected = set()
    for which in range(1, len(case.order) + 1):
        here = [cell for cell in cells if cell.subspace == which]
        for cell, others in zip(here, behind(here), strict=True):
            expected |= {frozenset((cell.number, here[other].number)) for other in others if other is not None}
    assert set(map(frozenset, graph.edges)) == expected
    assert dict(graph.nodes(data="subspace")) == {cell.number: cell.subspace for cell in cells}
    for notion in ("activation", "open"):
        pieces = region_graph(case.net, case.domain, notion, ["volume"])
        assert len(pieces) == count_pieces(case.net, case.domain, notion).pieces
        assert all(pieces.nodes[one]["subspace"] == pieces.nodes[other]["subspace"] for one, other in pieces.edges)


class TestTwinsOnParallelLines:
    """Cells that are the same in their coordinates, and lie on two lines."""

    UNION = on_lines((0, -1, 2), (5, -1, 2))

    def test_cells(self):
        left, right, *others = list_cells(ABSOLUTE, self.UNION)
        assert [(cell.subspace, cell.number) for cell in (left, right, *others)] == [(1, 1), (1, 2), (2, 3), (2, 4)]
        assert [replace(cell, number=1, subspace=1, facets=()) for cell in others] == [
            replace(cell, number=1, facets=()) for cell in (left, right)
        ]
        assert [[facet.sides for facet in cell.facets if facet.sides] for cell in (left, right, *others)] == [
            [(1,)],
            [(2,)],
            [(3,)],
            [(4,)],
        ]

    @pytest.mark.parametrize("notion", NOTIONS)
    def test_pieces(self, notion):
        found = [[cell.number for cell in piece.cells] for piece in list_pieces(ABSOLUTE, self.UNION, notion)]
        assert sorted(found) == [[1], [2], [3], [4]]

    def test_closed_pieces_of_a_function_that_has_several(self):
        """A hat is 0 on both sides of it, on each line: four pieces, though in their coordinates two are the same."""
        hat = Network.from_rows([([[1, 0], [1, 0], [1, 0]], [0, -1, -2]), ([[1, -2, 1]], None)])
        union = on_lines((0, -1, 3), (5, -1, 3))
        flat = [piece for piece in list_pieces(hat, union, "closed") if not any(piece.gradient[0])]
        assert [len(piece.cells) for piece in flat] == [1] * 4
        assert sorted(piece.subspace for piece in flat) == [1, 1, 2, 2]
        assert count_pieces(hat, union, "closed").pieces == 8

    def test_a_closed_piece_does_not_lead_through_another_line(self):
        """relu(hat(x) - y) is a hat on the first line, and 0 all over the second one, past the place of the hat."""
        hat = ([[1, 0], [1, 0], [1, 0], [0, 1]], [0, -1, -2, 0])
        net = Network.from_rows([hat, ([[1, -2, 1, -1]], None), ([[1]], None)])
        union = on_lines((0, -1, 3), (5, -1, 3))
        flat = [piece for piece in list_pieces(net, union, "closed") if not any(piece.gradient[0])]
        assert sorted(piece.subspace for piece in flat) == [1, 1, 2]
        assert count_pieces(net, union, "closed").pieces == 5

    def test_what_cells_know_of_pieces(self):
        known = [cell.piece for cell in list_cells(ABSOLUTE, self.UNION, ("piece",))]
        assert known == [{"open": number, "closed": number} for number in (1, 2, 3, 4)]

    def test_the_graph(self):
        assert sorted(region_graph(ABSOLUTE, self.UNION).edges) == [(1, 2), (3, 4)]
        assert networkx.number_connected_components(graph_of(list_pieces(ABSOLUTE, self.UNION), self.UNION)) == 2

    def test_points(self):
        (cell,) = cells_at(ABSOLUTE, [1, 5], self.UNION)
        assert (cell.subspace, cell.number, cell.contains([1])) == (2, 1, True)
        (piece,) = pieces_at(ABSOLUTE, ["1/2", 0], self.UNION, "closed")
        assert piece.subspace == 1
        assert len(cells_at(ABSOLUTE, [0, 5], self.UNION)) == 2
        assert cells_at(ABSOLUTE, [1, 4], self.UNION) == []
        assert ABSOLUTE.piece_at([-1, 5], self.UNION).subspace == 2
        with pytest.raises(
            DomainError, match="has 1 coordinates, and the inputs are 2, in which it is given where sets lie in"
        ):
            cells_at(ABSOLUTE, [1], self.UNION)

    def test_affine_functions(self):
        """As for counting."""
        for what in (list_pieces, lambda *given: iter(pieces_at(given[0], [0, 0], *given[1:]))):
            with pytest.raises(InputError, match="cannot be told from others; choose among open, activation, closed, or"):
                next(what(ABSOLUTE, self.UNION, "affine"))
        with pytest.raises(InputError, match="cannot be told from others; choose among open, activation, closed, patt"):
            count_pieces(ABSOLUTE, self.UNION, "affine")

    def test_what_has_one_set_of_coordinates(self):
        cells = list(list_cells(ABSOLUTE, self.UNION))
        for what in (rp.cell_mesh, rp.graph_surface, rp.formula_of):
            with pytest.raises(DomainError, match="lie in different subspaces, each with coordinates of its own, and a "):
                what(cells)
            assert what(cells[2:])
        plane = [AffineSubspace.through([[0, 0, height], [1, 0, height], [0, 1, height]]) for height in (0, 1)]
        net = Network.from_rows([([[1, 0, 0]], None), ([[1]], None)])
        planes = DomainUnion(tuple(Domain(Polyhedron.box([-1, -1], [1, 1]), one) for one in plane))
        with pytest.raises(DomainError, match="and a mesh has those of one"):
            rp.level_surface(list_cells(net, planes), "1/2")
        with pytest.raises(DomainError, match="and a formula has those of one"):
            rp.formula_of(cells[:2], self.UNION)
        for analysis in (rp.maximum, rp.moments):
            with pytest.raises(DomainError, match="and an analysis has those of one"):
                analysis(ABSOLUTE, self.UNION)

    def test_notebooks(self):
        cell = next(list_cells(ABSOLUTE, self.UNION))
        assert "<th>subspace</th><td>1</td>" in cell._repr_html_()
        assert "subspace" not in next(list_cells(ABSOLUTE, on_lines((0, 0, 1))))._repr_html_()
        assert "<th>subspace</th><td>1</td>" in next(list_pieces(ABSOLUTE, self.UNION))._repr_html_()


def test_whole_lines_beside_intervals():
    union = DomainUnion((Domain(None, line(0)), *on_lines((1, 0, 2), (0, -9, 9), (1, 1, 3)).parts))
    cells = list(list_cells(ABSOLUTE, union))
    assert [(cell.subspace, cell.bounded) for cell in cells if cell.subspace == 1] == [(1, False)] * 2
    # On the second line, 0, 1, 2 and 3 cut; the whole line has no side, but the interval on it has two, which are numbered.
    found = {facet.sides for cell in cells if cell.subspace == 2 for facet in cell.facets}
    assert found == {(1,), (2,), (5,), (6,)}
    assert len(list(list_pieces(ABSOLUTE, union))) == 3


def test_the_space_itself_in_two_descriptions():
    """A box and a set on other coordinates of the same space, which lie apart: each keeps its own."""
    turned = AffineSubspace.through([[10, 0], [9, 0], [10, 1]])
    union = DomainUnion((Domain.box([-1, -1], [1, 1]), Domain(Polyhedron.box([0, 0], [2, 1]), turned)))
    assert union.subspaces == (None, turned)
    cells = list(list_cells(ABSOLUTE, union))
    assert [cell.subspace for cell in cells] == [1, 1, 2]
    assert cells[-1].gradient == ((-1, 0),)
    assert [cell.subspace for cell in cells_at(ABSOLUTE, [9, "1/2"], union)] == [2]
    assert [cell.subspace for cell in cells_at(ABSOLUTE, ["1/2", 0], union)] == [1]


def test_many_inputs():
    """Cells that are held by constraints say where they are, too."""
    n = 17
    parts = [Domain(Polyhedron.box([0] * (n - 1), [1] * (n - 1)), AffineSubspace.fixing(n, {0: value})) for value in (0, 1)]
    net = Network.from_rows([([[0, 1, -1] + [0] * (n - 3), [1] * n], [0, -1]), ([[1, 1]], None)])
    cells = list(list_cells(net, DomainUnion(tuple(parts)), ("pattern", "facets")))
    assert all(cell.vertices is None for cell in cells)
    assert [cell.subspace for cell in cells] == sorted(cell.subspace for cell in cells)
    assert {cell.subspace for cell in cells} == {1, 2}
    assert len(cells) == count_pieces(net, DomainUnion(tuple(parts)), "activation").pieces
