"""Time one peer on one net, in a process and an environment of its own; prints JSON for `peers.py`.

    python benchmarks/peer_child.py PEER NET.npz RADIUS RUNS

Nothing of relupoly is imported. The clock runs over the enumeration and what it needs of set-up, not over imports; a peer
that starts slowly has done a small net before.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

Layers = list[tuple[Any, Any]]


def affinitree(layers: Layers, radius: float) -> int:
    """Decision trees, with linear programs in floats (Rust)."""
    from affinitree import AffFunc, AffTree, Architecture, Polytope, builder

    inputs = layers[0][0].shape[1]
    architecture = Architecture(inputs)
    for weight, bias in layers[:-1]:
        architecture.linear(AffFunc.from_mats(weight, bias))
        architecture.relu()
    architecture.linear(AffFunc.from_mats(*layers[-1]))
    inside = Polytope.hyperrectangle(inputs, [(-radius, radius)] * inputs)
    return int(
        builder.from_layers(architecture, AffTree.from_poly(inside, AffFunc.identity(inputs), None), None).num_terminals()
    )


def regioncam(layers: Layers, radius: float) -> int:
    """Polygons in single precision, 2 inputs only (Rust)."""
    from regioncam import Regioncam

    camera = Regioncam(size=radius)
    for weight, bias in layers[:-1]:
        camera.linear(np.ascontiguousarray(weight.T, dtype=np.float32), bias.astype(np.float32))
        camera.relu()
    return int(camera.num_faces)


def relucent(layers: Layers, radius: float) -> int:
    """Breadth-first search with linear programs in floats (Gurobi, in as many processes as there are cores)."""
    import relucent as package

    found = package.Complex(package.convert(layers))
    # The origin, where the search starts otherwise, may lie on a hyperplane.
    reach = min(1, radius)
    start = np.random.default_rng(0).uniform(-reach, reach, (1, layers[0][0].shape[1]))
    found.bfs(start=start, nworkers=os.cpu_count(), verbose=0, cube_mode="intersect", cube_radius=radius)
    return len(found)


def enumerator(layers: Layers, radius: float) -> int:
    """Depth-first search with linear programs in floats (HiGHS, in one thread), written for this comparison."""
    from enumerator import count_cells

    reach = np.full(layers[0][0].shape[1], radius)
    return count_cells(layers, -reach, reach)


PEERS: dict[str, Callable[[Layers, float], int]] = {
    "affinitree": affinitree,
    "enumerator": enumerator,
    "regioncam": regioncam,
    "relucent": relucent,
}
PACKAGES = {"enumerator": "highspy"}  # where a peer has another name than its package


def peak_megabytes() -> float:
    """The largest resident set of this process so far."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Time the peer and print the figures."""
    name, file, radius, runs = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    arrays = np.load(file)
    layers = [(arrays[f"W{i}"], arrays[f"b{i}"]) for i in range(1, len(arrays.files) // 2 + 1)]
    warnings.simplefilter("ignore")
    seconds: list[float] = []
    with contextlib.redirect_stdout(io.StringIO()):
        PEERS[name]([(np.eye(2) / 3, np.ones(2)), (np.ones((1, 2)), np.ones(1))], 1)
        while not seconds or (len(seconds) < runs and sum(seconds) < 5):
            start = time.perf_counter()
            cells = PEERS[name](layers, radius)
            seconds.append(time.perf_counter() - start)
    figures = {
        "version": importlib.metadata.version(PACKAGES.get(name, name)),
        "cells": cells,
        "seconds": seconds,
        "megabytes": peak_megabytes() if os.path.exists("/proc/self/status") else None,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
