"""The published training problems with their exact optima."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from oracles.tables import REASON, SHARED

from relupoly.training.problem.problem import Problem

_FOLDER = SHARED / "facts" / "training"


def training_rows(*names: str) -> list[Any]:
    """The named problems of the folder, or all: test parameters; one that skips where the folder is absent."""
    if not _FOLDER.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=REASON))]
    paths = [_FOLDER / f"{name}.json" for name in names] if names else sorted(_FOLDER.glob("*.json"))
    return [pytest.param(json.loads(path.read_text()), id=path.stem) for path in paths]


def training_problem(row: dict[str, Any]) -> Problem:
    """The problem of a row, in its own units."""
    scale = row["data_scale"]
    points = [[Fraction(entry, scale) for entry in point] for point in row["X_int"]]
    return Problem.from_rows(points, [Fraction(entry, scale) for entry in row["y_int"]], row["width"], bias=row["bias"])


def exact_optimum(row: dict[str, Any]) -> Fraction:
    """The smallest sum of squares, in the problem's own units."""
    return Fraction(row["opt_sse_int_units"]) / row["data_scale"] ** 2
