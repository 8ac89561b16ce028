"""Integer vectors where words just suffice, and where they just do not."""

import numpy as np
import pytest
from flint import fmpz_mat

from relupoly.exact.integers import IntegerVectors


def integers(rows):
    return IntegerVectors.from_integers(fmpz_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row]))


def edge(high, low, form):
    """The ray between two on which a form is above and below 0."""
    fresh = integers([high, low]).edge_rays(integers([form]), np.array([0]), np.array([1]))
    return [int(entry) for entry in fresh.data[0]]


def test_a_ray_whose_entries_are_no_words():
    """Values 2^33 and -2^33: the sum of the first entries is 2^65, which a word takes for 0."""
    half = 2**31
    assert edge([half, 3], [half, -5], [1, half]) == [half, -1]
    assert edge([-half, 3], [-half, -5], [-1, half]) == [-half, -1]


def test_a_ray_of_small_entries():
    """Values 30 and -20: 20 times (3, 4) and 30 times (1, -2), without common factor (9, 2)."""
    assert edge([3, 4], [1, -2], [-2, 9]) == [9, 2]
    assert edge([2, 2], [2, -2], [0, 1]) == [1, 0]


@pytest.mark.parametrize("large", [2**31, 2**40, 2**70])
def test_products_of_long_and_short_entries(large):
    product = integers([[large, large]]).products(integers([[large, large], [1, -1], [0, 0]]))
    assert [int(entry) for entry in product.data[0]] == [2 * large**2, 0, 0]
    assert product.signs().tolist() == [[1, 0, 0]]


def test_they_are_always_accurate():
    vectors = integers([[1, 2**70], [-3, 0]])
    assert vectors.inaccurate().tolist() == []
    assert vectors.balanced() is vectors
    assert (vectors.width, len(vectors)) == (2, 2)
    assert vectors.flip(np.array([-1, 1], dtype=np.int8)).data.tolist() == [[-1, -(2**70)], [-3, 0]]


def test_entries_beyond_words_are_counted():
    assert integers([[2**62 - 1, -(2**62) + 1]]).beyond_machine() == 0
    assert integers([[2**62, 1]]).beyond_machine() == 2
