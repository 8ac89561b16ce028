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

from relupoly.exact.floats import FloatVectors, _scaled, settled
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


UNIT = 2.0**-53


def vectors_of(value, error):
    return FloatVectors(np.array(value, dtype=np.float64), np.array(error, dtype=np.float64))


def test_the_bound_of_a_product():
    """Twice what Higham's model gives for k terms and the rounding of the bounds themselves, written out."""
    one, other = vectors_of([[2, -3]], [[0.25, 0]]), vectors_of([[5, 7]], [[0.5, 0.125]])
    product = one.products(other)
    relative = 2 * (2 + 4) * UNIT
    error = 2 * (0.5 + relative * 5) + 3 * (0.125 + relative * 7) + 0.25 * (5 + 0.5)
    assert product.value.tolist() == [[-11.0]]
    assert product.error[0, 0] == pytest.approx(error * (1 + relative), rel=1e-15)
    exact = vectors_of([[2, -3]], [[0, 0]]).products(vectors_of([[5, 7]], [[0, 0]]))
    assert exact.error[0, 0] == pytest.approx(31 * relative, rel=1e-12)
    assert exact.error[0, 0] >= 31 * relative
    # As many terms as there are columns, not rows.
    long = vectors_of([[1, 1, 1], [1, 1, 1]], [[0] * 3] * 2).products(vectors_of([[1, 1, 1]], [[0] * 3]))
    assert long.error.ravel().tolist() == [pytest.approx(3 * 2 * 7 * UNIT)] * 2


def test_the_bound_of_a_ray_on_an_edge():
    """A form with values 3 and -6 at the rays: the new ray is 6 times the first and 3 times the second."""
    rays, form = vectors_of([[1, 4], [5, -1]], [[0.5, 0.25], [0.125, 0.0625]]), vectors_of([[-1, 1]], [[0.25, 0]])
    above, below = form.products(rays).error[0]
    fresh = rays.edge_rays(form, np.array([0]), np.array([1]))
    value, sizes = [6 * 1 + 3 * 5, 6 * 4 - 3 * 1], [6 * 1 + 3 * 5, 6 * 4 + 3 * 1]
    errors = [
        (6 + below) * 0.5 + below * 1 + (3 + above) * 0.125 + above * 5,
        (6 + below) * 0.25 + below * 4 + (3 + above) * 0.0625 + above * 1,
    ]
    bounds = [error + 6 * UNIT * (size + error) for error, size in zip(errors, sizes, strict=True)]
    # The largest entry, or bound, is brought below 1 by a power of two.
    scale = 2.0 ** np.frexp(max(*value, *bounds))[1]
    assert fresh.value.tolist() == [[entry / scale for entry in value]]
    assert fresh.error.tolist() == [[pytest.approx(bound / scale, rel=1e-15) for bound in bounds]]


def test_only_values_beyond_their_bounds_have_a_sign():
    vectors = vectors_of([[2, -2, 2, 1, -1, 0.5, 0, 0]], [[1, 1, 2, 0, 0, 1, 0, 1]])
    assert vectors.signs().tolist() == [[1, -1, UNKNOWN, 1, -1, UNKNOWN, 0, UNKNOWN]]


def test_what_is_accurate():
    """Up to 2^-18 of the largest entry, whichever has the largest error."""
    limit = 2.0**-18
    vectors = vectors_of([[4, 1], [4, 1], [1, 4]], [[0, 4 * limit], [0, np.nextafter(4 * limit, 1)], [limit, 5 * limit]])
    assert vectors.inaccurate().tolist() == [1, 2]


def test_vectors_are_scaled_one_by_one():
    vectors = vectors_of([[3, 1], [0.25, -0.125]], [[0, 0.5], [0, 2]]).balanced()
    assert vectors.value.tolist() == [[0.75, 0.25], [0.0625, -0.03125]]
    assert vectors.error.tolist() == [[0, 0.125], [0, 0.5]]


def test_images_are_scaled_as_a_whole():
    image = vectors_of([[3, 0], [0, 1]], [[0, 0]] * 2).image(vectors_of([[2, 1], [0, 1]], [[0, 0]] * 2), np.array([True, True]))
    assert image.value.tolist() == [[0.75, 0.375], [0, 0.125]]
    assert (image.error <= 2.0**-46).all()


def test_flipping():
    vectors = vectors_of([[1, -2], [3, 4]], [[0.5, 0], [0, 0.25]])
    flipped = vectors.flip(np.array([-1, 1], dtype=np.int8))
    assert (flipped.value.tolist(), flipped.error.tolist()) == ([[-1, 2], [3, 4]], [[0.5, 0], [0, 0.25]])
    flipped.error[0, 0] = 9
    assert vectors.error[0, 0] == 0.5
    assert (vectors.width, len(vectors), vectors.beyond_machine()) == (2, 2, 0)


