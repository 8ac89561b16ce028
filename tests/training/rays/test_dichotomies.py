"""The cells of the dual arrangement: Cover's number, the published table, their signs and rays."""

from __future__ import annotations

import random
from itertools import product
from math import comb
from typing import Any

import pytest
from oracles.tables import table

from relupoly.training.problem.lifted import Lifted, lift
from relupoly.training.problem.problem import Problem
from relupoly.training.rays.dichotomies import Dichotomy, dichotomies
from relupoly.training.rays.ray_table import ray_table


def lifted(points: list[list[Any]], bias: bool = True, output_bias: bool = False) -> Lifted:
    return lift(Problem.from_rows(points, [0] * len(points), 1, bias=bias, output_bias=output_bias))


def general(inputs: int, count: int) -> list[list[Any]]:
    source = random.Random(10 * inputs + count)
    return [[source.gauss(0, 1) for _ in range(inputs)] for _ in range(count)]


def cells(problem: Lifted) -> list[Dichotomy]:
    return list(dichotomies(problem))


@pytest.mark.parametrize(("inputs", "count"), [(1, 1), (1, 9), (2, 2), (2, 8), (2, 12), (3, 3), (3, 7), (4, 4), (4, 7)])
def test_covers_number(inputs: int, count: int) -> None:
    found = cells(lifted(general(inputs, count)))
    assert len(found) == 2 * sum(comb(count - 1, i) for i in range(inputs + 1))
    assert len({cell.signs for cell in found}) == len(found)


@pytest.mark.parametrize("row", table("erm", "dichotomies"))
def test_published_numbers(row: dict[str, int]) -> None:
    assert len(cells(lifted(general(row["n"], row["D"])))) == row["dichotomies"]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    "points",
    [
        general(2, 6),
        [list(point) for point in product(range(3), repeat=2)],
        [[1, 2], [1, 2], [2, 4], [0, 0], [-1, -2]],
        [[0.1, 0.3], [0.2, 0.6], [0.3, 0.9000000000000001]],
        [[5]],
    ],
)
def test_cells_are_the_cones_of_the_rays_of_the_dictionary_on_their_sides(points: list[list[Any]], bias: bool) -> None:
    problem = lifted(points, bias)
    found = ray_table(problem)
    sided = [(found.ray(index), found.signs[index].tolist()) for index in range(len(found))]
    sided += [(tuple(-entry for entry in ray), [-sign for sign in signs]) for ray, signs in sided]
    for cell in cells(problem):
        inside = {ray for ray, signs in sided if all(one * two >= 0 for one, two in zip(signs, cell.signs, strict=True))}
        assert set(cell.rays) == inside
        assert len(cell.rays) == len(inside) >= problem.rank


def test_opposite_cells_come_in_pairs() -> None:
    signs = {cell.signs for cell in cells(lifted(general(3, 6)))}
    assert {tuple(-sign for sign in one) for one in signs} == signs


def test_a_zero_point_is_on_no_side() -> None:
    found = cells(lifted([[0], [2]], bias=False, output_bias=True))
    assert sorted(cell.signs for cell in found) == [(0, -1), (0, 1)]


def test_nothing_to_learn_from_is_one_dichotomy_without_rays() -> None:
    assert cells(lifted([[0], [0]], bias=False)) == [Dichotomy((), ())]
