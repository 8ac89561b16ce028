"""The constants of doubles: what their docstrings promise."""

from relupoly.exact.doubles import SIGNIFICANT_BITS, SMALLEST, SMALLEST_ERROR, UNIT_ROUNDOFF


def test_products_of_what_is_kept_do_not_underflow():
    least = 2.0**-1022
    assert least < SMALLEST**5
    assert least < SMALLEST_ERROR * SMALLEST**3 * UNIT_ROUNDOFF


def test_what_is_made_zero_is_far_below_the_roundoff_of_tables_that_are_scaled_to_one():
    assert SMALLEST < UNIT_ROUNDOFF**3
    assert 2.0**-SIGNIFICANT_BITS == UNIT_ROUNDOFF
