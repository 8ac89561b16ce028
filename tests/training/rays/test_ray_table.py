"""The rays of a problem against elimination over `Fraction`, in general position or not; signs and bounds exactly."""

from __future__ import annotations

import random
import tracemalloc
from fractions import Fraction
from itertools import product
from math import comb, gcd
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.rays import all_rays, rank_of

from relupoly.errors import SizeError
from relupoly.run import UNLIMITED
from relupoly.training.problem.lifted import Lifted, lift
from relupoly.training.problem.problem import Problem
from relupoly.training.rays import rays
from relupoly.training.rays.ray_table import RayTable, ray_count, ray_table, ray_table_bytes


def lifted(points: list[list[object]], bias: bool = True, output_bias: bool = False) -> Lifted:
    return lift(Problem.from_rows(points, [0] * len(points), 1, bias=bias, output_bias=output_bias))


def check(found: RayTable, problem: Lifted) -> None:
    """Everything that a dictionary promises about its rays, in exact arithmetic."""
    for index in range(len(found)):
        ray = found.ray(index)
        exact = [sum(one * two for one, two in zip(ray, vector, strict=True)) for vector in problem.vectors]
        assert gcd(*ray) == 1
        assert next(entry for entry in ray if entry) > 0
        assert found.signs[index].tolist() == [(value > 0) - (value < 0) for value in exact]
        scaled = [Fraction(value) / Fraction(2) ** int(found.exponents[index]) for value in exact]
        floats = [Fraction(value) for value in found.values[index].tolist()]
        error = Fraction(float(found.errors[index]))
        assert all(abs(one - two) <= error for one, two in zip(scaled, floats, strict=True))
        assert all(value == 0 for value, sign in zip(floats, found.signs[index].tolist(), strict=True) if sign == 0)
        assert not any(exact) or Fraction(1, 2) <= max(map(abs, floats)) <= 1
        assert error < Fraction(1, 2**39)


def general(seed: int, count: int, inputs: int, kind: str) -> list[list[object]]:
    source = random.Random(seed)
    if kind == "doubles":
        return [[source.gauss(0, 1) for _ in range(inputs)] for _ in range(count)]
    if kind == "far":
        return [[1e6 + source.gauss(0, 1) for _ in range(inputs)] for _ in range(count)]
    if kind == "wild":
        return [[source.gauss(0, 1) * 10 ** source.randint(-250, 250) for _ in range(inputs)] for _ in range(count)]
    return [[f"{source.gauss(0, 1):.3f}" for _ in range(inputs)] for _ in range(count)]


@pytest.mark.parametrize("kind", ["decimals", "doubles", "far", "wild"])
@pytest.mark.parametrize(("inputs", "count"), [(1, 12), (2, 9), (3, 8), (4, 7)])
@pytest.mark.parametrize("bias", [True, False])
def test_points_in_general_position(kind: str, inputs: int, count: int, bias: bool) -> None:
    problem = lifted(general(7 * inputs + bias, count, inputs, kind), bias)
    found = ray_table(problem)
    planes = 1 if problem.rank == 1 else count
    assert len(found) == ray_count(planes, problem.rank) == comb(planes, inputs + bias - 1)
    assert {found.ray(index) for index in range(len(found))} == all_rays(problem.vectors, problem.rank)
    check(found, problem)
    for index in range(len(found)):
        tight = [vector for vector, sign in zip(problem.vectors, found.signs[index].tolist(), strict=True) if sign == 0]
        assert len(tight) == rank_of(tight, problem.rank) == problem.rank - 1


DEGENERATE: dict[str, list[list[object]]] = {
    "grid": [list(point) for point in product(range(3), repeat=2)],
    "cube": [list(point) for point in product((0, 1), repeat=3)],
    "line in the plane": [[number, 2 * number - 1] for number in range(5)],
    "plane in space": [[a, b, a + b + 1] for a, b in product(range(3), repeat=2)],
    "duplicates": [[1, 2], [1, 2], [0, 1], [3, 3], [3, 3], [1, 0]],
    "one point": [[5, 7]],
    "multiples": [[1, 1], [2, 2], [-1, -1], [1, 0], [0, 0], [0, 3]],
    "thin doubles": [[0.1 * a, 0.1 * a + 1e-17 * b] for a, b in product(range(3), repeat=2)],
}


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_points(name: str, bias: bool) -> None:
    problem = lifted(DEGENERATE[name], bias)
    found = ray_table(problem)
    rays = [found.ray(index) for index in range(len(found))]
    assert len(set(rays)) == len(rays)
    assert set(rays) == all_rays(problem.vectors, problem.rank)
    check(found, problem)


