"""Counting the pieces of a net under every notion: the face of the engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.cell import Cell
from relupoly.pieces.closed import ClosedTally, PiecesByFunction
from relupoly.pieces.homogeneous import HomogeneousNet, homogenize
from relupoly.pieces.merging import OpenTally
from relupoly.pieces.node import Look, PlainCells
from relupoly.pieces.notions import AFFINE, CLOSED, NOTIONS, OPEN, PATTERNS, STRICT, counted
from relupoly.pieces.stopping import Stopped, Stopwatch
from relupoly.pieces.tallies import ActivationTally, AffineTally, PatternsTally, StrictTally
from relupoly.pieces.walk import Walk

_STEPS = 20_000


class Tally(Protocol):
    """Takes cells one by one and counts them under one notion or more.

    Attributes
    ----------
    look : Look
        How closely it has to look at cells.
    """

    @property
    def look(self) -> Look:
        """How closely it has to look at cells."""

    def counts(self) -> dict[str, int]:
        """The counts so far, by notion."""

    def add(self, cell: Cell) -> object:
        """Take a cell."""


@runtime_checkable
class PlainTally(Tally, Protocol):
    """A tally that need not see plain cells: it is enough to know how many there are."""

    def add_plain(self, count: int) -> None:
        """Take a number of plain cells."""


@dataclass(frozen=True)
class PieceCount:
    """How many pieces a net has.

    Attributes
    ----------
    counts : dict of str to int
        The counts under the notions that were asked for, and those that fell out on the way; of the cells seen where the
        count is not complete, and then without `closed`, which needs all cells.
    asked : tuple of str
        The notions that were asked for, the one of `pieces` first.
    domain : Domain
    input_dim : int
    widths : tuple of int
    cells : int
        The number of full-dimensional activation cells seen.
    complete : bool
        Whether all cells were seen.
    stopped : str or None
        Why not: "limit", "deadline" or "interrupted".
    certified : bool
        Whether every sign was proved.
    exact_predicates : int
        How many signs machine arithmetic could not decide.
    seconds : float
    """

    counts: dict[str, int]
    asked: tuple[str, ...]
    domain: Domain
    input_dim: int
    widths: tuple[int, ...]
    cells: int
    complete: bool
    stopped: str | None
    certified: bool
    exact_predicates: int
    seconds: float

    @property
    def notion(self) -> str:
        """The notion of `pieces`."""
        return self.asked[0]

    @property
    def pieces(self) -> int | None:
        """The count under the chosen notion; None where it needs all cells and the count is not complete."""
        return self.counts.get(self.notion)


def count_pieces(
    network: Network,
    domain: Domain | None = None,
    notion: str = OPEN,
    *,
    limit: int | None = None,
    deadline: float | None = None,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda cells: None,
    notice: Callable[[str], None] = lambda text: None,
    jobs: int | None = None,
) -> PieceCount:
    """Count the affine pieces of a net exactly.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    notion : str
        One of `relupoly.pieces.notions.NOTIONS`, or "all".
    limit : int, optional
        Stop when there are more cells than this.
    deadline : float, optional
        Stop after so many seconds.
    interrupted : callable
        Asked at every step; True stops.
    progress : callable
        Told the number of cells seen, now and then.
    notice : callable
        Told in a sentence what takes long, before it does.
    jobs : int, optional
        The number of threads; by default one for each core. The count is the same for every number.

    Returns
    -------
    PieceCount
        Partial, with `complete` False, where the count was stopped.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension than the net's input.
    InputError
        If there is no such notion.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> count_pieces(absolute_value).pieces
    2

    Notes
    -----
    The notions are those of Stargalla, Hertrich and Reichman (2025); "open" is what Arora, Basu, Mianjy and Mukherjee
    (2018) count as pieces. A net without hidden layer has one piece under each of them.
    """
    watch = Stopwatch(deadline, interrupted)
    domain = domain or Domain()
    net = homogenize(network, domain)
    wanted = counted(notion)
    session = _Session(net, watch, limit, progress, notice, jobs or cores())
    counts = session.count(wanted) if net.depth else dict.fromkeys(wanted, 1)
    return PieceCount(
        counts={name: counts[name] for name in NOTIONS if name in counts},
        asked=wanted,
        domain=domain,
        input_dim=network.input_dim,
        widths=network.widths,
        cells=session.cells if net.depth else 1,
        complete=session.stopped is None,
        stopped=session.stopped,
        certified=True,
        exact_predicates=session.exact_predicates,
        seconds=watch.elapsed,
    )


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Session:
    """One count: the walk, and a second one where `closed` needs it."""

    def __init__(
        self,
        net: HomogeneousNet,
        watch: Stopwatch,
        limit: int | None,
        progress: Callable[[int], None],
        notice: Callable[[str], None],
        jobs: int,
    ) -> None:
        self.net = net
        self.watch = watch
        self.limit = limit
        self.progress = progress
        self.notice = notice
        self.jobs = jobs
        self.cells = 0
        self.exact_predicates = 0
        self.stopped: str | None = None

    def count(self, wanted: tuple[str, ...]) -> dict[str, int]:
        """The counts under the notions wanted, of all cells or of those before a stop."""
        pieces = PiecesByFunction()
        tallies = _tallies(wanted, pieces)
        closed: dict[str, int] = {}
        try:
            self._run(tallies, every_wall=PATTERNS in wanted)
            if CLOSED in wanted:
                closed[CLOSED] = self._closed(pieces)
        except Stopped as stop:
            self.stopped = stop.reason
        return {name: count for tally in tallies for name, count in tally.counts().items()} | closed

    def _closed(self, pieces: PiecesByFunction) -> int:
        """The closed pieces, once all cells have been seen."""
        scattered = pieces.scattered()
        tally = ClosedTally(scattered, self.watch.check)
        if scattered:
            for cell in Walk(self.net, every_wall=True, tick=self.watch.check):
                tally.add(cell)
        return pieces.affine.count - len(scattered) + tally.count

    def _run(self, tallies: list[Tally], every_wall: bool) -> None:
        """Let the tallies take the cells of a walk."""
        plain = [tally for tally in tallies if isinstance(tally, PlainTally)]
        walk = Walk(self.net, every_wall, self.watch.check, notice=self.notice, jobs=self.jobs)
        try:
            for part in walk.parts(max(tally.look for tally in tallies), None if self.limit is None else self._steps):
                if self.cells == self.limit:
                    raise Stopped("limit")
                if isinstance(part, PlainCells):
                    for tally in plain:
                        tally.add_plain(part.count)
                    self.cells += part.count
                else:
                    for other in tallies:
                        other.add(part)
                    self.cells += 1
                self.progress(self.cells)
        finally:
            self.exact_predicates += walk.exact_predicates

    def _steps(self) -> int:
        """How many steps, each of which finds one cell at most, the walk may take at once without passing the limit."""
        return _STEPS if self.limit is None else min(_STEPS, self.limit - self.cells)


def _tallies(wanted: tuple[str, ...], pieces: PiecesByFunction) -> list[Tally]:
    """The tallies that the notions wanted need."""
    makers: dict[str, Callable[[], Tally]] = {
        STRICT: StrictTally,
        PATTERNS: PatternsTally,
        OPEN: OpenTally,
        AFFINE: AffineTally,
    }
    if CLOSED in wanted:
        makers = {name: make for name, make in makers.items() if name not in (OPEN, AFFINE)}
    shared: list[Tally] = [pieces] if CLOSED in wanted else []
    return [ActivationTally(), *shared, *(make() for name, make in makers.items() if name in wanted)]
