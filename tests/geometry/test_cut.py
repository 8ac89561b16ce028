"""Cuts against brute force over all sets of walls: the same rays, on the same walls."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.cones import POLYTOPES, dot, incidences, rank, rays_by_brute_force
from oracles.cutting import cone_of, crossing_of, cut, form, integer_rays, simplicial

from relupoly.errors import SizeError
from relupoly.geometry import cut as cut_module
from relupoly.geometry.cut import adjacent_pairs, cross, half
from relupoly.run import UNLIMITED, Stopped


def check(cone, rows, fewest):
    """The cone's rays are those of brute force, and each of its walls holds exactly the rays on it."""
    rays = integer_rays(cone)
    assert len(set(rays)) == len(rays)
    assert set(rays) == rays_by_brute_force(rows)
    truth = incidences(rows, rays)
    assert cone.walls.tolist() == sorted(set(cone.walls.tolist()), key=cone.walls.tolist().index)
    assert (cone.tight == truth[:, cone.walls]).all()
    facets = {wall for wall in range(len(rows)) if rank([ray for ray in rays if dot(rows[wall], ray) == 0]) == len(rays[0]) - 1}
    expected = facets if fewest > 1 else {wall for wall in range(len(rows)) if truth[:, wall].any()}
    assert expected <= set(cone.walls.tolist())


@st.composite
def cones(draw, least=2, largest=5, most=6):
    """Rows of a pointed full-dimensional cone with short entries: ties, parallel walls and redundant ones are common."""
    size = draw(st.integers(least, largest))
    entry = st.integers(-2, 2)
    row = st.lists(entry, min_size=size, max_size=size).filter(any)
    inside = draw(st.lists(st.integers(1, 3), min_size=size, max_size=size))
    unit = [[int(i == j) for j in range(size)] for i in range(size)]
    cuts = [[side * e for e in r] for r in draw(st.lists(row, max_size=most)) if (side := np.sign(dot(r, inside)))]
    return [*unit, *([int(e) for e in r] for r in cuts)]


@settings(max_examples=80)
@given(cones(), st.booleans())
def test_random_cones(rows, every_wall):
    size = len(rows[0])
    fewest = 1 if every_wall else max(1, size - 1)
    cone = simplicial(rows[:size])
    for label in range(size, len(rows)):
        cone = cut(cone, rows[label], label, fewest)
        check(cone, rows[: label + 1], fewest)


@pytest.mark.slow
@settings(max_examples=300)
@given(cones(3, 6, 9), st.booleans())
def test_random_cones_in_more_dimensions(rows, every_wall):
    fewest = 1 if every_wall else len(rows[0]) - 1
    check(cone_of(rows, fewest=fewest), rows, fewest)


SMALL = {name: rows for name, (rows, _) in POLYTOPES.items() if len(rows) <= 16 and len(rows[0]) <= 5}


@pytest.mark.parametrize("fewest", [1, None], ids=["every wall", "facets"])
@pytest.mark.parametrize("name", SMALL)
def test_named_polytopes(name, fewest):
    rows = SMALL[name]
    for order in (rows, rows[::-1], rows[1::2] + rows[::2]):
        check(cone_of(order, fewest=fewest or len(rows[0]) - 1), order, fewest or len(rows[0]) - 1)


@pytest.mark.parametrize("name", POLYTOPES)
def test_numbers_of_vertices(name):
    rows, faces = POLYTOPES[name]
    assert len(cone_of(rows, fewest=len(rows[0]) - 1).rays) == faces[0]


@settings(max_examples=60)
@given(cones(most=4), st.data())
def test_the_halves_share_their_section(rows, data):
    size = len(rows[0])
    cone = cone_of(rows)
    row = data.draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
    signs = form(cone, row).products(cone.rays).signs()[0]
    if not ((signs > 0).any() and (signs < 0).any()):
        return
    crossing = crossing_of(cone, row, len(rows))
    for side in (1, -1):
        part = half(cone, crossing, side, 1)
        check(part, [*rows, [side * entry for entry in row]], 1)
        assert part.sides[-1] == side
        assert (part.sides[:-1] == 1).all()
        old = np.flatnonzero(signs * side >= 0)
        assert (part.rays.data[: len(old)] == cone.rays.data[old]).all()
        assert (part.rays.data[len(old) :] == crossing.section.rays.data).all()


def test_a_hyperplane_through_an_edge_makes_no_new_ray_there():
    cone = cone_of(POLYTOPES["cube-3"][0])
    crossing = crossing_of(cone, [1, 1, 0, 0], 6)
    assert len(crossing.section.rays) == 0
    for side in (1, -1):
        assert len(half(cone, crossing, side, 3).rays) == 6


def test_rays_with_many_walls_but_no_common_edge_are_not_adjacent():
    octahedron = cone_of(POLYTOPES["cross-polytope-3"][0])
    everything = np.arange(6)
    rays = integer_rays(octahedron)
    for ray in range(6):
        _, others = adjacent_pairs(octahedron.tight, everything[ray : ray + 1], everything, 4, UNLIMITED)
        opposite = (*(-entry for entry in rays[ray][:3]), 1)
        assert {rays[other] for other in others} == set(rays) - {rays[ray], opposite}


def test_pairs_in_small_portions(monkeypatch):
    rows, _ = POLYTOPES["cross-polytope-4"]
    whole = crossing_of(cone_of(rows), [3, 2, 1, 1, 0], 16)
    monkeypatch.setattr(cut_module, "_PAIRS_AT_ONCE", 1)
    portions = crossing_of(cone_of(rows), [3, 2, 1, 1, 0], 16)
    assert (portions.section.rays.data == whole.section.rays.data).all()
    assert (portions.section.tight == whole.section.tight).all()


def test_too_many_vertices(monkeypatch):
    monkeypatch.setattr(cut_module, "MOST_ENTRIES", 11)
    square = cone_of(POLYTOPES["cube-2"][0])
    assert len(crossing_of(square, [1, 0, 0], 4).section.rays) == 2
    with pytest.raises(SizeError, match=r"a cell in dimension 3 has more than 4 vertices.*--through"):
        crossing_of(cone_of(POLYTOPES["cube-3"][0]), [1, 0, 0, 0], 6)


def test_a_stop_ends_a_cut():
    cone = cone_of(POLYTOPES["cube-3"][0])
    one = form(cone, [1, 0, 0, 0])

    def stop():
        raise Stopped("deadline")

    with pytest.raises(Stopped):
        cross(cone, one, one.products(cone.rays).signs()[0], 6, UNLIMITED.also(stop))
