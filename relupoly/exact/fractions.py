"""`Fraction` and `fmpq`: the two kinds of exact rationals, and the ways between them.

Python's fractions are what the training's search and its certificates are written in: they hash, compare with floats exactly,
and a checker needs nothing but Python to read them. Matrices are flint's.
"""

from __future__ import annotations

import re
from fractions import Fraction

from flint import fmpq, fmpz

from relupoly.errors import NumberError

_QUOTIENT = re.compile(r"-?[0-9]+(/0*[1-9][0-9]*)?", re.ASCII)


def to_fraction(value: fmpq) -> Fraction:
    """A rational of flint as one of Python.

    Examples
    --------
    >>> to_fraction(fmpq(-1, 2))
    Fraction(-1, 2)
    """
    return Fraction(int(value.p), int(value.q))


def from_fraction(value: Fraction | int) -> fmpq:
    """A rational of Python as one of flint.

    Examples
    --------
    >>> from_fraction(Fraction(-1, 2)), from_fraction(3)
    (-1/2, 3)
    """
    return fmpq(value.numerator, value.denominator)


def exact_text(value: Fraction | int) -> str:
    """A rational as "p/q" or "p"; flint writes numbers of any length, Python refuses more than 4300 digits.

    Examples
    --------
    >>> exact_text(Fraction(-1, 2)), exact_text(3)
    ('-1/2', '3')
    """
    return str(from_fraction(value))


def parse_fraction(text: object) -> Fraction:
    """What `exact_text` has written, of any length: for files of our own; what users write is for `parse_rational`.

    Raises
    ------
    NumberError
        If it is no such text.

    Examples
    --------
    >>> parse_fraction("-1/2")
    Fraction(-1, 2)
    """
    if not (isinstance(text, str) and _QUOTIENT.fullmatch(text)):
        raise NumberError('it is not a text "p" or "p/q"')
    above, _, below = text.partition("/")
    return Fraction(int(fmpz(above)), int(fmpz(below or "1")))
