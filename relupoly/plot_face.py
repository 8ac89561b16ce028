"""Pictures as people type them: like `relupoly.face`, with file names where nets, domains and data are expected."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from relupoly.files.by_name import domain_of, name_of, network_of
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.by_name import DomainLike, NetworkLike
    from relupoly.files.labelled_points import LabelledPoints
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.plots.view import View
    from relupoly.run import Run

    DataLike = str | os.PathLike[str] | tuple[Any, Any] | Sequence[Any] | None


def plot(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    notion: str = "open",
    color: str | None = None,
    output: int | None = None,
    level: Any = None,
    ties: tuple[int, int] | None = None,
    boundary: bool = False,
    layers: Sequence[int] | None = None,
    fixed: Mapping[int, Any] | None = None,
    data: DataLike = None,
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Axes:
    """Draw a net: its graph over one input, its pieces over two, a slice of three or the surface where it has a value.

    Which pieces there are, and which are neighbours, is exact; where they are drawn is rounded.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default: then a window around most vertices, or around the data, is shown.
    notion : str
        "open", "activation", "closed" or "affine".
    color : str, optional
        By what pieces over two inputs are coloured: "gradient" (the default), "value", "pattern", "layer", "depth", "area".
    output : int, optional
        Whose gradient or value, from 0.
    level : number, optional
        Draw where the output has this value.
    ties : (int, int), optional
        Draw where two outputs are equal.
    boundary : bool
        Draw where the largest output is attained twice; of one output, where it is 0.
    layers : sequence of int, optional
        Which hidden layers' borders are drawn, from 1; all by default.
    fixed : mapping of int to number, optional
        Values of coordinates, from 1, that are held fixed.
    data : path, array of points, or (points, labels), optional
        Drawn over it, by class or value.
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot. A surface needs axes with `projection="3d"`.
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
        If a file cannot be read, matplotlib is not installed, or what is asked for is not drawn.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from relupoly import Domain, Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> ax = plot(absolute_value, Domain.box([-1], [1]), ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    network: 2 affine pieces
    open, on box -1 1
    """
    from relupoly.plots.figure import axes_for, set_title
    from relupoly.plots.net_picture import picture_of

    view = view_of(notion, color, output, level, ties, boundary, layers)
    net, where = network_of(network), domain_of(domain)
    points = points_of(data, net, where, len(fixed or ()))
    found = picture_of(net, where, view, points=points, fixed=fixed, run=run_of(deadline, run))
    axes = axes_for(ax, found.needs_space)
    found.draw(axes, legend=legend)
    set_title(axes, found.title(name_of(network)) if title is None else title)
    return axes


def view_of(
    notion: str,
    color: str | None,
    output: int | None,
    level: Any,
    ties: tuple[int, int] | None,
    boundary: bool,
    layers: Sequence[int] | None,
) -> View:
    """What is shown, as people say it."""
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at
    from relupoly.plots.view import View

    at = None if level is None else rational_at(level, "the level", NumberError)
    return View(notion, color, output, at, ties, boundary, None if layers is None else tuple(layers))


def points_of(data: DataLike, network: Network, domain: Domain | DomainUnion | None, fixed: int) -> LabelledPoints | None:
    """Data of a file, or those that were given."""
    if data is None:
        return None
    from relupoly.plots.net_picture import point_dimensions

    if isinstance(data, (str, os.PathLike)):
        from relupoly.files.labelled_points import read_labelled_points

        return read_labelled_points(data, point_dimensions(network, domain, fixed))
    from relupoly.files.labelled_points import LabelledPoints

    points, labels = data if isinstance(data, tuple) else (data, None)
    rows = tuple(tuple(row) for row in points)
    return LabelledPoints(rows, labels=None if labels is None else tuple(map(str, labels)))
