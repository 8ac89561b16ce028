"""Matrices modulo a prime near 2^61: fingerprints of exact quantities.

Two rationals with different residues are different: that is a proof. Equal residues are only a strong hint (two
different affine maps, evaluated at one random point, agree with probability about 2^-61), to be verified exactly.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from flint import fmpz_mat, nmod_mat

PRIME = 2**61 - 1

Residues = list[int]


def residue_matrix(matrix: fmpz_mat) -> nmod_mat:
    """An integer matrix modulo the prime."""
    return nmod_mat(matrix, PRIME)


def random_residues(count: int, seed: int) -> Residues:
    """Reproducible random residues, none of them 0."""
    source = random.Random(seed)
    return [source.randrange(1, PRIME) for _ in range(count)]


def times_column(matrix: nmod_mat, entries: Sequence[int]) -> Residues:
    """The product of a matrix and a column."""
    return [int(entry) for entry in (matrix * nmod_mat(len(entries), 1, list(entries), PRIME)).entries()]


def row_times(entries: Sequence[int], matrix: nmod_mat) -> Residues:
    """The product of a row and a matrix."""
    return [int(entry) for entry in (nmod_mat(1, len(entries), list(entries), PRIME) * matrix).entries()]
