"""Families of arrangements: their defining sets, written another way, and the theorems about them."""

import itertools

import pytest
from oracles.arrangements import FAMILIES as BY_DEFINITION

from relupoly.errors import ArrangementError
from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.arrangement_families import FAMILIES, family_arrangement, family_regions
from relupoly.geometry.characteristic import bounded_regions, characteristic_polynomial, regions

WITH_FORMULA = sorted(name for name, family in FAMILIES.items() if family.regions)


@pytest.mark.parametrize("name", sorted(FAMILIES))
@pytest.mark.parametrize("n", [2, 3, 4])
def test_defining_sets(name: str, n: int) -> None:
    arrangement = family_arrangement(name, n)
    assert set(arrangement.rows) == set(Arrangement.of(BY_DEFINITION[name.replace("-", "_")](n)).rows)
    assert len(arrangement.rows) == FAMILIES[name].count(n)


@pytest.mark.parametrize("name", WITH_FORMULA)
def test_theorems(name: str) -> None:
    for n in range(FAMILIES[name].smallest, 8):
        assert regions(characteristic_polynomial(family_arrangement(name, n))) == family_regions(name, n)


def test_bounded_regions_of_shi() -> None:
    assert [bounded_regions(characteristic_polynomial(family_arrangement("shi", n))) for n in range(2, 7)] == [
        (n - 1) ** (n - 1) for n in range(2, 7)
    ]


def test_roots_of_the_reflection_arrangements() -> None:
    def with_roots(roots: list[int]) -> tuple[int, ...]:
        chi = [1]
        for root in roots:
            chi = [a - root * b for a, b in zip([0, *chi], [*chi, 0], strict=True)]
        return tuple(chi)

    assert characteristic_polynomial(family_arrangement("braid", 6)) == with_roots([0, 1, 2, 3, 4, 5])
    assert characteristic_polynomial(family_arrangement("typeB", 5)) == with_roots([1, 3, 5, 7, 9])
    assert characteristic_polynomial(family_arrangement("typeD", 5)) == with_roots([1, 3, 5, 7, 4])


@pytest.mark.parametrize("seed", [None, 0, 7])
@pytest.mark.parametrize("name", ["generic", "generic-central"])
def test_general_position(name: str, seed: int | None) -> None:
    for n, dimension in itertools.product((1, 3, 6, 10), (1, 2, 3, 4)):
        if name == "generic-central" and dimension == 1 and n > 1:
            continue
        arrangement = family_arrangement(name, n, dimension, seed)
        assert len(arrangement.rows) == n
        assert arrangement.is_linear or name == "generic"
        assert regions(characteristic_polynomial(arrangement)) == family_regions(name, n, dimension)


def test_seeds_differ() -> None:
    assert family_arrangement("generic", 9, 2, 1) == family_arrangement("generic", 9, 2, 1)
    assert family_arrangement("generic", 9, 2, 1) != family_arrangement("generic", 9, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("resonanse", 3), 'did you mean "resonance"'),
        (("qqq", 3), "give one of boolean, braid"),
        (("braid", 1), "begins with n = 2"),
        (("boolean", 0), "begins with n = 1"),
        (("resonance", 30), "more than 1000000 hyperplanes"),
        (("resonance", 10**9), "more than 1000000 hyperplanes"),
        (("shi", 4, 3), "neither a dimension nor a seed"),
        (("generic", 4), "need the dimension"),
        (("generic", 0, 2), "at least 1 hyperplane"),
        (("generic-central", 2, 1), "only one hyperplane"),
    ],
)
def test_what_is_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ArrangementError, match=message):
        family_arrangement(*arguments)  # type: ignore[arg-type]
