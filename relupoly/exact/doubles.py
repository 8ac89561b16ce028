"""Doubles, in numbers: what rounding to one costs, and up to where one holds every integer.

Compiled kernels take these as constants of their own modules, so nothing is imported here.
"""

UNIT_ROUNDOFF = 2.0**-53
"""The largest relative error of one rounding to the nearest double: a double has 53 significant bits."""

EPSILON = 2 * UNIT_ROUNDOFF
"""The distance from 1 to the next double: bounds that are computed in doubles themselves use it for safety."""

SIGNIFICANT_BITS = 53
"""Of a double, the leading one included."""

FLOAT_BITS = 900
"""Integers of so many bits become doubles without overflow, which is at 1,024 bits, and so do sums and multiples of them."""

SMALLEST_EXPONENT = -200
"""Of `SMALLEST`."""

SMALLEST = 2.0**SMALLEST_EXPONENT
"""In tables that are scaled to 1, less than this becomes a zero with an error bound. A product of five is above 2^-1022."""

SMALLEST_ERROR = 2.0**-260
"""The smallest error bound but 0: products with it, and with roundoff, are above 2^-1022, below which doubles lose bits."""

LARGEST_WHOLE = 2**SIGNIFICANT_BITS
"""Every integer up to this one is a double, and the next one is not: who holds all numbers of JSON as doubles rounds it."""
