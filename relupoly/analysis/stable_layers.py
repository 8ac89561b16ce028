"""Which neurons never change sign on a domain, which layers are wholly off somewhere, and how many cells have how many facets.

A cell's pattern has the sign of each preactivation inside it. A preactivation is continuous, so it is never negative on the
domain exactly if it has the sign - in no cell. A layer is off in a cell if no neuron of it is active there, and none is linear:
then what comes after it is constant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relupoly.analysis.over_cells import over_cells
from relupoly.files.by_name import domain_of, network_of
from relupoly.networks.network import Network
from relupoly.networks.stable_neurons import kept_neurons
from relupoly.pieces.listing.records import CellRecord
from relupoly.run import Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


@dataclass(frozen=True)
class StableLayer:
    """What the neurons of a hidden layer do on a domain; they are numbered from 0, and linear ones are in no list.

    Attributes
    ----------
    neurons : int
        How many there are.
    active : tuple of int
        Those whose preactivation is never negative, and positive somewhere.
    inactive : tuple of int
        Those whose preactivation is never positive.
    redundant : tuple of int
        Others that the net does not need: their rows are positive multiples of those of others, they never change, or they do
        not reach an output, once the stable ones are what they are there.
    off : int
        In how many cells none of the layer's neurons is active, and none is linear.
    """

    neurons: int
    active: tuple[int, ...]
    inactive: tuple[int, ...]
    redundant: tuple[int, ...]
    off: int

    @property
    def text(self) -> str:
        """How many neurons are what, in a line."""
        kinds = (("always active", self.active), ("never active", self.inactive), ("redundant", self.redundant))
        counts = ", ".join(f"{len(neurons)} {kind}" for kind, neurons in kinds)
        return f"{self.neurons} neurons: {counts}; off in {self.off} cells"


@dataclass(frozen=True)
class StableLayers:
    """What the hidden layers of a net do on a domain.

    Attributes
    ----------
    layers : tuple of StableLayer
    facets : mapping of int to int
        How many cells have so many facets, those on the boundary of the domain among them.
    off : mapping of int to int
        In how many cells so many layers are off.
    """

    layers: tuple[StableLayer, ...]
    facets: Mapping[int, int]
    off: Mapping[int, int]

    def _repr_html_(self) -> str:
        """A table for notebooks: a row for each layer."""
        head = "<tr><th>layer</th><th>neurons</th><th>always active</th><th>never</th><th>redundant</th><th>off in</th></tr>"
        rows = (
            f"<tr><td>{number}</td><td>{one.neurons}</td><td>{len(one.active)}</td><td>{len(one.inactive)}</td>"
            f"<td>{len(one.redundant)}</td><td>{one.off} cells</td></tr>"
            for number, one in enumerate(self.layers, 1)
        )
        return f"<table>{head}{''.join(rows)}</table>"


def stable_layers(
    network: NetworkLike, domain: DomainLike = None, *, deadline: float | None = None, run: Run | None = None
) -> StableLayers:
    """Which neurons never change sign on a domain, and which layers are off in how many cells.

    `relupoly.stable_neurons` tells of the neurons alone, in boxes of many inputs without all cells.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. Cells of a union are cut where its sets' boundaries pass.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension, or its sets in several subspaces.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> from relupoly import Domain
    >>> net = Network.from_rows([([[1], [1], [-1]], [5, 0, -5]), ([[1, 1, 1]], None)])
    >>> found = stable_layers(net, Domain.box([-3], [3]))
    >>> found.layers
    (StableLayer(neurons=3, active=(0,), inactive=(2,), redundant=(), off=0),)
    >>> found.facets, found.off
    ({2: 2}, {0: 2})
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    signs = CellSigns(network)
    over_cells(network, domain, [signs], run)
    return signs.found(complete=True)


class CellSigns:
    """Gathers the signs of neurons in cells.

    Parameters
    ----------
    network : Network
    """

    fields = ("pattern", "facets")
    settled = False

    def __init__(self, network: Network) -> None:
        self._network = network
        self._positive, self._negative = ([np.zeros(relus, dtype=np.bool_) for relus in network.relus] for _ in range(2))
        self._last = [""] * len(network.hidden)
        self._off = [0] * len(network.hidden)
        self._facets: Counter[int] = Counter()
        self._layers_off: Counter[int] = Counter()

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.facets is not None
        off = 0
        for number, (signs, layer) in enumerate(zip(cell.pattern, self._network.hidden, strict=True)):
            if signs and not layer.linear and "+" not in signs:
                self._off[number] += 1
                off += 1
            if signs != self._last[number]:
                self._last[number] = signs
                codes = np.frombuffer(signs.encode(), dtype=np.uint8)
                self._positive[number] |= codes == ord("+")
                self._negative[number] |= codes == ord("-")
        self._facets[len(cell.facets)] += 1
        self._layers_off[off] += 1

    def found(self, complete: bool) -> StableLayers:
        """What the cells so far tell; which neurons are redundant, only if these are all."""
        active, inactive = [], []
        for layer, positive, negative in zip(self._network.hidden, self._positive, self._negative, strict=True):
            relus = np.flatnonzero(layer.has_relu)
            active.append(tuple(relus[positive & ~negative].tolist()))
            inactive.append(tuple(relus[~positive].tolist()))
        kept = kept_neurons(self._network, active, inactive) if complete else [range(width) for width in self._network.widths]
        layers = []
        for layer, on, never, left, off in zip(self._network.hidden, active, inactive, kept, self._off, strict=True):
            redundant = {*range(layer.outputs)} - {*layer.linear, *on, *never, *left}
            layers.append(StableLayer(layer.outputs, on, never, tuple(sorted(redundant)), off))
        return StableLayers(tuple(layers), dict(sorted(self._facets.items())), dict(sorted(self._layers_off.items())))
