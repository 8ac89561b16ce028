"""Maximal closed connected sets on which the function is affine (R5).

For an affine function g, the set {f = g} is closed; its components that contain a full-dimensional cell are counted.
Two open pieces with the same g may be joined by lower-dimensional parts of {f = g}, through cells on which f is another
function, so touching closures are not all there is to see (net "clip_between_tents" of the tests).

Only functions with several open pieces need work. For each of them, every cell C is asked for C n {f = g}, a polyhedron
without lines, by cutting its cone with the forms f - g, in integers. Two of these polyhedra meet if and only if they
share a vertex; a vertex is the only point of {f = g} in the relative interior of the smallest face of the complex that
contains it, so the key of that face names it. Cells that are held by constraints have too many vertices: they are joined across
the facets that meet {f = g} (`relupoly.pieces.constraints.level_facets`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Vectors
from relupoly.geometry.cone import Cone
from relupoly.geometry.cut import cross
from relupoly.pieces.forms.fingerprints import BITS, fingerprint, forms_of, idle_fingerprint, proof_primes
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.merging.affine_functions import WalkMaker, check_seen, watched
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.pieces.merging.fingerprint_set import FingerprintSet
from relupoly.pieces.merging.level_sets import LevelSets
from relupoly.pieces.merging.open_pieces import OpenPieces
from relupoly.pieces.notions import AFFINE, CLOSED, OPEN
from relupoly.pieces.serialization import State, to_count
from relupoly.pieces.walk.cell import ActivationCell, Cell
from relupoly.pieces.walk.certify import exact_cone
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CountedCells, Detail, FingerprintedCells, LevelCells
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from relupoly.pieces.constraints.level_facets import LevelFacets


class PiecesByFunction:
    """Counts affine functions, open pieces and closed pieces.

    A counted cell is an open piece by itself: its fingerprint is enough. Of the others it is known, by fingerprint, how many
    open pieces they form. Only functions with a fingerprint of several pieces need a closer look.
    """

    detail = Detail.MERGE | Detail.FINGERPRINT

    def __init__(self, net: HomogeneousNet) -> None:
        self._net = net
        self._functions = FingerprintSet()
        self._open = OpenPieces(net)
        self._pieces: Counter[int] = Counter()
        self._settled: _Settled | None = None

    @property
    def settled(self) -> bool:
        """Whether the closed pieces have been counted."""
        return self._settled is not None

    def counts(self) -> dict[str, int]:
        """The counts so far, by notion; functions are those that are different for certain, as long as it is not settled."""
        functions = self._functions.count + sum(one not in self._functions for one in self._pieces)
        if self._settled is None:
            return {AFFINE: functions} | self._open.counts()
        return {AFFINE: functions + self._settled.functions, CLOSED: self._settled.closed} | self._open.counts()

    def add(self, cell: ActivationCell) -> None:
        """Take a cell."""
        self._settled = None
        self._pieces[fingerprint(cell.output)] += 1 - self._open.add(cell)

    def add_counted(self, plain: CountedCells) -> None:
        """Take counted cells."""
        assert isinstance(plain, FingerprintedCells)
        self._settled = None
        self._open.add_counted(plain)
        self._functions.add_all(plain.fingerprints)
        for layer, count in plain.idle.items():
            self._pieces[idle_fingerprint(self._net, layer)] += count

    def settle(self, walk: WalkMaker) -> None:
        """Count closed pieces, once all cells have been seen."""
        known = self.counts()[AFFINE]
        doubtful = self._doubtful()
        pieces = pieces_by_words(self._net, doubtful, walk)
        scattered = [words for words, count in pieces.items() if count > 1]
        primes = proof_primes(self._net)
        forms = [forms_of(self._net, np.frombuffer(words, dtype=np.uint32), primes) for words in scattered]
        more = len(pieces) - len(doubtful)
        self._settled = _Settled(more, known + more - len(scattered) + (_closed_pieces(self._net, forms, walk) if forms else 0))

    def merge(self, other: PiecesByFunction) -> None:
        """Take over the cells of another counter."""
        if other._open.cells:
            self._settled = None if self._open.cells else other._settled
        self._functions.merge(other._functions)
        self._pieces.update(other._pieces)
        for function in self._open.merge(other._open):
            self._pieces[fingerprint(function)] -= 1

    def state(self) -> State:
        """All that there is to know, for JSON."""
        settled = None if self._settled is None else [self._settled.functions, self._settled.closed]
        pieces = [[one, count] for one, count in sorted(self._pieces.items())]
        return {"functions": self._functions.state(), "open": self._open.state(), "pieces": pieces, "settled": settled}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty counter."""
        self._functions.restore(state["functions"])
        self._open.restore(state["open"])
        self._pieces = Counter({to_count(one): to_count(count) for one, count in state["pieces"]})
        self._settled = None if state["settled"] is None else _Settled(*map(to_count, state["settled"]))

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""
        if not self._open.is_plausible(cells, complete):
            return False
        if any(one >> BITS or not count for one, count in self._pieces.items()):
            return False
        # A counted cell is a piece, and each piece with a facet that waits is among those of its function.
        waiting = Counter(map(fingerprint, self._open.waiting()))
        known = self._functions.count + self._pieces.total() <= self._open.count
        return known and waiting <= self._pieces and self._is_settled_plausibly(complete)

    def _is_settled_plausibly(self, complete: bool) -> bool:
        if self._settled is None:
            return True
        counts = self.counts()
        return complete and counts[AFFINE] <= counts[CLOSED] <= counts[OPEN]

    def _doubtful(self) -> NDArray[np.uint64]:
        """The fingerprints of several open pieces."""
        found = [one for one, count in self._pieces.items() if count > 1 or one in self._functions]
        return np.union1d(self._functions.several(), np.array(sorted(found), dtype=np.uint64))


