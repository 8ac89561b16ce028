"""Time gradient training, in a process of its own; prints JSON for `rivals.py`.

    python benchmarks/gradient_child.py adam|lbfgs PROBLEM.npz STARTS

Nothing of relupoly is imported. The starts are shared out to as many processes as there are cores; the clock runs from when
these are there until the last one is done.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

# The matrices are too small to be shared by the threads of a BLAS.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import gradient
import numpy as np

METHODS = {"adam": ("numpy", gradient.adam), "lbfgs": ("scipy", gradient.lbfgs)}
ENTRIES = 16_000
"""Of the arrays of one batch: larger ones do not stay near the processor, and are given back to the system at every step."""


def _run(method: str, *arguments: object) -> list[float]:
    found: list[float] = METHODS[method][1](*arguments).tolist()
    return found


def main() -> None:
    """Train from all starts and print the losses."""
    method, place, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with np.load(place) as file:
        points, targets, width = file["points"], file["targets"], int(file["width"])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    neurons, outputs = gradient.starts(count, points.shape[1], width)
    batch = max(1, min(-(-count // cores), ENTRIES // (width * len(points))))
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(time.sleep, [0.1] * cores))
        start = time.perf_counter()
        jobs = [
            pool.submit(_run, method, neurons[first : first + batch], outputs[first : first + batch], points, targets)
            for first in range(0, count, batch)
        ]
        losses = [loss for job in jobs for loss in job.result()]
        seconds = time.perf_counter() - start
    package = METHODS[method][0]
    print(json.dumps({"version": f"{package} {importlib.metadata.version(package)}", "seconds": seconds, "losses": losses}))


if __name__ == "__main__":
    main()
