"""Bounds of all neurons on a whole box, layer by layer: zonotopes in doubles with error bounds.

On the box every neuron of the first layer is a form of the coordinates. Where its range [l, u] has both signs, its ReLU is a
multiple of the form and a rest, whatever multiple between 0 and 1 is taken; the rest is between 0 and r, so it is r / 2 and as
much times a new coordinate in [-1, 1]. So all layers are forms on a box of more and more coordinates, and what forms are on a
box is read off (Singh, Gehr, Mirman, Pueschel, Vechev, NeurIPS 2018). The bounds hold; they need not be attained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors, safe_from_underflow
from relupoly.pieces.forms.bounds import enclosed
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.run import UNLIMITED, Run

# Entries of the forms of a layer, in a gigabyte with their error bounds; beyond that nothing is told.
_MOST_ENTRIES = 2**26


@dataclass(frozen=True)
class LayerBounds:
    """What the preactivations of a layer's neurons with ReLU are on the box at least and at most.

    Attributes
    ----------
    least, most : ndarray of float64, shape (width,)
        Times `unit`.
    unit : float
    slopes : ndarray of float64, shape (width, d)
        How they rise along the coordinates, about, in units.
    """

    least: Floats
    most: Floats
    unit: float
    slopes: Floats


def zonotope_bounds(net: HomogeneousNet, run: Run = UNLIMITED) -> Iterator[LayerBounds]:
    """The bounds of one hidden layer after the other, as far as memory holds their forms.

    Parameters
    ----------
    net : HomogeneousNet
        On a box, whose cells are held by constraints.
    run : Run, optional
        Asked at every layer.
    """
    assert net.bounds is not None
    low, high = net.bounds.outer
    size = len(low)
    layers = net.vectors(FloatVectors)
    forms = net.entering
    for layer, width in enumerate(net.widths):
        run.tick()
        if layer:
            if (low.size + 1) * net.rows[layer] > _MOST_ENTRIES:
                return
            forms = layers[layer].image(forms, np.ones(len(forms), dtype=np.bool_))
        least, most = enclosed(forms.take(np.arange(width)), low, high)
        yield LayerBounds(least, most, float(forms.value[-1, -1]), forms.value[:width, :size])
        forms = _activated(forms, least, most)
        new = np.ones(forms.width - 1 - low.size)
        low, high = np.append(low, -new), np.append(high, new)


def _activated(forms: FloatVectors, least: Floats, most: Floats) -> FloatVectors:
    """What a layer passes on: its first rows are those of neurons with ReLU, whose bounds are known."""
    width = len(least)
    both: NDArray[np.intp] = np.flatnonzero((least < 0) & (most > 0))
    factor = np.ones(len(forms))
    factor[:width][most <= 0] = 0.0
    low, high = least[both], most[both]
    factor[both] = share = np.clip(high / (high - low), 0.0, 1.0)
    value, error = forms.value * factor[:, None], forms.error * factor[:, None]
    changed = (factor != 1) & (factor != 0)
    error[changed] += 2 * UNIT_ROUNDOFF * (np.abs(value[changed]) + error[changed])
    # The rest is 0 at 0, and linear on both sides of it: it is largest at an end.
    half = np.maximum((1 - share) * high, -share * low) * (0.5 + 4 * UNIT_ROUNDOFF)
    value[both, -1] += half
    error[both, -1] += 4 * UNIT_ROUNDOFF * (np.abs(value[both, -1]) + half)
    spread = np.zeros((len(forms), len(both)))
    spread[both, np.arange(len(both))] = half
    value = np.concatenate([value[:, :-1], spread, value[:, -1:]], axis=1)
    error = np.concatenate([error[:, :-1], np.zeros_like(spread), error[:, -1:]], axis=1)
    return FloatVectors(*safe_from_underflow(value, error))
