"""Colours that readers with and without colour vision tell apart.

Kinds have the palette of Okabe and Ito, sizes the map viridis. A gradient has two entries, and its colour two coordinates: from
blue to yellow by the first entry, from dark to light by the second; both differences are seen without telling red from green.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KINDS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Colours of kinds: Okabe and Ito, "Color Universal Design" (2008)."""

_MOST_SHARE = 0.95  # of the picture's area has a gradient within the scale
_LIGHTNESS, _LIGHTNESS_SPREAD, _YELLOW_SPREAD = 0.68, 0.22, 0.13


def kind_colors(kinds: NDArray[np.intp]) -> Floats:
    """The colours of kinds that are numbered from 0, shape (m, 3); from the ninth on they come again."""
    table = np.array([[int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)] for color in KINDS])
    return table[np.asarray(kinds) % len(KINDS)]


def gradient_colors(gradient: Floats, scale: Floats) -> Floats:
    """The colours of gradients with two entries, shape (m, 3).

    Parameters
    ----------
    gradient : ndarray, shape (m, 2)
    scale : ndarray, shape (2,)
        From which size on an entry has the strongest colour.

    Examples
    --------
    >>> import numpy as np
    >>> blue, yellow = gradient_colors(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.ones(2))
    >>> bool(blue[2] > blue[0]), bool(yellow[2] < yellow[0])
    (True, True)
    """
    part = np.clip(gradient / np.where(scale > 0, scale, 1), -1, 1)
    lightness = _LIGHTNESS + _LIGHTNESS_SPREAD * part[:, 1]
    return _from_oklab(lightness, np.zeros(len(part)), _YELLOW_SPREAD * part[:, 0])


def gradient_scale(gradient: Floats, weight: Floats) -> Floats:
    """The size of gradients' entries that few exceed, by weight; shape (2,).

    Parameters
    ----------
    gradient : ndarray, shape (m, 2)
    weight : ndarray, shape (m,)
        Not negative.
    """
    found = np.ones(2)
    for place, sizes in enumerate(np.abs(gradient).T):
        order = np.argsort(sizes)
        reached = np.cumsum(weight[order])
        at = sizes[order[np.searchsorted(reached, _MOST_SHARE * reached[-1])]] if len(sizes) else 0.0
        found[place] = at if at > 0 else sizes.max(initial=0.0) or 1.0
    return found


def _from_oklab(lightness: Floats, red: Floats, yellow: Floats) -> Floats:
    """The sRGB colours, shape (m, 3), of colours in the space Oklab (B. Ottosson, 2020)."""
    roots = np.stack(
        [
            lightness + 0.3963377774 * red + 0.2158037573 * yellow,
            lightness - 0.1055613458 * red - 0.0638541728 * yellow,
            lightness - 0.0894841775 * red - 1.2914855480 * yellow,
        ],
        axis=1,
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(roots**3 @ to_linear.T, 0, 1)
    found: Floats = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return found


def size_map() -> Any:
    """The colour map of sizes, of matplotlib."""
    from matplotlib import colormaps

    return colormaps["viridis"]
