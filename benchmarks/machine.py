"""What the figures were measured with."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def machine() -> dict[str, str]:
    """The machine and the versions, by name."""
    return {
        "processor": _field(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        **{name: importlib.metadata.version(name) for name in ("relupoly", "numpy", "numba", "python-flint", "pycddlib")},
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load before": f"{os.getloadavg()[0]:.1f} processes wanted to run, on average over the last minute",
    }


def _memory() -> str:
    text = _field(Path("/proc/meminfo"), "MemTotal")
    return f"{int(text.split()[0]) / 2**20:.1f} GiB" if text else "unknown"


def _field(path: Path, name: str) -> str:
    """The first value with a name in a file of lines "name: value"; empty if there is none."""
    if not path.exists():
        return ""
    pairs = (line.split(":", 1) for line in path.read_text(errors="replace").splitlines() if ":" in line)
    return next((value.strip() for key, value in pairs if key.strip() == name), "")
