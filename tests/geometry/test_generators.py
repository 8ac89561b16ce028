"""Polyhedra by their generators: cut as by cddlib, unbounded ones, too."""

from __future__ import annotations

import random

import pytest
from flint import fmpq
from oracles.half_spaces import generators, value

from relupoly.geometry.generators import Generators, exact_key, hull_facets


def held(rows, n, form):
    """A polyhedron by half-spaces (a, b), with the values of an affine form behind the coordinates, and 0."""
    vertices, rays, lines = generators(rows, n)
    assert not lines
    vectors, masks = [], []
    for vertex in vertices:
        vectors.append((*vertex, fmpq(1), value(form, vertex), fmpq(0)))
        masks.append(sum(1 << k for k, row in enumerate(rows) if tight(row, vertex)))
    for ray in rays:
        rate = sum((a * x for a, x in zip(form, ray, strict=False)), fmpq(0))
        vectors.append((*primitive(ray), fmpq(0), rate / scale(ray), fmpq(0)))
        masks.append(sum(1 << k for k, row in enumerate(rows) if not dot(row, ray)) | 1 << len(rows))
    return Generators(n, tuple(vectors), tuple(masks))


def dot(row, point):
    return sum((a * x for a, x in zip(row, point, strict=False)), fmpq(0))


def tight(row, point):
    return dot(row, point) == row[-1]


def scale(ray):
    from relupoly.exact.matrices import primitive as integers

    place = next(k for k, entry in enumerate(ray) if entry)
    return ray[place] / fmpq(integers(ray)[place])


def primitive(ray):
    return tuple(entry / scale(ray) for entry in ray)


def normal_form(found, n):
    return {(vector[:n], vector[n]) for vector in found.vectors}


def expected(rows, n):
    vertices, rays, lines = generators(rows, n)
    assert not lines
    if not all(dot(row, vertex) <= row[-1] for row in rows for vertex in vertices):
        return set()  # of an empty set cddlib tells no generator, which the oracle takes for a cone
    return {(vertex, fmpq(1)) for vertex in vertices} | {(primitive(ray), fmpq(0)) for ray in rays}


@pytest.mark.parametrize("seed", range(120))
def test_parts_as_by_cddlib(seed):
    """Half-spaces around an orthant, so that there are no lines; the form passes through vertices now and then."""
    source = random.Random(seed)
    n = source.randrange(1, 5)
    rows = [(*tuple(fmpq(-(k == j)) for j in range(n)), fmpq(0)) for k in range(n)]
    rows += [(*tuple(fmpq(source.randrange(-2, 3)) for _ in range(n)), fmpq(source.randrange(0, 4))) for _ in range(3)]
    rows = [row for row in rows if any(row[:-1])]
    form = (*tuple(fmpq(source.randrange(-2, 3)) for _ in range(n)), fmpq(source.randrange(-2, 3)))
    whole = held(rows, n, form)
    above = (*tuple(-a for a in form[:-1]), form[-1])
    below = (*form[:-1], -form[-1])
    upper, section = whole.where_at_least(n + 1, n + 2), whole.where_equal(n + 1, n + 2)
    assert normal_form(upper, n) == expected([*rows, above], n)
    assert normal_form(section, n) == expected([*rows, above, below], n)
    # The values of the form are cut along with the points.
    for vector in (*upper.vectors, *section.vectors):
        assert vector[n + 1] == dot(form[:-1], vector) + form[-1] * vector[n]
    assert section.bounded == all(weight for _, weight in normal_form(section, n))
    # Cut again, it is the same.
    assert normal_form(upper.where_equal(n + 1, n + 2), n) == normal_form(section, n)


def test_dimensions_and_vertices():
    square = [(fmpq(x), fmpq(y), fmpq(1), fmpq(x + y), fmpq(2)) for x in (0, 2) for y in (0, 2)]
    whole = Generators(2, tuple(square), (0b0101, 0b1001, 0b0110, 0b1010))
    diagonal = whole.where_equal(3, 4)
    assert (whole.affine_dimension, diagonal.affine_dimension) == (2, 1)
    assert diagonal.where_equal(0, 2).affine_dimension == 0
    assert diagonal.where_equal(0, 2).vertices == [(1, 1, 1, 2, 2)]
    empty = whole.where_at_least(2, 3).where_at_least(3, 4)
    assert (empty.vectors, empty.affine_dimension) == ((), -1)


def test_keys_tell_vectors_apart():
    vectors = [(fmpq(1, 2), fmpq(1)), (fmpq(1), fmpq(1, 2)), (fmpq(-1, 2), fmpq(1)), (fmpq(2), fmpq(1))]
    assert len({exact_key(vector) for vector in vectors}) == 4
    assert exact_key((fmpq(2, 4), fmpq(1))) == exact_key(vectors[0])


def test_facets_that_touch_in_less_are_none():
    """A triangle with a fourth half-space that holds one vertex alone."""
    assert hull_facets([0b1011, 0b0101, 0b0110], 2) == [3, 5, 6]
    assert hull_facets([0b01, 0b10], 1) == [1, 2]
