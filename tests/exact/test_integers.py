"""Integer vectors against Python's integers, with entries on both sides of the machine word."""

from math import gcd

import numpy as np
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.integers import IntegerVectors

WORD = 2**62
NEAR = st.builds(lambda base, sign, step: sign * (base + step), st.sampled_from([2**30, 2**31, 2**61, 2**62, 2**63, 2**64]),
                 st.sampled_from([-1, 1]), st.integers(-2, 2))  # fmt: skip
ENTRIES = st.one_of(st.integers(-3, 3), st.integers(-(2**31), 2**31), NEAR, st.integers(-(2**130), 2**130))


def tables(rows, columns):
    return st.lists(st.lists(ENTRIES, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


def integers(rows):
    return IntegerVectors.from_integers(fmpz_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row]))


def as_lists(vectors):
    return [[int(entry) for entry in row] for row in vectors.data]


def products_of(one, other):
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in other] for row in one]


def without_common_factor(entries):
    divisor = gcd(*entries)
    return [entry // divisor for entry in entries] if divisor else entries


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.data())
def test_products_and_signs(rows, inner, columns, data):
    one, other = data.draw(tables(rows, inner)), data.draw(tables(columns, inner))
    product = integers(one).products(integers(other))
    truth = products_of(one, other)
    assert as_lists(product) == truth
    assert product.signs().tolist() == [[(entry > 0) - (entry < 0) for entry in row] for row in truth]


@given(st.integers(2, 4), st.integers(2, 4), st.data())
def test_rays_on_edges(dimension, count, data):
    rays, form = data.draw(tables(count, dimension)), data.draw(tables(1, dimension))
    truth = products_of(form, rays)[0]
    pairs = [(i, j) for i, p in enumerate(truth) for j, n in enumerate(truth) if p > 0 > n]
    if not pairs:
        return
    positive, negative = (np.array(part) for part in zip(*pairs, strict=True))
    between = [[truth[i] * low - truth[j] * high for high, low in zip(rays[i], rays[j], strict=True)] for i, j in pairs]
    if not all(any(ray) for ray in between):
        return
    fresh = integers(rays).edge_rays(integers(form), positive, negative)
    assert as_lists(fresh) == [without_common_factor(ray) for ray in between]


@given(st.integers(1, 3), st.data())
def test_images_of_layers(width, data):
    previous = [*data.draw(tables(width, 2)), [0, data.draw(st.integers(1, 2**70))]]
    layer = [*data.draw(tables(width, width + 1)), [0] * width + [data.draw(st.integers(1, 2**70))]]
    active = [*data.draw(st.lists(st.booleans(), min_size=width, max_size=width)), True]
    image = integers(layer).image(integers(previous), np.array(active))
    masked = [row if on else [0, 0] for row, on in zip(previous, active, strict=True)]
    truth = products_of(layer, [list(column) for column in zip(*masked, strict=True)])
    flat = without_common_factor([entry for row in truth for entry in row])
    assert [entry for row in as_lists(image) for entry in row] == flat


def test_words_are_left_where_they_might_overflow_and_entered_again():
    half = 2**31
    exact = integers([[half, half]]).products(integers([[half, half], [half, -half]]))
    assert as_lists(exact) == [[2**63, 0]]
    assert exact.beyond_machine() == 2
    rays = integers([[2**62, 0], [0, -(2**62)]])
    assert rays.beyond_machine() == 4
    fresh = rays.edge_rays(integers([[1, 1]]), np.array([0]), np.array([1]))
    assert (as_lists(fresh), fresh.beyond_machine()) == ([[1, -1]], 0)


def test_the_largest_word():
    assert integers([[WORD - 1]]).beyond_machine() == 0
    assert integers([[-WORD]]).beyond_machine() == 1


@given(tables(3, 2), tables(2, 2))
def test_taking_and_joining(one, other):
    joined = integers(one).join(integers(other))
    assert (as_lists(joined), len(joined), joined.width) == (one + other, 5, 2)
    assert as_lists(joined.take(np.array([4, 0]))) == [other[1], one[0]]
    assert as_lists(joined.take(np.array([False, True, False, True, False]))) == [one[1], other[0]]


@given(tables(2, 3))
def test_directions_need_no_scale(exact):
    assert as_lists(IntegerVectors.from_directions(fmpz_mat(exact))) == exact
