"""Whether a net vanishes on a domain, and a rational point where it does not.

Three steps, each exact. First the net is simplified: what cancels as a formula is gone
(`relupoly.networks.simplification`). Then it is evaluated at some points: one value that is not 0 settles the matter. Only
then comes the walk, and not over the cells of the whole net but over those of all its hidden layers but the last, which
are far fewer. On such a cell the net is a sum of terms c relu(z) and an affine function, to which linear neurons belong.
Across the hyperplane z = 0 its slope jumps by the sum of all |c z| that belong to the hyperplane; so it vanishes on the
cell exactly if the jumps of all hyperplanes that cut the cell are 0, and the affine function that is left is 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from flint import fmpq

from relupoly.analysis.equality.bounded_vanishing import nonzero_in_region
from relupoly.analysis.equality.last_layer import LastLayer
from relupoly.analysis.samples import contains, interior_point, sample
from relupoly.errors import SizeError
from relupoly.exact.blocks import nonzero_rows
from relupoly.geometry.cone import Cone
from relupoly.geometry.domain import Domain
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.networks.simplification import simplify
from relupoly.pieces.forms.homogeneous import HomogeneousNet, by_constraints, homogenize, relu_first
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Node
from relupoly.run import UNLIMITED, Run

# Most nets that differ do so nearly everywhere, so a few points tell; nets with many weights get few, since a value takes time
# in proportion to them.
_MOST_SAMPLES = 100
_SAMPLED_PARAMETERS = 1_000_000
# Where the walk is refused, nothing but points can tell; in a convolutional net some neurons wake up far out only.
_FAR, _EACH = 40, 8


def nonzero_point(
    network: Network,
    domain: Domain,
    *,
    run: Run = UNLIMITED,
) -> list[fmpq] | None:
    """A point of a domain where some output of a net is not 0; None if the net vanishes there.

    Parameters
    ----------
    network : Network
    domain : Domain
        Without subspace: restrict the net first.
    run : Run, optional
        Its progress is told the number of cells seen, at every cell.

    Raises
    ------
    SizeError
        If there are so many cells that nobody lists them, and the net is 0 at all points that were tried.

    Examples
    --------
    >>> clipped = Network.from_rows([([[1], [1]], [-1, -2]), ([[1, -1]], None)])
    >>> nonzero_point(clipped, Domain.box([-5], [1])) is None
    True
    >>> nonzero_point(clipped, Domain.box([-5], [9]))
    [6]
    """
    # In the order in which the walk has the neurons.
    simple = relu_first(simplify(network, run))
    if not simple.hidden:
        return _nonzero_of_affine(simple, domain, run)
    tries = max(4, min(_MOST_SAMPLES, _SAMPLED_PARAMETERS // simple.parameters))
    found = _sampled(simple, domain, tries, run)
    if found is not None:
        return found
    try:
        return _walked(simple, domain, run)
    except SizeError:
        found = _sampled(simple, domain, _FAR, run, _EACH)
        if found is None:
            raise
        return found


def _walked(network: Network, domain: Domain, run: Run) -> list[fmpq] | None:
    """The same by a walk; neurons with ReLU come first in each layer."""
    net = by_constraints(network, domain)
    if net is not None:
        return nonzero_in_region(network, domain, net, run)
    layer = LastLayer(network.layers[-1], network.layers[-2].linear)
    cells = itertools.chain.from_iterable(_cells(network, part, run) for part in pointed_parts(network, domain))
    for number, (net, cone, forms) in enumerate(cells, 1):
        ray = layer.nonzero_ray(cone, forms, run)
        if ray is not None:
            return _expanded(net, ray, network.input_dim)
        run.progress(number)
    return None


def _nonzero_of_affine(network: Network, domain: Domain, run: Run) -> list[fmpq] | None:
    """Where an affine map is not 0: inside the domain, or a little way along a coordinate."""
    (layer,) = network.layers
    moving = {place for row in nonzero_rows(layer.weight) for place in row}
    if not moving and not any(layer.bias.entries()):
        return None
    point = interior_point(domain, network.input_dim, run)
    if any(evaluate(network, point)):
        return point
    along = min(moving)
    moved = ([x + step * (index == along) for index, x in enumerate(point)] for step in _halves())
    return next(candidate for candidate in moved if contains(domain, candidate))


def _halves() -> Iterator[fmpq]:
    return (fmpq(1, 2**power) for power in itertools.count())


def _sampled(network: Network, domain: Domain, tries: int, run: Run, each: int | None = None) -> list[fmpq] | None:
    """One of some random points where the net is not 0, if there is one."""
    for point in itertools.islice(sample(domain, network.input_dim, run, each), tries):
        run.tick()
        if any(evaluate(network, point)):
            return point
    return None


def _cells(network: Network, domain: Domain, run: Run) -> Iterator[tuple[HomogeneousNet, Cone, LayerMap]]:
    """The cells of all hidden layers but the last, with the preactivations of the last one there."""
    if len(network.hidden) == 1:
        net = homogenize(network, domain)
        for node in Walk(net, run=run, patience=2**60).roots():
            assert isinstance(node, Node)  # cells of `homogenize` are held by rays
            yield net, node.cone, node.stage.layer_map
    else:
        # Whatever its neurons are, the last hidden layer is what the net puts out.
        net = homogenize(Network((*network.layers[:-2], replace(network.layers[-2], linear=()))), domain)
        for cell in Walk(net, run=run):
            yield net, cell.cone, cell.output


def _expanded(net: HomogeneousNet, ray: list[fmpq], dimension: int) -> list[fmpq]:
    """The point of a ray, in all coordinates."""
    point = [fmpq(0)] * dimension
    for index, entry in zip(net.essential, ray[:-1], strict=True):
        point[index] = entry / ray[-1]
    return point
