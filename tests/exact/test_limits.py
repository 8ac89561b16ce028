"""Limits on numbers fit each other."""

import math

from relupoly.exact.limits import MOST_BITS, MOST_DIGITS


def test_what_is_computed_may_be_somewhat_longer_than_what_is_read():
    read = MOST_DIGITS * math.log2(10)
    assert read < MOST_BITS < 4 * read
