"""How large a net must be to have a given number of pieces on a line, by its number of hidden layers.

On R, a layer of w neurons makes at most (b + 1)(w + 1) pieces out of b + 1: on each interval between the b breakpoints that
its inputs share, each neuron has at most one zero. So a net with hidden widths w_1, ..., w_k has at most prod (w_i + 1)
pieces, and the least size is an integer problem with a closed answer: the widths differ by one at most. A net on R^n is
bounded through any line on which it has many pieces.

The bounds in the literature weaken this to a root, which need not be rational. `RootBound` keeps it as it is: its ceiling is
decided in integers, and a float of it is rounded down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpz

from relupoly.errors import NetworkError
from relupoly.exact.rationals import float_below

# A few digits more than a double holds; the precision is doubled until the answer is decided.
_START_BITS = 80


def least_size(pieces: int, hidden_layers: int) -> int:
    """The least w_1 + ... + w_k with prod (w_i + 1) >= pieces over k hidden layers, each w_i >= 1.

    No smaller net R -> R with k hidden layers has so many pieces. For k = 1, and where the widths of the first k - 1 layers
    are 3 or more, some net attains prod (w_i + 1).

    Parameters
    ----------
    pieces : int
        On all of R.
    hidden_layers : int

    Raises
    ------
    NetworkError
        If `pieces` or `hidden_layers` is less than 1.

    Notes
    -----
    It replaces Lemma D.6 of Arora, Basu, Mianjy, Mukherjee, "Understanding Deep Neural Networks with Rectified Linear Units"
    (ICLR 2018), `arora2018_size`: k p^(1/k) / 2 - 1 becomes about k p^(1/k) - k. For a given size the product is largest for
    widths that differ by one at most.

    Examples
    --------
    >>> least_size(16, 2), least_size(17, 2), least_size(4**16 + 2, 16), least_size(10**100, 1) == 10**100 - 1
    (6, 7, 49, True)
    """
    _check(pieces, hidden_layers)
    base = fmpz(pieces).root(hidden_layers)
    low, high = 0, hidden_layers  # how many of the factors `base` must be `base` + 1
    while low < high:
        middle = (low + high) // 2
        if base ** (hidden_layers - middle) * (base + 1) ** middle >= pieces:
            high = middle
        else:
            low = middle + 1
    return max(hidden_layers, hidden_layers * (int(base) - 1) + low)


@dataclass(frozen=True)
class RootBound:
    """The number factor * radicand^(1/degree) - offset.

    Attributes
    ----------
    factor : fmpq, positive
    radicand : fmpq, positive
    degree : int, at least 1
    offset : fmpq

    Examples
    --------
    >>> bound = RootBound(fmpq(1), fmpq(8), 2, fmpq(1))
    >>> str(bound), bound.exact, bound.rounded_down, bound.ceiling
    ('1 * 8^(1/2) - 1', None, 1.82842712474619, 2)
    >>> str(RootBound(fmpq(1, 2), fmpq(16), 2, fmpq(1)).exact)
    '1'
    """

    factor: fmpq
    radicand: fmpq
    degree: int
    offset: fmpq

    def __post_init__(self) -> None:
        if self.factor <= 0 or self.radicand <= 0 or self.degree < 1:
            raise NetworkError(f"{self} is no bound; give a positive factor and radicand and a degree of at least 1")

    def __str__(self) -> str:
        shift = f" {'-' if self.offset > 0 else '+'} {abs(self.offset)}" if self.offset else ""
        return f"{self.factor} * {_bracketed(self.radicand)}^(1/{self.degree}){shift}"

    @property
    def exact(self) -> fmpq | None:
        """The number, where it is rational."""
        root = fmpq(self.radicand.p.root(self.degree), self.radicand.q.root(self.degree))
        return self.factor * root - self.offset if root**self.degree == self.radicand else None

    @property
    def ceiling(self) -> int:
        """The least integer that is not below the number: what it says about a size."""
        exact = self.exact
        if exact is not None:
            return int(exact.ceil())
        bits = _START_BITS
        while (whole := self._whole(bits)) is None:
            bits *= 2
        return int(whole)

    @property
    def lower(self) -> fmpq:
        """A rational that is not above the number, and closer to it than doubles are; the number, where it is rational."""
        exact = self.exact
        if exact is not None:
            return exact
        with self._precision(_START_BITS):
            return _fmpq(self._enclosure().lower())

    @property
    def rounded_down(self) -> float:
        """A double that is not above the number: the largest one, or the one before."""
        return float_below(self.lower)

    def _whole(self, bits: int) -> fmpz | None:
        """The ceiling, where an interval of that precision tells it."""
        with self._precision(bits):
            return self._enclosure().ceil().unique_fmpz()

    def _enclosure(self) -> arb:
        """An interval around the number."""
        return arb(self.factor) * arb(self.radicand).root(self.degree) - arb(self.offset)

    @contextmanager
    def _precision(self, bits: int) -> Iterator[None]:
        """Let flint keep so many bits behind the point, or more."""
        before = ctx.prec
        ctx.prec = bits + self.radicand.p.bit_length() // self.degree + self.factor.p.bit_length() + 1
        try:
            yield
        finally:
            ctx.prec = before


def arora2018_size(pieces: int, hidden_layers: int) -> RootBound:
    """Lower bound k p^(1/k) / 2 - 1 on the size of a net R -> R with k hidden layers and p pieces.

    Parameters
    ----------
    pieces : int
        For the sawtooth of width w with d hidden layers, w^d: Theorem 3.1 is (k/2) w^(d/k) - 1.
    hidden_layers : int

    Raises
    ------
    NetworkError
        If `pieces` or `hidden_layers` is less than 1.

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee, "Understanding Deep Neural Networks with Rectified Linear Units" (ICLR 2018), Lemma D.6
    and Theorem 3.1. Their inequality of means takes w_1 + 1 for w_1; the statement holds for integers nevertheless.
    `least_size` is never smaller.

    Examples
    --------
    >>> arora2018_size(2**4, 1).exact, arora2018_size(2**4, 3).rounded_down
    (7, 2.7797631496846193)
    """
    _check(pieces, hidden_layers)
    return RootBound(fmpq(hidden_layers, 2), fmpq(pieces), hidden_layers, fmpq(1))


def _check(pieces: int, hidden_layers: int) -> None:
    if pieces < 1:
        raise NetworkError(f"the number of pieces is {pieces}; give 1 or more")
    if hidden_layers < 1:
        raise NetworkError(f"the number of hidden layers is {hidden_layers}; give 1 or more")


def _bracketed(value: fmpq) -> str:
    return str(value) if value.q == 1 else f"({value})"


def _fmpq(value: arb) -> fmpq:
    mantissa, exponent = value.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)
