"""Upper bounds that are a product over the hidden layers: each region is cut at most as often as the layer allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from relupoly.bounds.architecture import check_architecture
from relupoly.bounds.zaslavsky import arrangement_regions


def trivial(input_dim: int, widths: Sequence[int]) -> int:
    """Upper bound 2^N for N hidden neurons: the number of activation patterns.

    It bounds every notion of region, without a precondition.

    Examples
    --------
    >>> trivial(2, [4, 4])
    256
    """
    check_architecture(input_dim, widths)
    return 1 << sum(widths)


def raghu2017(input_dim: int, widths: Sequence[int]) -> int:
    """Upper bound prod_l r(n_l, n_0): a layer cuts each region by n_l hyperplanes in the input space.

    It bounds the activation regions, hence the open, closed and affine ones, and the patterns too. No precondition; sharp
    for one hidden layer.

    Notes
    -----
    Raghu, Poole, Kleinberg, Ganguli, Sohl-Dickstein, "On the expressive power of deep neural networks" (ICML 2017),
    Theorem 1, which states the growth O(n^(L n_0)) of this product.

    Examples
    --------
    >>> raghu2017(2, [4, 4]), raghu2017(2, [])
    (121, 1)
    """
    check_architecture(input_dim, widths)
    return math.prod(arrangement_regions(width, input_dim) for width in widths)


def montufar2017(input_dim: int, widths: Sequence[int]) -> int:
    """Upper bound prod_l r(n_l, d_l) with d_l = min(n_0, ..., n_{l-1}): narrow layers bound the dimension after them.

    It bounds the activation regions, hence the open, closed and affine ones, and the patterns too. No precondition; never
    larger than `raghu2017`.

    Notes
    -----
    Montúfar, "Notes on the number of linear regions of deep neural networks" (SampTA 2017).

    Examples
    --------
    >>> montufar2017(2, [16, 1, 16])
    4658
    """
    check_architecture(input_dim, widths)
    dimensions = accumulate(widths, min, initial=input_dim)
    return math.prod(arrangement_regions(width, dimension) for width, dimension in zip(widths, dimensions, strict=False))
