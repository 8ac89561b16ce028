"""`analyze`: several exact quantities of a net on a domain, by one look at its cells."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq

from relupoly.analysis.branching.answers import HighestOnBox, OnBox
from relupoly.analysis.extrema import weights_of
from relupoly.analysis.largest import Extremum, Largest
from relupoly.analysis.levels.names import BOUNDARY, TOPOLOGY, VOLUMES
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.search import LipschitzSearch
from relupoly.analysis.over_cells import Quantity, over_cells
from relupoly.errors import InputError
from relupoly.exact.short_texts import short_text
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.run import Run, Stopped
from relupoly.run.interactive import interruptible, run_of

if TYPE_CHECKING:
    from relupoly.analysis.distribution.distribution import Distribution
    from relupoly.analysis.distribution.spread import Spread
    from relupoly.analysis.levels.answers import DecisionBoundary
    from relupoly.analysis.levels.quantities import LevelQuantities
    from relupoly.analysis.levels.topology import Topology
    from relupoly.analysis.levels.volumes import CellVolumes
    from relupoly.analysis.moments import Integrals, Moments
    from relupoly.analysis.shape.answers import Shape
    from relupoly.analysis.shape.shape import ShapeSearch
    from relupoly.analysis.stable_layers import CellSigns, StableLayers
    from relupoly.files.by_name import DomainLike, NetworkLike

LIPSCHITZ, MAXIMUM, MINIMUM, MOMENTS, SHAPE, STABLE = "lipschitz", "max", "min", "moments", "shape", "stable"
DISTRIBUTION = "distribution"
QUANTITIES = (LIPSCHITZ, MAXIMUM, MINIMUM, MOMENTS, SHAPE, STABLE, DISTRIBUTION, BOUNDARY, TOPOLOGY, VOLUMES)


@dataclass(frozen=True)
class Analysis:
    """What was found out about a net on a domain; what was not asked for is None.

    Attributes
    ----------
    domain : Domain or DomainUnion
    lipschitz : Lipschitz or None
    maximum, minimum : tuple of Extremum or None
        Of each output, or one of the combination that was asked for.
    moments : Moments or None
    shape : Shape or None
    stable : StableLayers or None
    distribution : tuple of Distribution or None
        Of each output, or one of the combination that was asked for.
    boundary : DecisionBoundary or None
    topology : tuple of Topology or None
        Of each output, or one of the combination that was asked for.
    volumes : CellVolumes or None
    cells : int
        How many cells were seen, by who looks at all.
    boxes : int
        How many boxes were bounded, in search of extrema and steep gradients on boxes.
    stopped : str or None
        Why not all were: "deadline" or "interrupted". Then a Lipschitz constant is between `lower` and `upper`, a maximum at
        least, and a minimum at most, what is told, and moments, distributions, signs of neurons, boundaries and volumes are
        those of the cells that were seen; of the shape and the topology, what is not known is None.
    seconds : float
    """

    domain: Domain | DomainUnion
    lipschitz: Lipschitz | None
    maximum: tuple[Extremum, ...] | None
    minimum: tuple[Extremum, ...] | None
    moments: Moments | None
    shape: Shape | None
    stable: StableLayers | None
    distribution: tuple[Distribution, ...] | None
    boundary: DecisionBoundary | None
    topology: tuple[Topology, ...] | None
    volumes: CellVolumes | None
    cells: int
    boxes: int
    stopped: str | None
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether all cells were seen that matter."""
        return self.stopped is None

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = []
        if self.lipschitz:
            rows.append(("Lipschitz constant", self.lipschitz.summary))
        for name, extrema in (("maximum", self.maximum), ("minimum", self.minimum)):
            several = len(extrema or ()) > 1
            rows += [(f"{name} of y{number}" if several else name, one.summary) for number, one in enumerate(extrema or (), 1)]
        if self.moments and self.moments.volume:
            for name, entries in (("integral", self.moments.integral), ("mean", self.moments.mean)):
                rows.append((name, ", ".join(map(short_text, entries))))
        if self.shape:
            rows.append(("shape", "; ".join(one.text for one in self.shape.outputs)))
        if self.stable:
            rows += [(f"layer {number}", one.text) for number, one in enumerate(self.stable.layers, 1)]
        rows += [("distribution", one.summary) for one in self.distribution or ()]
        rows += [(one.name, one.summary) for one in (self.boundary, *(self.topology or ()), self.volumes) if one]
        cells = "".join(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
        seen = f"{self.cells:,} cells" + ("" if self.complete else f", stopped: {self.stopped}")
        return f"<table><caption>{html.escape(self.domain.name)}; {seen}</caption>{cells}</table>"


def analyze(
    network: NetworkLike,
    domain: DomainLike = None,
    only: Sequence[str] | str = (LIPSCHITZ, MAXIMUM, MINIMUM),
    *,
    norm: Any = 2,
    objective: Sequence[Any] | None = None,
    level: Any = None,
    ties: Sequence[int] | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Analysis:
    """Find exact quantities of a net on a domain; where the run is stopped, what is known by then.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    only : sequence of str, or str with commas
        Among "lipschitz", "max", "min", "shape", "stable", "boundary", "topology", "volumes", and, on bounded domains,
        "moments" and "distribution".
    norm : number
        Of the Lipschitz constant: see `relupoly.lipschitz`.
    objective : sequence of numbers, optional
        The weights of a combination of outputs, for "max", "min", "distribution", "boundary" and "topology"; by default each
        output by itself, and the boundary between all outputs.
    level : number, optional
        Of "boundary" and "topology": 0 by default.
    ties : pair of int, optional
        For "boundary": between these outputs alone, numbered from 0; see `relupoly.decision_boundary`.
    deadline : float, optional
        Stop after so many seconds, with what is known by then; not beside `run`, which has its own. In an interactive session
        Ctrl-C stops so, too.
    run : Run, optional

    Raises
    ------
    DomainError
        If the domain does not fit the net or a quantity.
    InputError
        If there is no such quantity, no such norm, or the objective has not as many weights as there are outputs.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> found = analyze(hat)
    >>> found.lipschitz.value, found.maximum[0].value, found.minimum[0].value
    (1, 1, 0)
    """
    start = time.perf_counter()
    only = [name.strip() for name in only.split(",")] if isinstance(only, str) else only
    for name in only:
        if name not in QUANTITIES:
            raise InputError(f"there is no quantity {name}; choose among {', '.join(QUANTITIES)}")
    network, domain = network_of(network), domain_of(domain)
    with interruptible(run_of(deadline, run)) as watched:
        work = _Work(network, domain or Domain(), only, norm, objective, level, ties, watched)
        stopped = _in_turn(work.steps, watched)
        return work.found(stopped, time.perf_counter() - start)


class _Work:
    """All that is looked for: some by searches of their own, the others by one look at all cells."""

    def __init__(
        self,
        network: Network,
        domain: Domain | DomainUnion,
        only: Sequence[str],
        norm: Any,
        objective: Sequence[Any] | None,
        level: Any,
        ties: Sequence[int] | None,
        run: Run,
    ) -> None:
        self._network, self._domain = network, domain
        weights = _combinations(network, objective)
        self._steep = LipschitzSearch(network, domain, norm) if LIPSCHITZ in only else None
        self._extremes = _Extremes(network, domain, only, weights, run)
        self._integrals: Integrals | None = None
        self._shapes: ShapeSearch | None = None
        self._signs: CellSigns | None = None
        self._spreads: list[Spread] = []
        self._levels: LevelQuantities | None = None
        # Only what is asked for is loaded.
        if MOMENTS in only:
            from relupoly.analysis.moments import Integrals

            self._integrals = Integrals(network.output_dim, run)
        if SHAPE in only:
            from relupoly.analysis.shape.shape import ShapeSearch

            self._shapes = ShapeSearch(network, domain, run)
        if STABLE in only:
            from relupoly.analysis.stable_layers import CellSigns

            self._signs = CellSigns(network)
        if DISTRIBUTION in only:
            from relupoly.analysis.distribution.spread import Spread

            self._spreads = [Spread(row, run) for row in weights]
        if {BOUNDARY, TOPOLOGY, VOLUMES} & set(only) or level is not None or ties is not None:
            from relupoly.analysis.levels.quantities import LevelQuantities

            self._levels = LevelQuantities(network, domain, only, weights, objective, level, ties, run)
        self._looks: list[Quantity] = [one for one in (self._integrals, self._shapes, self._signs) if one]
        self._looks += [*self._extremes.looks, *self._spreads, *(self._levels.looks if self._levels else [])]
        self._searches: list[HighestOnBox | LipschitzSearch] = [*self._extremes.searches]
        if self._steep and self._steep.on_all and self._looks:
            self._looks.insert(0, self._steep.on_all)
        elif self._steep:
            self._searches.append(self._steep)
        self._seen, self._seen_all = 0, False

    @property
    def steps(self) -> list[Callable[[Run], None]]:
        """What is to be done, one after the other."""
        return [*(search.run for search in self._searches), *([self._look] if self._looks else [])]

    def _look(self, run: Run) -> None:
        """Look at all cells."""

        def progress(cells: int) -> None:
            self._seen = cells
            run.progress(cells)

        over_cells(self._network, self._domain, self._looks, run.reporting(progress))
        self._seen_all = True
        if self._shapes:
            self._shapes.finish(run.reporting(lambda cells: run.progress(self._seen + cells)))
        if self._levels:
            self._levels.finish(run)

    def found(self, stopped: str | None, seconds: float) -> Analysis:
        """What is known."""
        seen_all = self._seen_all
        return Analysis(
            domain=self._domain,
            lipschitz=self._steep.after_look(seen_all) if self._steep else None,
            maximum=self._extremes.found(MAXIMUM, seen_all),
            minimum=self._extremes.found(MINIMUM, seen_all),
            moments=self._integrals.found if self._integrals else None,
            shape=self._shapes.found if self._shapes else None,
            stable=self._signs.found(complete=seen_all) if self._signs else None,
            distribution=tuple(one.found for one in self._spreads) if self._spreads else None,
            boundary=self._levels.boundary(complete=seen_all) if self._levels else None,
            topology=self._levels.topology if self._levels else None,
            volumes=self._levels.volumes(complete=seen_all) if self._levels else None,
            cells=self._seen + (self._steep.cells if self._steep else 0),
            boxes=sum(search.boxes for search in self._searches),
            stopped=stopped,
            seconds=seconds,
        )


class _Extremes:
    """Largest and least values: on boxes each is a search of its own, elsewhere all are found by the look at all cells."""

    def __init__(
        self, network: Network, domain: Domain | DomainUnion, only: Sequence[str], weights: Sequence[Sequence[fmpq]], run: Run
    ) -> None:
        asked = [name for name in (MAXIMUM, MINIMUM) if name in only]
        where = OnBox.of(network, domain) if asked else None
        signs = {MAXIMUM: 1, MINIMUM: -1}
        self._all: dict[str, list[HighestOnBox | Largest]] = {}
        for name in asked:
            rows = [[signs[name] * entry for entry in row] for row in weights]
            self._all[name] = [HighestOnBox(where, row) if where else Largest(row, run) for row in rows]

    @property
    def searches(self) -> list[HighestOnBox]:
        """Those on a box."""
        return [one for some in self._all.values() for one in some if isinstance(one, HighestOnBox)]

    @property
    def looks(self) -> list[Quantity]:
        """Those that look at all cells."""
        return [one for some in self._all.values() for one in some if isinstance(one, Largest)]

    def found(self, name: str, seen_all: bool) -> tuple[Extremum, ...] | None:
        """What is known, from all cells or not; None of what was not asked for."""
        if name not in self._all:
            return None
        found = [one.found for one in self._all[name]]
        if not (seen_all or self.searches):
            found = [one.below(None) if one else None for one in found]
        return tuple(one if name == MAXIMUM else one.negative for one in found if one)


def _in_turn(work: Sequence[Callable[[Run], None]], run: Run) -> str | None:
    """Do one after the other, each with its share of the time that is left; why not all was done, if so."""
    stopped = None
    for number, one in enumerate(work):
        share = None if run.left is None else run.left / (len(work) - number)
        try:
            one(run if share is None else run.within(share))
        except Stopped as stop:
            stopped = stop.reason
            if stop.reason == "interrupted":
                break
    return stopped


def _combinations(network: Network, objective: Sequence[Any] | None) -> list[list[fmpq]]:
    """The weights of each combination of outputs: of each output by itself, or those that are given."""
    if objective is not None:
        return [weights_of(network, objective)]
    size = network.output_dim
    return [[fmpq(int(place == output)) for place in range(size)] for output in range(size)]
