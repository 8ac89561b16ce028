"""Convex parts of unions that meet face to face, and which of them is behind a facet."""

import itertools
import random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.half_spaces import ZERO, cube, union_volume, volume
from oracles.listing_cases import random_part
from oracles.record_facts import middle

from relupoly import Domain, DomainUnion, Network
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.pieces.listing import face_to_face as module
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.face_to_face import PartsBehind, face_to_face, is_beside
from relupoly.run import Run, Stopped

REACH = fmpq(9, 2)


def random_sets(seed, dimension):
    """Boxes, or boxes and polyhedra."""
    source = random.Random(seed)
    found = []
    while len(found) < source.choice([2, 3, 4]):
        one = random_part(source, dimension).polyhedron
        if one is not None and (seed % 2 or isinstance(one, Box)):
            found.append(one)
    return found


def rows_of(one):
    return [(*row, bound) for row, bound in zip(one.matrix.tolist(), one.bound.entries(), strict=True) if any(row)]


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 2))
def test_parts_have_the_same_union_and_nothing_in_common(seed, dimension):
    sets = random_sets(seed, dimension)
    around = cube(dimension, REACH)
    parts = face_to_face(sets)
    total = sum((volume([*rows_of(one), *around]) for one in parts), ZERO)
    assert total == union_volume([rows_of(one) for one in sets], around)
    for one, other in itertools.combinations(parts, 2):
        assert not volume([*rows_of(one), *rows_of(other), *around])


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 2))
def test_behind_a_facet_is_the_part_that_is_beside_it(seed, dimension):
    sets = random_sets(seed, dimension)
    parts = face_to_face(sets)
    behind = PartsBehind(parts)
    net = Network.from_rows([([[1] * dimension], None)])
    for number, one in enumerate(parts):
        [cell] = list_cells(net, Domain(one))
        for place, facet in enumerate(cell.facets):
            point = middle(cell, place)
            beside = [other for other, part in enumerate(parts) if is_beside(part, point, facet.normal)]
            assert beside == ([] if (found := behind.number(point, facet.normal)) is None else [found])
            assert number not in beside
            assert bool(beside) == any(is_beside(each, point, facet.normal) for each in sets)
            if beside:
                back = tuple(-entry for entry in facet.normal)
                assert behind.number(point, back) == number


def test_few_parts_are_compared_however_many_there_are(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "is_beside", lambda *given: asked.append(given) or is_beside(*given))
    row = DomainUnion(tuple(Domain.box([low], [low + 1]) for low in range(100)))
    cells = list(list_cells(Network.from_rows([([[1]], ["-1/2"]), ([[1]], None)]), row))
    assert len(cells) == 101
    # Each facet on a side has at most one other part there.
    assert 0 < len(asked) <= 2 * len(cells)


@pytest.mark.parametrize("turned", [False, True])
def test_it_stops_when_it_is_asked_to(turned):
    boxes = [Polyhedron.box([low, low], [low + 2, low + 2]) for low in range(3)]
    sets = [Polyhedron(one.matrix, one.bound) for one in boxes] if turned else boxes
    if turned:
        sets.append(Polyhedron.from_inequalities([[1, 1], [-1, 0], [0, -1]], [1, 0, 0]))
    assert face_to_face(sets)
    with pytest.raises(Stopped):
        face_to_face(sets, Run(deadline=0))


def test_a_grid_of_boxes():
    """Each is a part; one box over all of them changes nothing but the order."""
    grid = [Polyhedron.box([x, y], [x + 1, y + 1]) for x, y in itertools.product(range(4), repeat=2)]
    assert face_to_face(grid) == grid
    assert sorted((one.lower, one.upper) for one in face_to_face([Polyhedron.box([0, 0], [4, 4]), *grid])) == [
        (one.lower, one.upper) for one in grid
    ]
