"""The sweep over the rays of two coefficients: their products, within the bound that the kernel relies on, and their masks."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import isqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.kernel_text import interpret

from relupoly.training import kernel
from relupoly.training.compiled.compiled_problem import CompiledProblem
from relupoly.training.compiled.workspace import Workspace
from relupoly.training.kernel import masks, prices, shared_cells
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.problem import Problem
from relupoly.training.rays.ray_order import ray_order
from relupoly.training.rays.ray_table import ray_table

UNIT = Fraction(2) ** -52
LONG = 40  # bits: ratios of shorter numbers, and their differences, are within a range of 2^180


@pytest.fixture(autouse=True, scope="module")
def interpreted():
    """Run the text of the kernel as plain Python: its parts are compiled only together."""
    with pytest.MonkeyPatch.context() as patch:
        interpret(patch, kernel)
        yield


def coordinates():
    """Small ones, so that many are equal; and those whose differences floats cannot hold."""
    near = st.integers(-2, 2)
    far = st.fractions(-1, 1, max_denominator=1000).map(lambda x: 10**9 + x / 10**9)
    return st.one_of(near, st.fractions(-3, 3, max_denominator=100), far, st.sampled_from([10**12, Fraction(-1, 10**12)]))


@st.composite
def charted(draw):
    """Problems whose neurons have two coefficients, if points are not all alike."""
    kind = draw(st.sampled_from(["one input", "no bias", "collinear"]))
    samples = draw(st.integers(2, 9))
    numbers = [draw(coordinates()) for _ in range(samples)]
    if kind == "one input":
        rows = [[x] for x in numbers]
    elif kind == "no bias":
        rows = [[x, draw(coordinates())] for x in numbers]
    else:
        rows = [[x, 2 * x - 1, Fraction(1, 3) - x] for x in numbers]
    weights = draw(st.lists(st.integers(1, 10**6), min_size=samples, max_size=samples))
    options = {"bias": kind != "no bias", "output_bias": draw(st.booleans())}
    return Problem.from_rows(rows, [1] * samples, 2, weights=weights, **options)


def prepared(problem):
    """The kernel's tables of a problem, and room; None if all is of one dimension, or numbers too far apart have no order."""
    lifted = lift(problem)
    if lifted.rank != 2:
        return None
    compiled = CompiledProblem(lifted, ray_table(lifted))
    if not len(compiled.rays.order):
        longest = max(abs(entry).bit_length() for vector in lifted.vectors for entry in vector)
        assert longest > LONG, "these numbers have an order"
        return None
    assert len(compiled.rays.order) == len(compiled.table)
    return lifted, compiled, Workspace(compiled)._work


