"""Pictures of region graphs: over the pieces where there are one or two coordinates, else in a layout of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq

from relupoly.exact.rationals import nearest_float
from relupoly.files.by_name import domain_of, name_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.graph import region_graph
from relupoly.plain_text import counted
from relupoly.plots.charts.axes import add_legend
from relupoly.plots.colors import KINDS
from relupoly.plots.figure import axes_for, set_title
from relupoly.plots.line.line_cells import line_cells
from relupoly.plots.plane.listing import plane_cells
from relupoly.plots.plane.plane_cells import Floats, Ints, PlaneCells
from relupoly.plots.styles import is_dark, layer_line
from relupoly.plots.window import coordinate_names, dimension_of, shown_in
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.by_name import DomainLike, NetworkLike

# Of nodes: a spring layout takes time that grows with the square of their number, and half a second with so many.
_MOST_SPRINGS, _STEPS = 400, 150
# How far, and at which angles, the other directions are seen where there is no layout of springs.
_ASLANT, _DAMPING, _GOLDEN = 0.35, 0.9, 2.399963
_OUTLINE = "#9a9a9a"
_LARGEST_NODE, _SMALLEST_NODE, _WIDEST, _THINNEST = 40.0, 0.4, 1.3, 0.15


@dataclass(frozen=True, eq=False)
class GraphPicture:
    """A region graph, ready to be drawn.

    Attributes
    ----------
    places : ndarray of float64, shape (nodes, 2)
    edges : ndarray of int, shape (edges, 2)
        Nodes from 0, each pair once.
    layer : ndarray of int, shape (edges,)
        Of the first neuron that is crossed, from 1.
    names : tuple of str
        What the coordinates are called; none where places are those of a layout.
    domain : Domain or DomainUnion
    notion : str
    cells : PlaneCells or None
        Whose borders are seen behind it.
    """

    places: Floats
    edges: Ints
    layer: Ints
    names: tuple[str, ...]
    domain: Domain | DomainUnion
    notion: str
    cells: PlaneCells | None = None

    needs_space = False

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""
        nodes, edges = len(self.places), len(self.edges)
        degree = f", average degree {2 * edges / nodes:.3g}" if nodes else ""
        return f"{name}: {counted(nodes, 'node')}, {counted(edges, 'edge')}{degree}\n{self.notion}, on {self.domain.name}"

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        from matplotlib.collections import LineCollection
        from matplotlib.lines import Line2D

        handles: list[Any] = []
        crowd = max(1, len(self.places)) ** 0.5
        width = float(np.clip(20 / crowd, _THINNEST, _WIDEST))
        if self.cells is not None:
            borders = self.cells.edges.ends[self.cells.edges.is_border]
            ax.add_collection(LineCollection(list(borders), colors=_OUTLINE, linewidths=width / 2, zorder=1, label="borders"))
        for layer in np.unique(self.layer).tolist():
            ends, color = self.places[self.edges[self.layer == layer]], layer_line(layer, is_dark(ax))
            name = f"across layer {layer}"
            ax.add_collection(LineCollection(list(ends), colors=color, linewidths=width, zorder=2, label=name))
            handles.append(Line2D([], [], color=color, label=name))
        size = float(np.clip(4000 / crowd**2, _SMALLEST_NODE, _LARGEST_NODE))
        ax.scatter(self.places[:, 0], self.places[:, 1], s=size, color=KINDS[0], linewidths=0, zorder=3)
        self._frame(ax)
        if legend:
            add_legend(ax, handles)

    def _frame(self, ax: Axes) -> None:
        if self.cells is not None:
            lower, upper = self.cells.corners.min(axis=0), self.cells.corners.max(axis=0)
            ax.set_xlim(lower[0], upper[0])
            ax.set_ylim(lower[1], upper[1])
        else:
            ax.margins(0.04)
        if not self.names:
            ax.set_axis_off()
            return
        ax.set_xlabel(self.names[0], parse_math=False)
        ax.set_ylabel(self.names[1], parse_math=False)


def graph_picture(
    network: Network, domain: Domain | DomainUnion | None = None, notion: str = "open", run: Run = UNLIMITED
) -> GraphPicture:
    """Find what a picture shows of the graph of a net's regions.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default. With one or two coordinates the picture shows a window of one without end.
    notion : str
        "open", "activation", "closed" or "affine": what is a node.
    run : Run, optional

    Raises
    ------
    InputError
        If the domain does not fit the net, or regions of the notion are not listed.
    Stopped
        If the run is.
    """
    domain = domain or Domain()
    first = domain.parts[0] if isinstance(domain, DomainUnion) else domain
    for part in domain.parts if isinstance(domain, DomainUnion) else (domain,):
        part.check_dimension(network.input_dim)
    dimension = dimension_of(network, first)
    if dimension > 2:
        return _laid_out(network, domain, notion, run)
    window = shown_in(network, domain, run)
    names = coordinate_names(window.whole, dimension)
    if dimension == 1:
        line = line_cells(network, window.domain, notion, run)
        middle = line.ends.mean(axis=1)
        heights = line.slope[:, 0] * middle + line.constant[:, 0]
        is_next = (line.layer[:-1] > 0) & (line.piece[:-1] != line.piece[1:])
        pairs = np.stack([line.piece[:-1], line.piece[1:]], axis=1)[is_next]
        places = np.stack([middle, heights], axis=1)[_first_of_each(line.piece)]
        return GraphPicture(places, *_once(pairs, line.layer[:-1][is_next]), (*names, "value"), window.domain, notion)
    cells = plane_cells(network, window.domain, notion, run)
    edges = cells.edges
    inner = edges.inner & edges.is_border
    pairs = np.stack([cells.piece[edges.one[inner]], cells.piece[edges.other[inner]]], axis=1)
    largest = np.lexsort((-cells.area, cells.piece))
    places = cells.middle[largest[_first_of_each(cells.piece[largest])]]
    return GraphPicture(places, *_once(pairs, edges.layer[inner]), names, window.domain, notion, cells)


def plot_graph(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    notion: str = "open",
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Axes:
    """Draw the graph of a net's regions: an edge joins two with a facet in common, in the colour of the layer that makes it.

    Over one or two coordinates each node stands inside its region. Otherwise few nodes have a layout of springs, and many stand
    where points of their regions are seen along the two directions in which these spread most.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    notion : str
        "open", "activation", "closed" or "affine": what is a node.
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot.
    legend : bool
        Whether to tell what colours mean.
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
        If a file cannot be read, matplotlib is not installed, or the domain does not fit the net.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> corner = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 2]], None)])
    >>> ax = plot_graph(corner, Domain.box([-1, -1], [1, 1]), ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    network: 4 nodes, 4 edges, average degree 2
    open, on box -1 1
    """
    found = graph_picture(network_of(network), domain_of(domain), notion, run_of(deadline, run))
    axes = axes_for(ax)
    found.draw(axes, legend=legend)
    set_title(axes, found.title(name_of(network)) if title is None else title)
    return axes


def _laid_out(network: Network, domain: Domain | DomainUnion, notion: str, run: Run) -> GraphPicture:
    """The picture where there are more than two coordinates."""
    graph = region_graph(network, domain, notion, ["point"], run=run)
    order = {node: place for place, node in enumerate(sorted(graph))}
    pairs = np.array([sorted((order[one], order[two])) for one, two in graph.edges], dtype=np.intp).reshape(-1, 2)
    layers = np.array([min(layer for layer, _ in graph.edges[edge]["neurons"]) for edge in graph.edges], dtype=np.intp)
    places = _spread([graph.nodes[node]["point"] for node in order])
    if 2 < len(order) <= _MOST_SPRINGS:
        import networkx

        begin = dict(enumerate(places + 1e-3 * _ring(len(order))))
        ordered = networkx.Graph()
        ordered.add_nodes_from(range(len(order)))
        ordered.add_edges_from(pairs.tolist())
        found = networkx.spring_layout(ordered, pos=begin, iterations=_STEPS, seed=0)
        places = np.array([found[node] for node in range(len(order))])
    run.tick()
    return GraphPicture(places, *_once(pairs, layers), (), domain, notion)


def _spread(points: Sequence[Sequence[fmpq]]) -> Floats:
    """Points as seen along the two directions in which they spread most, between -1 and 1."""
    rows = np.array([[nearest_float(entry) for entry in point] for point in points], dtype=np.float64)
    scale = float(np.abs(rows).max(initial=0.0)) or 1.0
    rows = rows / scale - (rows / scale).mean(axis=0)
    spread, directions = np.linalg.eigh(rows.T @ rows)
    spread, directions = spread[::-1], directions[:, ::-1]
    directions = directions * np.where(directions[np.abs(directions).argmax(axis=0), range(len(spread))] < 0, -1.0, 1.0)
    # The first two directions are the axes; the others are seen aslant, ever shorter, so that few points fall on each other.
    place = np.arange(len(spread))
    angles = np.where(place < 2, place * np.pi / 2, place * _GOLDEN)
    lengths = np.where(place < 2, 1.0, _ASLANT * np.sqrt(np.maximum(spread, 0) / (spread[0] or 1.0)) * _DAMPING**place)
    seen: Floats = rows @ directions @ (lengths[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1))
    found: Floats = seen / (float(np.abs(seen).max(initial=0.0)) or 1.0)
    return found


def _ring(number: int) -> Floats:
    """Points of a circle: added to places, they part those that are equal."""
    angles = 2 * np.pi * np.arange(number) / max(1, number)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _first_of_each(numbers: Ints) -> Ints:
    """Where each number stands first, by the numbers."""
    found: Ints = np.unique(numbers, return_index=True)[1]
    return found


def _once(pairs: Ints, layers: Ints) -> tuple[Ints, Ints]:
    """Each pair once, with the first of its layers."""
    if not len(pairs):
        return pairs.reshape(-1, 2), layers
    ordered = np.sort(pairs, axis=1)
    order = np.lexsort((layers, ordered[:, 1], ordered[:, 0]))
    ordered, layers = ordered[order], layers[order]
    is_new = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)]
    return ordered[is_new], layers[is_new]
