"""`LevelQuantities`: the boundary, the topology and the volumes of cells as parts of one analysis, as far as they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from relupoly.analysis.levels.answers import DecisionBoundary
from relupoly.analysis.levels.decision_boundary import BoundarySearch
from relupoly.analysis.levels.functions import exact_level
from relupoly.analysis.levels.names import BOUNDARY, TOPOLOGY, VOLUMES
from relupoly.analysis.levels.topology import Topology, TopologySearch
from relupoly.analysis.levels.volumes import CellVolumes, VolumeLook
from relupoly.analysis.over_cells import Quantity
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run


class LevelQuantities:
    """Some looks at all cells, and what they tell.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
    only : sequence of str
        What is asked for; other names are of no concern here.
    combinations : sequence of sequence of fmpq
        Weights of outputs: those whose topology is asked for.
    objective, level, ties
        As for `relupoly.decision_boundary`.
    run : Run, optional

    Raises
    ------
    InputError, NetworkError, NumberError
        As `relupoly.decision_boundary`.
    """

    def __init__(
        self,
        network: Network,
        domain: Domain | DomainUnion | None,
        only: Sequence[str],
        combinations: Sequence[Sequence[fmpq]],
        objective: Sequence[Any] | None = None,
        level: Any = None,
        ties: Sequence[int] | None = None,
        run: Run = UNLIMITED,
    ) -> None:
        self._boundary = BoundarySearch.on(network, domain, level, objective, ties) if BOUNDARY in only else None
        at = exact_level(0 if level is None else level)
        self._topology = TopologySearch(combinations, at, run) if TOPOLOGY in only else None
        self._volumes = VolumeLook() if VOLUMES in only else None

    @property
    def looks(self) -> list[Quantity]:
        """What looks at cells."""
        return [one for one in (self._boundary, self._topology, self._volumes) if one]

    def finish(self, run: Run = UNLIMITED) -> None:
        """Do what can be done when all cells were seen."""
        if self._topology:
            self._topology.finish(run)

    def boundary(self, complete: bool) -> DecisionBoundary | None:
        """The decision boundary in the cells so far, if it is asked for."""
        return self._boundary.found(complete) if self._boundary else None

    @property
    def topology(self) -> tuple[Topology, ...] | None:
        """The topology for each combination, if it is asked for."""
        return self._topology.found if self._topology else None

    def volumes(self, complete: bool) -> CellVolumes | None:
        """The volumes of the cells so far, if they are asked for."""
        return self._volumes.found(complete) if self._volumes else None
