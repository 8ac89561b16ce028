"""Whether compiled code is on disk already; numba is not asked, since loading it takes longer than small counts."""

from __future__ import annotations

import os
from pathlib import Path


def is_on_disk(folder: Path, function: str) -> bool:
    """Whether numba seems to have compiled a function before, such as "kernel.walk" for `walk` in kernel.py.

    Parameters
    ----------
    folder : Path
        Of the source.
    function : str
    """
    return any(found for cache in _caches(folder) for found in cache.rglob(f"{function}-*.nbi"))


def _caches(folder: Path) -> list[Path]:
    """Where numba may keep compiled code: beside the source, or elsewhere if that is asked for or not writable."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen)]
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [folder / "__pycache__", user / "numba"]
