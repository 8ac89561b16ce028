"""Closed pieces of a union: components of {f = g} that contain a full-dimensional cell.

In a convex part they are found as in any domain: cells that meet {f = g} are joined where they share a vertex of it
(`relupoly.pieces.merging.closed_pieces`). Two parts are joined where {f = g} meets their common part T, of whatever dimension.
On each cell C of the net on T the set C n {f = g} is convex, so it lies in one component in either part, and any point of it
tells in which one: beside the point, somewhere inside the part, there is a cell whose closure contains it
(`relupoly.networks.germ`, along directions that lead inside and span the space), and that cell is known by its pattern.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from relupoly.exact.matrices import rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.meeting import CommonPart, common_part, interior
from relupoly.networks.evaluation import evaluate
from relupoly.networks.germ import germ
from relupoly.pieces.forms.fingerprints import forms_of, proof_primes, words_of
from relupoly.pieces.forms.homogeneous import HomogeneousNet, homogenize
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.merging.affine_functions import check_seen, watched
from relupoly.pieces.merging.closed_pieces import PiecesByFunction, level_set, vertex_keys
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.pieces.merging.open_pieces import OpenPieces
from relupoly.pieces.unions.convex_parts import ConvexParts
from relupoly.pieces.unions.joints import in_space, integers
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import FingerprintedCells
from relupoly.run import UNLIMITED, Run

# What a disjoint set is made of: cells of a part by their pattern, and faces of a part's complex by their key.
Place = tuple[str, int, bytes]


def closed_pieces(
    parts: ConvexParts,
    several: np.ndarray[tuple[int], np.dtype[np.uint64]],
    merged: Sequence[bytes],
    walks: Sequence[Callable[..., Walk]],
    run: Run = UNLIMITED,
) -> tuple[int, int]:
    """Tell functions with the same fingerprint apart, and count the closed pieces.

    Parameters
    ----------
    parts : ConvexParts
    several : ndarray of uint64
        The fingerprints that several cells have, in ascending order.
    merged : sequence of bytes
        For each time that open pieces of two parts became one, the pattern of a cell of it.
    walks : sequence of callable
        For each part, what makes walks over it.

    Returns
    -------
    more, closed_more : int
        How many more functions there are than fingerprints, and by how much closed pieces outnumber functions.
    """
    pieces = _pieces_by_words(parts, several, merged, walks)
    scattered = [words for words, count in pieces.items() if count > 1]
    if not scattered:
        return len(pieces) - len(several), 0
    primes = proof_primes(parts.net)
    functions = [forms_of(parts.net, np.frombuffer(words, dtype=np.uint32), primes) for words in scattered]
    return len(pieces) - len(several), _components(parts, functions, walks, run) - len(functions)


def _pieces_by_words(
    parts: ConvexParts,
    watch: np.ndarray[tuple[int], np.dtype[np.uint64]],
    merged: Sequence[bytes],
    walks: Sequence[Callable[..., Walk]],
) -> Counter[bytes]:
    """The number of open pieces of the union for each function with one of the fingerprints; functions by their words."""
    pieces: Counter[bytes] = Counter()
    if not len(watch):
        return pieces
    primes = proof_primes(parts.net)
    seen = np.zeros(len(watch), dtype=np.bool_)
    for net, walk in zip(parts.nets, walks, strict=True):
        counter = OpenPieces(net)
        for part in walk(watch=watch).cells(PiecesByFunction.detail):
            if isinstance(part, FingerprintedCells):
                seen[watch.searchsorted(part.fingerprints)] = True
                pieces.update(words.tobytes() for words in part.words)
            elif isinstance(part, ActivationCell):
                for place, words in watched(net, part, watch, primes):
                    seen[place] = True
                    pieces[words.tobytes()] += 1 - counter.add(part)
    check_seen(seen)
    for pattern in merged:
        pieces[words_of(parts.net, LayerMap.of_pattern(parts.net, pattern).forms, primes).tobytes()] -= 1
    return pieces


def _components(parts: ConvexParts, functions: Sequence[fmpz_mat], walks: Sequence[Callable[..., Walk]], run: Run) -> int:
    """The number of closed pieces of some functions."""
    sets = [DisjointSets() for _ in functions]
    cells: list[list[Place]] = [[] for _ in functions]
    for number, walk in enumerate(walks):
        for cell in walk(every_wall=True):
            place: Place = ("cell", number, cell.output.pattern)
            for function, own, full in zip(functions, sets, cells, strict=True):
                run.tick()
                if function == cell.output.forms:
                    full.append(place)
                for key in vertex_keys(cell, function, run):
                    own.join(place, ("face", number, key))
    for one, two in parts.pairs():
        common = common_part(parts.polyhedra[one], parts.polyhedra[two], run)
        for index, point in _meetings(parts, common, functions, run) if common else ():
            sets[index].join(_cell_beside(parts, one, point, run), _cell_beside(parts, two, point, run))
    return sum(len({own.find(place) for place in full}) for own, full in zip(sets, cells, strict=True))


def _meetings(
    parts: ConvexParts, common: CommonPart, functions: Sequence[fmpz_mat], run: Run
) -> Iterator[tuple[int, tuple[fmpq, ...]]]:
    """Points of the common part of two parts where the net has the value of a function: one in each cell that has any."""
    if common.domain is None:
        values = evaluate(parts.network, common.point)
        for index, function in enumerate(functions):
            if _values(function, common.point) == values:
                yield index, common.point
        return
    net = homogenize(parts.network, common.domain)
    inside = _chart(net, common.domain, parts.net.dimension)
    pulled = [function * inside for function in functions]
    for cell in Walk(net, run=run):
        for index, function in enumerate(pulled):
            run.tick()
            part, vertices = level_set(cell, function, run)
            if vertices:
                yield index, in_space(net, common.domain, integers(part.rays)[vertices[0]])


def _chart(net: HomogeneousNet, domain: Domain, dimension: int) -> fmpz_mat:
    """A positive multiple of the map from the coordinates of a net on a domain to those of the space, both with a constant."""
    size = dimension - 1
    columns = [[fmpq(int(row == place)) for row in range(size)] for place in net.essential]
    origin = [fmpq(0)] * size
    if domain.subspace:
        table = rows_of(domain.subspace.basis)
        columns = [[row[place] for row in table] for place in net.essential]
        origin = domain.subspace.origin.entries()
    scale = fmpz(1)
    for entry in (*origin, *(entry for line in columns for entry in line)):
        scale = scale.lcm(entry.q)
    rows = [[line[row] for line in columns] + [origin[row]] for row in range(size)]
    rows.append([fmpq(0)] * len(columns) + [fmpq(1)])
    return fmpz_mat(dimension, len(columns) + 1, [(entry * scale).p for row in rows for entry in row])


def _values(function: fmpz_mat, point: tuple[fmpq, ...]) -> list[fmpq]:
    """The values at a point of the function that augmented forms stand for."""
    table = function.tolist()
    constant = table[-1][-1]
    return [sum((fmpq(a) * x for a, x in zip(row, (*point, fmpq(1)), strict=True)), fmpq(0)) / constant for row in table[:-1]]


def _cell_beside(parts: ConvexParts, number: int, point: tuple[fmpq, ...], run: Run) -> Place:
    """A cell of a part whose closure contains a point of that part."""
    inside = [there - here for there, here in zip(interior(parts.polyhedra[number], run), point, strict=True)]
    units = [[fmpq(int(row == column)) for column in range(len(point))] for row in range(len(point))]
    return ("cell", number, germ(parts.network, point, [inside, *units]).pattern)
