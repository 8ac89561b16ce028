"""`njit`: numba's, which keeps what it compiles under names that change with the text of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

from relupoly.exact.machine import digest

_TEXT = digest(Path(__file__))


def njit(function: Callable[..., Any]) -> Any:
    """Compile without checks for division by zero: there is none."""
    # Numba goes by the file of a function, and would not see changes in those that it calls.
    function.__qualname__ += f"_{_TEXT}"
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
