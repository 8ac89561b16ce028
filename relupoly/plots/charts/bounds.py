"""Bounds on the number of regions against width or depth, and the counts of nets as points between them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relupoly.bounds.bound import NOTIONS, Bound
from relupoly.bounds.lower import LOWER
from relupoly.bounds.upper import UPPER
from relupoly.errors import InputError, NetworkError, SizeError
from relupoly.files.by_name import domain_of, network_of
from relupoly.files.streams import display_name, located
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.plain_text import counted
from relupoly.plots.charts.axes import LINE_COLORS, add_legend, ink, log_heights, whole_ticks
from relupoly.plots.figure import axes_for, set_title
from relupoly.plots.styles import is_dark
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.by_name import DomainLike, NetworkLike

_MOST_NEURONS = 100_000  # as for `relupoly bounds`: all bounds of 1,000 layers of 100 neurons took 1.5 s
_MOST_MARKS = 40  # of a curve, before they become a band
_MARKS = "s^Dvp*X<>h"


@dataclass(frozen=True)
class Grown:
    """Architectures whose layers are equally wide, by width or by depth.

    Attributes
    ----------
    inputs : int
    widths, depths : tuple of int
        One of them has one entry, unless there is one architecture.

    Raises
    ------
    NetworkError
        If both have several, one has none, or a number is too small.
    SizeError
        If there would be too many neurons.
    """

    inputs: int
    widths: tuple[int, ...]
    depths: tuple[int, ...]

    def __post_init__(self) -> None:
        for what, numbers in (("inputs", (self.inputs,)), ("width", self.widths), ("depth", self.depths)):
            if not numbers:
                raise NetworkError(f"there is no {what}; give one, or several such as 1..8")
            if min(numbers) < 1:
                raise NetworkError(f"{what}: {min(numbers)} is too small; give 1 or more")
        if len(self.widths) > 1 and len(self.depths) > 1:
            raise NetworkError("several widths and several depths make no curve; give several of one, and one of the other")
        if max(self.widths) * max(self.depths) > _MOST_NEURONS:
            raise SizeError(f"{max(self.widths) * max(self.depths)} neurons are too many; give at most {_MOST_NEURONS}")

    @property
    def by_depth(self) -> bool:
        """Whether depths are what differs."""
        return len(self.depths) > 1

    @property
    def places(self) -> tuple[int, ...]:
        """The widths, or the depths."""
        return self.depths if self.by_depth else self.widths

    def layers(self, place: int) -> tuple[int, ...]:
        """The hidden widths at a place."""
        return (self.widths[0],) * place if self.by_depth else (place,) * self.depths[0]

    def place_of(self, network: Network, inputs: int) -> int:
        """At which place a net on so many inputs is.

        Raises
        ------
        NetworkError
            If it is at none.
        """
        own = network.widths
        place = len(own) if self.by_depth else own[0] if own else 0
        if inputs != self.inputs or place not in self.places or own != self.layers(place) or _has_linear(network):
            shape = ", ".join(map(str, own)) or "none"
            linear = ", some neurons linear" if _has_linear(network) else ""
            raise NetworkError(f"it has {counted(inputs, 'input')}, hidden layers: {shape}{linear}; here are nets with {self}")
        return place

    def __str__(self) -> str:
        inputs = counted(self.inputs, "input")
        if self.by_depth:
            return f"{inputs} and {self.depths[0]} to {self.depths[-1]} hidden layers of {counted(self.widths[0], 'neuron')}"
        first = f"{self.widths[0]} to " if len(self.widths) > 1 else ""
        return f"{inputs} and {counted(self.depths[0], 'hidden layer')} of {first}{counted(self.widths[-1], 'neuron')}"


@dataclass(frozen=True)
class Curve:
    """Bounds that are the same at all places.

    Attributes
    ----------
    side : str
        "at most" or "at least".
    names : tuple of str
        As `relupoly bounds` calls them.
    values : tuple of int or None
        Place by place; None where the precondition fails.
    """

    side: str
    names: tuple[str, ...]
    values: tuple[int | None, ...]

    def known(self, places: Sequence[int]) -> list[tuple[int, int]]:
        """Places with bounds that say something: at least 0 regions says nothing, and has no height on a logarithmic scale."""
        return [(place, value) for place, value in zip(places, self.values, strict=True) if value]

    @property
    def label(self) -> str:
        """What a legend calls it."""
        return f"{self.side}: {', '.join(self.names)}"


@dataclass(frozen=True)
class BoundsPicture:
    """Bounds and counts, ready to be drawn.

    Attributes
    ----------
    grown : Grown
    notion : str
    curves : tuple of Curve
    counts : tuple of (int, int)
        The places of nets, and how many regions each has.
    domain : str
        Where they were counted.
    """

    grown: Grown
    notion: str
    curves: tuple[Curve, ...]
    counts: tuple[tuple[int, int], ...] = ()
    domain: str = "R^n"

    @property
    def title(self) -> str:
        """What it shows."""
        nets = f"\n{counted(len(self.counts), 'net')} counted exactly on {self.domain}" if self.counts else ""
        return f"Bounds: {self.grown}{nets}"

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        places = self.grown.places
        known = [value for curve in self.curves for value in curve.values if value]
        height = log_heights(ax, [*known, *(count for _, count in self.counts)] or [1])
        handles = []
        for number, curve in enumerate(self.curves):
            pairs = curve.known(places)
            handles += ax.plot(
                [place for place, _ in pairs],
                [height(value) for _, value in pairs],
                color=LINE_COLORS[number % len(LINE_COLORS)],
                linewidth=1.4,
                linestyle="-" if curve.side == "at most" else "--",
                marker=_MARKS[number % len(_MARKS)] if len(places) <= _MOST_MARKS else "",
                markersize=4,
                label=curve.label,
            )
        if self.counts:
            handles += ax.plot(
                [place for place, _ in self.counts],
                [height(count) for _, count in self.counts],
                linestyle="none",
                marker="o",
                markersize=6,
                color=ink(is_dark(ax)),
                label="counted exactly",
                zorder=4,
            )
        ax.set_xlabel("hidden layers" if self.grown.by_depth else "width of each hidden layer")
        ax.set_ylabel(f"regions ({self.notion})")
        ax.set_xlim(min(places) - 0.5, max(places) + 0.5)
        whole_ticks(ax)
        if legend:
            add_legend(ax, handles)


def bounds_and_counts(
    grown: Grown,
    networks: Mapping[str, Network] | None = None,
    domain: Domain | DomainUnion | None = None,
    *,
    notion: str = "activation",
    names: Sequence[str] = (),
    run: Run = UNLIMITED,
) -> BoundsPicture:
    """What is known of architectures, and the counts of some nets.

    Parameters
    ----------
    grown : Grown
    networks : mapping of str to Network, optional
        By name, for messages.
    domain : Domain or DomainUnion, optional
        Where they are counted; all of R^n by default.
    notion, names, run
        As for `plot_bounds`.

    Raises
    ------
    InputError
        If there is no such notion or bound on it, or a net is none of these architectures.
    Stopped
        If the run is.

    Examples
    --------
    >>> found = bounds_and_counts(Grown(2, (4, 5, 6), (1,)), names=["trivial", "zaslavsky"])
    >>> [(curve.label, curve.values) for curve in found.curves]
    [('at most: trivial', (16, 32, 64)), ('at most: zaslavsky', (11, 16, 22)), ('at least: zaslavsky', (11, 16, 22))]
    """
    if notion not in NOTIONS:
        raise InputError(f"there is no notion {notion}; choose among {', '.join(NOTIONS)}")
    usable = [name for name in dict.fromkeys([*UPPER, *LOWER]) if any(_bounds(name, table, notion) for table in (UPPER, LOWER))]
    for name in names:
        if name not in usable:
            raise InputError(f"there is no bound {name} on {notion} regions; choose among {', '.join(usable)}")
    wanted = names or usable
    curves = (*_curves(grown, UPPER, "at most", notion, wanted), *_curves(grown, LOWER, "at least", notion, wanted))
    where = domain or Domain()
    found = [(_placed(grown, name, net, where), name, net) for name, net in (networks or {}).items()]
    counts = []
    for place, _, net in found:
        run.tick()
        count = count_pieces(net, where, notion, run=run)
        if not count.complete:
            raise Stopped(count.stopped or "interrupted")
        counts.append((place, count.counts[notion]))
    return BoundsPicture(grown, notion, curves, tuple(counts), where.name)


def plot_bounds(
    inputs: int,
    widths: int | Sequence[int],
    depths: int | Sequence[int],
    networks: Sequence[NetworkLike] = (),
    domain: DomainLike = None,
    *,
    notion: str = "activation",
    names: Sequence[str] = (),
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Axes:
    """Draw bounds on the number of regions against width or depth, and the counts of nets as points.

    Parameters
    ----------
    inputs : int
    widths, depths : int or sequence of int
        Of the hidden layers, all of which are equally wide, and how many there are; one of the two has several numbers.
    networks : sequence of Network or path
        Nets of such architectures, which are counted.
    domain : Domain, DomainUnion or path, optional
        Where they are counted; all of R^n by default. In a subspace, its dimension is the number of inputs.
    notion : str
        Which regions: a notion as for `count_pieces`.
    names : sequence of str
        Which bounds, as `upper_bounds` and `lower_bounds` name them; all that hold for the notion by default.
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot.
    legend : bool
        Whether to name the bounds.
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
        If numbers make no curve, there is no such bound, a net is none of these architectures, or matplotlib is not installed.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = plot_bounds(2, range(1, 9), 2, ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    Bounds: 2 inputs and 2 hidden layers of 1 to 8 neurons
    """
    grown = Grown(inputs, _numbers(widths), _numbers(depths))
    nets = {_name(one, number): network_of(one) for number, one in enumerate(networks, 1)}
    found = bounds_and_counts(grown, nets, domain_of(domain), notion=notion, names=names, run=run_of(deadline, run))
    axes = axes_for(ax)
    found.draw(axes, legend=legend)
    set_title(axes, found.title if title is None else title)
    return axes


def _curves(grown: Grown, table: Mapping[str, Bound], side: str, notion: str, wanted: Sequence[str]) -> list[Curve]:
    """The bounds of a table on a notion; those that are the same everywhere are one curve."""
    together: dict[tuple[int | None, ...], list[str]] = {}
    for name in table:
        if name in wanted and _bounds(name, table, notion):
            values = tuple(table[name](grown.inputs, grown.layers(place)) for place in grown.places)
            if any(values):
                together.setdefault(values, []).append(name)
    return [Curve(side, tuple(names), values) for values, names in together.items()]


def _bounds(name: str, table: Mapping[str, Bound], notion: str) -> bool:
    return name in table and notion in table[name].notions


def _placed(grown: Grown, name: str, network: Network, domain: Domain | DomainUnion) -> int:
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    with located(name):
        for part in parts:
            part.check_dimension(network.input_dim)
        subspace = parts[0].subspace
        return grown.place_of(network, subspace.dimension if subspace else network.input_dim)


def _has_linear(network: Network) -> bool:
    return any(layer.linear for layer in network.hidden)


def _numbers(given: int | Sequence[int]) -> tuple[int, ...]:
    return (given,) if isinstance(given, int) else tuple(sorted(set(given)))


def _name(network: NetworkLike, number: int) -> str:
    return display_name(network) if isinstance(network, (str, os.PathLike)) else f"network {number}"
