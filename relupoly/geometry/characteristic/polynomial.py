"""The characteristic polynomial of an arrangement, and the numbers that Zaslavsky's theorem reads off it.

An affine arrangement A is counted through its cone cA, the central arrangement of the planes through the origin of
R^{n+1} over its hyperplanes, with one more at infinity: chi(cA, t) = (t - 1) chi(A, t).
"""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.characteristic.counting import Work, whitney_numbers
from relupoly.geometry.characteristic.plain import Whitney
from relupoly.geometry.characteristic.summands import product, summands


def characteristic_polynomial(arrangement: Arrangement, work: Work | None = None) -> tuple[int, ...]:
    """The coefficients of chi, from that of t^0 to that of t^n.

    Parameters
    ----------
    arrangement : Arrangement
    work : Work, optional
        How to count, and whom to tell.

    Examples
    --------
    Three lines in general position: t^2 - 3 t + 3.

    >>> characteristic_polynomial(Arrangement.of([[1, 0, 0], [0, 1, 0], [1, 1, 1]]))
    (3, -3, 1)

    Notes
    -----
    Zaslavsky (1975). The signs alternate; the absolute values are the Whitney numbers of the first kind.
    """
    work = work or Work()
    vectors = arrangement.vectors() if arrangement.is_central else arrangement.cone()
    whitney = product(whitney_numbers(part, work) for part in summands(vectors))
    return signed(whitney if arrangement.is_central else _without_infinity(whitney), arrangement.dimension)


def signed(whitney: Sequence[int], dimension: int) -> tuple[int, ...]:
    """The coefficients of t^0, ..., t^n of a characteristic polynomial, from w_0, w_1, ...

    Examples
    --------
    >>> signed((1, 3, 3), 2)
    (3, -3, 1)
    """
    terms = [(-1) ** degree * number for degree, number in enumerate(whitney)]
    return (*(0 for _ in range(dimension + 1 - len(terms))), *reversed(terms))


def regions(chi: Sequence[int]) -> int:
    """The number of regions: |chi(-1)|.

    Examples
    --------
    >>> regions((3, -3, 1))
    7
    """
    return sum(map(abs, chi))


def bounded_regions(chi: Sequence[int]) -> int:
    """The number of regions that are bounded up to the directions that lie in all hyperplanes: |chi(1)|.

    Examples
    --------
    >>> bounded_regions((3, -3, 1))
    1
    """
    return abs(sum(chi))


def _without_infinity(cone: Whitney) -> Whitney:
    """The Whitney numbers of an affine arrangement from those of its cone: chi of the cone divided by t - 1."""
    numbers: list[int] = []
    for whole in cone[:-1]:
        numbers.append(whole - (numbers[-1] if numbers else 0))
    return tuple(numbers)
