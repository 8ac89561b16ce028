"""The shortest step into random polyhedra is that of the oracle, which tries all small sets of constraints, and scipy."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from flint import fmpq
from oracles.nearest import _by_program, _projected

from relupoly.analysis.robustness.metric import Metric
from relupoly.analysis.robustness.nearest_point import shortest_step


@pytest.mark.parametrize("power", [1, 2, math.inf])
@pytest.mark.parametrize("dimension", [1, 2, 3, 4])
def test_random_polyhedra(power, dimension):
    source, metric = random.Random(dimension), Metric(power)
    for _ in range(60):
        forms = [[fmpq(source.randint(-4, 2)), *(fmpq(source.randint(-3, 3)) for _ in range(dimension))] for _ in range(5)]
        forms = [form for form in forms if any(form[1:])]
        found = shortest_step(forms, metric) if forms else None
        floats = np.array([[float(entry) for entry in form] for form in forms])
        if not forms:
            continue
        basis = np.eye(dimension)
        length = _projected(floats, basis) if power == 2 else _by_program(floats, power, basis)
        assert (found is None) is (length == math.inf)
        if found is not None:
            assert all(form[0] + sum(a * d for a, d in zip(form[1:], found, strict=True)) >= 0 for form in forms)
            size = float(metric.size(found))
            assert (math.sqrt(size) if power == 2 else size) == pytest.approx(length, rel=1e-6, abs=1e-6)
