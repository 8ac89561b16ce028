"""The lower bound of Arora, Basu, Mianjy and Mukherjee: a sawtooth of the support function of a zonotope."""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.bounds.architecture import check_architecture
from relupoly.bounds.zaslavsky import arrangement_regions


def arora2018(input_dim: int, widths: Sequence[int]) -> int | None:
    """Lower bound 2 r(m - 1, n_0 - 1) w^(L-1) for widths 2m, w, ..., w with L >= 2 layers and w >= 2; else None.

    The sawtooth has w^(L-1) pieces on each of the cones on which the support function of a generic zonotope with m
    generators is linear. It bounds every notion of region. It is the only bound here for layers narrower than the input.

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee, "Understanding deep neural networks with rectified linear units" (ICLR 2018),
    Theorem 3.9(i), whose formula omits the factor 2: a zonotope with m generic generators has 2 r(m - 1, n_0 - 1) vertices.
    The functions on any two pieces differ: on cones with different gradients, and opposite cones have opposite gradients,
    but a rising piece of the sawtooth has a constant term <= 0 and a falling one > 0.

    Examples
    --------
    >>> arora2018(4, [4, 4, 4, 4]), arora2018(2, [5, 4]), arora2018(2, [8])
    (256, None, None)
    """
    check_architecture(input_dim, widths)
    if len(widths) < 2 or not input_dim:
        return None
    first, *rest = widths
    if first < 2 or first % 2 or rest[0] < 2 or len(set(rest)) > 1:
        return None
    return int(2 * arrangement_regions(first // 2 - 1, input_dim - 1) * rest[0] ** len(rest))
