"""Lines that mean the same in all pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOUNDARY = "#D50000"
"""The colour of decision boundaries."""

_HALF_LIGHT = 1.5  # of three colours
_LINES = ("#111111", "#B23A00", "#00457A", "#00664B", "#7A2E5D", "#6B5300", "#007A8A", "#5A5A5A")
_LIGHT_LINES = ("#DDDDDD", "#FF9A5C", "#7CC4FF", "#5FD3AE", "#E79CC8", "#D8C46A", "#6FD6E0", "#999999")


def is_dark(ax: Axes) -> bool:
    """Whether axes have a dark ground."""
    from matplotlib.colors import to_rgb

    return sum(to_rgb(ax.get_facecolor())) < _HALF_LIGHT


def layer_line(layer: int, dark: bool = False) -> str:
    """The colour of what neurons of a layer make; from the ninth layer on they come again.

    Parameters
    ----------
    layer : int
        From 1.
    dark : bool
        Whether it is seen on a dark ground, and not on a filled piece.
    """
    lines = _LIGHT_LINES if dark else _LINES
    return lines[(layer - 1) % len(lines)]
