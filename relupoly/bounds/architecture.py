"""The architecture that a bound is about, checked once.

Linear neurons, which pass on what they compute without ReLU, have no hyperplane: they cut nothing, and let dimensions pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.errors import NetworkError


def check_architecture(input_dim: int, widths: Sequence[int]) -> None:
    """Refuse a negative dimension or width (0 is meaningful: a space of dimension 0, a layer without neurons).

    Raises
    ------
    NetworkError
        If one is negative; it names the layer.
    """
    if input_dim < 0:
        raise NetworkError(f"the input dimension is {input_dim}; give 0 or more")
    for number, width in enumerate(widths, 1):
        if width < 0:
            raise NetworkError(f"layer {number}: the width is {width}; give 0 or more")


def relu_widths(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> list[int]:
    """For each hidden layer how many of its neurons have a ReLU.

    Parameters
    ----------
    input_dim : int
    widths : sequence of int
        The numbers of neurons of the hidden layers, with the linear ones.
    linear : sequence of int or None
        How many of them are linear; None for none.

    Raises
    ------
    NetworkError
        If the architecture has a negative size, or the linear neurons are not given for every layer or more than its width.

    Examples
    --------
    >>> relu_widths(2, [4, 4], [1, 0])
    [3, 4]
    """
    check_architecture(input_dim, widths)
    numbers = [0] * len(widths) if linear is None else linear
    if len(numbers) != len(widths):
        raise NetworkError(f"{len(numbers)} numbers of linear neurons for {len(widths)} hidden layers; give one for each layer")
    for number, (width, without) in enumerate(zip(widths, numbers, strict=True), 1):
        if not 0 <= without <= width:
            raise NetworkError(f"layer {number}: {without} linear neurons; give a number from 0 to {width}")
    return [width - without for width, without in zip(widths, numbers, strict=True)]
