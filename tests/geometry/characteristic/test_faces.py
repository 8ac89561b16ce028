"""f-vectors against the complex of the arrangement's net, which lists its faces."""

from typing import Any

import pytest
from hypothesis import given
from oracles.arrangement_strategies import arrangements
from oracles.tables import table

from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.characteristic import characteristic_polynomial, f_vector, regions
from relupoly.geometry.families import family_arrangement
from relupoly.networks.arrangements import arrangement_net
from relupoly.pieces.complex import f_vector as listed_f_vector

SMALL = [row for row in table("arrangements") if not isinstance(row, dict) or row["regions"] < 3000]


@given(arrangements())
def test_faces_are_those_of_the_complex_of_the_net(arrangement: Arrangement) -> None:
    counts = list(f_vector(arrangement))
    lineality = arrangement.dimension - arrangement.rank
    assert counts[:lineality] == [0] * lineality
    assert counts[lineality:] == listed_f_vector(arrangement_net(arrangement))


@pytest.mark.parametrize("row", SMALL, ids=str)
def test_euler_characteristic(row: dict[str, Any]) -> None:
    counts = f_vector(family_arrangement(row["family"], row["n"]))
    assert counts[-1] == row["regions"]
    assert sum((-1) ** k * count for k, count in enumerate(counts)) == (-1) ** row["dim"]


@given(arrangements(dimension=4, hyperplanes=9))
def test_euler_characteristic_of_small_ones(arrangement: Arrangement) -> None:
    counts = f_vector(arrangement)
    assert counts[-1] == regions(characteristic_polynomial(arrangement))
    assert sum((-1) ** k * count for k, count in enumerate(counts)) == (-1) ** arrangement.dimension


def test_permutohedron() -> None:
    # Faces of the braid arrangement in R^5 are ordered set partitions.
    assert f_vector(family_arrangement("braid", 5)) == (0, 1, 30, 150, 240, 120)


@pytest.mark.slow
def test_symmetry_of_the_resonance_arrangement_in_r6() -> None:
    counts = f_vector(family_arrangement("resonance", 6))
    assert counts[-1] == 1066044
    assert sum((-1) ** k * count for k, count in enumerate(counts)) == 1
