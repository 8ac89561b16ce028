"""How close the hyperplanes of a net come to cells that they do not meet.

A program that accepts a region when it is violated by no more than some tolerance counts, besides the true cells, about
one more for each hyperplane that misses a cell by less than that. Two such programs disagreed on the ACAS Xu net 3_3 on
property 3 (7935 and 7938 cells); docs/acasxu.md tells the story. Run as

    python benchmarks/near_misses.py NET [DOMAIN]
"""

from __future__ import annotations

import sys

import numpy as np

from relupoly import Domain, read_domain, read_network
from relupoly.exact.floats import FloatVectors
from relupoly.geometry.cone import Cone
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Node, Stage
from relupoly.pieces.walk.step import Steps
from relupoly.run import UNLIMITED


class MeasuringSteps(Steps):
    """Steps in floats that note the distance from each cell of a layer's entry to each hyperplane that misses it."""

    def _enter(self, stage: Stage, cone: Cone) -> Node:
        assert isinstance(stage.forms, FloatVectors)
        assert isinstance(cone.rays, FloatVectors)
        forms = stage.forms.value[self.net.hyperplanes[stage.layer_map.layer].first]
        values = forms @ (cone.rays.value / cone.rays.value[:, -1:]).T
        gap = np.maximum(-values.max(axis=1), values.min(axis=1)) / np.linalg.norm(forms[:, :-1], axis=1)
        self.gaps.extend(gap[np.isfinite(gap) & (gap > 0)].tolist())
        return super()._enter(stage, cone)

    gaps: list[float]


def main(net: str, domain: str | None = None) -> None:
    """Print the number of cells and the smallest gaps (of a bounded domain)."""
    prepared = homogenize(read_network(net), read_domain(domain) if domain else Domain())
    walk = Walk(prepared, kind=FloatVectors, patience=sys.maxsize)
    walk.steps = steps = MeasuringSteps(prepared, FloatVectors, False, UNLIMITED)
    steps.gaps = []
    cells = sum(1 for _ in walk)
    gaps = np.sort(steps.gaps)
    print(f"{cells} cells; the nearest misses: {', '.join(f'{gap:.2g}' for gap in gaps[:8])}")
    for tolerance in (1e-9, 1e-8, 1e-7, 1e-6, 1e-5):
        print(f"  within {tolerance:g}: {np.count_nonzero(gaps < tolerance)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
