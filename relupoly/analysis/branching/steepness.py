"""How steep a net can be at most, entry by entry, without a look at its cells: for searches that are stopped.

Each derivative is a sum over paths through active neurons, and no larger than the sum of the sizes of all paths through neurons
that may be active. In doubles, if they hold it; all summands are positive, so that what rounding takes is a share.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.branching.relaxation import Boxes, Relaxation
from relupoly.exact.blocks import densely
from relupoly.exact.matrices import from_rows
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.networks.network import Network
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.listing.records import Vector


def steepest(network: Network, domain: Domain | None = None) -> tuple[Vector, ...]:
    """What the derivatives of each output by each input are on a domain at most, in size; shape (outputs, n).

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        Only of a box something is made use of.

    Examples
    --------
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> [round(float(steepest(hat, where)[0][0]), 9) for where in (None, Domain.box([-3], ["-1/2"]))]
    [4.0, 1.0]
    """
    net = DoublesNet.of(network)
    found = None if net is None else _in_doubles(net, domain)
    return _in_rationals(network) if found is None else found


def _in_doubles(net: DoublesNet, domain: Domain | None) -> tuple[Vector, ...] | None:
    """The same where doubles hold it."""
    may_be_active = [np.ones(len(relu), dtype=np.bool_) for relu in net.relus]
    if domain is not None and domain.subspace is None and isinstance(domain.polyhedron, Box):
        low, high = Bounds(domain.polyhedron.lower, domain.polyhedron.upper).outer
        most = Relaxation(net, Boxes.one(net, low, high)).boxes.most
        may_be_active = [(one[0] > 0) | ~relu for one, relu in zip(most, net.relus, strict=True)]
    with np.errstate(over="ignore", invalid="ignore"):
        found = net.sizes[-1]
        for size, active in zip(reversed(net.sizes[:-1]), reversed(may_be_active), strict=True):
            found = (found * active) @ size
        found = found * (1 + net.roundoff) + np.finfo(np.float64).tiny
    if not np.isfinite(found).all():
        return None
    return tuple(tuple(fmpq(*entry.as_integer_ratio()) for entry in row) for row in found.tolist())


def _in_rationals(network: Network) -> tuple[Vector, ...]:
    """The same where all neurons may be active, for numbers that no double holds."""
    found = None
    for layer in network.layers:
        size = from_rows([[abs(entry) for entry in row] for row in densely(layer.weight).tolist()])
        found = size if found is None else size * found
    assert found is not None
    return tuple(map(tuple, found.tolist()))
