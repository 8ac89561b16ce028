"""`RayOrder`: the rays of two coefficients in the order of their angles, so that all their products take one sweep.

A neuron of one input with bias, or of two inputs without, or on collinear samples, has two coefficients. Its rays are turned
into numbers: r(t) = a + t b for a vector b that no point is orthogonal to, so that <r(t), v_j> = slope_j (t - t_j) with slopes
that are not 0. The features of r(t) and -r(t) are hinges in t, and each product with them is the sum of two: one over points
with t_j < t, one over those with t_j > t, by the signs of the slopes. From one ray to the next such a sum grows by the gap
times the sum of the weights on the way, as a prefix sum of prefix sums: O(D) for all rays.

Sums of products of vectors, W = sum of u_j v_j over the points ahead, would do, too, but <r, W> can be far smaller than its
terms: for inputs 10^9 and 10^9 + 1 no digit is left. Here gaps and slopes are rounded quotients of integers, and all else
adds terms of the product itself: so rounding errors are no larger than those of the product taken directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.exact.rationals import scaled_float
from relupoly.training.problem.lifted import Vector

Floats = NDArray[np.float64]

# Then a size is below 2^(2 * 180), and what underflows in a product, at 2^-1074, far below the rounding of residuals whose
# squares do not underflow.
_WIDEST_RANGE = 180


@dataclass(frozen=True)
class RayOrder:
    """Rays r(t) in the order of t. All floats are rounded once.

    Attributes
    ----------
    order : ndarray of int64, shape (K,)
        The ray in the direction of each r(t): k, or K + k for the opposite of ray k.
    gaps : ndarray of float64, shape (K,)
        From each t to the next, divided by a power of two; the last is 0.
    sizes : ndarray of float64, shape (K,)
        <ray, v_j> / 2^exponent is so many times slope_j (t - t_j), up to sign.
    slopes : ndarray of float64, shape (D,)
        Divided by a power of two; 0 if the vector is.
    at : ndarray of int64, shape (D,)
        The place of each t_j among the rays' t; 0 if the vector is 0.
    """

    order: NDArray[np.int64]
    gaps: Floats
    sizes: Floats
    slopes: Floats
    at: NDArray[np.int64]

    @classmethod
    def none(cls) -> RayOrder:
        """No order: of rays with more coefficients, or of numbers too far apart."""
        return cls(*(np.zeros(0, dtype=kind) for kind in (np.int64, float, float, float, np.int64)))


def ray_order(vectors: Sequence[Vector], rays: Sequence[Vector], exponents: Sequence[int]) -> RayOrder:
    """The order of a problem's rays, with gaps and slopes; none if there is no use in it.

    Parameters
    ----------
    vectors : sequence of vectors of int
    rays : sequence of vectors of int
        One of each pair ray, -ray, with coprime entries.
    exponents : sequence of int
        The powers of two that the rays' products are divided by.

    Examples
    --------
    >>> found = ray_order([(0, 1), (1, 1), (4, 1)], [(1, 0), (1, -1), (1, -4)], [0, 0, 0])
    >>> found.order.tolist(), found.gaps.tolist(), found.at.tolist()
    ([2, 1, 0], [1.5, 0.5, 0.0], [2, 1, 0])
    """
    if not len(rays) or len(rays[0]) != 2:
        return RayOrder.none()
    turn = _turn(vectors)
    factors = [first - turn * second for first, second in rays]
    places = [fmpq(second, factor) for (_, second), factor in zip(rays, factors, strict=True)]
    order = sorted(range(len(rays)), key=places.__getitem__)
    steps = [places[after] - places[before] for before, after in pairwise(order)]
    slopes = [fmpq(turn * first + second) for first, second in vectors]
    gaps, slope_floats = _scaled(steps), _scaled(slopes)
    if gaps is None or slope_floats is None:
        return RayOrder.none()
    rank = {_pair(places[ray]): place for place, ray in enumerate(order)}
    at = [rank[_pair(-first / slope)] if slope else 0 for (first, _), slope in zip(vectors, slopes, strict=True)]
    shift = gaps[1] + slope_floats[1]
    sizes = [scaled_float(fmpq(abs(factors[ray])), shift - int(exponents[ray])) for ray in order]
    return RayOrder(
        np.array([ray if factors[ray] > 0 else ray + len(rays) for ray in order], dtype=np.int64),
        np.append(gaps[0], 0.0),
        np.array(sizes),
        slope_floats[0],
        np.array(at, dtype=np.int64),
    )


def _turn(vectors: Iterable[Vector]) -> int:
    """The smallest m such that no vector is orthogonal to (m, 1), but zero."""
    taken = {-second // first for first, second in vectors if first and second % first == 0}
    return next(m for m in count() if m not in taken)


def _pair(number: fmpq) -> tuple[int, int]:
    return int(number.p), int(number.q)


def _scaled(numbers: Sequence[fmpq]) -> tuple[Floats, int] | None:
    """Numbers divided by a power of two, so that none exceeds 2, and its exponent; None if some are too far apart."""
    exponents = [abs(int(number.p)).bit_length() - int(number.q).bit_length() for number in numbers if number]
    most = max(exponents, default=0)
    if most - min(exponents, default=0) > _WIDEST_RANGE:
        return None
    return np.array([scaled_float(number, -most) for number in numbers], dtype=np.float64), most
