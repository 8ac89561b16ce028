"""How long a number may be: what is longer is a mistake, and would take all memory.

Nothing is imported here, so that whoever only asks for a limit does not wait for flint.
"""

LARGEST_EXPONENT = 10_000
"""Of a decimal that is read. Doubles end at 10^308; a number with this exponent takes 4 kB, which thousands of it may."""

MOST_DIGITS = 100_000
"""Of a number that is read, and of its text. A double has at most 1,075 digits; so long a number takes 40 kB."""

MOST_BITS = 2**19
"""Of numerator and denominator of what is computed while reading: some 150,000 digits, more than any number that is read."""

MOST_COUNT_DIGITS = 9
"""Of how many rows, columns or neurons there are, or which one is meant: no file has room for a billion of anything."""
