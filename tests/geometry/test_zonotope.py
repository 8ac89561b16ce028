"""Zonotopes against hulls of all sign sums by cddlib, closed forms, and counts of the engine."""

import itertools
import math
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles.hulls import hull, sign_sums
from oracles.tables import table

from relupoly.constructions.support_function import small_support_function
from relupoly.constructions.zonotope import support_function
from relupoly.errors import ZonotopeError
from relupoly.geometry.characteristic import Work
from relupoly.geometry.volume import relative_volume, volume
from relupoly.geometry.zonotope import Zonotope, faces, vertices
from relupoly.geometry.zonotope_families import ALIASES, FAMILIES, named_zonotope
from relupoly.networks.evaluation import evaluate
from relupoly.pieces.count import count_pieces
from relupoly.pieces.enumeration.vertices import list_vertices
from relupoly.run import UNLIMITED

ENTRY = st.one_of(st.integers(-2, 2), st.fractions(-2, 2, max_denominator=3))


@st.composite
def generators(draw, dimension=3, number=6):
    """Generators with small entries: zero and parallel ones and dependent sets are common."""
    size = draw(st.integers(1, dimension))
    return draw(st.lists(st.lists(ENTRY, min_size=size, max_size=size), min_size=1, max_size=number))


def spanning(rows):
    """The rows in independent coordinates, or None if all are zero."""
    matrix = fmpq_mat([[fmpq(*Fraction(entry).as_integer_ratio()) for entry in row] for row in rows])
    rank = matrix.rank()
    for chosen in itertools.combinations(range(len(rows[0])), rank):
        if rank and fmpq_mat([[row[j] for j in chosen] for row in matrix.tolist()]).rank() == rank:
            return [[Fraction(row[j]) for j in chosen] for row in rows]
    return None


@settings(max_examples=40)
@given(generators())
@example([[0, 0]])
@example([[1, 1], [2, 2], [0, 0]])
@example([[1, 0, 1], [0, 1, 1], [1, 1, 2], [1, -1, 0]])
def test_faces_are_those_of_the_hull_of_all_sign_sums(rows):
    zonotope = Zonotope.of(rows)
    inside = spanning(rows)
    if inside is None:
        assert (zonotope.dimension, faces(zonotope), vertices(zonotope)) == (0, (1,), 1)
        return
    found = hull(sign_sums(inside))
    assert zonotope.dimension == len(inside[0])
    assert faces(zonotope) == found.f_vector()
    assert vertices(zonotope) == found.f_vector()[0]
    assert relative_volume(Zonotope.of(inside)) == fmpq(*found.volume().as_integer_ratio())


@settings(max_examples=40)
@given(generators(dimension=4, number=7))
def test_vertices_are_regions_are_pieces_of_the_support_function(rows):
    zonotope = Zonotope.of(rows)
    expected = vertices(zonotope)
    listed = list(list_vertices(zonotope))
    assert len(listed) == len(set(listed)) == expected
    if any(map(any, rows)):
        net = support_function(zonotope.generators)
        assert count_pieces(net).pieces == count_pieces(net, notion="activation").pieces == expected
        assert count_pieces(small_support_function(zonotope.generators)).pieces == expected


@settings(max_examples=30)
@given(generators())
def test_listed_vertices_are_sign_sums_and_symmetric(rows):
    zonotope = Zonotope.of(rows)
    listed = set(list_vertices(zonotope))
    sums = {
        tuple(fmpq(*entry.as_integer_ratio()) for entry in point) for point in sign_sums([list(map(Fraction, r)) for r in rows])
    }
    assert listed <= sums
    assert {tuple(-entry for entry in vertex) for vertex in listed} == listed


@settings(max_examples=30)
@given(generators(dimension=4, number=7))
def test_euler(rows):
    zonotope = Zonotope.of(rows)
    if zonotope.dimension:
        alternating = sum((-1) ** k * number for k, number in enumerate(faces(zonotope)))
        assert alternating == 1 - (-1) ** zonotope.dimension


@settings(max_examples=30)
@given(generators(dimension=4, number=7))
def test_the_volume_is_the_sum_of_all_determinants(rows):
    zonotope = Zonotope.of(rows)
    n = zonotope.ambient_dimension
    choices = itertools.combinations(zonotope.generators, n)
    expected = 2**n * sum((abs(fmpq_mat([list(row) for row in choice]).det()) for choice in choices), fmpq(0))
    assert volume(zonotope) == expected


@settings(max_examples=30)
@given(generators(dimension=3, number=4), st.permutations(range(3)), st.integers(-2, 2))
def test_the_relative_volume_does_not_depend_on_the_coordinates_of_the_lattice(rows, order, shear):
    size = len(rows[0])
    order = [index for index in order if index < size]
    moved = [[row[index] for index in order] for row in rows]
    moved = [[row[0], *(entry + shear * row[0] for entry in row[1:])] for row in moved]
    assert relative_volume(Zonotope.of(moved)) == relative_volume(Zonotope.of(rows))


