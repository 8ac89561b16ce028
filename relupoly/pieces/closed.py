"""Maximal closed connected sets on which the function is affine (R5).

For an affine function g, the set {f = g} is closed; its components that contain a full-dimensional cell are counted.
Two open pieces with the same g may be joined by lower-dimensional parts of {f = g}, through cells on which f is another
function, so touching closures are not all there is to see (net "clip_between_tents" of the tests).

Only functions with several open pieces need work. For each of them, every cell C is asked for C n {f = g}, a polyhedron
without lines, by cutting its cone with the forms f - g, in integers. Two of these polyhedra meet if and only if they
share a vertex; a vertex is the only point of {f = g} in the relative interior of the smallest face of the complex that
contains it, so the key of that face names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from flint import fmpz, fmpz_mat

from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Vectors
from relupoly.geometry.cone import Cone
from relupoly.geometry.cut import cross
from relupoly.pieces.cell import Cell, same_function
from relupoly.pieces.certify import exact_cone
from relupoly.pieces.disjoint import DisjointSets
from relupoly.pieces.maps import LayerMap
from relupoly.pieces.merging import OpenTally
from relupoly.pieces.node import Look
from relupoly.pieces.tallies import AffineTally


class PiecesByFunction:
    """Counts affine functions and open pieces, and the open pieces of each function.

    Attributes
    ----------
    affine : AffineTally
    open : OpenTally
    pieces : list of int
        The number of open pieces of each function of `affine.functions`.
    """

    look = Look.EVERY

    def __init__(self) -> None:
        self.affine = AffineTally()
        self.open = OpenTally()
        self.pieces: list[int] = []

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        number = self.affine.add(cell)
        if number == len(self.pieces):
            self.pieces.append(0)
        self.pieces[number] += 1 - self.open.add(cell)

    def counts(self) -> dict[str, int]:
        """The counts so far, by notion."""
        return self.affine.counts() | self.open.counts()

    def scattered(self) -> list[LayerMap]:
        """The functions with several open pieces."""
        return [function for function, pieces in zip(self.affine.functions, self.pieces, strict=True) if pieces > 1]


class ClosedTally:
    """Counts the closed pieces of some functions; needs cells with every wall.

    Parameters
    ----------
    functions : sequence of LayerMap
        The output maps of the functions.
    tick : callable
        Called now and then; may raise to stop.
    """

    def __init__(self, functions: Sequence[LayerMap], tick: Callable[[], None] = lambda: None) -> None:
        self._functions = functions
        self._tick = tick
        self._sets = [DisjointSets() for _ in functions]
        self._cells: list[list[int]] = [[] for _ in functions]
        self._seen = 0

    @property
    def count(self) -> int:
        """The number of components with a full-dimensional cell, over all functions."""
        return sum(len({sets.find(cell) for cell in cells}) for sets, cells in zip(self._sets, self._cells, strict=True))

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        self._seen += 1
        for function, sets, cells in zip(self._functions, self._sets, self._cells, strict=True):
            self._tick()
            if same_function(function, cell.output):
                cells.append(self._seen)
            for key in vertex_keys(cell, function, self._tick):
                sets.join(self._seen, key)


def vertex_keys(cell: Cell, function: LayerMap, tick: Callable[[], None]) -> list[bytes]:
    """The keys of the faces whose relative interiors hold the vertices of {f = g} in a cell."""
    differences = difference(cell.output.forms, function.forms)
    signs = type(cell.cone.rays).from_integers(differences).products(cell.cone.rays).signs()
    if ((signs == 1).all(axis=1) | (signs == -1).all(axis=1)).any():
        return []
    part = _level_set(exact_cone(cell.cone, cell.output), IntegerVectors.from_integers(differences), tick)
    height: Vectors = IntegerVectors.from_integers(fmpz_mat(1, cell.cone.dimension, [0] * (cell.cone.dimension - 1) + [1]))
    finite = np.flatnonzero(height.products(part.rays).signs()[0] > 0)
    return [cell.face_key(part.walls[part.tight[ray]]) for ray in finite.tolist()]


def difference(one: fmpz_mat, other: fmpz_mat) -> fmpz_mat:
    """A positive multiple of the forms of the outputs of one augmented map minus those of another."""
    last, columns = one.nrows() - 1, one.ncols()
    scale, other_scale = one[last, columns - 1], other[last, columns - 1]
    entries: list[fmpz] = [
        one[row, column] * other_scale - other[row, column] * scale for row in range(last) for column in range(columns)
    ]
    return fmpz_mat(last, columns, entries)


def _level_set(cone: Cone, forms: Vectors, tick: Callable[[], None]) -> Cone:
    """The part of a cone where all the forms vanish, by its rays and the cone's walls on which they lie."""
    for row in range(len(forms)):
        values = forms.take(np.array([row])).products(cone.rays)
        signs = values.signs()[0]
        zero = np.flatnonzero(signs == 0)
        rays, tight = cone.rays.take(zero), cone.tight[zero]
        if (signs > 0).any() and (signs < 0).any():
            section = cross(cone, values, signs, label=-1, tick=tick, dimension=0).section
            rays, tight = rays.join(section.rays), np.concatenate([tight, section.tight[:, :-1]])
        cone = Cone(rays, tight, cone.walls, cone.sides)
    return cone
