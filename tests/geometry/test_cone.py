"""Simplicial cones."""

from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st
from oracles.cones import dot, primitive, rank
from oracles.cutting import cone_of

from relupoly.geometry.cone import simplicial_rays


@given(st.integers(1, 5), st.data())
def test_each_ray_lies_on_all_walls_but_its_own(size, data):
    entries = st.lists(st.integers(-9, 9), min_size=size, max_size=size)
    rows = data.draw(st.lists(entries, min_size=size, max_size=size).filter(lambda rows: rank(rows) == size))
    divisor = data.draw(st.integers(1, 7))
    rays = simplicial_rays(fmpq_mat(size, size, [fmpq(entry, divisor) for row in rows for entry in row])).tolist()
    for i, ray in enumerate(rays):
        assert primitive(ray) == tuple(ray)
        assert [dot(row, ray) > 0 for row in rows] == [i == j for j in range(size)]
        assert all(dot(row, ray) == 0 for j, row in enumerate(rows) if j != i)


def test_the_dimension_is_that_of_the_space():
    assert cone_of([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).dimension == 3