@dataclass(frozen=True)
class _Settled:
    """How many functions more there are than fingerprints, and how many closed pieces."""

    functions: int
    closed: int


def pieces_by_words(net: HomogeneousNet, watch: NDArray[np.uint64], walk: WalkMaker) -> Counter[bytes]:
    """The number of open pieces of each function with one of the fingerprints, by a second walk; functions by their words."""
    pieces: Counter[bytes] = Counter()
    if not len(watch):
        return pieces
    primes, counter = proof_primes(net), OpenPieces(net)
    seen = np.zeros(len(watch), dtype=np.bool_)
    for part in walk(watch=watch).cells(PiecesByFunction.detail):
        if isinstance(part, FingerprintedCells):
            seen[watch.searchsorted(part.fingerprints)] = True
            pieces.update(words.tobytes() for words in part.words)
        elif isinstance(part, ActivationCell):
            for place, words in watched(net, part, watch, primes):
                seen[place] = True
                pieces[words.tobytes()] += 1 - counter.add(part)
    check_seen(seen)
    return pieces


def _closed_pieces(net: HomogeneousNet, functions: Sequence[fmpz_mat], walk: WalkMaker) -> int:
    """How many closed pieces some functions have together, by one more walk; by two for those where doubts matter."""
    if net.bounds:
        return _counted(functions, walk())
    again = walk(every_wall=True, levels=functions)
    sets = LevelSets(len(functions), again.net.first_label[-1])
    for part in again.cells(Detail.LEVELS):
        if isinstance(part, LevelCells):
            sets.add_counted(part.count, part.found, part.keys)
        else:
            assert isinstance(part, Cell)
            _add_cell(sets, part, functions, again.run)
    least, most = sets.bounds()
    open_ones = [function for function, low, high in zip(functions, least, most, strict=True) if low != high]
    count = int(least[least == most].sum())
    # The same with all vertices for certain, cell by cell.
    return count + (_counted(open_ones, walk(every_wall=True)) if open_ones else 0)


def _add_cell(sets: LevelSets, cell: Cell, functions: Sequence[fmpz_mat], run: Run) -> None:
    """Take a cell that the compiled walk has left, or not come to."""
    vertices = {}
    for number, function in enumerate(functions):
        run.tick()
        part, finite = level_set(cell, function, run)
        vertices[number] = [cell.face_signs(part.walls[part.tight[ray]]) for ray in finite]
    sets.add([number for number, function in enumerate(functions) if function == cell.output.forms], vertices)


def _counted(functions: Sequence[fmpz_mat], again: Walk) -> int:
    """How many closed pieces some functions have together, cell by cell."""
    counter = ClosedPieces(functions, again.run)
    for cell in again.cells(Detail.EVERY):
        assert isinstance(cell, ActivationCell), "none is only counted"
        counter.add(cell)
    return counter.count


