"""Sums of many long rationals, or of polynomials with rational coefficients.

Denominators of the vertices of cells have little in common, so that a sum is as long as all its terms together: adding them one
by one takes quadratic time. Here terms are added in pairs, as carries in a binary counter, of like length.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

Term = TypeVar("Term")


class BalancedSum(Generic[Term]):
    """A sum that grows.

    Parameters
    ----------
    zero : fmpq or fmpq_poly
        What it is without terms.

    Examples
    --------
    >>> from flint import fmpq
    >>> total = BalancedSum(fmpq(0))
    >>> for denominator in range(1, 7):
    ...     total.add(fmpq(1, denominator))
    >>> total.value
    49/20
    """

    __slots__ = ("_carries", "_count", "_zero")

    def __init__(self, zero: Term) -> None:
        self._zero = zero
        self._count = 0
        self._carries: list[Any] = []  # sums of 2^k terms, for the ones of the count in binary

    def add(self, term: Term) -> None:
        """Take a term."""
        count = self._count
        carry: Any = term
        while count & 1:
            carry = self._carries.pop() + carry
            count >>= 1
        self._carries.append(carry)
        self._count += 1

    @property
    def value(self) -> Term:
        """The sum of the terms so far."""
        total: Any = self._zero
        for carry in reversed(self._carries):
            total = total + carry
        return cast(Term, total)
