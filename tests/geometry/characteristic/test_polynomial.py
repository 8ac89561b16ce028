"""Characteristic polynomials against published tables."""

from typing import Any

import pytest
from oracles.arrangements import FAMILIES
from oracles.tables import table

from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.characteristic import bounded_regions, characteristic_polynomial, f_vector, regions

ROWS = [row for row in table("arrangements") if not isinstance(row, dict) or row["regions"] < 300_000]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_published(row: dict[str, Any]) -> None:
    arrangement = Arrangement.of(FAMILIES[row["family"]](row["n"]))
    chi = characteristic_polynomial(arrangement)
    assert (len(arrangement.rows), arrangement.rank, arrangement.dimension) == (row["hyperplanes"], row["rank"], row["dim"])
    assert list(chi) == row["chi"]
    assert (regions(chi), bounded_regions(chi)) == (row["regions"], row["rel_bounded"])


@pytest.mark.parametrize("row", [row for row in ROWS if not isinstance(row, dict) or row["regions"] < 3000], ids=str)
def test_f_vectors_have_euler_characteristic_of_the_space(row: dict[str, Any]) -> None:
    counts = f_vector(Arrangement.of(FAMILIES[row["family"]](row["n"])))
    assert counts[-1] == row["regions"]
    assert sum((-1) ** k * count for k, count in enumerate(counts)) == (-1) ** row["dim"]
