"""Whether a net vanishes on a box of many inputs: the same question on cells that are held by constraints.

On each cell of all hidden layers but the last, linear programs tell which hyperplanes of the last one cut it, and give a point
on each side. What follows from these is that of cells with rays (`relupoly.analysis.equality.last_layer`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

from flint import fmpq, fmpq_mat

from relupoly.analysis.equality.last_layer import Difference, LastLayer
from relupoly.analysis.samples import interior_point
from relupoly.geometry.bounded_set import BoundedSet
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.constraints.layer_cells import LayerOnCell, nodes_entering
from relupoly.pieces.constraints.witness import Witness
from relupoly.pieces.forms.box_coordinates import BoxCoordinates
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.run import UNLIMITED, Run

_SEED = 20161106
_MOST_STEP = 1000  # a given form is constant along a random direction with at most this chance; then another is drawn


def nonzero_in_region(network: Network, domain: Domain, net: HomogeneousNet, run: Run = UNLIMITED) -> list[fmpq] | None:
    """A point of a box where some output of a net is not 0; None if the net vanishes there.

    Parameters
    ----------
    network : Network
        With a hidden layer at least, its neurons with ReLU first in each layer.
    domain : Domain
        Bounded, without subspace.
    net : HomogeneousNet
        The same, held by constraints.
    run : Run, optional
        Its progress is told the number of cells seen.
    """
    last = LastLayer(network.layers[-1], network.layers[-2].linear)
    source = random.Random(_SEED)
    for number, node in enumerate(nodes_entering(net, net.depth - 1, run), 1):
        ray = _nonzero_ray(last, LayerOnCell(node, run), source)
        if ray is not None:
            return _in_region(net, domain, ray)
        run.progress(number)
    return None


def _nonzero_ray(last: LastLayer, layer: LayerOnCell, source: random.Random) -> list[fmpq] | None:
    """A vector (x, t) inside a cell where some output is not 0; None if they all vanish on the cell."""
    planes, signs = layer.planes, layer.signs.copy()
    both: dict[int, dict[int, Witness]] = {}
    for plane in layer.open.tolist():
        found = layer.witnesses(plane)
        if len(found) == 2:
            both[plane] = found
    neurons = list(enumerate(zip(planes.of.tolist(), planes.side.tolist(), strict=True)))
    active = [neuron for neuron, (plane, side) in neurons if plane not in both and signs[plane] * side > 0]
    cutting = [neuron for neuron, (plane, _) in neurons if plane in both]
    difference = last.difference(last.forms(layer.layer_map), active, cutting)
    if difference is None:
        return None
    if difference.neuron is None:
        return last.inside(difference, _drawing(layer, layer.node.cell.witness, None, source))
    plane = int(planes.of[difference.neuron])
    above, below = (
        _drawing(layer, both[plane][_side(layer.layer_map.net, difference, side, both[plane])], plane, source)
        for side in (1, -1)
    )
    return last.beside(difference, above, below)


def _side(net: HomogeneousNet, difference: Difference, side: int, witnesses: dict[int, Witness]) -> int:
    """The sign of the hyperplane's form where the form of the difference has the sign `side`."""
    assert difference.plane is not None
    at = sum((one * x for one, x in zip(difference.plane, _ray(net, witnesses[1].coordinates), strict=True)), fmpq(0))
    return side if at > 0 else -side


def _drawing(layer: LayerOnCell, witness: Witness, plane: int | None, source: random.Random) -> Callable[[], list[fmpq]]:
    """What draws random points inside a cell, on the witness's side of a hyperplane."""
    return partial(_drawn, layer, witness, plane, source)


def _drawn(layer: LayerOnCell, witness: Witness, plane: int | None, source: random.Random) -> list[fmpq]:
    direction = [fmpq(source.randint(1, _MOST_STEP) * source.choice((1, -1))) for _ in witness.coordinates]
    return _ray(layer.layer_map.net, layer.moved(witness, direction, plane))


def _ray(net: HomogeneousNet, point: Sequence[fmpq]) -> list[fmpq]:
    """The vector (x, t) that a point within the bounds stands for."""
    vector = [*point, fmpq(1)]
    if net.chart is None:
        return vector
    return list((fmpq_mat(net.chart) * fmpq_mat(len(vector), 1, vector)).entries())


def _in_region(net: HomogeneousNet, domain: Domain, ray: list[fmpq]) -> list[fmpq]:
    """The point of a ray, in all coordinates: somewhere inside where neither neurons see them, nor what neurons see does."""
    inner = [entry / ray[-1] for entry in ray[:-1]]
    assert domain.polyhedron is not None
    region = BoundedSet.of(domain.polyhedron) if net.chart is None else None
    if region is not None:
        lower, upper = ([bounds[place] for place in net.essential] for bounds in (region.lower, region.upper))
        inner = BoxCoordinates.of(lower, upper).point(inner)
    if len(inner) == domain.polyhedron.dimension:
        return inner
    point = list(interior_point(domain, domain.polyhedron.dimension))
    for place, entry in zip(net.essential, inner, strict=True):
        point[place] = entry
    return point
