"""The bound of Serra, Tjandraatmadja and Ramalingam, for an architecture and for a net with stable neurons.

In a region where j neurons of a layer are off, what passes on has dimension at most n_l - j: regions with much freedom
are few. The bound is the sum of prod_l C(n_l, j_l) over all (j_1, ..., j_L) with 0 <= j_l <= min(n_0, n_1 - j_1, ...,
n_{l-1} - j_{l-1}, n_l). We count by dimension instead of listing the tuples: `counts[d]` bounds the regions in which the
layers so far leave dimension d, and a layer maps it to the next with one pass over prefix sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, islice

from relupoly.bounds.architecture import check_architecture, relu_widths
from relupoly.bounds.stability import check_stable
from relupoly.bounds.zaslavsky import binomials


def serra2018(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """The upper bound of Serra et al. on the number of regions of a net with the given hidden widths.

    It bounds the activation regions, hence the open, closed and affine ones, and the patterns too. No precondition; never
    larger than `montufar2017`; sharp for one hidden layer, and for one input where n_1, ..., n_{L-1} >= 3.

    Parameters
    ----------
    input_dim : int
        The number of inputs, or the rank of the first weight matrix: the net depends on no more directions.
    widths : sequence of int
    linear : sequence of int, optional
        How many neurons of each hidden layer are linear: they pass on what they compute, as neurons that are always active.

    Notes
    -----
    Serra, Tjandraatmadja, Ramalingam, "Bounding and counting linear regions of deep neural networks" (ICML 2018),
    Theorem 1.

    Examples
    --------
    >>> serra2018(2, [8, 2, 8]), serra2018(1, [3, 3]), serra2018(784, [11, 11])
    (2072, 16, 2449868)
    """
    return serra_stable(input_dim, widths, relu_widths(input_dim, widths, linear), linear or [0] * len(widths))


def serra_stable(input_dim: int, widths: Sequence[int], unstable: Sequence[int], active: Sequence[int]) -> int:
    """The upper bound of Serra et al. on a domain on which some neurons are stable.

    With u_l unstable and p_l always active neurons, C(n_l, j) becomes C(u_l, j), and n_l - j becomes p_l + u_l - j: stable
    neurons cut nothing, and those that are off pass nothing on. It bounds the activation regions that meet the interior of a
    convex domain, hence the open, closed and affine ones there; it bounds the patterns if the active neurons are positive
    on all of the domain, not only non-negative.

    Parameters
    ----------
    input_dim : int
        The dimension of the domain, or the rank of the first weight matrix on it.
    widths : sequence of int
    unstable : sequence of int
        For each hidden layer, how many neurons are on at some points of the domain and off at others.
    active : sequence of int
        For each hidden layer, how many neurons are on everywhere, or linear. The others are off everywhere.

    Raises
    ------
    NetworkError
        If a layer's stable and unstable neurons are not counted for every layer, or are more than its width.

    Notes
    -----
    The idea is that of Serra, Ramalingam, "Empirical bounds on linear regions of deep rectifier networks" (AAAI 2020),
    without their refinement by the inputs of each neuron.

    Examples
    --------
    >>> serra_stable(2, [4, 4], unstable=[4, 4], active=[0, 0])
    121
    >>> serra_stable(2, [4, 4], unstable=[2, 4], active=[1, 0])
    38
    """
    check_architecture(input_dim, widths)
    check_stable(widths, unstable, active)
    counts = [0] * min([input_dim, *widths[:1]]) + [1]
    for free, fixed in zip(unstable, active, strict=True):
        counts = _through_layer(counts, free, fixed)
    return sum(counts)


def _through_layer(counts: list[int], unstable: int, active: int) -> list[int]:
    """The counts by dimension after a layer.

    From dimension d, with j <= d neurons off, the dimension becomes min(d, m - j), m = `unstable` + `active`. So dimension
    e is reached from every d >= e with j = m - e, and from d = e with any j < m - e.
    """
    most = unstable + active
    row = list(islice(binomials(unstable), len(counts)))
    fewer = list(accumulate(row, initial=0))
    at_least = list(accumulate(reversed(counts)))[::-1]
    following = []
    for dimension in range(min(len(counts) - 1, most) + 1):
        off = most - dimension
        start = max(dimension, off)
        narrowed = row[off] * at_least[start] if off < len(row) and start < len(counts) else 0
        kept = counts[dimension] * fewer[min(off, dimension + 1, len(row))]
        following.append(narrowed + kept)
    return following
