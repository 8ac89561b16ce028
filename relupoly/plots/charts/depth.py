"""How the pieces of a hard family grow with its depth, beside what nets with fewer layers and as many neurons have at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relupoly.bounds.shallow import most_regions
from relupoly.constructions.catalogue import FAMILIES, find_family
from relupoly.constructions.family import Family
from relupoly.constructions.hard import hard
from relupoly.constructions.hard_net import Claims
from relupoly.errors import ConstructionError
from relupoly.pieces.count import count_pieces
from relupoly.plain_text import counted
from relupoly.plots.charts.axes import LINE_COLORS, add_legend, ink, log_heights, whole_ticks
from relupoly.plots.figure import axes_for, set_title
from relupoly.plots.styles import is_dark
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CELLS = 10_000
"""Nets with more cells are not counted unless that is wanted: so many take some hundredths of a second."""

SHALLOW = (1, 2, 3)
"""Of nets with so many hidden layers bounds are shown."""

_WIDTH, _WIDTHS = "width", "widths"
_MOST_TICKS = 12  # labels of two lines that fit beside each other
_MOST_MARKS = 40  # of a curve, before they become a band
_MARKS = "s^Dvp*X"


@dataclass(frozen=True)
class DeepNet:
    """A member of a family, and how many pieces it has.

    Attributes
    ----------
    hidden_layers, neurons, inputs : int
    proved : int or None
        How many pieces there are on R^n by the family's theorem; None where it says nothing.
    relation : str
        "", or "at least" or "almost surely" where that is what is proved.
    counted : int or None
        How many the engine has counted; None where there would be too many cells.
    """

    hidden_layers: int
    neurons: int
    inputs: int
    proved: int | None
    relation: str
    counted: int | None

    def most_of(self, hidden_layers: int) -> int | None:
        """What a net has at most that has as many neurons in so many hidden layers; None where these are no fewer."""
        if hidden_layers >= self.hidden_layers:
            return None
        return most_regions(self.inputs, self.neurons, hidden_layers)


@dataclass(frozen=True)
class DepthPicture:
    """Pieces against depth, ready to be drawn.

    Attributes
    ----------
    family : str
    parameters : mapping
        Those that all nets share.
    nets : tuple of DeepNet
        By depth; at least one.
    shallow : tuple of int
        Of which numbers of hidden layers bounds are shown.
    """

    family: str
    parameters: Mapping[str, Any]
    nets: tuple[DeepNet, ...]
    shallow: tuple[int, ...] = SHALLOW

    @property
    def bounds(self) -> dict[int, list[tuple[DeepNet, int]]]:
        """For each number of hidden layers the nets that are deeper, with what shallower ones have at most."""
        found = {layers: [(net, most) for net in self.nets if (most := net.most_of(layers))] for layers in self.shallow}
        return {layers: pairs for layers, pairs in found.items() if pairs}

    @property
    def title(self) -> str:
        """What it shows."""
        given = [f"{name} {value}" for name, value in self.parameters.items()]
        known = sum(net.counted is not None for net in self.nets)
        some = "" if known == len(self.nets) else f"{known} of "
        return (
            f"{', '.join([self.family, *given])}: pieces against depth\n{some}{counted(len(self.nets), 'net')} counted exactly"
        )

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        proved = [(net, net.proved) for net in self.nets if net.proved is not None]
        found = [(net, net.counted) for net in self.nets if net.counted is not None]
        bounds = self.bounds
        pairs = [*proved, *found, *(pair for one in bounds.values() for pair in one)]
        height = log_heights(ax, [number for _, number in pairs] or [1])
        marks = len(self.nets) <= _MOST_MARKS
        handles = []
        for place, (layers, most) in enumerate(bounds.items(), 1):
            handles += ax.plot(
                [net.hidden_layers for net, _ in most],
                [height(number) for _, number in most],
                color=LINE_COLORS[place % len(LINE_COLORS)],
                linewidth=1.3,
                linestyle="--",
                marker=_MARKS[(place - 1) % len(_MARKS)] if marks else "",
                markersize=4,
                label=f"at most, with {counted(layers, 'hidden layer')}",
            )
        if proved:
            words = dict.fromkeys(net.relation for net, _ in proved if net.relation)
            line = ax.plot(
                [net.hidden_layers for net, _ in proved],
                [height(number) for _, number in proved],
                color=LINE_COLORS[0],
                linewidth=1.8,
                marker="o" if marks else "",
                markersize=6,
                markerfacecolor=ax.get_facecolor(),
                label=", ".join([*words, "by theorem"]),
                zorder=3,
            )
            handles = [*line, *handles]
        if found:
            dots = ax.plot(
                [net.hidden_layers for net, _ in found],
                [height(number) for _, number in found],
                linestyle="none",
                marker="o",
                markersize=5,
                color=ink(is_dark(ax)),
                label="counted exactly",
                zorder=4,
            )
            handles = [*dots, *handles]
        ax.set_ylabel("affine pieces")
        several = self._set_ticks(ax)
        if legend:
            add_legend(ax, handles, extra=int(several))

    def _set_ticks(self, ax: Axes) -> bool:
        """Ticks at depths, with the numbers of neurons where there is room; whether there is."""
        depths = [net.hidden_layers for net in self.nets]
        ax.set_xlim(min(depths) - 0.5, max(depths) + 0.5)
        width = ax.figure.bbox.width / ax.figure.dpi
        if len(depths) > min(_MOST_TICKS, 2 * (width - 1)):
            ax.set_xlabel("hidden layers")
            whole_ticks(ax)
            return False
        ax.set_xlabel("hidden layers (neurons in all)")
        ax.set_xticks(depths, [f"{net.hidden_layers}\n({net.neurons})" for net in self.nets])
        return True


def pieces_by_depth(
    family: str,
    depths: Sequence[int],
    *,
    shallow: Sequence[int] = SHALLOW,
    most_cells: int = MOST_CELLS,
    run: Run = UNLIMITED,
    **parameters: Any,
) -> DepthPicture:
    """How many pieces the members of a family have, by depth.

    Parameters
    ----------
    family, depths, shallow, most_cells, run, **parameters
        As for `plot_depth`.

    Raises
    ------
    ConstructionError
        If there is no such family or parameter, or the family has no depth.
    SizeError
        If a net would take all memory.
    Stopped
        If the run is.

    Examples
    --------
    >>> found = pieces_by_depth("sawtooth", range(1, 5), width=3)
    >>> [net.counted for net in found.nets], [net.proved for net in found.nets]
    ([4, 10, 28, 82], [4, 10, 28, 82])
    >>> [most for _, most in found.bounds[1]], [most for _, most in found.bounds[2]]
    ([7, 10, 13], [30, 49])
    """
    entry = find_family(family)
    name = depth_parameter(entry)
    wanted = sorted(set(depths))
    for number in wanted:
        if number < 1:
            raise ConstructionError(f"{name}: {number} is too small; give 1 or more")
    if not wanted:
        raise ConstructionError(f"{name} is missing; give one or more, such as 1..6")
    for layers in shallow:
        if layers < 1:
            raise ConstructionError(f"there are no nets with {layers} hidden layers to compare with; give 1 or more")
    given = {one: value for one, value in parameters.items() if value is not None}
    nets = []
    for number in wanted:
        run.tick()
        nets.append(_deep_net(entry, {**given, name: number}, most_cells, run))
        run.progress(len(nets))
    return DepthPicture(family, given, tuple(nets), tuple(sorted(set(shallow))))


def depth_parameter(family: Family) -> str:
    """What the depth of a family's members is called.

    Raises
    ------
    ConstructionError
        If they have none.

    Examples
    --------
    >>> depth_parameter(FAMILIES["telgarsky"]), depth_parameter(FAMILIES["montufar"])
    ('iterations', 'depth')
    """
    names = [one.name for one in family.parameters]
    if _WIDTHS in names or "depth" in names:
        return "depth"
    if "iterations" in names:
        return "iterations"
    others = [
        one.name for one in FAMILIES.values() if {_WIDTHS, "depth", "iterations"} & {name.name for name in one.parameters}
    ]
    raise ConstructionError(f"the family {family.name} does not grow with its depth; choose among {', '.join(sorted(others))}")


def plot_depth(
    family: str = "sawtooth",
    depths: Sequence[int] = range(1, 9),
    *,
    shallow: Sequence[int] = SHALLOW,
    most_cells: int = MOST_CELLS,
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
    **parameters: Any,
) -> Axes:
    """Draw how the pieces of a hard family grow with its depth, and what shallower nets with as many neurons have at most.

    Parameters
    ----------
    family : str
        One of those that `hard` builds.
    depths : sequence of int
        The depths, or what the family has instead: the iterations of "telgarsky".
    shallow : sequence of int
        Of nets with so many hidden layers bounds are shown, where these are fewer.
    most_cells : int
        Nets with at most so many cells are built and counted; of others the picture has what the theorem says.
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot.
    legend : bool
        Whether to tell what lines mean.
    title : str, optional
        By default what is shown.
    deadline : float, optional
        Give up after so many seconds.
    run : Run, optional
    **parameters
        The other parameters of the family; families with `widths` take one `width` for all layers.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        If there is no such family or parameter, a net would be too large, or matplotlib is not installed.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = plot_depth("sawtooth", range(1, 5), width=2, ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    sawtooth, width 2: pieces against depth
    4 nets counted exactly
    """
    found = pieces_by_depth(family, depths, shallow=shallow, most_cells=most_cells, run=run_of(deadline, run), **parameters)
    axes = axes_for(ax)
    found.draw(axes, legend=legend)
    set_title(axes, found.title if title is None else title)
    return axes


def _deep_net(family: Family, given: Mapping[str, Any], most_cells: int, run: Run) -> DeepNet:
    """A member of a family, counted if it has few cells."""
    built = hard(family.name, **_own(family, given))
    network = built.network
    proved, relation = _proved(built.claims)
    found = None
    if proved is None or proved <= most_cells:
        count = count_pieces(network, limit=most_cells, run=run)
        if count.stopped not in (None, "limit"):
            raise Stopped(count.stopped)
        found = count.pieces if count.complete else None
    return DeepNet(len(network.widths), sum(network.widths), network.input_dim, proved, relation, found)


def _own(family: Family, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a member as the family has them.

    Raises
    ------
    ConstructionError
        If the family takes widths, and there is none.
    """
    own = dict(given)
    if _WIDTHS not in [one.name for one in family.parameters]:
        return own
    if _WIDTHS in own:
        raise ConstructionError("widths: here all layers have one width; give width instead")
    if _WIDTH not in own:
        raise ConstructionError("width is missing; give it")
    own[_WIDTHS] = [own.pop(_WIDTH)] * own.pop("depth")
    return own


def _proved(claims: Claims) -> tuple[int | None, str]:
    """How many pieces are proved, and in which sense."""
    if claims.pieces is not None:
        return claims.pieces, ""
    if claims.pieces_at_least is not None:
        return claims.pieces_at_least, "at least"
    if claims.pieces_almost_surely is not None:
        return claims.pieces_almost_surely, "almost surely"
    return None, ""
