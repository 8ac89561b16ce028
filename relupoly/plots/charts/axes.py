"""What the axes of all charts have: whole ticks, a logarithmic scale for numbers of any size, a legend below."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from relupoly.plain_text import plain_text
from relupoly.plots.colors import KINDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Matplotlib's own logarithmic scale wants doubles, and room for a margin around them.
_MOST_DIGITS = 300
_ROOM = 0.05  # of a decade, beyond the first and the last mark
LINE_COLORS = tuple(color for color in KINDS if color != "#F0E442")
"""Colours of thin lines: those of kinds without yellow, which is hardly seen on white."""

_INK, _LIGHT_INK = "#333333", "#dddddd"
# Inches: of a letter of a legend, of what stands beside a name there, of the labels below the axis.
_LETTER, _BESIDE, _LABELS = 0.068, 0.6, 0.46
_MOST_COLUMNS = 4


def ink(is_dark: bool) -> str:
    """The colour of what is a fact, and no kind among others."""
    return _LIGHT_INK if is_dark else _INK


def whole_ticks(ax: Axes) -> None:
    """Let the horizontal axis have ticks at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def log_heights(ax: Axes, numbers: Sequence[int]) -> Callable[[int], float]:
    """Make the vertical axis logarithmic, with whole decades, for positive integers of any size; what tells their heights.

    Parameters
    ----------
    ax : matplotlib Axes
    numbers : sequence of int
        All that are drawn; at least one.

    Notes
    -----
    Integers beyond all doubles are drawn by their exponents, on an axis that is labelled as a logarithmic one.
    """
    least, most = math.log10(min(numbers)), math.log10(max(numbers))
    low, high = math.floor(least - _ROOM), math.ceil(most + _ROOM)
    if high <= _MOST_DIGITS:
        ax.set_yscale("log")
        ax.set_ylim(10.0**low, 10.0**high)
        return float
    ax.set_ylim(low, high)
    ax.yaxis.set_major_formatter(lambda exponent, _: f"$10^{{{exponent:g}}}$")
    return math.log10


def add_legend(ax: Axes, handles: Sequence[Any], extra: int = 0) -> None:
    """A legend below the axes, in as many columns as there is room for; names are shown as they are.

    Parameters
    ----------
    ax : matplotlib Axes
    handles : sequence of artists
    extra : int
        How many lines the labels of the horizontal axis have more than one.
    """
    if not handles:
        return
    from matplotlib.transforms import ScaledTranslation

    figure: Any = ax.figure
    width = figure.bbox.width / figure.dpi
    most = max(8, int((width - 1.2) / _LETTER))
    names = ["\n".join(textwrap.wrap(plain_text(handle.get_label()), most)) for handle in handles]
    longest = max((len(line) for name in names for line in name.splitlines()), default=1)
    columns = int(width / (longest * _LETTER + _BESIDE))
    down = ScaledTranslation(0, -(_LABELS + 0.14 * extra), figure.dpi_scale_trans)
    legend = ax.legend(
        handles=list(handles),
        labels=names,
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=ax.transAxes + down,
        borderaxespad=0,
        ncols=max(1, min(_MOST_COLUMNS, columns, len(handles))),
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
