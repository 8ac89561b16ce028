"""Error-bounded floats against exact arithmetic: the truth is always within the bounds, a sign is right or left open.

Vectors are known up to a positive factor. So a table encloses exact rows if for one positive s all entries of s times the
rows are within the bounds of the entries.
"""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz, fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.exact.floats import FloatVectors
from relupoly.exact.vectors import UNKNOWN

SIZES = st.integers(1, 4)
ZERO = st.just(0)
SMALL = st.integers(-3, 3)
DOUBLES = st.builds(lambda mantissa, power: mantissa << power, st.integers(-(2**53), 2**53), st.integers(0, 90))
WILD = st.builds(lambda mantissa, power: mantissa << power, st.integers(-(2**70), 2**70), st.integers(0, 1000))
ENTRIES = st.one_of(ZERO, SMALL, DOUBLES, WILD)


def tables(rows, columns, entries=ENTRIES):
    return st.lists(st.lists(entries, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


def floats(rows):
    return FloatVectors.from_integers(fmpz_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row]))


def scales(vectors, exact):
    """The positive numbers s for which s times the exact rows is within all bounds: an interval (low, high), or None."""
    low, high = Fraction(0), None
    for value, error, entry in zip(vectors.value.flat, vectors.error.flat, [e for row in exact for e in row], strict=True):
        value, error = Fraction(float(value)), Fraction(float(error))
        if entry == 0:
            if abs(value) > error:
                return None
            continue
        ends = sorted([(value - error) / entry, (value + error) / entry])
        low, high = max(low, ends[0]), ends[1] if high is None else min(high, ends[1])
    return (low, high) if high is None or (low <= high and high > 0) else None


def encloses(vectors, exact):
    return scales(vectors, exact) is not None


def products_of(one, other):
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in other] for row in one]


def check_signs(vectors, exact):
    signs = vectors.signs()
    for sign, error, entry in zip(signs.flat, vectors.error.flat, [e for row in exact for e in row], strict=True):
        assert sign == (entry > 0) - (entry < 0) or (sign == UNKNOWN and error > 0)


def test_the_oracle_sees_what_is_outside():
    one = FloatVectors(np.array([[1.0, 2.0]]), np.array([[0.0, 0.125]]))
    assert encloses(one, [[8, 17]])
    assert encloses(one, [[8, 15]])
    assert not encloses(one, [[16, 29]])
    assert not encloses(one, [[-8, 16]])
    assert not encloses(one, [[8, 0]])
    assert encloses(FloatVectors(np.array([[1.0]]), np.array([[2.0]])), [[-1]])


@given(SIZES, SIZES, st.data())
def test_integers_enter_within_their_bounds(rows, columns, data):
    exact = data.draw(tables(rows, columns))
    vectors = floats(exact)
    assert encloses(vectors, exact)
    check_signs(vectors, exact)


def test_doubles_of_common_size_enter_exactly():
    numbers = [0.1, -1e-3, 12345.678, 2.0**-40]
    exact = [[int(Fraction(number) * 2**110) for number in numbers]]
    assert not floats(exact).error.any()
    assert encloses(floats(exact), exact)


@given(SIZES, SIZES, SIZES, st.data())
def test_products_are_within_their_bounds(rows, inner, columns, data):
    one, other = data.draw(tables(rows, inner)), data.draw(tables(columns, inner))
    product = floats(one).products(floats(other))
    assert encloses(product, products_of(one, other))
    check_signs(product, products_of(one, other))


@given(st.integers(1, 6), st.data())
def test_products_of_numbers_at_the_ends_of_their_intervals(size, data):
    numbers = st.floats(-1, 1).filter(lambda x: x == 0 or abs(x) > 2.0**-100)
    errors = st.one_of(st.just(0.0), st.floats(2.0**-100, 2.0**-20))
    sides = st.sampled_from([-1, 0, 1])
    one, other = ([data.draw(st.tuples(numbers, errors, sides)) for _ in range(size)] for _ in range(2))
    pairs = zip(one, other, strict=True)
    truth = sum((Fraction(a) + Fraction(e) * s) * (Fraction(b) + Fraction(d) * r) for (a, e, s), (b, d, r) in pairs)
    left, right = (
        FloatVectors(np.array([[a for a, _, _ in part]]), np.array([[e for _, e, _ in part]])) for part in (one, other)
    )
    product = left.products(right)
    assert abs(Fraction(float(product.value[0, 0])) - truth) <= Fraction(float(product.error[0, 0]))


@settings(max_examples=150)
@given(st.integers(2, 4), st.integers(2, 5), st.data())
def test_rays_on_edges_and_what_follows_are_within_their_bounds(dimension, count, data):
    exact = data.draw(tables(count, dimension))
    rays = floats(exact)
    for _ in range(3):
        form = data.draw(tables(1, dimension))
        truth = products_of(form, exact)[0]
        pairs = [(i, j) for i, p in enumerate(truth) for j, n in enumerate(truth) if p > 0 > n][:4]
        if not pairs:
            continue
        positive, negative = (np.array(part) for part in zip(*pairs, strict=True))
        fresh = rays.edge_rays(floats(form), positive, negative)
        between = [[truth[i] * low - truth[j] * high for high, low in zip(exact[i], exact[j], strict=True)] for i, j in pairs]
        for index, ray in enumerate(between):
            assert encloses(fresh.take(np.array([index])), [ray])
            check_signs(fresh.take(np.array([index])), [ray])
        exact, rays = exact + between, rays.join(fresh)
    assert len(rays) == len(exact)
    assert all(encloses(rays.take(np.array([index])), [ray]) for index, ray in enumerate(exact))


