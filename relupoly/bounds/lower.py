"""The table of lower bounds: how many regions the best net of an architecture has at least.

They say nothing about a given net. They hold on every domain of full dimension, and not only on R^n: all cells of a net
meet some ball, and an affine map takes the ball into the domain.
"""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.bounds.arora import arora2018
from relupoly.bounds.bound import CELLS, Bound, table
from relupoly.bounds.folding import montufar2014, pascanu2013, serra2018_lower
from relupoly.bounds.zaslavsky import first_layer

LOWER = table(
    Bound("pascanu2013", pascanu2013, "Pascanu, Montúfar, Bengio 2013", "there is a hidden layer", CELLS),
    Bound("montufar2014", montufar2014, "Montúfar, Pascanu, Cho, Bengio 2014", "n_l >= n_0 for l < L", CELLS),
    Bound("serra2018", serra2018_lower, "Serra, Tjandraatmadja, Ramalingam 2018", "n_l >= 3 n_0", CELLS),
    Bound("arora2018", arora2018, "Arora, Basu, Mianjy, Mukherjee 2018, Thm 3.9", "widths 2m, w, ..., w with w >= 2, L >= 2"),
    Bound("zaslavsky", first_layer, "Zaslavsky 1975, for the first layer", notions=CELLS),
)


def lower_bounds(input_dim: int, widths: Sequence[int]) -> dict[str, int | None]:
    """Every lower bound by name; None where its precondition fails.

    Parameters
    ----------
    input_dim : int
    widths : sequence of int
        The numbers of neurons of the hidden layers.

    Examples
    --------
    >>> lower_bounds(2, [16, 16])
    {'pascanu2013': 1096, 'montufar2014': 8768, 'serra2018': 11097, 'arora2018': 256, 'zaslavsky': 137}
    """
    return {name: bound(input_dim, widths) for name, bound in LOWER.items()}
