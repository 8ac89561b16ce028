"""Doubles, in numbers: what rounding to one costs, and up to where one holds every integer.

Compiled kernels take these as constants of their own modules, so nothing is imported here.
"""

UNIT_ROUNDOFF = 2.0**-53
"""The largest relative error of one rounding to the nearest double: a double has 53 significant bits."""

EPSILON = 2 * UNIT_ROUNDOFF
"""The distance from 1 to the next double: bounds that are computed in doubles themselves use it for safety."""

SIGNIFICANT_BITS = 53
"""Of a double, the leading one included."""

LARGEST_WHOLE = 2**SIGNIFICANT_BITS
"""Every integer up to this one is a double, and the next one is not: who holds all numbers of JSON as doubles rounds it."""
