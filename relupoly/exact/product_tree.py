"""Sums and products of many rationals by product trees, in time nearly linear in their digits: pairs, then pairs of pairs.

One after the other, the digits of the first ones would be touched again by each that follows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from flint import fmpq

from relupoly.errors import NumberError
from relupoly.exact.limits import MOST_BITS


def tree_sum(terms: Sequence[fmpq]) -> fmpq:
    """The sum of some rationals.

    Raises
    ------
    NumberError
        If it has some 150,000 digits or more, or a part of the sum has.

    Examples
    --------
    >>> tree_sum([fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)]), tree_sum([])
    (1, 0)
    """
    return _joined(terms, operator.add, fmpq(0))


def tree_product(factors: Sequence[fmpq]) -> fmpq:
    """The product of some rationals; too long a one is an error, as of a sum.

    Examples
    --------
    >>> tree_product([fmpq(1, 2)] * 5), tree_product([])
    (1/32, 1)
    """
    return _joined(factors, operator.mul, fmpq(1))


def _joined(values: Sequence[fmpq], join: Callable[[fmpq, fmpq], fmpq], neutral: fmpq) -> fmpq:
    level = list(values) or [neutral]
    while len(level) > 1:
        pairs = [join(one, two) for one, two in zip(level[::2], level[1::2], strict=False)]
        for value in pairs:
            if max(value.p.bit_length(), value.q.bit_length()) > MOST_BITS:
                raise NumberError(f"a sum or product of {len(values)} numbers has more digits than a number may have")
        level = pairs + level[2 * len(pairs) :]
    return level[0]
