"""The Lipschitz constant of a net on a domain: the largest norm of a gradient over all cells.

On a convex domain that is the least L with |f(x) - f(y)| <= L |x - y|, since f is affine on the parts of each segment, and no
cell is too small for two points of it. In the p-norm of inputs a gradient has the dual norm, that of 1/p + 1/q = 1. For several
outputs, in the same norm as the inputs, it is the operator norm of the Jacobian: the largest column sum of sizes for p = 1, the
largest row sum for p = infinity, both rational, and the largest singular value for p = 2. What need not be rational is enclosed
by balls (arb), whose ends are proved. In a subspace x = origin + basis t lengths are those of x.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat, fmpz_poly

from relupoly.analysis.over_cells import over_cells
from relupoly.errors import DomainError, NumberError
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.matrices import from_rows
from relupoly.exact.rationals import rational_at
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import CellRecord, Pattern, Vector
from relupoly.run import UNLIMITED, Run

_BITS = 160  # of enclosures, which are told as doubles

Gradient = tuple[Vector, ...]
# Exact bounds of a norm, or of its square.
Enclosure = tuple[fmpq, fmpq]


@dataclass(frozen=True)
class Lipschitz:
    """A Lipschitz constant.

    Attributes
    ----------
    norm : fmpq or float
        The p of the norm, perhaps infinite.
    lower, upper : fmpq
        Bounds of the constant, equal where it is known to be rational.
    squared : fmpq or None
        Its square, where that is known: for p = 2 and one output.
    gradient : tuple of tuple of fmpq, shape (outputs, n)
        Of a cell that has the largest norm that was found; in the coordinates of the domain.
    pattern : tuple of str
        Of that cell.
    complete : bool
        Whether all cells were seen; else the constant may be anywhere between the bounds.
    """

    norm: fmpq | float
    lower: fmpq
    upper: fmpq
    squared: fmpq | None
    gradient: Gradient
    pattern: Pattern
    complete: bool = True

    @property
    def value(self) -> fmpq | None:
        """The constant, if it is known to be rational."""
        return self.lower if self.lower == self.upper else None

    def __float__(self) -> float:
        """The upper bound, rounded up."""
        from math import nextafter

        from relupoly.exact.rationals import nearest_float

        found = nearest_float(self.upper)
        return found if fmpq(*found.as_integer_ratio()) >= self.upper else nextafter(found, inf)


def lipschitz(network: Network, domain: Domain | None = None, norm: Any = 2, *, run: Run = UNLIMITED) -> Lipschitz:
    """The Lipschitz constant of a net on a convex domain.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    norm : number
        The p >= 1 of the norm of inputs, and of outputs where there are several: 1, 2, `math.inf` or "inf"; with one output
        any.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain is a union, which need not be convex, or lies in a space of another dimension.
    NumberError
        If there is no such norm, or none that is computed for so many outputs.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 2], [3, 0]], None), ([[1, 1]], None)])
    >>> lipschitz(net).squared, lipschitz(net, norm=1).value, lipschitz(net, norm="inf").value
    (20, 4, 6)
    """
    search = LargestGradient.on(network, domain, norm)
    over_cells(network, domain, [search], run)
    assert search.found is not None, "a domain has cells"
    return search.found


class LargestGradient:
    """Looks for the largest norm of a gradient among cells.

    Parameters
    ----------
    norm : number
        As for `lipschitz`.
    outputs : int
    subspace : AffineSubspace, optional
        Whose parameters the coordinates are.

    Raises
    ------
    NumberError
        If there is no such norm, or none that is computed for so many outputs.
    """

    fields = ("pattern", "gradient")
    settled = False

    def __init__(self, norm: Any, outputs: int, subspace: AffineSubspace | None = None) -> None:
        self._power, self._outputs = _power(norm), outputs
        self._measure = _measure(self._power, outputs, subspace)
        self._metric = _metric(subspace) if subspace else None
        self._known: Recent[Gradient, Enclosure] = Recent()
        self._best: tuple[Enclosure, Gradient, Pattern] | None = None
        self._most = fmpq(0)

    @classmethod
    def on(cls, network: Network, domain: Domain | DomainUnion | None, norm: Any) -> LargestGradient:
        """The search for a net on a convex domain.

        Raises
        ------
        DomainError
            If the domain is a union.
        """
        if isinstance(domain, DomainUnion):
            raise DomainError("a union of sets need not be convex, where the largest gradient says little; give each by itself")
        return cls(norm, network.output_dim, domain.subspace if domain else None)

    @property
    def found(self) -> Lipschitz | None:
        """The constant of the cells so far."""
        if self._best is None:
            return None
        (least, _), gradient, pattern = self._best
        most, is_root = self._most, self._power == 2
        squared = least if is_root and self._outputs == 1 and least == most else None
        if is_root:
            least, most = _root(least)[0], _root(most)[1]
        return Lipschitz(self._power, least, most, squared, gradient, pattern)

    def at_most(self, steepest: Gradient) -> Lipschitz | None:
        """The constant where not all cells were seen; None where none was.

        Parameters
        ----------
        steepest : tuple of tuple of fmpq, shape (outputs, n)
            What the derivatives by inputs are at most in size, also where a subspace is looked at.
        """
        found = self.found
        # All these norms grow with the sizes of entries.
        _, most = _measure(self._power, self._outputs, None)(steepest)
        upper = _root(most)[1] if self._power == 2 else most
        return found and replace(found, upper=max(upper, found.upper), squared=None, complete=False)

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        if self._power == 2 and self._best is not None and _sum_of_squares(cell.gradient, self._metric) <= self._best[0][0]:
            return  # the largest singular value is no larger than the root of the sum of the squares of all
        found = self._known.get(cell.gradient)
        if found is None:
            found = self._known[cell.gradient] = self._measure(cell.gradient)
        self._most = max(self._most, found[1])
        if self._best is None or found[0] > self._best[0][0]:
            self._best = found, cell.gradient, cell.pattern


def _power(norm: Any) -> fmpq | float:
    """The p of a norm.

    Raises
    ------
    NumberError
        If it is no number, or below 1.
    """
    if norm == inf or str(norm).lower() in ("inf", "infinity"):
        return inf
    found = rational_at(norm, "norm", NumberError)
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
