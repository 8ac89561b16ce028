"""The loss of the best nets against their width, and what is proved: a bar from the bound up to the best that is known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relupoly.errors import InputError
from relupoly.exact.rationals import nearest_float
from relupoly.files.training_lines import WidthLoss, read_width_losses
from relupoly.plain_text import counted
from relupoly.plots.charts.axes import LINE_COLORS, add_legend, ink, whole_ticks
from relupoly.plots.figure import axes_for, set_title
from relupoly.plots.styles import is_dark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.streams import Location

# Of several curves, how far their bars stand apart, in widths.
_APART, _CAP = 0.06, 4


@dataclass(frozen=True)
class LossCurve:
    """What is known of the nets for one problem.

    Attributes
    ----------
    name : str
    losses : tuple of WidthLoss
        By width; at least one.
    """

    name: str
    losses: tuple[WidthLoss, ...]

    @property
    def about(self) -> str:
        """What is minimised, over what."""
        first = self.losses[0]
        return f"{self.measure} over {counted(first.samples, 'sample')}"

    @property
    def measure(self) -> str:
        """What the losses are."""
        loss = self.losses[0].loss
        return f"{loss} loss, {'largest' if loss == 'max' else 'sum'}"


@dataclass(frozen=True)
class LossPicture:
    """Losses against the width, ready to be drawn.

    Attributes
    ----------
    curves : tuple of LossCurve
    """

    curves: tuple[LossCurve, ...]

    @property
    def title(self) -> str:
        """What it shows."""
        names = [curve.name for curve in self.curves]
        every = [one for curve in self.curves for one in curve.losses]
        optimal = sum(one.optimal for one in every)
        samples = {one.samples for one in every}
        over = f", on {counted(samples.pop(), 'sample')}" if len(samples) == 1 else ""
        told = f"{optimal} of {counted(len(every), 'net')} proved optimal{over}"
        return f"{', '.join(names) if len(names) < 3 else f'{len(names)} files'}: the loss against the width\n{told}"

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        several = len(self.curves) > 1
        for place, curve in enumerate(self.curves):
            _draw_curve(
                ax, curve, LINE_COLORS[place % len(LINE_COLORS)], (place - (len(self.curves) - 1) / 2) * _APART, several
            )
        measures = {curve.measure for curve in self.curves}
        ax.set_xlabel("width (neurons)")
        ax.set_ylabel(measures.pop() if len(measures) == 1 else "loss", parse_math=False)
        _, top = ax.get_ylim()
        ax.set_ylim(0, top if top > 0 else 1)
        whole_ticks(ax)
        widths = [one.width for curve in self.curves for one in curve.losses]
        ax.set_xlim(min(widths) - 0.5, max(widths) + 0.5)
        if legend:
            add_legend(ax, self._handles(several, is_dark(ax)))

    def _handles(self, several: bool, dark: bool) -> list[Any]:
        """What a legend shows: the curves, if there are several, and each kind of mark that occurs."""
        from matplotlib.lines import Line2D

        abouts = {curve.about for curve in self.curves}
        handles = []
        for place, curve in enumerate(self.curves if several else ()):
            more = f" ({curve.about})" if len(abouts) > 1 else ""
            handles.append(Line2D([], [], color=LINE_COLORS[place % len(LINE_COLORS)], label=curve.name + more))
        every = [one for curve in self.curves for one in curve.losses]
        color = ink(dark) if several else LINE_COLORS[0]
        if any(one.optimal for one in every):
            handles.append(_mark(color, True, "proved optimal"))
        if any(not one.optimal for one in every):
            handles.append(_mark(color, False, "the best that is known"))
        for is_proved in (True, False):
            if any(_has_bar(one) and one.is_proved == is_proved for one in every):
                what = "proved: the optimum is in the bar" if is_proved else "the same, but for rounding"
                style = "-" if is_proved else ":"
                handles.append(Line2D([], [], color=color, linewidth=1.4, linestyle=style, marker="_", label=what))
        return handles


def plot_loss(
    *files: Location,
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
) -> Axes:
    """Draw losses against the width, from what `relupoly train DATA --width 1..6 --jsonl` prints.

    Each width has a mark, filled where it is proved that no net of the width is better; else a bar goes down to the bound that
    is proved.

    Parameters
    ----------
    *files : path
        A curve for each.
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot.
    legend : bool
        Whether to tell what marks mean.
    title : str, optional
        By default what is shown.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        If there is no file, one cannot be read, or matplotlib is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> line = (
    ...     '{"width": 2, "loss_sum_exact": "3/2", "lower_bound_exact": "1", "optimal": false, "certified": true, '
    ...     '"method": "branch", "loss_function": "squared", "samples": 5}'
    ... )
    >>> with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
    ...     _ = file.write(line)
    ...     file.flush()
    ...     ax = plot_loss(file.name, ax=Figure().add_subplot())
    >>> print(ax.get_ylabel())
    squared loss, sum
    """
    found = losses_of(files)
    axes = axes_for(ax)
    found.draw(axes, legend=legend)
    set_title(axes, found.title if title is None else title)
    return axes


def losses_of(files: Sequence[Location]) -> LossPicture:
    """What a picture of the losses in some files shows.

    Raises
    ------
    InputError
        If there is no file, or one cannot be read.
    """
    from relupoly.files.streams import display_name

    if not files:
        raise InputError("there is no file of losses; give what relupoly train --jsonl prints")
    return LossPicture(
        tuple(LossCurve(os.path.basename(display_name(file)), read_width_losses(file)) for file in files),
    )


def _draw_curve(ax: Axes, curve: LossCurve, color: str, shift: float, several: bool) -> None:
    x = [one.width + (shift if several else 0) for one in curve.losses]
    y = [nearest_float(one.loss_sum) for one in curve.losses]
    ax.plot(x, y, color=color, linewidth=1.2, label=curve.name, zorder=2)
    for is_proved in (True, False):
        own = [place for place, one in enumerate(curve.losses) if _has_bar(one) and one.is_proved == is_proved]
        if own:
            bars = ax.errorbar(
                [x[place] for place in own],
                [y[place] for place in own],
                yerr=[[y[place] - nearest_float(curve.losses[place].lower_bound) for place in own], [0.0] * len(own)],
                linestyle="none",
                ecolor=color,
                elinewidth=1.4,
                capsize=_CAP,
                label=f"{curve.name}: {'proved' if is_proved else 'trusted'}",
                zorder=3,
            )
            if not is_proved:
                bars[2][0].set_linestyle(":")
    for optimal in (True, False):
        own = [place for place, one in enumerate(curve.losses) if one.optimal == optimal]
        ax.plot(
            [x[place] for place in own],
            [y[place] for place in own],
            linestyle="none",
            marker="o",
            markersize=6,
            color=color,
            markerfacecolor=color if optimal else ax.get_facecolor(),
            label=f"{curve.name}: {'optimal' if optimal else 'open'}",
            zorder=4,
            clip_on=False,
        )


def _has_bar(one: WidthLoss) -> bool:
    return not one.optimal


def _mark(color: str, is_filled: bool, label: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D(
        [],
        [],
        linestyle="none",
        marker="o",
        markersize=6,
        color=color,
        markerfacecolor=color if is_filled else "none",
        label=label,
    )
