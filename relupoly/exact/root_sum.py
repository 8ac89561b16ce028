"""`RootSum`: a sum of positive multiples of square roots, as lengths and areas in rational coordinates are.

In: terms a sqrt(r) with a > 0 rational and r a positive integer. Out: the sum, exactly where few roots are in it, and always
between two rationals. Terms of one root are added up exactly; different roots meet in balls (arb) alone: nets with random
weights have a root for each piece, whose coefficients would add up to a rational as long as all together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpz

from relupoly.exact.balanced_sum import BalancedSum

_BITS = 128  # of enclosures, which people read as doubles: sums of millions of terms keep a hundred
_FACTORED = fmpz(2) ** 40  # squares are divided out of radicands below: it takes microseconds, and there may be thousands
_MOST_TOLD = 3  # roots that people still take in


@dataclass(frozen=True)
class RootSum:
    """A sum of square roots of integers with positive rational coefficients.

    Attributes
    ----------
    terms : tuple of (fmpz, fmpq)
        Radicands, ascending, and their coefficients. Radicands below 2^40 have no square factor; that of a rational is 1.
    """

    terms: tuple[tuple[fmpz, fmpq], ...] = ()

    @classmethod
    def of(cls, terms: Iterable[tuple[fmpq, fmpz]]) -> RootSum:
        """The sum of some a sqrt(r), each given as (a, r).

        Examples
        --------
        >>> RootSum.of([(fmpq(1), fmpz(12)), (fmpq(1, 2), fmpz(3)), (fmpq(1), fmpz(9))]).text
        '3 + 5/2*sqrt(3)'
        """
        sums: dict[fmpz, BalancedSum[fmpq]] = {}
        known: dict[fmpz, tuple[fmpz, fmpz]] = {}
        for coefficient, radicand in terms:
            if radicand not in known:
                known[radicand] = _without_squares(radicand)
            outside, inside = known[radicand]
            if inside not in sums:
                sums[inside] = BalancedSum(fmpq(0))
            sums[inside].add(coefficient * outside)
        return cls(tuple((radicand, sums[radicand].value) for radicand in sorted(sums)))

    @property
    def bounds(self) -> tuple[fmpq, fmpq]:
        """Rationals between which the sum is; they are one where it is rational.

        Examples
        --------
        >>> RootSum.of([(fmpq(2), fmpz(9))]).bounds
        (6, 6)
        >>> lower, upper = RootSum.of([(fmpq(1), fmpz(2))]).bounds
        >>> lower**2 < 2 < upper**2, upper - lower < fmpq(1, 2**100)
        (True, True)
        """
        if all(radicand == 1 for radicand, _ in self.terms):
            whole = sum((coefficient for _, coefficient in self.terms), fmpq(0))
            return whole, whole
        with ctx.workprec(_BITS):
            ball = sum((arb(coefficient) * arb(radicand).sqrt() for radicand, coefficient in self.terms), arb(0))
            return _rational(ball.lower()), _rational(ball.upper())

    @property
    def text(self) -> str | None:
        """The sum as a formula; None where it has many terms."""
        if len(self.terms) > _MOST_TOLD:
            return None
        return " + ".join(_term(radicand, coefficient) for radicand, coefficient in self.terms) or "0"


def _term(radicand: fmpz, coefficient: fmpq) -> str:
    if radicand == 1:
        return str(coefficient)
    return f"sqrt({radicand})" if coefficient == 1 else f"{coefficient}*sqrt({radicand})"


def _without_squares(radicand: fmpz) -> tuple[fmpz, fmpz]:
    """Numbers a and s such that r = a^2 s."""
    root = radicand.isqrt()
    if root * root == radicand:
        return root, fmpz(1)
    outside, inside = fmpz(1), radicand
    if radicand < _FACTORED:
        for prime, power in radicand.factor():
            outside *= prime ** (power // 2)
            inside //= prime ** (power // 2 * 2)
    return outside, inside


def _rational(end: arb) -> fmpq:
    """The end of a ball, which is a dyadic number."""
    mantissa, exponent = end.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)
