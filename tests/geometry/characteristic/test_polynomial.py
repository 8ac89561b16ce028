"""Characteristic polynomials against published tables, points over finite fields, and theorems."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.arrangement_strategies import arrangements
from oracles.points import characteristic_polynomial_by_points
from oracles.regions import sign_vectors
from oracles.tables import table

from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.geometry.characteristic import Work, bounded_regions, characteristic_polynomial, regions
from relupoly.networks.arrangements import arrangement_net
from relupoly.pieces.count import count_pieces


@pytest.mark.parametrize("row", table("arrangements"), ids=str)
def test_published(row: dict[str, Any]) -> None:
    arrangement = family_arrangement(row["family"], row["n"])
    chi = characteristic_polynomial(arrangement)
    assert (len(arrangement.rows), arrangement.rank, arrangement.dimension) == (row["hyperplanes"], row["rank"], row["dim"])
    assert list(chi) == row["chi"]
    assert (regions(chi), bounded_regions(chi)) == (row["regions"], row["rel_bounded"])


@pytest.mark.parametrize("row", table("arrangements"), ids=str)
def test_published_up_to_linear_maps(row: dict[str, Any]) -> None:
    chi = characteristic_polynomial(family_arrangement(row["family"], row["n"]), Work(symmetry=True, jobs=2))
    assert list(chi) == row["chi"]


@given(arrangements())
def test_points_over_finite_fields(arrangement: Arrangement) -> None:
    # 3 x 3 minors of rows with entries up to 2 are at most 2^3 * 3^(3/2) < 42, those of order 4 are 0 modulo p together.
    chi = characteristic_polynomial(arrangement)
    if arrangement.dimension <= 2:
        assert chi == characteristic_polynomial_by_points(arrangement.rows, arrangement.dimension, 43)


@given(arrangements())
def test_as_many_regions_as_sign_vectors(arrangement: Arrangement) -> None:
    assert regions(characteristic_polynomial(arrangement)) == len(sign_vectors(arrangement.rows, arrangement.dimension))


@given(arrangements(dimension=4, hyperplanes=9))
def test_as_many_regions_as_cells_of_the_net(arrangement: Arrangement) -> None:
    counts = count_pieces(arrangement_net(arrangement), notion="all").counts
    found = regions(characteristic_polynomial(arrangement))
    assert {notion: count for notion, count in counts.items() if count != found} in ({}, {"patterns": counts["patterns"]})


@given(arrangements(dimension=4, hyperplanes=9))
def test_deletion_and_restriction(arrangement: Arrangement) -> None:
    *rest, last = arrangement.rows
    pivot = next(index for index, entry in enumerate(last[:-1]) if entry)
    if arrangement.dimension == 1 or not rest:
        return
    images = [[last[pivot] * a - row[pivot] * b for a, b in zip(row, last, strict=True)] for row in rest]
    cut = [image[:pivot] + image[pivot + 1 :] for image in images]
    if any(any(row[-1:]) and not any(row[:-1]) for row in cut):
        cut = [row for row in cut if any(row[:-1])]
    deleted = characteristic_polynomial(Arrangement.of(rest, arrangement.dimension))
    restricted = characteristic_polynomial(Arrangement.of(cut, arrangement.dimension - 1))
    expected = tuple(a - b for a, b in zip(deleted, (*restricted, 0), strict=True))
    assert characteristic_polynomial(arrangement) == expected


@given(arrangements(dimension=4, hyperplanes=9), st.permutations(range(4)), st.integers(-2, 2), st.integers(1, 5))
def test_coordinates_order_and_multiples_do_not_matter(
    arrangement: Arrangement, order: list[int], shear: int, multiple: int
) -> None:
    n = arrangement.dimension
    columns = [place for place in order if place < n]
    rows = [[*(row[place] for place in columns), row[-1]] for row in arrangement.rows]
    moved = [[multiple * (row[0] + shear * row[n - 1] * (n > 1)), *(multiple * entry for entry in row[1:])] for row in rows]
    assert characteristic_polynomial(Arrangement.of(moved[::-1])) == characteristic_polynomial(arrangement)


def test_no_hyperplane() -> None:
    chi = characteristic_polynomial(Arrangement.of([], dimension=2))
    assert (chi, regions(chi), bounded_regions(chi)) == ((0, 0, 1), 1, 1)


def test_parallel_hyperplanes() -> None:
    chi = characteristic_polynomial(Arrangement.of([[1, 2, b] for b in range(5)]))
    assert (chi, regions(chi), bounded_regions(chi)) == ((0, -5, 1), 6, 4)


def test_huge_entries() -> None:
    rows = [[10**40 + 3**k, 7**k, 5**k, 2**k] for k in range(12)]
    assert regions(characteristic_polynomial(Arrangement.of(rows))) == 1 + 12 + 66 + 220


@pytest.mark.slow
@pytest.mark.parametrize(("name", "n", "expected"), [("resonance", 8, 419172756930), ("all-pm1", 6, 46080 * 124187)])
def test_published_and_large(name: str, n: int, expected: int) -> None:
    chi = characteristic_polynomial(family_arrangement(name, n), Work(jobs=2))
    assert regions(chi) == expected
    assert sum(chi) == 0
