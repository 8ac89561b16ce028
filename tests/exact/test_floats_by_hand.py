"""Error-bounded floats: bounds, thresholds and scales written out by hand for a few numbers."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz, fmpz_mat

from relupoly.exact.floats import FloatVectors, _scaled, safe_from_underflow
from relupoly.exact.vectors import UNKNOWN

UNIT = 2.0**-53


def floats(rows):
    return FloatVectors.from_integers(fmpz_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row]))


def vectors_of(value, error):
    return FloatVectors(np.array(value, dtype=np.float64), np.array(error, dtype=np.float64))


def test_the_bound_of_a_product():
    """Twice what Higham's model gives for k terms and the rounding of the bounds themselves, written out."""
    one, other = vectors_of([[2, -3]], [[0.25, 0]]), vectors_of([[5, 7]], [[0.5, 0.125]])
    product = one.products(other)
    relative = 2 * (2 + 4) * UNIT
    error = 2 * (0.5 + relative * 5) + 3 * (0.125 + relative * 7) + 0.25 * (5 + 0.5)
    assert product.value.tolist() == [[-11.0]]
    assert product.error[0, 0] == pytest.approx(error * (1 + relative), rel=1e-15, abs=0)
    exact = vectors_of([[2, -3]], [[0, 0]]).products(vectors_of([[5, 7]], [[0, 0]]))
    assert exact.error[0, 0] == pytest.approx(31 * relative, rel=1e-12, abs=0)
    assert exact.error[0, 0] >= 31 * relative
    # As many terms as there are columns, not rows.
    long = vectors_of([[1, 1, 1], [1, 1, 1]], [[0] * 3] * 2).products(vectors_of([[1, 1, 1]], [[0] * 3]))
    assert long.error.ravel().tolist() == [pytest.approx(3 * 2 * 7 * UNIT, rel=1e-12, abs=0)] * 2


@pytest.mark.parametrize("exact", [False, True])
def test_the_bound_of_a_ray_on_an_edge(exact):
    """A form with values 3 and -6 at the rays: the new ray is 6 times the first and 3 times the second."""
    doubts = [[0, 0], [0, 0]] if exact else [[0.5, 0.25], [0.125, 0.0625]]
    rays, form = vectors_of([[1, 4], [5, -1]], doubts), vectors_of([[-1, 1]], [[0 if exact else 0.25, 0]])
    above, below = form.products(rays).error[0]
    fresh = rays.edge_rays(form, np.array([0]), np.array([1]))
    value, sizes = [6 * 1 + 3 * 5, 6 * 4 - 3 * 1], [6 * 1 + 3 * 5, 6 * 4 + 3 * 1]
    errors = [
        (6 + below) * high + below * one + (3 + above) * low + above * other
        for high, low, one, other in zip(*doubts, (1, 4), (5, 1), strict=True)
    ]
    bounds = [error + 6 * UNIT * (size + error) for error, size in zip(errors, sizes, strict=True)]
    # The largest entry, 21, is brought below 1 by 2^5; so is the bound of the second, where there are doubts.
    assert max(*value, *bounds) < 32
    assert fresh.value.tolist() == [[entry / 32 for entry in value]]
    assert fresh.error.tolist() == [[pytest.approx(bound / 32, rel=1e-15, abs=0) for bound in bounds]]


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


def test_directions_that_doubles_hold_are_not_scaled():
    """Up to 53 bits they stay whole numbers; beyond, each is scaled by itself."""
    largest = 2**53 - 1
    vectors = FloatVectors.from_directions(fmpz_mat(2, 2, [largest, 1, 2, 4]))
    assert vectors.value.tolist() == [[largest, 1], [2, 4]]
    vectors = FloatVectors.from_directions(fmpz_mat(2, 2, [largest + 1, 0, 2, 4]))
    assert vectors.value.tolist() == [[0.5, 0], [0.25, 0.5]]


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
    value, error = safe_from_underflow(np.array([small, -small, below, -below, 0.0]), np.array([0, 0, 0, 0.5, 0]))
    assert value.tolist() == [small, -small, 0, 0, 0]
    assert error.tolist() == [0, 0, below + least, 0.5 + below + least, 0]
    value, error = safe_from_underflow(np.array([1.0, 1, 1, 1]), np.array([least, least / 2, 0, 1]))
    assert (value.tolist(), error.tolist()) == ([1, 1, 1, 1], [least, least, 0, 1])
    value, error = safe_from_underflow(np.zeros((0, 2)), np.zeros((0, 2)))
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
