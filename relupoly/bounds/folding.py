"""Lower bounds by nets whose layers fold the input space onto itself, and cut it in the end.

A layer that folds a cube p times along each coordinate lets every later layer act on p^n copies of the cube at once. The
last layer cuts each copy into r(n_L, n) cells. The papers speak of sets on which the function is linear; their counts are
those of activation cells, under which the nets of `relupoly.constructions` attain them: neighbouring cells on which no
neuron of the last layer is on may carry the same constant function.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from relupoly.bounds.architecture import check_architecture
from relupoly.bounds.zaslavsky import arrangement_regions


def pascanu2013(input_dim: int, widths: Sequence[int]) -> int | None:
    """Lower bound (prod_{l<L} floor(n_l / n_0)) r(n_L, n_0); 0, which says nothing, where a layer l < L is narrower than n_0.

    Notes
    -----
    Pascanu, Montúfar, Bengio, "On the number of response regions of deep feed forward networks with piece-wise linear
    activations" (2013).

    Examples
    --------
    >>> pascanu2013(2, [16, 16]), pascanu2013(2, [16, 1, 16]), pascanu2013(2, [])
    (1096, 0, None)
    """
    check_architecture(input_dim, widths)
    if not (widths and input_dim):
        return None
    return math.prod(width // input_dim for width in widths[:-1]) * arrangement_regions(widths[-1], input_dim)


def montufar2014(input_dim: int, widths: Sequence[int]) -> int | None:
    """Lower bound (prod_{l<L} floor(n_l / n_0)^{n_0}) r(n_L, n_0) if n_l >= n_0 for l < L; else None.

    Notes
    -----
    Montúfar, Pascanu, Cho, Bengio, "On the number of linear regions of deep neural networks" (NIPS 2014),
    who assume n_L >= n_0 too; fewer hyperplanes cut each copy into r(n_L, n_0) cells as well.

    Examples
    --------
    >>> montufar2014(2, [16, 16]), montufar2014(2, [16, 1, 16])
    (8768, None)
    """
    check_architecture(input_dim, widths)
    if not (widths and input_dim) or any(width < input_dim for width in widths[:-1]):
        return None
    copies: int = math.prod((width // input_dim) ** input_dim for width in widths[:-1])
    return copies * arrangement_regions(widths[-1], input_dim)


def serra2018_lower(input_dim: int, widths: Sequence[int]) -> int | None:
    """Lower bound (prod_{l<L} (floor(n_l / n_0) + 1)^{n_0}) r(n_L, n_0) if every layer has 3 n_0 neurons or more; else None.

    Notes
    -----
    Serra, Tjandraatmadja, Ramalingam, "Bounding and counting linear regions of deep neural networks" (ICML 2018):
    three neurons or more fold a line once more than Montúfar et al. do. That is the condition as they state it; the nets of
    `relupoly.constructions.serra` have as many cells with a last layer of any width.

    Examples
    --------
    >>> serra2018_lower(2, [16, 16]), serra2018_lower(2, [4, 4])
    (11097, None)
    """
    check_architecture(input_dim, widths)
    if not (widths and input_dim) or min(widths) < 3 * input_dim:
        return None
    copies: int = math.prod((width // input_dim + 1) ** input_dim for width in widths[:-1])
    return copies * arrangement_regions(widths[-1], input_dim)
