"""Upper bounds from activation histograms: the framework of Hinz and van de Geer, with two histograms.

A layer cuts a region whose image has dimension d into cells, and a cell on which i neurons are on has an image of
dimension at most min(d, i). So it matters how many cells have few neurons off. A *histogram* says for every dimension d and
every number n of neurons how many cells there are with j neurons off, at most: in *dominance*, which compares the numbers of
cells with at most j neurons off, for every j. If a histogram dominates those of all arrangements of n half-spaces in R^d,
and grows with d, then the vector of regions by dimension, pushed through the layers, bounds the number of regions. In the
words of the paper, gamma is the histogram and B^gamma M the matrix of a layer; here its columns are applied without being
written down: entries j < d are C(n, j) in both histograms, whatever d is, and need one product for each j.

The two differ in how the other C(n, d) cells are spread over j >= d.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice

from relupoly.bounds.architecture import check_architecture, relu_widths
from relupoly.bounds.stability import check_stable
from relupoly.bounds.zaslavsky import binomials

Rest = Callable[[int, int, int], Iterator[tuple[int, int]]]
"""(dimension d, neurons n, cells C(n, d)) -> pairs (neurons off j >= d, cells), j descending: all of these cells."""

# The better remainder takes time in proportion to the square of the dimension.
_MOST_DIMENSIONS = 2000


def hinz2019(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """The best upper bound of Hinz and van de Geer: their framework with the binomial histogram.

    It bounds every notion of region, without a precondition. The value is that of `serra2018`, by another proof.

    Notes
    -----
    Hinz, van de Geer, "A framework for the construction of upper bounds on the number of affine linear regions of ReLU
    feed-forward neural networks" (IEEE Transactions on Information Theory, 2019), where the histogram with C(n, j) cells
    for each j <= d gives back the bound of Serra et al., and r(n, d) cells without a neuron off that of Montúfar (2017).

    Examples
    --------
    >>> hinz2019(2, [8, 2, 8]), hinz2019(784, [11, 11])
    (2072, 2449868)
    """
    cutting = relu_widths(input_dim, widths, linear)
    return histogram_bound(input_dim, widths, cutting, linear or [0] * len(widths), binomial_rest)


def histograms(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
    """The framework of Hinz and van de Geer with the sharpest histogram that is proved here.

    It bounds every notion of region, without a precondition; never larger than `hinz2019`, and smaller where a layer has
    fewer than about three neurons for each dimension.

    Notes
    -----
    Sharper histograms are the idea of Hinz, "Using activation histograms to bound the number of affine regions in ReLU
    feed-forward neural networks" (2021). This one is proved as follows. Let N_d(n, j) be the largest number of cells with at
    most j neurons off that n neurons can have on a convex set of dimension d.

    On a line, N_1(n, j) <= min(n + 1, 2j + 1): each of the neurons that change between the first and the last such cell is
    off in one of the two, so they are at most 2j. In general, take one neuron away. The cells that it does not cut are cells
    of the others with at most j off; where it cuts one, one more cell has at most j off only if at most j - 1 of the others
    are off there, and these cuts are cells in its hyperplane. So N_d(n, j) <= N_d(n - 1, j) + N_{d-1}(n - 1, j - 1), and by
    induction N_d(n, j) <= sum_{i <= d-2} C(n, i) + sum_{t=0}^{2(j-d+1)} C(n - t, d - 1) for j >= d - 1, and
    sum_{i <= j} C(n, i) for smaller j: the histogram is C(n, j) for j < d, then C(n-1, d-1) + C(n-2, d-1), then
    C(n-3, d-1) + C(n-4, d-1), and so on. The sums grow with d, as the framework needs. For a layer that more than 2000
    dimensions enter, which would take long, the binomial histogram is used; both are proved, so they may be mixed.

    Examples
    --------
    >>> histograms(2, [4, 4]), hinz2019(2, [4, 4])
    (115, 121)
    >>> histograms(3, [5, 5]), hinz2019(3, [5, 5])
    (566, 576)
    """
    cutting = relu_widths(input_dim, widths, linear)
    return histogram_bound(input_dim, widths, cutting, linear or [0] * len(widths), spread_rest)


def histograms_stable(input_dim: int, widths: Sequence[int], unstable: Sequence[int], active: Sequence[int]) -> int:
    """`histograms` on a convex domain on which some neurons are stable: these cut nothing; see `serra_stable`.

    Examples
    --------
    >>> histograms_stable(2, [4, 4], unstable=[2, 4], active=[1, 0])
    38
    """
    return histogram_bound(input_dim, widths, unstable, active, spread_rest)


def histogram_bound(input_dim: int, widths: Sequence[int], unstable: Sequence[int], active: Sequence[int], rest: Rest) -> int:
    """The bound that a histogram gives.

    Parameters
    ----------
    input_dim : int
        The dimension of the domain, or the rank of the first weight matrix on it.
    widths, unstable, active : sequences of int
        For each hidden layer the number of neurons, of those that are on at some points of the domain and off at others, and
        of those that are on everywhere, or linear.
    rest : callable
        The part of the histogram with j >= d.

    Raises
    ------
    NetworkError
        If a size is negative, or the stable and unstable neurons of a layer do not fit its width.
    """
    check_architecture(input_dim, widths)
    check_stable(widths, unstable, active)
    counts = [0] * min([input_dim, *widths[:1]]) + [1]
    for free, fixed in zip(unstable, active, strict=True):
        counts = _through_layer(counts, free, fixed, rest if len(counts) <= _MOST_DIMENSIONS else binomial_rest)
    return sum(counts)


def binomial_rest(dimension: int, neurons: int, cells: int) -> Iterator[tuple[int, int]]:
    """The binomial histogram: all C(n, d) cells have d neurons off.

    Examples
    --------
    >>> list(binomial_rest(2, 5, 10))
    [(2, 10)]
    """
    yield dimension, cells


def spread_rest(dimension: int, neurons: int, cells: int) -> Iterator[tuple[int, int]]:
    """The sharper histogram: the C(n, d) cells are spread over d, d + 1, ... neurons off.

    Examples
    --------
    >>> list(spread_rest(2, 5, 10))
    [(3, 3), (2, 7)]
    """
    if dimension == 0:
        yield 0, cells
        return
    top, choose = dimension - 1, 1  # choose = C(top, dimension - 1)
    below = 0
    for off in range(dimension + (neurons - dimension) // 2, dimension - 1, -1):
        # The pair of this `off` is C(n - 2s - 1, d - 1) + C(n - 2s - 2, d - 1) with s = off - d.
        while top < neurons - 2 * (off - dimension) - 1:
            top += 1
            below, choose = choose, choose * top // (top - dimension + 1)
        yield off, choose + below


def _through_layer(counts: list[int], unstable: int, active: int, rest: Rest) -> list[int]:
    """The regions by dimension after a layer, from those before it; stable neurons that are off pass nothing on."""
    most = unstable + active
    row = list(islice(binomials(unstable), len(counts)))
    fewer = list(accumulate(row, initial=0))
    at_least = [*list(accumulate(reversed(counts)))[::-1], 0]
    following = [0] * min(len(counts), most + 1)
    for off, cells in enumerate(row):
        image = most - off
        if image < len(following):
            following[image] += cells * at_least[min(max(off, image) + 1, len(counts))]
    for dimension, regions in enumerate(counts):
        if regions and dimension <= most:
            following[dimension] += regions * fewer[min(dimension, most - dimension + 1, len(row))]
        if regions and dimension <= unstable:
            kept = row[dimension]
            for off, cells in rest(dimension, unstable, kept):
                if most - off >= dimension:
                    break
                following[most - off] += regions * cells
                kept -= cells
            if kept:
                following[dimension] += regions * kept
    return following
