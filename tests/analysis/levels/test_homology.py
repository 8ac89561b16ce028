"""Betti numbers of complexes with known homology, torsion among it, and of random ones by ranks of whole matrices."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest
from flint import fmpz_mat
from oracles.stops import After

from relupoly.analysis.levels.homology import betti_numbers
from relupoly.run import Run, Stopped

# The least triangulations of the projective plane and of the torus (Moebius).
PROJECTIVE_PLANE = ["012", "023", "034", "045", "051", "124", "235", "341", "452", "513"]
TORUS = [{i, (i + 1) % 7, (i + 3) % 7} for i in range(7)] + [{i, (i + 2) % 7, (i + 3) % 7} for i in range(7)]


def complex_of(simplices):
    """All faces of simplices, as dimensions and boundaries."""
    faces = {face for one in simplices for size in range(1, len(one) + 1) for face in combinations(sorted(one), size)}
    ordered = sorted(faces, key=lambda face: (len(face), face))
    place = {face: number for number, face in enumerate(ordered)}
    boundaries = [
        [(place[face[:k] + face[k + 1 :]], (-1) ** k) for k in range(len(face))] if len(face) > 1 else [] for face in ordered
    ]
    return [len(face) - 1 for face in ordered], boundaries


def by_ranks(dimensions, boundaries, size):
    """The Betti numbers by the ranks of the boundary matrices."""
    levels = [[face for face, dimension in enumerate(dimensions) if dimension == k] for k in range(size + 1)]
    ranks = [0]
    for low, high in pairwise(levels):
        rows = [[dict(boundaries[face]).get(facet, 0) for facet in low] for face in high]
        ranks.append(fmpz_mat(rows).rank() if low and high else 0)
    return tuple(len(levels[k]) - ranks[k] - ranks[k + 1] for k in range(size))


@pytest.mark.parametrize(
    ("simplices", "expected"),
    [
        (["0"], (1, 0, 0)),
        (["0", "1"], (2, 0, 0)),
        (["01", "12", "20"], (1, 1, 0)),
        (["012", "013", "023", "123"], (1, 0, 1)),
        (["0123"], (1, 0, 0)),
        (PROJECTIVE_PLANE, (1, 0, 0)),
        (TORUS, (1, 2, 1)),
        ([*PROJECTIVE_PLANE, "67", "78", "86"], (2, 1, 0)),
    ],
)
def test_known_complexes(simplices, expected):
    assert betti_numbers(*complex_of([set(one) for one in simplices]), 3) == expected


def test_torsion_is_no_class():
    """Modulo 2 the projective plane has a class in dimensions 1 and 2; a matrix with the entry 2 alone is left in the end."""
    assert by_ranks(*complex_of([set(one) for one in PROJECTIVE_PLANE]), 3) == (1, 0, 0)
    # A disc whose edge runs twice around a circle: no coefficient is 1.
    assert betti_numbers([0, 1, 2], [[], [], [(1, 2)]], 3) == (1, 0, 0)
    assert betti_numbers([0, 1, 2], [[], [], []], 3) == (1, 1, 1)


@pytest.mark.parametrize("seed", range(40))
def test_random_complexes_by_ranks(seed):
    source = random.Random(seed)
    simplices = [set(source.sample(range(9), source.randrange(1, 5))) for _ in range(source.randrange(1, 40))]
    found = complex_of(simplices)
    assert betti_numbers(*found, 4) == by_ranks(*found, 4)


@pytest.mark.parametrize("seed", range(20))
def test_random_two_dimensional_ones_with_many_cycles(seed):
    """Few pairs are free here, so that faces are subtracted from each other."""
    source = random.Random(seed)
    simplices = source.sample(list(combinations(range(9), 3)), 60) + source.sample(list(combinations(range(9), 4)), 12)
    found = complex_of(simplices)
    assert betti_numbers(*found, 4) == by_ranks(*found, 4)


def test_it_stops():
    with pytest.raises(Stopped):
        betti_numbers(*complex_of(TORUS), 3, Run(interrupted=After(3)))