@pytest.mark.parametrize("sign", [1, -1])
def test_integers_that_doubles_hold_are_not_scaled(sign):
    vectors = floats([[sign * (2**53 - 1), 1]])
    assert (vectors.value.tolist(), vectors.error.tolist()) == ([[sign * (2.0**53 - 1), 1.0]], [[0, 0]])
    vectors = floats([[sign * 2**53, 1]])
    assert (vectors.value.tolist(), vectors.error.tolist()) == ([[sign * 0.5, 2.0**-54]], [[0, 0]])


@pytest.mark.parametrize(("power", "cut"), [(60, False), (800, False), (899, False), (900, True), (1000, True)])
def test_rounded_integers_have_twice_the_unit_as_bound(power, cut):
    """Up to 900 bits only those that are rounded; beyond, all but the first 200 bits are cut off, and all have a bound."""
    vectors = floats([[2**power + 1, 2**power - 2 ** (power - 10)]])
    assert vectors.value.tolist() == [[0.5, 0.5 - 2.0**-11]]
    assert vectors.error.tolist() == [[2 * UNIT * 0.5, 2 * UNIT * (0.5 - 2.0**-11) if cut else 0]]


def test_long_integers_keep_their_first_bits():
    """Beside one of 1000 bits: 2^-100 has 199 zeros, or 200, or an end that is cut off."""
    for entry, error in ((2**899, 2 * UNIT), (2**899 + 2**700, 2 * UNIT), (2**850 - 2**800, 2 * UNIT)):
        vectors = floats([[entry, -(2**999)]])
        value = float(Fraction(entry, 2**1000))
        assert vectors.value.tolist() == [[value, -0.5]]
        assert vectors.error.tolist() == [[error * value, error * 0.5]]


@pytest.mark.parametrize(("bits", "exact"), [(200, True), (201, False)])
def test_how_many_bits_are_kept(bits, exact):
    """A single bit, or two of which the last is beyond what is kept."""
    assert _scaled(2 ** (bits - 1), bits) == (0.5, 0.0 if exact else UNIT)
    assert _scaled(2 ** (bits - 1) + 1, bits) == (0.5, UNIT)
    assert _scaled(-(2 ** (bits - 1)), bits) == (-0.5, 0.0 if exact else UNIT)
    assert _scaled(0, bits) == (0.0, 0.0)


def test_integers_that_a_common_scale_makes_small():
    """What would be below 2^-200 is 0, give or take 2^-200."""
    assert _scaled(1, 201) == (2.0**-201, 0.0)
    assert _scaled(1, 202) == (0.0, 2.0**-200)
    assert _scaled(-3, 202) == (-3 * 2.0**-202, 0.0)
    assert _scaled(-3, 203) == (0.0, 2.0**-200)


def test_where_small_numbers_become_zeros():
    """Just below 2^-200; their bound is what they were, and 2^-260. Bounds themselves are never below that, but may be 0."""
    small, least = 2.0**-200, 2.0**-260
    below = np.nextafter(small, 0)
    value, error = settled(np.array([small, -small, below, -below, 0.0]), np.array([0, 0, 0, 0.5, 0]))
    assert value.tolist() == [small, -small, 0, 0, 0]
    assert error.tolist() == [0, 0, below + least, 0.5 + below + least, 0]
    value, error = settled(np.array([1.0, 1, 1, 1]), np.array([least, least / 2, 0, 1]))
    assert (value.tolist(), error.tolist()) == ([1, 1, 1, 1], [least, least, 0, 1])
    value, error = settled(np.zeros((0, 2)), np.zeros((0, 2)))
    assert (value.shape, error.shape) == ((0, 2), (0, 2))


def test_writing_a_vector_anew():
    """Whole numbers up to 2^53 are exact; what is scaled never passes for exact."""
    vectors = vectors_of([[1, 1], [7, 7]], [[1, 1], [0, 0]])
    vectors = vectors.rewritten({0: [fmpz(2**53 - 1), fmpz(-4)]})
    assert (vectors.value[0].tolist(), vectors.error[0].tolist()) == ([2.0**53 - 1, -4.0], [0, 0])
    vectors = vectors.rewritten({0: [fmpz(2**53), fmpz(-(2**51))]})
    assert (vectors.value[0].tolist(), vectors.error[0].tolist()) == ([0.5, -0.125], [UNIT / 2, UNIT / 8])
    vectors = vectors.rewritten({0: [fmpz(2**60 + 1), fmpz(1)]})
    assert (vectors.value[0].tolist(), vectors.error[0].tolist()) == ([0.5, 2.0**-61], [UNIT, UNIT * 2.0**-61])
    assert (vectors.value[1].tolist(), vectors.error[1].tolist()) == ([7, 7], [0, 0])
