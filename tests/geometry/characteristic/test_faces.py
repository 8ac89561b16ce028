"""f-vectors against the complex of the arrangement's net, which lists its faces."""

from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.arrangement_strategies import arrangements
from oracles.tables import table

from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.geometry.characteristic import characteristic_polynomial, f_vector, regions
from relupoly.networks.arrangements import arrangement_net
from relupoly.pieces.enumeration.complex import f_vector as listed_f_vector

SMALL = [row for row in table("arrangements") if not isinstance(row, dict) or row["regions"] < 3000]


@given(arrangements())
def test_faces_are_those_of_the_complex_of_the_net(arrangement: Arrangement) -> None:
    counts = list(f_vector(arrangement))
    lineality = arrangement.dimension - arrangement.rank
    assert counts[:lineality] == [0] * lineality
    assert counts[lineality:] == listed_f_vector(arrangement_net(arrangement))


@settings(max_examples=40)
@given(arrangements(hyperplanes=5), arrangements(dimension=2, hyperplanes=4), st.integers(-2, 2), st.integers(-2, 2))
def test_products(one: Arrangement, other: Arrangement, shear: int, shift: int) -> None:
    """The faces of a product, in coordinates where it does not look like one."""
    n, m = one.dimension, other.dimension
    rows = [[*row[:-1], *[shear * row[0]] * m, row[-1]] for row in one.rows]
    rows += [[*[0] * n, *row[:-1], row[-1] + shift * row[0]] for row in other.rows]
    both = Arrangement.of(rows)
    counts, listed = f_vector(both), listed_f_vector(arrangement_net(both))
    assert list(counts[both.dimension - both.rank :]) == listed
    assert product([reversed_(f_vector(one)), reversed_(f_vector(other))]) == reversed_(counts)
    chi = [reversed_(characteristic_polynomial(arrangement)) for arrangement in (one, other, both)]
    assert product(chi[:2]) == chi[2]


def reversed_(numbers: tuple[int, ...]) -> list[int]:
    return list(reversed(numbers))


def product(polynomials: list[list[int]]) -> list[int]:
    return [int(entry) for entry in np.polymul(*polynomials)]


def test_a_cube_in_many_dimensions() -> None:
    assert f_vector(family_arrangement("boolean", 40)) == tuple(comb(40, k) * 2**k for k in range(41))


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
