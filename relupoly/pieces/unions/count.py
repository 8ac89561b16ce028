"""Counting the pieces of a net in a union of sets, as one set.

Parts that touch no other part are counted by themselves, in the compiled walk, and cells and pieces are added up: nothing of
them reaches from one to the other. Parts that hang together become convex parts whose interiors are disjoint; each is counted,
and then what was cut by their common facets is joined again. Under each notion, with U the union:

* activation: components of the interior of the set in U where a pattern occurs. The number of cells of all parts, less one for
  each joint that makes one of two components.
* strict: those of them on which no preactivation vanishes.
* open: components of sets in the interior of U where the net is differentiable; as for cells, with open pieces.
* closed: components of {f = g} in U that contain a full-dimensional cell (`relupoly.pieces.unions.closed_pieces`).
* affine: distinct functions, over all parts.
* patterns: distinct patterns that occur in U, over all parts.

So affine <= closed <= open <= activation, as on convex sets, and strict <= activation. A pattern may have several cells, one in
each of several components, so there may be fewer patterns than cells.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from relupoly.geometry.frames import Frame
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.counting.driver import drive, take_all
from relupoly.pieces.counting.part import Part
from relupoly.pieces.counting.piece_count import PieceCount
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.forms.homogeneous import fits_constraints
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.forms.refusal import check_vertices
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.pieces.notions import ACTIVATION, AFFINE, CLOSED, NOTIONS, OPEN, PATTERNS, STRICT, check_affine, counted_notions
from relupoly.pieces.unions.closed_pieces import closed_pieces
from relupoly.pieces.unions.convex_parts import ConvexParts, convex_parts
from relupoly.pieces.unions.counters import (
    NEEDS_FUNCTIONS,
    NEEDS_PATTERNS,
    CountersOfPart,
    FunctionsOfParts,
    PatternsOfParts,
    in_turn,
)
from relupoly.pieces.unions.joints import joints
from relupoly.pieces.walk.driver import Walk
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.run.cores import threads_for

# How many cells the compiled walk may count at a time where there is a limit, which is exact: some milliseconds of work.
_STEPS = 20_000


@dataclass
class Tally:
    """What is counted so far in some parts of a union.

    Attributes
    ----------
    counts : dict of str to int
        Under notions whose counts add up, and `affine`.
    cells : int
        The cells seen; each once for each convex part in which it lies, until all are joined.
    patterns : set of bytes
        Those that were seen, where they are asked for.
    exact_predicates : int
    stopped : str or None
    """

    counts: dict[str, int] = field(default_factory=dict)
    cells: int = 0
    patterns: set[bytes] = field(default_factory=set)
    exact_predicates: int = 0
    stopped: str | None = None

    def add(self, other: Tally) -> None:
        """Take over what was counted elsewhere."""
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.cells += other.cells
        self.patterns |= other.patterns
        self.exact_predicates += other.exact_predicates
        self.stopped = other.stopped


# Counts some parts: takes what limit is left, and a run.
Task = Callable[[int | None, Run], Tally]


def count_union(
    network: Network,
    union: DomainUnion,
    notion: str = OPEN,
    *,
    limit: int | None = None,
    jobs: int | None = None,
    run: Run = UNLIMITED,
) -> PieceCount:
    """Count the affine pieces of a net in a union of sets, as one set.

    Parameters and exceptions are those of `relupoly.pieces.count.count_pieces`; while cells are walked, for the limit and for
    progress, one that lies in several parts is counted in each.

    Raises
    ------
    DomainError
        If parts in different subspaces touch.
    InputError
        If `affine` is asked for, and the parts lie in several subspaces.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.

    Examples
    --------
    >>> from relupoly.geometry.domain import Domain
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> count_union(absolute_value, DomainUnion((Domain.box([-2], [1]), Domain.box([-1], [3])))).pieces
    2
    """
    start = time.perf_counter()
    asked = counted_notions(notion)
    for part in union.parts:
        part.check_dimension(network.input_dim)
    _check_vertices(network, union, asked)
    total = Tally()
    try:
        for task in _tasks(network, union, asked, jobs, run):
            left = None if limit is None else limit - total.cells
            total.add(task(left, run.reporting(partial(_report, run, total.cells))))
            if total.stopped:
                break
    except Stopped as stop:
        total.stopped = stop.reason
    counts = total.counts | ({PATTERNS: len(total.patterns)} if PATTERNS in asked else {})
    complete = total.stopped is None
    return PieceCount(
        counts={name: counts[name] for name in NOTIONS if name in counts},
        asked=asked,
        domain=union,
        input_dim=network.input_dim,
        widths=network.widths,
        cells=total.cells,
        complete=complete,
        final=tuple(name for name in NOTIONS if name in counts) if complete else (),
        stopped=total.stopped,
        certified=True,
        exact_predicates=total.exact_predicates,
        seconds=time.perf_counter() - start,
        linear=network.linear,
    )


def _check_vertices(network: Network, union: DomainUnion, asked: tuple[str, ...]) -> None:
    """Refuse a box that the walk would refuse, before sets are compared: the first part is walked as it is."""
    if not all(part.polyhedron for part in union.parts) or not isinstance(first := union.parts[0].polyhedron, Box):
        return
    if PATTERNS in asked or not fits_constraints(network, first):
        check_vertices(first)


def _report(run: Run, before: int, seen: int) -> None:
    run.progress(before + seen)


def _tasks(network: Network, union: DomainUnion, asked: tuple[str, ...], jobs: int | None, run: Run) -> Iterator[Task]:
    """The parts of a union, in groups that can be counted one after the other."""
    frames = union.frames()
    check_affine(asked, len(frames))
    groups = union.groups(run)
    apart = not {AFFINE, PATTERNS} & set(asked)
    for frame in frames:
        own = [group for group in groups if group[0] in frame.numbers]
        if apart:
            for group in own:
                yield _task(network, union, frame, [group], asked, jobs)
        else:
            yield _task(network, union, frame, own, asked, jobs)


def _task(
    network: Network,
    union: DomainUnion,
    frame: Frame,
    groups: Sequence[Sequence[int]],
    asked: tuple[str, ...],
    jobs: int | None,
) -> Task:
    """Counting some groups in one frame."""
    sets = dict(zip(frame.numbers, frame.polyhedra, strict=True))
    whole = next((number for number in frame.numbers if sets[number] is None), None)
    several = len(asked) > 1 or PATTERNS in asked
    if not several and (whole is not None or len(groups) == len(groups[0]) == 1):
        alone = groups[0][0] if whole is None else whole
        if len(pointed_parts(network, union.parts[alone])) == 1:
            return partial(_count_alone, network, union, alone, asked, jobs)
    polyhedra = [[one for number in group if (one := sets[number]) is not None] for group in groups]
    if whole is not None:
        polyhedra = [_halves(network.input_dim if frame.subspace is None else frame.subspace.dimension)]
    return partial(_count_together, network, frame, polyhedra, asked, jobs)


def _halves(dimension: int) -> list[Polyhedron]:
    """Two half-spaces that make up the whole space."""
    return [Polyhedron.from_inequalities([[side, *[0] * (dimension - 1)]], [0]) for side in (1, -1)]


def _count_alone(
    network: Network, union: DomainUnion, number: int, asked: tuple[str, ...], jobs: int | None, limit: int | None, run: Run
) -> Tally:
    """Count in one part that touches no other one, or contains all, under one notion."""
    part = Part(Plan(network, union.parts[number], asked[0]))
    drive(part, lambda: take_all(part, limit, threads_for(jobs), run), jobs, run, time.perf_counter())
    found = part.count()
    return Tally(found.counts, found.cells, set(), found.exact_predicates, found.stopped)


def _count_together(
    network: Network,
    frame: Frame,
    groups: Sequence[Sequence[Polyhedron]],
    asked: tuple[str, ...],
    jobs: int | None,
    limit: int | None,
    run: Run,
) -> Tally:
    """Count in groups of parts of one frame."""
    return Assembly(convex_parts(network, frame.subspace, groups, run), asked, jobs, run).count(limit)


class Assembly:
    """Counts in convex parts whose interiors are disjoint, and joins what their facets cut.

    Parameters
    ----------
    parts : ConvexParts
    asked : tuple of str
        The notions.
    jobs : int or None
    run : Run
    """

    def __init__(self, parts: ConvexParts, asked: tuple[str, ...], jobs: int | None, run: Run) -> None:
        self._parts = parts
        self._asked = asked
        self._run = run
        self._every_wall = PATTERNS in asked
        threads = threads_for(jobs)
        self._walks = [partial(Walk, net, run=run, jobs=threads) for net in parts.nets]
        self._functions = FunctionsOfParts(parts.net) if NEEDS_FUNCTIONS & set(asked) else None
        self._patterns = PatternsOfParts(parts.net) if NEEDS_PATTERNS & set(asked) else None
        self._counters = [CountersOfPart(net, asked, self._functions, self._patterns) for net in parts.nets]
        self._tally = Tally()
        self._merged: list[bytes] = []

    def count(self, limit: int | None) -> Tally:
        """Count; at most so many cells."""
        tally = self._tally
        try:
            self._walk(limit)
            self._add_up()
            self._join()
            self._settle()
        except Stopped as stop:
            self._add_up()
            tally.stopped = stop.reason
        if self._patterns:
            tally.patterns = self._patterns.patterns
        return tally

    def _walk(self, limit: int | None) -> None:
        """Count the cells of each part."""
        tally = self._tally
        for walk_of, counters in zip(self._walks, self._counters, strict=True):
            walk = walk_of(every_wall=self._every_wall)
            steps = None if limit is None else lambda: min(_STEPS, limit - tally.cells)
            try:
                for cells in walk.cells(counters.detail, steps):
                    if tally.cells == limit:
                        raise Stopped("limit")
                    before = counters.cells
                    counters.take(cells)
                    tally.cells += counters.cells - before
                    self._run.progress(tally.cells)
            finally:
                tally.exact_predicates += walk.exact_predicates

    def _add_up(self) -> None:
        """The counts of all parts, each taken by itself."""
        if self._tally.counts:
            return
        for counters in self._counters:
            for name, count in counters.counts().items():
                self._tally.counts[name] = self._tally.counts.get(name, 0) + count

    def _join(self) -> None:
        """Join cells and open pieces across common facets."""
        cells, pieces, counts = DisjointSets(), DisjointSets(), self._tally.counts
        for joint in joints(self._parts, self._run):
            ends = list(zip(joint.parts, joint.patterns, strict=True))
            if joint.one_cell and cells.join(*ends):
                counts[ACTIVATION] -= 1
                if STRICT in counts and joint.strict:
                    counts[STRICT] -= 1
            if OPEN in counts:
                one, two = ((part, self._piece_of(part, pattern)) for part, pattern in ends)
                if pieces.join(one, two):
                    counts[OPEN] -= 1
                    self._merged.append(joint.patterns[0])
        self._tally.cells = counts[ACTIVATION]

    def _piece_of(self, part: int, pattern: bytes) -> bytes | int:
        counter = self._counters[part].open
        assert counter is not None, "open pieces are counted"
        return counter.piece_of(pattern)

    def _settle(self) -> None:
        """Tell functions apart, and count closed pieces."""
        if self._functions is None:
            return
        counts = self._tally.counts
        if CLOSED not in self._asked:
            self._functions.settle(in_turn(list(self._walks)))
            counts |= self._functions.counts()
            return
        known, several = self._functions.counts()[AFFINE], self._functions.several()
        more, scattered = closed_pieces(self._parts, several, self._merged, self._walks, self._run)
        counts |= {AFFINE: known + more, CLOSED: known + more + scattered}
