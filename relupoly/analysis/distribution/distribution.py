"""`Distribution`: P(f <= c) of a value f on a bounded domain, for an input that is uniform there, as a piecewise polynomial.

It is kept by the jumps of its coefficients at its breakpoints, whose numbers stay as short as those of single cells. Between
two breakpoints it is the sum over all that lie below, whose numbers may be as long as all of these together.
"""

from __future__ import annotations

import html
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly

from relupoly.analysis.distribution.truncated_powers import shifted
from relupoly.errors import DomainError, InputError
from relupoly.exact.balanced_sum import BalancedSum
from relupoly.exact.rationals import rational_at
from relupoly.exact.short_texts import short_text
from relupoly.pieces.listing.records import Vector
from relupoly.plain_text import counted

Number = TypeVar("Number", fmpq, arb)

WIDTH = fmpq(1, 2**53)
"""Of quantiles, as a share of the range of values: what a double tells of it."""

_BITS = 256  # of balls: sums over the cells of nets with random weights keep 240 bits, and exact ones take 40 times as long
_MOST_SHOWN = 6  # atoms, with their probabilities, that fill a line


@dataclass(frozen=True)
class Distribution:
    """The distribution of a value on a bounded domain of which some volume was seen, for a uniform input.

    The volume in which the value is at most c is the sum of jumps[i][k] (c - breakpoints[i])^k over all k and all breakpoints
    up to c.

    Attributes
    ----------
    volume : fmpq
        Of the domain, in its coordinates.
    breakpoints : tuple of fmpq
        Ascending; the first and the last are the least and the largest value. Between two of them P(f <= c) is a polynomial.
    jumps : tuple of tuple of fmpq, shape (breakpoints, n + 1)
        How much the polynomial of the volume changes at each breakpoint, by the powers 0, ..., n of c less the breakpoint.
    """

    volume: fmpq
    breakpoints: Vector
    jumps: tuple[Vector, ...]

    @property
    def atoms(self) -> dict[fmpq, fmpq]:
        """The values that are taken on sets of positive volume, ascending, with their probabilities."""
        return {value: jump[0] / self.volume for value, jump in zip(self.breakpoints, self.jumps, strict=True) if jump[0]}

    @property
    def mean(self) -> fmpq:
        """The mean value: the largest one less the integral of P(f <= c) up to there."""
        largest = self._range[1]
        area = BalancedSum(fmpq(0))
        for value, jump in zip(self.breakpoints, self.jumps, strict=True):
            area.add(_horner([fmpq(0), *(entry / (power + 1) for power, entry in enumerate(jump))], largest - value))
        return largest - area.value / self.volume

    def probability(self, threshold: Any) -> fmpq:
        """P(f <= threshold).

        Parameters
        ----------
        threshold : number

        Raises
        ------
        InputError
            If it is no number.
        DomainError
            If nothing of the domain was seen; so do all others.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> identity = Network.from_rows([([[1], [-1]], None), ([[1, -1]], None)])
        >>> distribution(identity, Domain.box([-1], [2])).probability(0)
        1/3
        """
        value = _number(threshold, "threshold")
        return self._up_to(value, bisect_right(self.breakpoints, value))

    def below(self, threshold: Any) -> fmpq:
        """P(f < threshold); all else as for `probability`.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> dead = Network.from_rows([([[1]], None), ([[1]], None)])
        >>> found = distribution(dead, Domain.box([-1], [2]))
        >>> found.below(0), found.probability(0), found.atoms
        (0, 1/3, {0: 1/3})
        """
        value = _number(threshold, "threshold")
        return self._up_to(value, bisect_left(self.breakpoints, value))

    def polynomial(self, place: int) -> fmpq_poly:
        """P(f <= c) as a polynomial of c, from the breakpoint at a place, counted from 0, to the next one.

        Its derivative is the density.

        Raises
        ------
        IndexError
            If there is no such breakpoint.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> identity = Network.from_rows([([[1], [-1]], None), ([[1, -1]], None)])
        >>> distribution(identity, Domain.box([-1], [2])).polynomial(0)
        1/3*x + 1/3
        """
        if not 0 <= place < len(self.breakpoints):
            raise IndexError(f"there is no breakpoint {place}; there are {len(self.breakpoints)}, counted from 0")
        total = BalancedSum(fmpq_poly(0))
        for value, jump in zip(self.breakpoints[: place + 1], self.jumps, strict=False):
            total.add(shifted(jump, value))
        return total.value / self.volume

    def pieces(self) -> Iterator[tuple[fmpq, fmpq, fmpq_poly]]:
        """Two neighbouring breakpoints, and P(f <= c) between them as a polynomial of c; ascending.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
        >>> list(distribution(hat, Domain.box([-2], [2])).pieces())
        [(0, 1, 1/2*x + 1/2)]
        """
        for place in range(len(self.breakpoints) - 1):
            yield self.breakpoints[place], self.breakpoints[place + 1], self.polynomial(place)

    def density(self, value: Any) -> fmpq:
        """The derivative of P(f <= c) at c = value, from the right; atoms have no part in it.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
        >>> found = distribution(absolute_value, Domain.box([-1], [2]))
        >>> found.density(-1), found.density("1/2"), found.density(1), found.density(2)
        (0, 2/3, 1/3, 0)
        """
        where = _number(value, "value")
        total = BalancedSum(fmpq(0))
        for start, jump in zip(self.breakpoints[: bisect_right(self.breakpoints, where)], self.jumps, strict=False):
            total.add(_horner([power * entry for power, entry in enumerate(jump)][1:], where - start))
        return total.value / self._seen

    def quantile(self, share: Any, width: Any = WIDTH) -> tuple[fmpq, fmpq]:
        """Bounds of the least value c with P(f <= c) >= share; of the least value that there is where the share is 0.

        Parameters
        ----------
        share : number
            From 0 to 1.
        width : number, optional
            How far apart the bounds may be, as a share of the range of values; 2^-53 by default. Where the quantile is a
            breakpoint, or else met in bisection, they are one.

        Returns
        -------
        lower, upper : fmpq
            P(f < lower) <= share <= P(f <= upper).

        Raises
        ------
        InputError
            If the share is not from 0 to 1, or the width not positive.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> two = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)])
        >>> sum_of_two = distribution(two, Domain.box([0, 0], [1, 1]))
        >>> sum_of_two.quantile("1/2"), sum_of_two.quantile("1/8"), sum_of_two.quantile("1/9", "1/100")
        ((1, 1), (1/2, 1/2), (15/32, 31/64))
        """
        wanted, most = _number(share, "share"), _number(width, "width")
        if not 0 <= wanted <= 1:
            raise InputError(f"there is no quantile of {share}; give a share from 0 to 1")
        if most <= 0:
            raise InputError(f"the width {width} is not positive; give one such as 1/1000")
        least, largest = self._range
        place = self._first(wanted)
        upper = self.breakpoints[place]
        if place == 0 or self._excess(upper, place, wanted) <= 0:
            return upper, upper
        rising = (self.polynomial(place - 1) - wanted).numer()
        return _bisect(rising, self.breakpoints[place - 1], upper, most * (largest - least))

    def _first(self, share: fmpq) -> int:
        """The place of the first breakpoint up to which there is a share."""
        low, high = 0, len(self.breakpoints) - 1
        while low < high:
            middle = (low + high) // 2
            if self._excess(self.breakpoints[middle], middle + 1, share) >= 0:
                high = middle
            else:
                low = middle + 1
        return low

    def _excess(self, threshold: fmpq, count: int, share: fmpq) -> int:
        """The sign of what `_up_to` finds, less a share: by balls, and exactly where they do not tell."""
        with ctx.workprec(_BITS):
            rest = arb(threshold)
            terms = zip(self.breakpoints[:count], self.jumps, strict=False)
            ball = sum((_horner(jump, rest - value) for value, jump in terms), arb(-share * self.volume))
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        exact = self._up_to(threshold, count)
        return int(exact > share) - int(exact < share)

    def _up_to(self, threshold: fmpq, count: int) -> fmpq:
        """What the first breakpoints, none of which is above the threshold, add up to there."""
        seen = self._seen
        if count == len(self.breakpoints):
            return fmpq(1)
        total = BalancedSum(fmpq(0))
        for value, jump in zip(self.breakpoints[:count], self.jumps, strict=False):
            total.add(_horner(jump, threshold - value))
        return total.value / seen

    @property
    def _seen(self) -> fmpq:
        """The volume, which is not 0."""
        if not self.volume:
            raise DomainError("nothing was seen of the domain, so nothing is known of the distribution; give it more time")
        return self.volume

    @property
    def _range(self) -> tuple[fmpq, fmpq]:
        """The least and the largest value."""
        assert self._seen
        return self.breakpoints[0], self.breakpoints[-1]

    @property
    def summary(self) -> str:
        """A line that tells the range of values, the number of breakpoints, and the atoms; long numbers are rounded.

        Examples
        --------
        >>> from relupoly import Domain, Network, distribution
        >>> dead = Network.from_rows([([[1]], None), ([[1]], None)])
        >>> distribution(dead, Domain.box([-1], [2])).summary
        'from 0 to 2, 2 breakpoints, 1 atom: 0 (1/3)'
        """
        if not self.volume:
            return "nothing was seen"
        least, largest = map(short_text, self._range)
        atoms = self.atoms
        shown = [f"{short_text(value)} ({short_text(share)})" for value, share in islice(atoms.items(), _MOST_SHOWN)]
        more = f", and {len(atoms) - len(shown)} more" if len(atoms) > len(shown) else ""
        listed = f"{counted(len(atoms), 'atom')}: {', '.join(shown)}{more}" if atoms else "no atoms"
        return f"from {least} to {largest}, {counted(len(self.breakpoints), 'breakpoint')}, {listed}"

    def _repr_html_(self) -> str:
        """A table for notebooks; long numbers are rounded."""
        rows = [("volume", short_text(self.volume)), ("values", self.summary)]
        if self.volume:
            rows.append(("mean", short_text(self.mean)))
        lines = "".join(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
        return f"<table><caption>distribution</caption>{lines}</table>"


def _number(value: Any, name: str) -> fmpq:
    return rational_at(value, f"the {name}", InputError)


def _horner(coefficients: Sequence[fmpq], point: Number) -> Number:
    """A polynomial by its coefficients, the constant one first, at a point."""
    total = point * 0
    for entry in reversed(coefficients):
        total = total * point + entry
    return total


def _bisect(rising: fmpz_poly, lower: fmpq, upper: fmpq, most: fmpq) -> tuple[fmpq, fmpq]:
    """Bounds of the zero of a polynomial that rises between two points, which are on both sides of it."""
    if rising.degree() == 1:
        lower = upper = fmpq(-rising[0], rising[1])
    while upper - lower > most:
        middle = (lower + upper) / 2
        sign = rising(middle)
        if sign == 0:
            return middle, middle
        lower, upper = (middle, upper) if sign < 0 else (lower, middle)
    return lower, upper
