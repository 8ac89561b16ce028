"""Upper bounds that are a product over the hidden layers: each region is cut at most as often as the layer allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from relupoly.bounds.architecture import relu_widths
from relupoly.bounds.zaslavsky import arrangement_regions


def trivial(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """Upper bound 2^N for N hidden neurons with ReLU: the number of activation patterns.

    It bounds every notion of region, without a precondition.

    Examples
    --------
    >>> trivial(2, [4, 4])
    256
    """
    return 1 << sum(relu_widths(input_dim, widths, linear))


def raghu2017(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
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
    return math.prod(arrangement_regions(width, input_dim) for width in relu_widths(input_dim, widths, linear))


def montufar2017(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """Upper bound prod_l r(n_l, d_l) with d_l = min(n_0, ..., n_{l-1}): narrow layers bound the dimension after them.

    It bounds the activation regions, hence the open, closed and affine ones, and the patterns too. No precondition; never
    larger than `raghu2017`. Linear neurons cut nothing, but dimensions pass through them.

    Notes
    -----
    Montúfar, "Notes on the number of linear regions of deep neural networks" (SampTA 2017).

    Examples
    --------
    >>> montufar2017(2, [16, 1, 16]), montufar2017(2, [16, 1, 16], linear=[0, 1, 0])
    (4658, 2329)
    """
    cutting = relu_widths(input_dim, widths, linear)
    dimensions = accumulate(widths, min, initial=input_dim)
    return math.prod(arrangement_regions(width, dimension) for width, dimension in zip(cutting, dimensions, strict=False))
