"""`Vectors`: what the engine asks of its numbers, so that one text of it serves floats, machine and big integers.

A `Vectors` is a table of row vectors. Two classes have its methods: `FloatVectors` carries an error bound beside every
entry and leaves a sign open where the bound does not decide it; `IntegerVectors` is exact, in 64-bit words while these
provably suffice and in Python's integers afterwards. Vectors stand for the rays and the linear forms of cones, so a
positive multiple is as good as the vector itself: `edge_rays`, `image` and `rewritten` rescale freely.

So a table of vectors never changes, and no method takes values of forms beside the vectors that they belong to: it takes the
forms. Values of a form at rays that have been rescaled since are those of other rays; a walk that used such values proved
wrong signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

UNKNOWN = 2  # beside the signs -1, 0 and 1

Index = NDArray[np.intp] | NDArray[np.bool_]
Signs = NDArray[np.int8]
Self = TypeVar("Self", bound="Vectors")


class Vectors(Protocol):
    """A table of row vectors."""

    def __len__(self) -> int:
        """The number of vectors."""

    @property
    def width(self) -> int:
        """The length of each vector."""

    @classmethod
    def from_integers(cls: type[Self], matrix: fmpz_mat) -> Self:
        """The rows of an integer matrix, scaled together by a positive number."""

    @classmethod
    def from_directions(cls: type[Self], matrix: fmpz_mat) -> Self:
        """The rows of an integer matrix, each scaled by a positive number of its own."""

    def take(self: Self, index: Index) -> Self:
        """The named vectors."""

    def flip(self: Self, sides: Signs) -> Self:
        """Each vector times its side, 1 or -1."""

    def balanced(self: Self) -> Self:
        """The vectors, each times a positive number that makes it neither large nor small where that matters."""

    def join(self: Self, other: Self) -> Self:
        """These vectors, then the others."""

    def products(self: Self, other: Self) -> Self:
        """The table of scalar products of these vectors (rows) with the others (columns)."""

    def signs(self) -> Signs:
        """The sign of every entry: -1, 0, 1, or `UNKNOWN`."""

    def edge_rays(self: Self, form: Self, positive: Index, negative: Index) -> Self:
        """For each pair of rays on different sides of a form, which is one vector, the ray between them where it vanishes."""

    def image(self: Self, previous: Self, active: Index) -> Self:
        """The product of this augmented layer with the active rows of the previous augmented map."""

    def inaccurate(self) -> NDArray[np.intp]:
        """The vectors whose error bound has grown so much that they should be computed afresh."""

    def rewritten(self: Self, exact: Mapping[int, Sequence[fmpz]]) -> Self:
        """The vectors, those with the given numbers written anew from exact entries."""

    def beyond_machine(self) -> int:
        """The number of entries that machine arithmetic could not hold."""
