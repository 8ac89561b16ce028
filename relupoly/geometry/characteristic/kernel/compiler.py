"""`njit`: numba's; what it compiles is kept with all our machine code, under names that change with the text of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from relupoly.jit import kept_by_us


def njit(function: Callable[..., Any]) -> Any:
    """Compile without checks for division by zero: there is none."""
    return kept_by_us(numba.njit(nogil=True, error_model="numpy")(function))
