"""How steep a net is, and on how much of a domain: the norms of its gradients, with volumes, and the Lipschitz constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.levels.volumes import VolumeLook
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.largest_gradient import LargestGradient
from relupoly.analysis.lipschitz.norms import Enclosure, GradientNorm
from relupoly.analysis.over_cells import over_cells
from relupoly.errors import DomainError, InputError, NetworkError, SizeError
from relupoly.exact.rationals import nearest_float
from relupoly.exact.short_texts import short_text
from relupoly.files.by_name import domain_of, name_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import compose
from relupoly.networks.network import Network
from relupoly.pieces.listing.records import CellRecord
from relupoly.plain_text import counted
from relupoly.plots.charts.axes import add_legend
from relupoly.plots.colors import KINDS
from relupoly.plots.figure import axes_for, set_title
from relupoly.plots.styles import BOUNDARY
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.by_name import DomainLike, NetworkLike

VOLUME, NUMBER = "volume", "number"
WEIGHTS = (VOLUME, NUMBER)
"""What a cell counts for: its volume, or 1."""

BINS = 40
_NOT_SEEN = "cells of so many inputs have too many vertices for volumes; count cells alike, as by --weight number"
_NO_END = (
    "has no end, so that cells have no volume; give a bounded one, as by --box, or count cells alike, as by --weight number"
)


@dataclass(frozen=True)
class GradientNorms:
    """The norms of a net's gradients on a domain.

    Attributes
    ----------
    weights : mapping of (fmpq, fmpq) to fmpq
        For each norm, enclosed by rationals, the volume on which the net has it, or the number of cells; ascending.
    lipschitz : Lipschitz
        The largest of them.
    cells : int
    weight : str
        One of `WEIGHTS`.
    domain : Domain or DomainUnion
    outputs : str
        Of which outputs, in words; empty if there is one.
    """

    weights: Mapping[Enclosure, fmpq]
    lipschitz: Lipschitz
    cells: int
    weight: str
    domain: Domain | DomainUnion
    outputs: str = ""

    @property
    def total(self) -> fmpq:
        """The volume of the domain, or the number of cells."""
        return sum(self.weights.values(), fmpq(0))

    @cached_property
    def constant(self) -> float:
        """The Lipschitz constant, rounded up."""
        return float(self.lipschitz)

    def binned(self, bins: int = BINS) -> tuple[NDArray[np.float64], tuple[fmpq, ...]]:
        """The ends of so many intervals of norms up to the constant, and the weight in each, exactly.

        A norm at the end of two intervals is in the upper one; the constant is in the last one.
        """
        ends = np.linspace(0.0, self.constant or 1.0, bins + 1)
        found = [fmpq(0)] * bins
        for (low, high), weight in self.weights.items():
            norm = nearest_float((low + high) / 2)
            found[min(int(np.searchsorted(ends, norm, side="right")) - 1, bins - 1)] += weight
        return ends, tuple(found)

    @property
    def norm(self) -> str:
        """Which norm it is."""
        power = self.lipschitz.norm
        return f"{power if isinstance(power, fmpq) else 'inf'}-norm"

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""
        what = "gradients" if len(self.lipschitz.gradient) == 1 else "Jacobians"
        of = f"{what}{self.outputs}, for the {self.norm} of inputs"
        return f"{name}: norms of {of}\n{counted(self.cells, 'cell')}, on {self.domain.name}"

    def draw(self, ax: Axes, *, legend: bool = True, bins: int = BINS) -> None:
        """Draw it on axes of matplotlib."""
        ends, weights = self.binned(bins)
        heights = [nearest_float(weight) for weight in weights]
        ax.bar(ends[:-1], heights, np.diff(ends), align="edge", color=KINDS[0], edgecolor=ax.get_facecolor(), linewidth=0.4)
        text = short_text(self.lipschitz.value) if self.lipschitz.value is not None else f"about {self.constant:.6g}"
        label = f"Lipschitz constant {text}"
        line = ax.axvline(self.constant, color=BOUNDARY, linewidth=1.6, linestyle="--", label=label, zorder=3)
        ax.set_xlim(0, ends[-1] * 1.04)
        ax.set_xlabel("operator norm of the Jacobian" if len(self.lipschitz.gradient) > 1 else "norm of the gradient")
        parts = self.domain.parts if isinstance(self.domain, DomainUnion) else (self.domain,)
        ax.set_ylabel("number of cells" if self.weight == NUMBER else f"volume{' (of t)' if parts[0].subspace else ''}")
        if legend:
            add_legend(ax, [line])


def gradient_norms(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    norm: Any = 2,
    output: int | None = None,
    weight: str = VOLUME,
    run: Run = UNLIMITED,
) -> GradientNorms:
    """The norms of a net's gradients on a domain.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default, which has cells without volume.
    norm : number
        As for `relupoly.lipschitz`.
    output : int, optional
        Of this output alone, from 0; by default of all, whose Jacobians have operator norms.
    weight : str
        One of `WEIGHTS`.
    run : Run, optional
        Asked at every cell whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, its sets lie in several subspaces, or a cell has no volume.
    InputError
        If there is no such weight, output or norm.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.
    Stopped
        If the run is.

    Examples
    --------
    >>> ramp = Network.from_rows([([[1], [1]], [0, -1]), ([[1, -3]], None)])
    >>> found = gradient_norms(ramp, Domain.box([-1], [4]))
    >>> {str(norm): str(volume) for (norm, _), volume in found.weights.items()}
    {'0': '1', '1': '1', '2': '3'}
    >>> float(found.lipschitz)
    2.0
    """
    if weight not in WEIGHTS:
        raise InputError(f"there is no weight {weight}; choose among {', '.join(WEIGHTS)}")
    domain = domain or Domain()
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    for part in parts:
        part.check_dimension(network.input_dim)
    of = ""
    if output is not None and network.output_dim > 1:
        network, of = _only(network, output), f" of output {output + 1}"
    elif output:
        raise NetworkError(f"there is no output {output + 1}: the network has 1 output")
    look = _NormLook(GradientNorm(norm, network.output_dim, parts[0].subspace), weight, domain.name)
    cells = over_cells(network, domain, [look], run)
    lipschitz = look.largest.found
    assert lipschitz is not None, "a domain has cells"
    return GradientNorms(look.roots(), lipschitz, cells, weight, domain, of)


def plot_lipschitz(
    network: NetworkLike,
    domain: DomainLike = None,
    norm: Any = 2,
    *,
    output: int | None = None,
    weight: str = VOLUME,
    bins: int = BINS,
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Axes:
    """Draw how large the norms of a net's gradients are, and on which volume, with the Lipschitz constant.

    Norms and volumes are exact, or enclosed; their places in the picture are rounded.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        Bounded, unless cells count alike.
    norm : number
        The p >= 1 of the norm of inputs, as for `lipschitz`.
    output : int, optional
        Of this output alone, from 0; by default of all, whose Jacobians have operator norms.
    weight : str
        What a cell counts for: "volume", or 1 for "number".
    bins : int
        How many intervals of norms there are.
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot.
    legend : bool
        Whether to tell what the line is.
    title : str, optional
        By default what is shown.
    deadline : float, optional
        Give up after so many seconds.
    run : Run, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        If a file cannot be read, matplotlib is not installed, the domain has no end, or there is no such norm or output.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from relupoly import Domain, Network
    >>> ramp = Network.from_rows([([[1], [1]], [0, -1]), ([[1, -3]], None)])
    >>> ax = plot_lipschitz(ramp, Domain.box([-1], [4]), ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    network: norms of gradients, for the 2-norm of inputs
    3 cells, on box -1 4
    """
    if bins < 1:
        raise InputError(f"there are no {bins} intervals; give 1 or more")
    found = gradient_norms(network_of(network), domain_of(domain), norm, output, weight, run_of(deadline, run))
    axes = axes_for(ax)
    found.draw(axes, legend=legend, bins=bins)
    name = name_of(network)
    set_title(axes, found.title(str(name)) if title is None else title)
    return axes


class _NormLook:
    """Measures the gradients of all cells, and adds up their weights.

    Parameters
    ----------
    norm : GradientNorm
    weight : str
    name : str
        Of the domain, for messages.
    """

    settled = False

    def __init__(self, norm: GradientNorm, weight: str, name: str) -> None:
        self.largest = LargestGradient(norm)
        self._norm, self._by_volume, self._name = norm, weight == VOLUME, name
        self.fields = ("pattern", "gradient", *(VolumeLook.fields if self._by_volume else ()))
        self._weights: dict[Enclosure, fmpq] = {}

    def add(self, cell: CellRecord) -> None:
        """Take a cell.

        Raises
        ------
        DomainError
            If it has no end.
        SizeError
            If its vertices are not known.
        """
        assert cell.gradient is not None
        weight = fmpq(1)
        if self._by_volume:
            if cell.vertices is None:
                raise SizeError(_NOT_SEEN)
            if cell.volume is None:
                raise DomainError(f"{self._name} {_NO_END}")
            weight = cell.volume
        self.largest.take(cell.gradient, cell.pattern)
        found = self.largest.measured(cell.gradient)
        self._weights[found] = self._weights.get(found, fmpq(0)) + weight

    def roots(self) -> dict[Enclosure, fmpq]:
        """The weights by norm, ascending; so far they are by square for p = 2."""
        return {self._norm.root(bounds): self._weights[bounds] for bounds in sorted(self._weights)}


def _only(network: Network, output: int) -> Network:
    """The net of one output.

    Raises
    ------
    NetworkError
        If there is none such.
    """
    outputs = network.output_dim
    if not 0 <= output < outputs:
        raise NetworkError(f"there is no output {output + 1}: the network has {outputs} outputs, numbered from 1")
    return compose(Network.from_rows([([[int(place == output) for place in range(outputs)]], None)]), network)
