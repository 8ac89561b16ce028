"""Counting the pieces of a net under every notion: the face of the engine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from relupoly.geometry.domain import Domain
from relupoly.geometry.separate import SeparateDomains
from relupoly.networks.network import Network
from relupoly.pieces.counters.region_counters import Census
from relupoly.pieces.forms.homogeneous import HomogeneousNet, homogenize
from relupoly.pieces.notions import NOTIONS, OPEN, counted
from relupoly.pieces.walk.driver import Walk
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.run.cores import threads_for

_STEPS = 20_000


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
    domain : Domain or SeparateDomains
    input_dim : int
    widths : tuple of int
    cells : int
        The number of full-dimensional activation cells seen.
    complete : bool
        Whether all cells were seen, and all counts that were asked for are final.
    final : tuple of str
        The notions whose counts are final: all of them where the count is complete; where it was stopped between the walk over
        all cells and a second look at some of them, those that need no second look.
    stopped : str or None
        Why not: "limit", "deadline" or "interrupted".
    certified : bool
        Whether every sign was proved.
    exact_predicates : int
        How many signs machine arithmetic could not decide; not the same from run to run, since it depends on how much of the
        work was done by which of the walks.
    seconds : float
    """

    counts: dict[str, int]
    asked: tuple[str, ...]
    domain: Domain | SeparateDomains
    input_dim: int
    widths: tuple[int, ...]
    cells: int
    complete: bool
    final: tuple[str, ...]
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
    jobs: int | None = None,
    run: Run = UNLIMITED,
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
    jobs : int, optional
        The number of threads; by default one for each core, at most two. The count is the same for every number.
    run : Run, optional
        With a deadline, a question whether to stop, and somebody who is told the number of cells seen, now and then.

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
    start = time.perf_counter()
    domain = domain or Domain()
    net = homogenize(network, domain)
    wanted = counted(notion)
    session = _Session(net, limit, threads_for(jobs), run)
    counts = session.count(wanted) if net.depth else dict.fromkeys(wanted, 1)
    return PieceCount(
        counts={name: counts[name] for name in NOTIONS if name in counts},
        asked=wanted,
        domain=domain,
        input_dim=network.input_dim,
        widths=network.widths,
        cells=session.cells if net.depth else 1,
        complete=session.stopped is None,
        final=session.final if net.depth else wanted,
        stopped=session.stopped,
        certified=True,
        exact_predicates=session.exact_predicates,
        seconds=time.perf_counter() - start,
    )


class _Session:
    """One count: the walk, and a second one where `affine` or `closed` need it."""

    def __init__(self, net: HomogeneousNet, limit: int | None, jobs: int, run: Run) -> None:
        self.net = net
        self.limit = limit
        self.jobs = jobs
        self.run = run
        self.cells = 0
        self.exact_predicates = 0
        self.final: tuple[str, ...] = ()
        self.stopped: str | None = None

    def count(self, wanted: tuple[str, ...]) -> dict[str, int]:
        """The counts under the notions wanted, of all cells or of those before a stop."""
        census = Census(self.net, wanted)
        seen = False
        try:
            self._take_all(census)
            seen = True
            census.settle(self._walk)
        except Stopped as stop:
            self.stopped = stop.reason
        self.final = census.final() if seen else ()
        return census.counts()

    def _take_all(self, census: Census) -> None:
        """Let the census take the cells of a walk."""
        walk = self._walk(every_wall=census.every_wall)
        try:
            for part in walk.parts(census.look, None if self.limit is None else self._steps):
                if self.cells == self.limit:
                    raise Stopped("limit")
                self.cells += census.take(part)
                self.run.progress(self.cells)
        finally:
            self.exact_predicates += walk.exact_predicates

    def _walk(self, **options: Any) -> Walk:
        """A walk over all cells."""
        return Walk(self.net, run=self.run, jobs=self.jobs, **options)

    def _steps(self) -> int:
        """How many steps, each of which finds one cell at most, the walk may take at once without passing the limit."""
        return _STEPS if self.limit is None else min(_STEPS, self.limit - self.cells)
