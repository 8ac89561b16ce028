"""The components of the sets {f = g} of several functions g that contain a whole cell, from their vertices in all cells.

In a cell the set {f = g} is a polyhedron without lines, so its vertices are connected; two of these polyhedra meet if and only
if they share a vertex, which is named by the key of a face. So there is a graph for each function: cells on one side, keys on
the other. A compiled walk does not know all vertices for certain (`relupoly.pieces.kernel.levels`). Without the doubtful ones
there are as many components as there really are, or more; with them as many, or fewer: where both numbers agree, the components
are counted, and no doubt has been settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.merging.disjoint import components
from relupoly.pieces.walk.node import CERTAIN, WHOLE

# Then cells that are connected become one, and what is there twice goes: some ten megabytes, and half a second.
_MOST_ROWS = 2**18


class LevelSets:
    """Counts the components of {f = g} with a whole cell, for several functions g.

    Parameters
    ----------
    functions : int
        How many there are.
    labels : int
        The number of forms whose signs are the key of a face.
    """

    def __init__(self, functions: int, labels: int) -> None:
        self._functions = functions
        self._labels = labels
        self._cells = 0
        self._rows = 0
        self._most = _MOST_ROWS
        self._found: list[NDArray[np.int64]] = []
        self._keys: list[NDArray[np.uint64]] = []

    def add_counted(self, cells: int, found: NDArray[np.int64], keys: NDArray[np.uint64]) -> None:
        """Take the vertices in some cells, as `relupoly.pieces.walk.node.LevelCells` has them."""
        found = found + np.array([0, self._cells, 0])
        self._cells += cells
        self._append(found, keys)

    def add(self, wholes: Iterable[int], vertices: dict[int, list[NDArray[np.int8]]]) -> None:
        """Take a cell.

        Parameters
        ----------
        wholes : iterable of int
            The functions that f is on it.
        vertices : dict of int to list of ndarray of int8, shape (labels,)
            For each function the signs of all forms on the faces that hold a vertex.
        """
        rows = [(function, self._cells, WHOLE) for function in wholes]
        empty = np.zeros(self._labels, dtype=np.int8)
        signs = [empty for _ in rows]
        for function, faces in vertices.items():
            rows += [(function, self._cells, CERTAIN)] * len(faces)
            signs += faces
        self._cells += 1
        if rows:
            self._append(np.array(rows, dtype=np.int64), packed(np.array(signs, dtype=np.int8)))

    def bounds(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """For each function the least and the largest number of components there may be."""
        self._gather()
        graph = _Graph.of(self._found[0], self._keys[0])
        return self._components(graph, True), self._components(graph, False)

    def _components(self, graph: _Graph, doubtful: bool) -> NDArray[np.intp]:
        """How many components with a whole cell there are for each function, with the doubtful vertices or without."""
        roots = graph.roots(doubtful)[graph.cells[graph.kinds == WHOLE]]
        functions = self._found[0][:, 0][graph.kinds == WHOLE]
        own = _numbered(np.column_stack([functions, roots]).astype(np.uint64)).first
        return np.bincount(functions[own], minlength=self._functions)

    def _append(self, found: NDArray[np.int64], keys: NDArray[np.uint64]) -> None:
        self._found.append(found)
        self._keys.append(keys)
        self._rows += len(found)
        if self._rows > self._most:
            self._condense()

    def _gather(self) -> None:
        """Put all that was found into one table."""
        words = (2 * self._labels + 63) // 64
        self._found = [np.concatenate([np.zeros((0, 3), dtype=np.int64), *self._found])]
        self._keys = [np.concatenate([np.zeros((0, words), dtype=np.uint64), *self._keys])]

    def _condense(self) -> None:
        """Let one cell stand for those that are connected for certain, and forget what is there twice."""
        self._gather()
        found, keys = self._found[0], self._keys[0]
        graph = _Graph.of(found, keys)
        # Cells come first, and a component is named by its least member: that is one of its cells.
        found[:, 1] = found[graph.first[graph.roots(False)[graph.cells]], 1]
        keys[found[:, 2] == WHOLE] = 0
        kept = np.sort(_numbered(np.column_stack([found.astype(np.uint64), keys])).first)
        self._found, self._keys, self._rows = [found[kept]], [keys[kept]], len(kept)
        self._most = max(self._most, 2 * self._rows)


@dataclass(frozen=True)
class _Graph:
    """Cells and vertices of all functions, numbered; an edge for each vertex that was found in a cell.

    Attributes
    ----------
    cells, vertices : ndarray of int
        The ends of each edge; where a whole cell was found, its vertex says nothing.
    kinds : ndarray of int
        What was found.
    first : ndarray of int
        For each cell an edge that is its own.
    """

    cells: NDArray[np.intp]
    vertices: NDArray[np.intp]
    kinds: NDArray[np.int64]
    first: NDArray[np.intp]

    @classmethod
    def of(cls, found: NDArray[np.int64], keys: NDArray[np.uint64]) -> _Graph:
        """The graph of what was found."""
        cells = _numbered(found[:, :2].astype(np.uint64))
        vertices = _numbered(np.column_stack([found[:, 0].astype(np.uint64), keys]))
        return cls(cells.number, vertices.number + len(cells.first), found[:, 2], cells.first)

    def roots(self, doubtful: bool) -> NDArray[np.intp]:
        """What names the component of each cell and vertex."""
        edges = self.kinds != WHOLE if doubtful else self.kinds == CERTAIN
        count = int(self.vertices.max(initial=len(self.first) - 1)) + 1
        return components(count, self.cells[edges], self.vertices[edges])


@dataclass(frozen=True)
class _Numbered:
    """Rows by number, equal ones by the same; and the first place of each number."""

    number: NDArray[np.intp]
    first: NDArray[np.intp]


def _numbered(rows: NDArray[np.uint64]) -> _Numbered:
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    number = np.empty(len(rows), dtype=np.intp)
    number[order] = np.cumsum(new) - 1
    return _Numbered(number, order[new])


def packed(signs: NDArray[np.int8]) -> NDArray[np.uint64]:
    """Rows of signs as the compiled walk has them: one more than each in two bits, the first one lowest.

    Examples
    --------
    >>> packed(np.array([[-1, 0, 1]], dtype=np.int8)).tolist()
    [[36]]
    """
    count, length = signs.shape
    bits = np.zeros((count, 64 * ((2 * length + 63) // 64)), dtype=np.bool_)
    bits[:, 0 : 2 * length : 2], bits[:, 1 : 2 * length : 2] = signs == 0, signs > 0
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
