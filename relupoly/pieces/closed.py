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
from relupoly.pieces.functions import Functions, Name
from relupoly.pieces.homogeneous import HomogeneousNet
from relupoly.pieces.maps import LayerMap
from relupoly.pieces.merging import OpenTally
from relupoly.pieces.node import Look
from relupoly.pieces.notions import AFFINE
from relupoly.pieces.states import State, from_text, to_count, to_text
from relupoly.pieces.walk import Walk


class PiecesByFunction:
    """Counts affine functions and open pieces, and the open pieces of each function.

    Attributes
    ----------
    functions : Functions
    open : OpenTally
    """

    look = Look.EVERY

    def __init__(self, net: HomogeneousNet) -> None:
        self.functions = Functions(net)
        self.open = OpenTally(net)
        # How many open pieces each function has beyond the first; most have none, and are left out.
        self._more: dict[Name, int] = {}

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        name, new = self.functions.add(cell.output)
        self._count(name, 1 - new - self.open.add(cell))

    def counts(self) -> dict[str, int]:
        """The counts so far, by notion."""
        return {AFFINE: self.functions.count} | self.open.counts()

    def scattered(self) -> list[LayerMap]:
        """The functions with several open pieces."""
        return [self.functions.function(name) for name in sorted(self._more)]

    def merge(self, other: PiecesByFunction) -> None:
        """Take over the cells of another tally."""
        before = self.functions.count
        for there, here in self.functions.merge(other.functions):
            new = self.functions.count - before
            before += new
            self._count(here, 1 - new + other._more.get(there, 0))
        for function in self.open.merge(other.open):
            self._count(self.functions.add(function)[0], -1)

    def state(self) -> State:
        """All that there is to know, for JSON."""
        more = [[fingerprint, to_text(pattern), more] for (fingerprint, pattern), more in sorted(self._more.items())]
        return {"functions": self.functions.state(), "open": self.open.state(), "more": more}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty tally."""
        self.functions.restore(state["functions"])
        self.open.restore(state["open"])
        self._more = {
            (to_count(fingerprint), from_text(pattern)): to_count(more) for fingerprint, pattern, more in state["more"]
        }

    def _count(self, name: Name, pieces: int) -> None:
        """Note that a function has so many open pieces more."""
        if pieces:
            total = self._more.get(name, 0) + pieces
            if total:
                self._more[name] = total
            else:
                del self._more[name]


def closed_pieces(net: HomogeneousNet, pieces: PiecesByFunction, tick: Callable[[], None]) -> int:
    """The number of closed pieces, once all cells have been seen; by a second walk where a function has several open ones."""
    scattered = pieces.scattered()
    tally = ClosedTally(scattered, tick)
    if scattered:
        for cell in Walk(net, every_wall=True, tick=tick):
            tally.add(cell)
    return pieces.functions.count - len(scattered) + tally.count


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
