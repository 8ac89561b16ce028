"""Regions one by one, against linear programs over sign vectors."""

import pytest
from hypothesis import given, settings
from oracles.arrangement_strategies import arrangements
from oracles.regions import sign_vectors

from relupoly.errors import ArrangementError
from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.geometry.characteristic import characteristic_polynomial, regions
from relupoly.pieces.enumeration.regions import Region, list_regions
from relupoly.run import Run, Stopped


def assert_inside(arrangement: Arrangement, region: Region) -> None:
    assert len(region.point) == arrangement.dimension
    for sign, (*normal, right) in zip(region.signs, arrangement.rows, strict=True):
        assert sign * (sum(a * x for a, x in zip(normal, region.point, strict=True)) - right) > 0


@given(arrangements())
def test_every_region_once_with_a_point_in_it(arrangement: Arrangement) -> None:
    found = list(list_regions(arrangement))
    for region in found:
        assert_inside(arrangement, region)
    assert len({region.signs for region in found}) == len(found)
    assert {region.signs for region in found} == sign_vectors(arrangement.rows, arrangement.dimension)


@given(arrangements(dimension=4, hyperplanes=10))
@settings(max_examples=30)
def test_as_many_as_counted(arrangement: Arrangement) -> None:
    assert sum(1 for _ in list_regions(arrangement)) == regions(characteristic_polynomial(arrangement))


@pytest.mark.parametrize(("name", "n"), [("braid", 5), ("shi", 4), ("resonance", 4), ("threshold", 3)])
def test_families(name: str, n: int) -> None:
    arrangement = family_arrangement(name, n)
    found = list(list_regions(arrangement))
    assert len(found) == regions(characteristic_polynomial(arrangement))
    for region in found:
        assert_inside(arrangement, region)


def test_long_entries() -> None:
    arrangement = Arrangement.of([[10**30, 1, 0], [1, 10**30, 1], [0.1, 0.7, 1e-9], ["1/3", 2, 10**20]])
    found = list(list_regions(arrangement))
    assert len(found) == regions(characteristic_polynomial(arrangement))
    for region in found:
        assert_inside(arrangement, region)


def test_there_must_be_a_hyperplane() -> None:
    with pytest.raises(ArrangementError, match="there is no hyperplane"):
        next(list_regions(Arrangement.of([], dimension=2)))


def test_a_stop_ends_it() -> None:
    with pytest.raises(Stopped):
        list(list_regions(family_arrangement("resonance", 5), Run(deadline=0.0)))
