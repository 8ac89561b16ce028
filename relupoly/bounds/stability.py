"""How many neurons of each hidden layer are stable on a domain, checked once."""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.errors import NetworkError


def check_stable(widths: Sequence[int], unstable: Sequence[int], active: Sequence[int]) -> None:
    """Refuse numbers of unstable and of always active neurons that do not fit the widths.

    Raises
    ------
    NetworkError
        If they are not given for every layer, or are negative or more than its width.
    """
    if not len(widths) == len(unstable) == len(active):
        raise NetworkError(
            f"{len(unstable)} numbers of unstable and {len(active)} of active neurons for {len(widths)} hidden layers; "
            "give one for each layer"
        )
    for number, (width, free, fixed) in enumerate(zip(widths, unstable, active, strict=True), 1):
        if min(free, fixed) < 0 or free + fixed > width:
            raise NetworkError(
                f"layer {number}: {free} unstable and {fixed} active neurons; give numbers from 0 up to {width} together"
            )