@given(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(st.integers(-2, 2), min_size=n, max_size=n), min_size=1, max_size=6))
)
def test_small_integer_points(points: list[list[object]]) -> None:
    for bias, output_bias in product([True, False], repeat=2):
        problem = lifted(points, bias, output_bias)
        found = ray_table(problem)
        rays = {found.ray(index) for index in range(len(found))}
        assert rays == (all_rays(problem.vectors, problem.rank) if problem.rank else set())
        check(found, problem)


def test_zero_points_without_bias_have_no_ray() -> None:
    problem = lifted([[0, 0], [0, 0]], bias=False)
    assert (problem.rank, problem.vectors) == (0, ())
    assert len(ray_table(problem)) == 0


def test_too_many_rays_are_refused_before_they_are_made() -> None:
    problem = lifted(general(3, 2000, 3, "decimals"))
    with pytest.raises(
        SizeError, match=r"^2000 different points .* up to 1,331,334,000 rays, which need .* at most \d+ points"
    ):
        ray_table(problem)


def test_what_is_said_to_fit_fits() -> None:
    points = general(4, 60, 2, "decimals")
    with pytest.raises(SizeError, match=r"at most (\d+) points") as caught:
        ray_table(lifted(points), memory=200_000)
    fits = int(str(caught.value).split("at most ")[1].split()[0])
    assert 2 < fits < 60
    assert len(ray_table(lifted(points[:fits]), memory=200_000)) == comb(fits, 2)


@pytest.mark.parametrize(
    ("inputs", "count", "kind"), [(2, 90, "decimals"), (4, 22, "decimals"), (5, 13, "decimals"), (2, 60, "doubles")]
)
def test_all_tables_fit_what_is_said_to_be_needed(inputs: int, count: int, kind: str) -> None:
    problem = lifted(general(3, count, inputs, kind))
    ray_table(problem)
    tracemalloc.start()
    found = ray_table(problem)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Blocks and steps of a fixed size come on top.
    assert peak < ray_table_bytes(problem).needed + 2**26
    assert len(found) == ray_count(count, problem.rank)


@pytest.mark.parametrize("name", [*DEGENERATE, "general"])
@pytest.mark.parametrize("entries", [1, 7, 100])
def test_rays_do_not_depend_on_how_many_are_built_at_once(name: str, entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = lifted(DEGENERATE.get(name) or general(9, 9, 4, "decimals"))
    largest = max(abs(entry) for vector in problem.vectors for entry in vector)
    vectors: Any = np.array(problem.vectors, dtype=np.int64 if largest < rays.WORD else object)
    vectors = vectors[rays.hyperplanes(vectors)]
    whole, places = rays.central_rays(vectors, UNLIMITED)
    monkeypatch.setattr(rays, "_ENTRIES", entries)
    ticks: list[int] = []
    again, same = rays.central_rays(vectors, UNLIMITED.also(lambda: ticks.append(1)))
    assert whole.tolist() == again.tolist()
    assert places.tolist() == same.tolist()
    assert len(ticks) > problem.rank - 1


def test_equal_products_of_rows_that_differ_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    class Zeros:
        def integers(self, *given: object, size: int, dtype: type) -> object:
            # All factors are 1: so (1, 2) and (2, 1) have the same product.
            return np.zeros(size, dtype=dtype)

    monkeypatch.setattr(np.random, "default_rng", lambda seed: Zeros())
    rows = np.array([[1, 2], [2, 1], [1, 2], [0, 3], [2, 1]])
    assert rays._first_of_each(rows).tolist() == [0, 1, 3]


def test_bounds_are_tight_enough_to_search_with() -> None:
    found = ray_table(lifted(general(5, 40, 2, "doubles")))
    assert float(found.errors.max()) < 1e-12
    assert np.count_nonzero(found.errors) == len(found)
