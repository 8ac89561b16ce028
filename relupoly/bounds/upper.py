"""The table of upper bounds on the number of regions of a net with a given architecture.

They hold for the activation regions, hence for the open, closed and affine regions, of which there are never more. They
hold for the activation patterns too: lowering the biases layer by layer by tiny amounts, each much smaller than the one
before, gives every non-empty pattern a region of full dimension. And they hold on every convex domain of full dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from relupoly.bounds.products import montufar2017, raghu2017, trivial
from relupoly.bounds.serra import serra2018
from relupoly.bounds.zaslavsky import zaslavsky

UPPER: dict[str, Callable[[int, Sequence[int]], int | None]] = {
    "trivial": trivial,
    "raghu2017": raghu2017,
    "montufar2017": montufar2017,
    "serra2018": serra2018,
    "zaslavsky": zaslavsky,
}


def upper_bounds(input_dim: int, widths: Sequence[int]) -> dict[str, int | None]:
    """Every upper bound by name; None where its precondition fails.

    Parameters
    ----------
    input_dim : int
        The number of inputs. The rank r of the first weight matrix is as valid and may be smaller: the net is a net on R^r
        after a linear map from R^n onto R^r, under which its regions correspond one to one.
    widths : sequence of int
        The numbers of neurons of the hidden layers; none for an affine map, where every bound is 1.

    Examples
    --------
    >>> upper_bounds(2, [4])
    {'trivial': 16, 'raghu2017': 11, 'montufar2017': 11, 'serra2018': 11, 'zaslavsky': 11}
    >>> upper_bounds(2, [8, 2, 8])["serra2018"]
    2072
    """
    return {name: bound(input_dim, widths) for name, bound in UPPER.items()}
