"""`RegionCounters`: all the counters of one count.

The cells of a walk go into them, or those of separate parts of it into counters of their own, which then merge. That gives
the same counts: counters are sums and sets, and a piece that lies in several parts is found at the facets that wait for
their other side.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, Protocol, runtime_checkable

from relupoly.pieces.counters.counters import ActivationCounter, AffineCounter, PatternCounter, StrictCounter
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.merging.affine_functions import WalkMaker
from relupoly.pieces.merging.closed_pieces import PiecesByFunction
from relupoly.pieces.merging.open_pieces import OpenPieces
from relupoly.pieces.notions import ACTIVATION, AFFINE, CLOSED, NOTIONS, OPEN, PATTERNS, STRICT
from relupoly.pieces.serialization import State
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.node import CountedCells, Detail


class RegionCounter(Protocol):
    """Takes cells one by one and counts them under one notion or more.

    Attributes
    ----------
    detail : Detail
        How closely it has to look at cells.
    """

    @property
    def detail(self) -> Detail:
        """How closely it has to look at cells."""

    def counts(self) -> dict[str, int]:
        """The counts so far, by notion."""

    def add(self, cell: Any) -> object:
        """Take a cell."""

    def add_counted(self, plain: CountedCells) -> None:
        """Take counted cells: those that `detail` allows to be only counted."""

    def merge(self, other: Any) -> object:
        """Take over the cells of another counter of the same kind, of cells that this one has not seen."""

    def state(self) -> State:
        """All that there is to know, for JSON."""

    def restore(self, state: State) -> None:
        """Take over a state, into an empty counter."""

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""


@runtime_checkable
class DoubtfulCounter(RegionCounter, Protocol):
    """A counter that needs a second look when all cells have been seen."""

    @property
    def settled(self) -> bool:
        """Whether it has had it."""

    def settle(self, walk: WalkMaker) -> None:
        """Take it; `walk` makes walks over all cells."""


# What counts each notion; `closed` needs what `open` and `affine` know, and counts them on the way.
_MAKERS: dict[str, Callable[[HomogeneousNet], RegionCounter]] = {
    ACTIVATION: ActivationCounter,
    CLOSED: PiecesByFunction,
    STRICT: StrictCounter,
    PATTERNS: PatternCounter,
    OPEN: OpenPieces,
    AFFINE: AffineCounter,
}


class RegionCounters:
    """Counts the cells of a net, or of a part of it, under several notions.

    Parameters
    ----------
    net : HomogeneousNet
        With at least one hidden layer.
    wanted : tuple of str
        The notions.

    Attributes
    ----------
    detail : Detail
        How closely cells have to be looked at.
    every_wall : bool
        Whether cells need every wall.
    """

    def __init__(self, net: HomogeneousNet, wanted: tuple[str, ...]) -> None:
        self.net = net
        known = {OPEN, AFFINE} if CLOSED in wanted else set()
        needed = [name for name in _MAKERS if name == ACTIVATION or (name in wanted and name not in known)]
        self._counters = {name: _MAKERS[name](net) for name in needed}
        self._all = list(self._counters.values())
        self._doubtful = [counter for counter in self._all if isinstance(counter, DoubtfulCounter)]
        self.detail = reduce(or_, (counter.detail for counter in self._all))
        self.every_wall = PATTERNS in wanted

    @property
    def cells(self) -> int:
        """The number of cells so far."""
        return self._counters[ACTIVATION].counts()[ACTIVATION]

    def counts(self) -> dict[str, int]:
        """The counts so far, by notion; `closed` only where it is settled."""
        found = {name: count for counter in self._all for name, count in counter.counts().items()}
        return {name: found[name] for name in NOTIONS if name in found}

    def take(self, part: ActivationCell | CountedCells) -> int:
        """Take a cell, or a number of counted cells; how many that were."""
        if isinstance(part, CountedCells):
            for counter in self._all:
                counter.add_counted(part)
            return part.count
        for counter in self._all:
            counter.add(part)
        return 1

    def merge(self, other: RegionCounters) -> None:
        """Take over the cells of other counters of the same notions; none of them may have been seen here."""
        for name, counter in self._counters.items():
            counter.merge(other._counters[name])

    @property
    def settled(self) -> bool:
        """Whether the counts are right, if all cells have been seen: no counter needs a second look."""
        return all(counter.settled for counter in self._doubtful)

    def settle(self, walk: WalkMaker) -> None:
        """Let counters take a second look, once all cells have been seen; `walk` makes walks over all cells."""
        for counter in self._doubtful:
            if not counter.settled:
                counter.settle(walk)

    def final(self) -> tuple[str, ...]:
        """The notions whose counts are final, if all cells have been seen: all but those that wait for a second look."""
        waiting = () if self.settled else (AFFINE, CLOSED)
        return tuple(name for name in self.counts() if name not in waiting)

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return {name: counter.state() for name, counter in self._counters.items()}

    def restore(self, state: State) -> None:
        """Take over a state, into counters without cells.

        Raises
        ------
        ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError
            If it has not the form of a state of such counters.
        """
        for name, counter in self._counters.items():
            counter.restore(state[name])

    def check(self, state: State, tasks: int, complete: bool) -> None:
        """Refuse what was taken over from a state that somebody else may have written.

        Parameters
        ----------
        state : dict
            What `restore` was given.
        tasks : int
            Of how many tasks these are the cells. Each has one at least.
        complete : bool
            Whether these are all tasks.

        Raises
        ------
        ValueError
            If no cells have such counts, or it is not what `state` would write.
        """
        plausible = all(counter.is_plausible(self.cells, complete) for counter in self._all)
        if self.cells < tasks or bool(self.cells) != bool(tasks) or not plausible:
            raise ValueError("counts that no cells have")
        # What is there twice, in another order or in another spelling was not written by `state`.
        if self.state() != state:
            raise ValueError("not written as it should be")