@pytest.mark.slow
@given(charted(), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_all_products_are_within_the_bound(problem, seed):
    found = prepared(problem)
    if found is None:
        return
    lifted, compiled, work = found
    chance = np.random.RandomState(seed)
    work.residual[:] = chance.standard_normal(len(lifted.vectors)) * 10.0 ** chance.randint(-6, 7, size=len(lifted.vectors))
    prices.price_all(compiled.rays, work)
    u = [Fraction(float(entry)) for entry in work.residual]
    half = len(compiled.table)
    weight_exponent = compiled.dual_unit / compiled.unit
    for ray in range(2 * half):
        total = Fraction(0)
        for place, vector in enumerate(lifted.vectors):
            value = sum(a * x for a, x in zip(compiled.table.ray(ray % half), vector, strict=True))
            root = exact_root(lifted.weights[place] / weight_exponent)
            total += u[place] * root * max(value if ray < half else -value, 0)
        exact = total * Fraction(float(compiled.rays.scales[ray])) / Fraction(2) ** int(compiled.table.exponents[ray % half])
        length = exact_root(sum(entry * entry for entry in u))
        bound = Fraction(11, 10) * (len(u) + 8) * UNIT * length
        assert abs(Fraction(float(work.prices[ray])) - exact) <= bound


def exact_root(number: Fraction) -> Fraction:
    """A square root to a hundred bits more than floats have."""
    shift = 2**400
    return Fraction(isqrt(number.numerator * shift * shift // number.denominator), shift)


@pytest.mark.slow
@given(charted(), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_the_rays_of_a_cell_are_an_interval(problem, seed):
    found = prepared(problem)
    if found is None:
        return
    lifted, compiled, work = found
    chance = np.random.RandomState(seed)
    half, points = len(compiled.table), len(lifted.vectors)
    for share in (0.0, 0.3, 0.6, 1.0):
        sides = (chance.choice([-1, 1], size=points) * (chance.random_sample(points) < share)).astype(np.int8)
        if share == 0.6:
            # Those of a cell that there is, beside a ray.
            sides = (compiled.table.signs[chance.randint(half)] * chance.choice([1, -1])).astype(np.int8)
        masks.set_masks(compiled.rays, work, np.array([1]), sides[None], 1)
        signs = np.concatenate([compiled.table.signs, -compiled.table.signs])
        allowed = (signs * sides >= 0).all(axis=1).tolist()
        assert [bool(masks.allows(work.masks[0], ray)) for ray in range(2 * half)] == allowed


@pytest.mark.slow
@given(charted(), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_cells_are_those_that_the_table_of_sides_gives(problem, seed):
    found = prepared(problem)
    if found is None:
        return
    lifted, compiled, work = found
    chance = np.random.RandomState(seed)
    tables = compiled.rays, without_chart(compiled)
    points = len(lifted.vectors)
    for share in (0.0, 0.2, 0.5):
        sides = (chance.choice([-1, 1], size=(1, 2, points)) * (chance.random_sample((1, 2, points)) < share)).astype(np.int8)
        keep = (chance.random_sample(points) < 0.8).astype(float)
        outcomes = [cells(table, work, sides, keep) for table in tables]
        assert all(np.array_equal(one, other) for one, other in zip(*outcomes, strict=True))


def without_chart(compiled):
    """The kernel's tables as they are for rays of more coefficients."""
    signs = np.concatenate([compiled.table.signs, -compiled.table.signs])
    padded = np.zeros((64 * len(compiled.rays.useful), signs.shape[1], 2), dtype=np.bool_)
    padded[: len(signs)] = np.stack([signs <= 0, signs >= 0], axis=2)
    allowed = np.packbits(padded.transpose(1, 2, 0), axis=2, bitorder="little").view(np.uint64)
    return compiled.rays._replace(order=compiled.rays.order[:0], allowed=np.ascontiguousarray(allowed))


def cells(rays, work, sides, keep):
    """All that the kernel finds out about the cells of a node with two neurons of opposite signs."""
    outputs, ones = np.array([[1, -1]], dtype=np.int8), np.ones(1, dtype=np.int64)
    nodes = kernel.Nodes(ones, 2 * ones, outputs, outputs, sides, ones, ones, ones, ones, ones)
    masks.set_masks(rays, work, outputs[0], sides[0], 2)
    work.keep[:] = keep
    count = shared_cells.find_shared_cells(rays, work, nodes, 0)
    found = [
        work.masks.copy(),
        work.unions.copy(),
        work.keep.copy(),
        work.shared_cells[:count].copy(),
        work.dimensions[:count].copy(),
    ]
    for cell in work.shared_cells[:count]:
        masks.set_inside(rays, work, cell)
        masks.set_nothing(rays, work, cell)
        found += [work.shared.copy(), work.known.copy()]
    return found


def test_a_chart_is_in_the_order_of_the_rays_and_knows_their_opposites():
    # Without bias, points in all directions: rays (y, -x) and their opposites.
    vectors = [(1, 0), (0, 1), (-1, 1), (2, 2), (0, 0), (-3, 0)]
    rays = [(0, 1), (1, 0), (1, 1), (1, -1)]
    found = ray_order(vectors, rays, [0] * 4)
    directions = [rays[k] if k < 4 else tuple(-entry for entry in rays[k - 4]) for k in found.order]
    turns = [a[0] * b[1] - a[1] * b[0] for a, b in pairwise(directions)]
    assert all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)
    for place, vector in zip(found.at, vectors, strict=True):
        assert not any(vector) or sum(a * x for a, x in zip(directions[place], vector, strict=True)) == 0
    assert found.slopes[4] == 0.0


@pytest.mark.parametrize("rows", [[[0], [1], [10**60]], [[1, 1], [1, 10**60], [1, 2]]])
def test_there_is_none_where_numbers_are_too_far_apart(rows):
    lifted = lift(Problem.from_rows(rows, [1, 2, 3], 1, bias=len(rows[0]) == 1))
    compiled = CompiledProblem(lifted, ray_table(lifted))
    assert not len(compiled.rays.order)
    assert not len(compiled.rays.slopes)


def test_there_is_none_for_rays_of_three_coefficients():
    lifted = lift(Problem.from_rows([[0, 0], [1, 0], [0, 1]], [1, 2, 3], 1))
    assert not len(CompiledProblem(lifted, ray_table(lifted)).rays.order)
