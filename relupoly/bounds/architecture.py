"""The architecture that a bound is about, checked once."""

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