@settings(max_examples=30)
@given(generators(), st.data())
def test_the_support_function_is_the_largest_value_on_the_vertices(rows, data):
    zonotope = Zonotope.of(rows)
    point = data.draw(st.lists(st.integers(-3, 3), min_size=len(rows[0]), max_size=len(rows[0])))
    largest = max(sum((x * y for x, y in zip(vertex, point, strict=True)), fmpq(0)) for vertex in list_vertices(zonotope))
    assert evaluate(support_function(zonotope.generators), point) == [largest]
    net = small_support_function(zonotope.generators)
    assert (net.widths, evaluate(net, point)) == ((len(rows) + 2,), [largest])


@pytest.mark.parametrize(("n", "m"), [(1, 3), (2, 2), (2, 9), (3, 3), (3, 8), (4, 4), (4, 10), (5, 6), (5, 9)])
def test_the_moment_curve_is_generic(n, m):
    zonotope = named_zonotope("moment", n, m)
    assert vertices(zonotope) == 2 * sum(math.comb(m - 1, i) for i in range(n))
    if n > 1:
        assert faces(zonotope)[-1] == 2 * math.comb(m, n - 1)


@pytest.mark.parametrize("row", table("arora_zonotope"), ids=lambda row: row and f"{row['n']}-{row['m']}-{row['w']}-{row['k']}")
def test_the_published_family(row):
    assert vertices(Zonotope.of(row["b"])) == row["vertices"]


@pytest.mark.parametrize("n", range(2, 7))
def test_permutohedron(n):
    zonotope = named_zonotope("permutohedron", n)
    assert vertices(zonotope) == math.factorial(n)
    assert volume(zonotope) == 0
    assert relative_volume(zonotope) == 2 ** (n - 1) * n ** (n - 2)
    assert faces(zonotope)[-1] == 2**n - 2
    points = {tuple(map(int, vertex)) for vertex in list_vertices(zonotope)}
    assert points == set(itertools.permutations(range(1 - n, n, 2)))


@pytest.mark.parametrize(("n", "count"), [(1, 2), (2, 6), (3, 32), (4, 370), (5, 11292)])
def test_the_white_whale(n, count):
    zonotope = named_zonotope("resonance", n)
    assert vertices(zonotope) == len(list(list_vertices(zonotope))) == count


@pytest.mark.parametrize("n", range(1, 6))
def test_cube_and_type_b(n):
    cube = named_zonotope("cube", n)
    assert faces(cube) == tuple(math.comb(n, k) * 2 ** (n - k) for k in range(n))
    assert volume(cube) == 2**n
    assert vertices(named_zonotope("typeB", n)) == 2**n * math.factorial(n)


def test_many_generators_in_the_plane():
    rows = [[x, y] for x in range(1, 20) for y in range(-19, 20)]
    zonotope = Zonotope.of(rows)
    assert vertices(zonotope) == 2 * len({Fraction(y, x) for x, y in rows})
    assert volume(zonotope) == 4 * sum(abs(a * d - b * c) for (a, b), (c, d) in itertools.combinations(rows, 2))


def test_the_table_of_families():
    assert FAMILIES["moment"].rows(3, 4) == [[1, 1, 1], [1, 2, 4], [1, 3, 9], [1, 4, 16]]
    assert set(ALIASES.values()) <= set(FAMILIES)
    for name, family in FAMILIES.items():
        rows = family.rows(4, 5)
        assert (len(rows), {len(row) for row in rows}) == (family.count(4, 5), {4}), name


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1, 0], [1]], "generator 2 has 1 entries, but 2 are needed; give all generators the same length"),
        ([[]], "the space has no dimension; give each generator at least one entry"),
        ([], "there is no generator, so the dimension of the space is not known; give one"),
        ([[1, "x"]], 'generator 1, entry 2: "x" is not a number'),
        ([[1, float("nan")]], "generator 1, entry 2: nan is not a finite number"),
    ],
)
def test_bad_generators(rows, message):
    with pytest.raises(ZonotopeError, match=message):
        Zonotope.of(rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("moment", 3), "moment: it has any number of generators; give the number of generators"),
        (("cube", 3, 4), "cube: n determines the number of generators; leave it out"),
        (("cube", 0), "cube: dimension and number of generators must be 1 or more"),
        (("resonance", 40), "resonance: the generators have more than 2000000 entries"),
        (("cube", 10**9), "cube: the generators have more than 2000000 entries"),
    ],
)
def test_bad_families(arguments, message):
    with pytest.raises(ZonotopeError, match=message):
        named_zonotope(*arguments)


def test_no_generator_is_a_point():
    point = Zonotope.of([], dimension=3)
    assert (vertices(point), faces(point), volume(point), relative_volume(point)) == (1, (1,), 0, 1)
    assert list(list_vertices(point)) == [(0, 0, 0)]


def test_counting_stops_when_asked():
    class Enough(Exception):
        pass

    def stop():
        raise Enough

    zonotope = named_zonotope("resonance", 5)
    for count in (vertices, faces):
        with pytest.raises(Enough):
            count(zonotope, Work(run=UNLIMITED.also(stop)))
    with pytest.raises(Enough):
        volume(zonotope, UNLIMITED.also(stop))
    with pytest.raises(Enough):
        list(list_vertices(zonotope, UNLIMITED.also(stop)))