def augmented(weight, bias, constant):
    return [[*row, offset] for row, offset in zip(weight, bias, strict=True)] + [[0] * len(weight[0]) + [constant]]


@settings(max_examples=60)
@given(st.data())
def test_images_of_layers_are_within_their_bounds(data):
    width = data.draw(st.integers(1, 3))
    exact = augmented(data.draw(tables(width, 2)), data.draw(tables(1, width))[0], data.draw(st.integers(1, 2**400)))
    vectors = floats(exact)
    for _ in range(data.draw(st.integers(1, 8))):
        layer = augmented(data.draw(tables(width, width)), data.draw(tables(1, width))[0], data.draw(st.integers(1, 2**400)))
        active = np.array([*data.draw(st.lists(st.booleans(), min_size=width, max_size=width)), True])
        vectors = floats(layer).image(vectors, active)
        masked = [row if on else [0] * 3 for row, on in zip(exact, active, strict=True)]
        exact = products_of(layer, [list(column) for column in zip(*masked, strict=True)])
        assert np.isfinite(vectors.error).all()
        assert encloses(vectors, exact)
        check_signs(vectors, exact)


def test_bounds_stay_finite_where_each_layer_multiplies_the_doubt():
    vectors = floats(augmented([[3**40], [3**40 - 1]], [0, 0], 3**40))
    vectors = floats(augmented([[1, -1]], [0], 1)).image(vectors, np.array([True, True, True]))
    for _ in range(12):
        vectors = floats(augmented([[2**190]], [0], 1)).image(vectors, np.array([True, True]))
    assert np.isfinite(vectors.value).all()
    assert np.isfinite(vectors.error).all()
    assert vectors.signs()[0, 0] == UNKNOWN
    assert floats([[1, 0]]).products(vectors).signs().tolist() == [[UNKNOWN, 0]]


@pytest.mark.parametrize("error", [np.inf, np.nan])
def test_a_bound_that_is_no_number_decides_nothing(error):
    vectors = FloatVectors(np.array([[0.0, 1.0, -1.0]]), np.array([[error, error, 0.0]]))
    assert vectors.signs().tolist() == [[UNKNOWN, UNKNOWN, -1]]
    assert vectors.inaccurate().tolist() == [0]


def test_zeros_without_error_are_proved():
    vectors = floats([[0, 5], [0, -(2**100)]])
    assert vectors.signs().tolist() == [[0, 1], [0, -1]]
    assert vectors.products(floats([[7, 0]])).signs().tolist() == [[0], [0]]


def test_cancellation_below_the_unit_roundoff_is_left_open():
    big = 3**60
    product = floats([[big, 1]]).products(floats([[1, -big], [1, 1 - big], [1, -1 - big]]))
    assert product.signs().tolist() == [[UNKNOWN] * 3]


def test_tiny_entries_become_zeros_with_a_bound():
    vectors = floats([[1, 2**250]])
    assert vectors.value[0, 0] == 0 < vectors.error[0, 0]
    assert vectors.signs().tolist() == [[UNKNOWN, 1]]


def test_a_vector_written_anew_is_accurate_again():
    vectors = FloatVectors(np.array([[1.0, 1e-9], [1.0, 1.0]]), np.array([[1e-3, 1e-3], [0.0, 0.0]]))
    assert vectors.inaccurate().tolist() == [0]
    fresh = vectors.rewritten({0: [fmpz(3), fmpz(-1)]})
    assert fresh.inaccurate().tolist() == []
    assert encloses(fresh.take(np.array([0])), [[3, -1]])
    assert fresh.value[1].tolist() == [1.0, 1.0]
    assert vectors.value[0].tolist() == [1.0, 1e-9], "a table of vectors never changes"


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_directions_are_scaled_each_by_itself(rows, columns, data):
    exact = data.draw(tables(rows, columns))
    vectors = FloatVectors.from_directions(fmpz_mat(exact))
    for index, row in enumerate(exact):
        one = vectors.take(np.array([index]))
        assert encloses(one, [row])
        largest = max(map(abs, row))
        assert all(sign != UNKNOWN for sign, entry in zip(one.signs()[0], row, strict=True) if abs(entry) * 2**150 > largest)


def test_a_short_direction_beside_a_long_one_keeps_its_signs():
    matrix = fmpz_mat([[1, -1], [10**100, 3]])
    assert FloatVectors.from_integers(matrix).signs().tolist() == [[UNKNOWN, UNKNOWN], [1, UNKNOWN]]
    assert FloatVectors.from_directions(matrix).signs().tolist() == [[1, -1], [1, UNKNOWN]]
