"""Stable neurons on boxes of many inputs: by bounds, by points, and by linear programs on the cells of the layers before.

Bounds of whole layers prove at once that neurons are stable (`relupoly.pieces.constraints.zonotope_bounds`); signs at points
where a neuron is about to be largest or smallest prove that others are not. Then come the layers, one after the other: of what
is open in a layer, each cell of the layers before tells by one linear program at most whether a sign occurs there. Of those
layers the stable neurons are known by then: they are linear, or left out, and cut nothing. In the first layer there is one
cell, the box.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from flint import fmpq_mat
from numpy.typing import NDArray

from relupoly.exact.blocks import take_columns, take_rows
from relupoly.exact.floats import Floats
from relupoly.exact.matrices import take_rows as take_entries
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.networks.network import Layer, Network
from relupoly.pieces.constraints.layer_cells import LayerOnCell, nodes_entering
from relupoly.pieces.constraints.points import extreme_points, signs_at, steepest
from relupoly.pieces.constraints.zonotope_bounds import zonotope_bounds
from relupoly.pieces.enumeration.stability import Flags, Stability
from relupoly.pieces.forms.homogeneous import HomogeneousNet, held_by_constraints, relu_first
from relupoly.run import UNLIMITED, Run

# Points at a time: their values in a layer of thousands of neurons take some megabytes.
_POINTS = 256
# On random nets most signs that occur were met at the second or third vertex, and next to none after the sixth.
_CLIMBS = 6


def settle(network: Network, polyhedron: Polyhedron, net: HomogeneousNet, known: Stability, run: Run = UNLIMITED) -> None:
    """Find out which neurons are stable on a box.

    Parameters
    ----------
    network : Network
        On the coordinates of the box, its neurons with ReLU first in each layer.
    polyhedron : Polyhedron
    net : HomogeneousNet
        The same, ready for the walk.
    known : Stability
        Where it is noted, as soon as it is found out.
    run : Run, optional
        Its progress is told the number of cells seen.
    """
    starts = np.cumsum([0, *network.relus]).tolist()
    layers = [known.part(start, stop) for start, stop in itertools.pairwise(starts)]
    _bound(net, known, layers, run)
    seen = 0
    for number, own in enumerate(layers):
        wanted = np.flatnonzero(own.undecided)
        if len(wanted):
            seen = _walk(_reduced(network, layers[:number], wanted.tolist()), polyhedron, own, wanted, seen, run)
        own.close()


def _bound(net: HomogeneousNet, known: Stability, layers: Sequence[Stability], run: Run) -> None:
    """What bounds of layers and points tell."""
    for number, (own, bounds) in enumerate(zip(layers, zonotope_bounds(net, run), strict=False)):
        own.see(bounds.least > 0, np.zeros_like(own.negative))
        own.close((bounds.least > 0) | (bounds.most <= 0))
        if net.domain.nrows():
            continue  # vertices of the box may lie outside
        for sign, flags in ((1, own.positive), (-1, own.negative)):
            neurons = np.flatnonzero(~own.closed & ~flags)
            for start in range(0, len(neurons), _POINTS):
                some = neurons[start : start + _POINTS]
                _climb(net, number, sign, some, sign * bounds.slopes[some], known, flags, run)


def _climb(
    net: HomogeneousNet,
    layer: int,
    sign: int,
    neurons: NDArray[np.intp],
    slopes: Floats,
    known: Stability,
    flags: Flags,
    run: Run,
) -> None:
    """Note the signs at points where neurons may have a sign: the vertices to which slopes lead, and those next."""
    assert net.bounds is not None
    for _ in range(_CLIMBS):
        run.tick()
        points = extreme_points(net.bounds, slopes)
        _note(net, points, known)
        left = ~flags[neurons]
        neurons = neurons[left]
        rates = steepest(net, layer, neurons, points[left]) if len(neurons) and layer else None
        if rates is None:
            return
        slopes = sign * rates


def _note(net: HomogeneousNet, points: Floats, known: Stability) -> None:
    """Note the signs at points."""
    signs = np.concatenate(list(signs_at(net, points)))
    known.see((signs == 1).any(axis=1), (signs == -1).any(axis=1))


def _reduced(network: Network, layers: Sequence[Stability], wanted: Sequence[int]) -> Network:
    """The net up to some neurons of a layer, of whose earlier layers all is known; stable neurons there cut nothing."""
    columns: Sequence[int] = range(network.input_dim)
    kept_layers = []
    for layer, own in zip(network.layers, layers, strict=False):
        active, inactive = own.active.tolist(), own.inactive.tolist()
        # A layer has a neuron.
        kept = [row for row in range(layer.outputs) if row >= layer.relus or not inactive[row]] or [0]
        linear = tuple(place for place, row in enumerate(kept) if row >= layer.relus or active[row])
        kept_layers.append(_taken(layer, kept, columns, linear))
        columns = kept
    last = _taken(network.layers[len(layers)], wanted, columns, ())
    output = Layer(fmpq_mat(1, len(wanted)), fmpq_mat(1, 1))
    return relu_first(Network((*kept_layers, last, output)))


def _taken(layer: Layer, rows: Sequence[int], columns: Sequence[int], linear: tuple[int, ...]) -> Layer:
    return Layer(take_columns(take_rows(layer.weight, rows), columns), take_entries(layer.bias, rows), linear)


def _walk(network: Network, polyhedron: Polyhedron, own: Stability, wanted: NDArray[np.intp], seen: int, run: Run) -> int:
    """Look for both signs of the last layer's neurons on all cells before it; return how many cells were seen by then."""
    net = held_by_constraints(network, polyhedron)
    assert net is not None, "constraints hold the cells of the whole net, too"
    last = net.depth - 1
    planes = net.hyperplanes[last]
    found = {1: np.zeros(len(planes.first), dtype=np.bool_), -1: np.zeros(len(planes.first), dtype=np.bool_)}
    for node in nodes_entering(net, last, run):
        seen += 1
        run.progress(seen)
        _look(LayerOnCell(node, run), found)
        for sign, flags in ((1, own.positive), (-1, own.negative)):
            flags[wanted] |= np.where(planes.side > 0, found[sign][planes.of], found[-sign][planes.of])
        if (found[1] & found[-1]).all():
            break
    return seen


def _look(layer: LayerOnCell, found: dict[int, Flags]) -> None:
    """Note the signs of forms that occur on a cell, where they have not occurred yet."""
    for sign, flags in found.items():
        flags |= layer.signs == sign
    for plane in layer.open.tolist():
        if not (found[1][plane] and found[-1][plane]):
            for sign in layer.witnesses(plane):
                found[sign][plane] = True
