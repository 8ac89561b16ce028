"""Norms of gradients, exactly.

In the p-norm of inputs a gradient has the dual norm, that of 1/p + 1/q = 1. For several outputs, in the same norm as the
inputs, it is the operator norm of the Jacobian: the largest column sum of sizes for p = 1, the largest row sum for p =
infinity, both rational, and the largest singular value for p = 2. What need not be rational is enclosed by balls (arb), whose
ends are proved. In a subspace x = origin + basis t lengths are those of x.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat, fmpz_poly

from relupoly.errors import NumberError
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.matrices import from_rows
from relupoly.exact.rationals import rational
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.subspace import AffineSubspace
from relupoly.pieces.listing.records import Vector
from relupoly.plain_text import clipped, plain_text

_BITS = 160  # of enclosures, which are told as doubles

Gradient = tuple[Vector, ...]
# Exact bounds of a norm, or of its square.
Enclosure = tuple[fmpq, fmpq]


class GradientNorm:
    """The norm of gradients that belongs to a norm of inputs.

    Parameters
    ----------
    norm : number
        The p >= 1 of the norm of inputs, and of outputs where there are several.
    outputs : int
    subspace : AffineSubspace, optional
        Whose parameters the coordinates are.

    Attributes
    ----------
    power : fmpq or float
        The p.
    measure : callable
        Gives exact bounds of the norm of a gradient, or of its square for p = 2; they grow with the sizes of the entries.

    Raises
    ------
    NumberError
        If there is no such norm, or none that is computed for so many outputs.

    Examples
    --------
    >>> GradientNorm(1, 1).measure(((fmpq(3), fmpq(-4)),)), GradientNorm(2, 1).measure(((fmpq(3), fmpq(-4)),))
    ((4, 4), (25, 25))
    """

    def __init__(self, norm: Any, outputs: int, subspace: AffineSubspace | None = None) -> None:
        self.power, self.outputs, self.subspace = power_of(norm), outputs, subspace
        self.metric = _metric(subspace) if subspace else None
        self.measure = _measure(self.power, outputs, subspace)

    @property
    def is_squared(self) -> bool:
        """Whether squares are measured."""
        return self.power == 2

    def in_all_directions(self) -> GradientNorm:
        """The same for derivatives by inputs, which are no smaller in a subspace."""
        return GradientNorm(self.power, self.outputs)

    def sum_of_squares(self, gradient: Gradient) -> fmpq:
        """That of all singular values: the trace of the Jacobian times its transpose."""
        return _sum_of_squares(gradient, self.metric)

    def root(self, bounds: Enclosure) -> Enclosure:
        """Bounds of the norm, from those that are measured."""
        return (_root(bounds[0])[0], _root(bounds[1])[1]) if self.is_squared else bounds


def power_of(norm: Any) -> fmpq | float:
    """The p of a norm.

    Raises
    ------
    NumberError
        If it is no number, or below 1.
    """
    if norm == inf or str(norm).lower() in ("inf", "infinity"):
        return inf
    try:
        found = rational(norm)
    except NumberError:
        raise NumberError(
            f"{clipped(plain_text(repr(norm)))} is no norm; give 1, 2, inf, or another number from 1 on"
        ) from None
    if found < 1:
        raise NumberError(f"norm {found} is below 1, so it is none; give 1, 2, inf, or another number from 1 on")
    return found


def _measure(power: fmpq | float, outputs: int, subspace: AffineSubspace | None) -> Callable[[Gradient], Enclosure]:
    """What encloses the norm of a gradient, or its square for p = 2.

    Raises
    ------
    NumberError
        If it is not computed.
    """
    if power == 2:
        metric = _metric(subspace) if subspace else None
        return lambda gradient: _squared(gradient, metric)
    if outputs > 1 and (power not in (1, inf) or (subspace and power == 1)):
        where = " in a subspace" if subspace else ""
        raise NumberError(
            f"for {outputs} outputs{where} this norm is hard to compute; choose {'2 or inf' if subspace else '1, 2 or inf'}"
        )
    if subspace:
        if power not in (1, inf):
            raise NumberError("in a subspace only the norms 1, 2 and inf are computed; choose one of them")
        basis = subspace.basis.tolist()
        program = _dual_of_largest if power == inf else _dual_of_sum
        return lambda gradient: _twice(max(program(row, basis) for row in gradient))
    if power == inf:
        return lambda gradient: _twice(max(sum(map(abs, row), fmpq(0)) for row in gradient))
    if power == 1:
        return lambda gradient: _twice(max(sum(map(abs, column), fmpq(0)) for column in zip(*gradient, strict=True)))
    return lambda gradient: _dual(gradient[0], power)


def _twice(value: fmpq) -> Enclosure:
    return value, value


def _metric(subspace: AffineSubspace) -> fmpq_mat:
    """The inverse of the matrix of scalar products of the basis."""
    basis = from_rows(subspace.basis.tolist())
    return (basis.transpose() * basis).inv()


def _squared(gradient: Gradient, metric: fmpq_mat | None) -> Enclosure:
    """The square of the largest singular value."""
    jacobian = from_rows(gradient)
    product = jacobian * (metric * jacobian.transpose() if metric is not None else jacobian.transpose())
    if product.nrows() == 1:
        return _twice(product[0, 0])
    return _largest_root(product.charpoly().numer())


def _sum_of_squares(gradient: Gradient, metric: fmpq_mat | None) -> fmpq:
    """That of all singular values: the trace of the Jacobian times its transpose."""
    if metric is None:
        return sum((entry**2 for row in gradient for entry in row), fmpq(0))
    jacobian = from_rows(gradient)
    product = jacobian * (metric * jacobian.transpose())
    return sum((product[place, place] for place in range(product.nrows())), fmpq(0))


def _largest_root(polynomial: fmpz_poly) -> Enclosure:
    """The largest root of a polynomial whose roots are all real."""
    roots: Any = polynomial.complex_roots()  # pairs of a ball and a multiplicity
    ends = [_ends(root.real) for root, _ in roots]
    return max(low for low, _ in ends), max(high for _, high in ends)


def _root(square: fmpq) -> Enclosure:
    """The square root of a number that is not negative."""
    numerator, denominator = square.p.isqrt(), square.q.isqrt()
    if numerator**2 == square.p and denominator**2 == square.q:
        return _twice(fmpq(numerator, denominator))
    with ctx.workprec(_BITS):
        return _ends(arb(square).sqrt())


def _dual(row: Vector, power: fmpq | float) -> Enclosure:
    """The q-norm of a row, with 1/p + 1/q = 1."""
    assert isinstance(power, fmpq)
    sizes = [abs(entry) for entry in row if entry]
    if len(sizes) < 2:
        return _twice(max(sizes, default=fmpq(0)))
    with ctx.workprec(_BITS):
        dual = arb(power / (power - 1))
        return _ends(sum((arb(size) ** dual for size in sizes), arb(0)) ** (1 / dual))


def _ends(ball: arb) -> Enclosure:
    """Rationals at or beyond the ends of a ball."""
    low, high = (
        fmpq(mantissa) * fmpq(2) ** int(exponent) for mantissa, exponent in (ball.lower().man_exp(), ball.upper().man_exp())
    )
    return max(low, fmpq(0)), high


def _dual_of_largest(row: Vector, basis: Sequence[Sequence[fmpq]]) -> fmpq:
    """The largest value of a row on the parameters t with all |x_k| <= 1, where x = basis t."""
    rows = [[to_fraction(side * entry) for entry in line] for line in basis for side in (1, -1)]
    return _greatest(row, rows, len(rows), 0)


def _dual_of_sum(row: Vector, basis: Sequence[Sequence[fmpq]]) -> fmpq:
    """The same where the sum of all |x_k| is at most 1: each has a bound of its own, and these add up to 1."""
    size, zero, one = len(basis), to_fraction(fmpq(0)), to_fraction(fmpq(1))
    rows = []
    for place, line in enumerate(basis):
        own = [-one if other == place else zero for other in range(size)]
        rows += [[*(to_fraction(side * entry) for entry in line), *own] for side in (1, -1)]
    rows.append([*[zero] * len(row), *[one] * size])
    return _greatest(row, rows, 1, size)


def _greatest(row: Vector, rows: Sequence[Sequence[Any]], ones: int, more: int) -> fmpq:
    """The largest value of a form over rows of which the last so many are at most 1, and the others at most 0."""
    zero, one = to_fraction(fmpq(0)), to_fraction(fmpq(1))
    bounds = [zero] * (len(rows) - ones) + [one] * ones
    best = maximize([*map(to_fraction, row), *[zero] * more], rows, bounds)
    assert best.value is not None, "a norm bounds all directions"
    return from_fraction(best.value)