class ClosedPieces:
    """Counts the closed pieces of some functions; needs cells with every wall, or held by constraints.

    Parameters
    ----------
    functions : sequence of fmpz_mat
        The forms of the functions' maps, without common factor.
    run : Run, optional
        Asked now and then whether to go on.

    Attributes
    ----------
    sets : list of DisjointSets
        For each function, the cells by their numbers, from 1, and what joins them.
    cells : list of list of int
        For each function, the cells on which the net is this function.
    seen : int
        The number of cells so far.
    """

    def __init__(self, functions: Sequence[fmpz_mat], run: Run = UNLIMITED) -> None:
        self._functions = functions
        self._run = run
        self.sets = [DisjointSets() for _ in functions]
        self.cells: list[list[int]] = [[] for _ in functions]
        self.seen = 0

    @property
    def count(self) -> int:
        """The number of components with a full-dimensional cell, over all functions."""
        return sum(len({sets.find(cell) for cell in cells}) for sets, cells in zip(self.sets, self.cells, strict=True))

    def add(self, cell: ActivationCell) -> None:
        """Take a cell."""
        self.seen += 1
        for number, (function, sets, cells) in enumerate(zip(self._functions, self.sets, self.cells, strict=True)):
            self._run.tick()
            if function == cell.output.forms:
                cells.append(self.seen)
            if isinstance(cell, Cell):
                keys = vertex_keys(cell, function, self._run)
            else:
                from relupoly.pieces.constraints.cell import ConstrainedCell

                assert isinstance(cell, ConstrainedCell), "it has rays or constraints"
                keys = self._facets[number].keys(cell, difference(cell.output.forms, function))
            for key in keys:
                sets.join(self.seen, key)

    @cached_property
    def _facets(self) -> list[LevelFacets]:
        """Of each function, where cells are held by constraints: others load nothing of linear programs."""
        from relupoly.pieces.constraints.level_facets import LevelFacets

        return [LevelFacets(self._run) for _ in self._functions]


def vertex_keys(cell: Cell, function: fmpz_mat, run: Run = UNLIMITED) -> list[bytes]:
    """The keys of the faces whose relative interiors hold the vertices of {f = g} in a cell."""
    part, finite = level_set(cell, function, run)
    return [cell.face_key(part.walls[part.tight[ray]]) for ray in finite]


def level_set(cell: Cell, function: fmpz_mat, run: Run = UNLIMITED) -> tuple[Cone, list[int]]:
    """The set {f = g} in a cell, homogenised, with exact rays; and which of the rays are vertices. Without any it is empty."""
    differences = difference(cell.output.forms, function)
    signs = type(cell.cone.rays).from_integers(differences).products(cell.cone.rays).signs()
    if ((signs == 1).all(axis=1) | (signs == -1).all(axis=1)).any():
        return cell.cone, []
    part = vanishing_part(exact_cone(cell.cone, cell.output), IntegerVectors.from_integers(differences), run)
    height: Vectors = IntegerVectors.from_integers(fmpz_mat(1, cell.cone.dimension, [0] * (cell.cone.dimension - 1) + [1]))
    return part, np.flatnonzero(height.products(part.rays).signs()[0] > 0).tolist()


def difference(one: fmpz_mat, other: fmpz_mat) -> fmpz_mat:
    """A positive multiple of the forms of the outputs of one augmented map minus those of another."""
    last, columns = one.nrows() - 1, one.ncols()
    scale, other_scale = one[last, columns - 1], other[last, columns - 1]
    entries: list[fmpz] = [
        one[row, column] * other_scale - other[row, column] * scale for row in range(last) for column in range(columns)
    ]
    return fmpz_mat(last, columns, entries)


def vanishing_part(cone: Cone, forms: Vectors, run: Run) -> Cone:
    """The part of a cone where all the forms vanish, by its rays and the cone's walls on which they lie."""
    for row in range(len(forms)):
        form = forms.take(np.array([row]))
        signs = form.products(cone.rays).signs()[0]
        zero = np.flatnonzero(signs == 0)
        rays, tight = cone.rays.take(zero), cone.tight[zero]
        if (signs > 0).any() and (signs < 0).any():
            section = cross(cone, form, signs, label=-1, run=run, dimension=0).section
            rays, tight = rays.join(section.rays), np.concatenate([tight, section.tight[:, :-1]])
        cone = Cone(rays, tight, cone.walls, cone.sides)
    return cone
