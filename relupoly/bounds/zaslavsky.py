"""Zaslavsky's number of regions of a hyperplane arrangement, the building block of every other bound.

Binomials are built one from the other along their row: the rows that occur are long (an image net has hundreds of
inputs), and all of them are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from relupoly.bounds.architecture import check_architecture, relu_widths


def binomials(count: int) -> Iterator[int]:
    """The binomial coefficients C(count, 0), C(count, 1), ..., C(count, count).

    Examples
    --------
    >>> list(binomials(4))
    [1, 4, 6, 4, 1]
    """
    value = 1
    for chosen in range(count + 1):
        yield value
        value = value * (count - chosen) // (chosen + 1)


def arrangement_regions(hyperplanes: int, dimension: int) -> int:
    """The number r(n, d) = C(n, 0) + ... + C(n, d) of regions of n generic affine hyperplanes in R^d.

    Notes
    -----
    Zaslavsky, "Facing up to arrangements" (1975); no arrangement of n hyperplanes in R^d has more regions.

    Examples
    --------
    >>> arrangement_regions(3, 2), arrangement_regions(3, 5)
    (7, 8)
    """
    return sum(islice(binomials(hyperplanes), dimension + 1))


def zaslavsky(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int | None:
    """Upper bound r(n_1, n_0) for a net with one hidden layer; None for more hidden layers.

    Attained by almost all weights, under `activation` and under `patterns`. It bounds every notion of region.

    Notes
    -----
    Zaslavsky (1975). The neurons of the only hidden layer cut the input space along n_1 hyperplanes.

    Examples
    --------
    >>> zaslavsky(2, [5]), zaslavsky(2, [5, 5]), zaslavsky(2, [])
    (16, None, 1)
    """
    cutting = relu_widths(input_dim, widths, linear)
    if len(cutting) > 1:
        return None
    return arrangement_regions(cutting[0], input_dim) if cutting else 1


def first_layer(input_dim: int, widths: Sequence[int]) -> int:
    """Lower bound r(n_1, n_0) for any number of hidden layers: later layers only divide the cells of the first one.

    Examples
    --------
    >>> first_layer(2, [5, 1]), first_layer(2, [])
    (16, 1)
    """
    check_architecture(input_dim, widths)
    return arrangement_regions(widths[0], input_dim) if widths else 1
