"""Neurons that are stable on a domain: always active, or never, on all of it. Decided exactly.

On domains of few inputs the walk lists all cells, whose signs tell. In boxes of many inputs that may not end, and much is known
without it: bounds prove most stable neurons to be so, and values at points that others are not
(`relupoly.pieces.enumeration.bounded_stability`). What is known counts when a search is stopped, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.domain import Domain
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.enumeration.bounded_stability import settle
from relupoly.pieces.enumeration.stability import Stability
from relupoly.pieces.forms.homogeneous import by_constraints, homogenize, relu_first
from relupoly.pieces.forms.image import on_image
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail
from relupoly.run import UNLIMITED, Run, Stopped


@dataclass(frozen=True)
class StableNeurons:
    """The stable neurons of a net on a domain, numbered from 0 in each hidden layer; linear neurons are not among them.

    Attributes
    ----------
    active : tuple of tuple of int
        For each hidden layer, the neurons with preactivation >= 0 on the whole domain, and > 0 somewhere.
    inactive : tuple of tuple of int
        For each hidden layer, the neurons with preactivation <= 0 on the whole domain.
    undecided : tuple of tuple of int
        For each hidden layer, the neurons of which neither is known, nor that they are not stable; empty unless the search
        was stopped.
    stopped : str or None
        Why it was stopped.
    """

    active: tuple[tuple[int, ...], ...]
    inactive: tuple[tuple[int, ...], ...]
    undecided: tuple[tuple[int, ...], ...] = ()
    stopped: str | None = None

    def __repr__(self) -> str:
        known = f"active={self.active}, inactive={self.inactive}"
        left = f", undecided={self.undecided}, stopped={self.stopped!r}" if self.stopped else ""
        return f"StableNeurons({known}{left})"


def stable_neurons(network: Network, domain: Domain | None = None, *, run: Run = UNLIMITED) -> StableNeurons:
    """Find the neurons that are stable on a domain.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    run : Run, optional
        Asked at every step whether to go on, and told the number of cells seen, at every cell.

    Raises
    ------
    Stopped
        If the run is; `known_stable_neurons` tells what is known by then.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [-1]], [2, -2]), ([[1, 1]], None)])
    >>> stable_neurons(net, Domain.box([-1], [1]))
    StableNeurons(active=((0,),), inactive=((1,),))

    Notes
    -----
    A preactivation is continuous, so it is positive somewhere on the domain only if it is positive inside a
    full-dimensional cell: the signs inside the cells decide.
    """
    found = known_stable_neurons(network, domain, run=run)
    if found.stopped:
        raise Stopped(found.stopped)
    return found


def known_stable_neurons(network: Network, domain: Domain | None = None, *, run: Run = UNLIMITED) -> StableNeurons:
    """As `stable_neurons`; where the run is stopped, what is known by then.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [-1]], [2, -2]), ([[1, 1]], None)])
    >>> known_stable_neurons(net, Domain.box([-1], [1]), run=Run(deadline=0))
    StableNeurons(active=((),), inactive=((),), undecided=((0, 1),), stopped='deadline')
    """
    known = Stability.unknown(sum(network.relus))
    stopped = None
    try:
        _search(network, domain or Domain(), known, run)
    except Stopped as stop:
        stopped = stop.reason
    active, inactive, undecided = (_by_layer(network, one) for one in (known.active, known.inactive, known.undecided))
    return StableNeurons(active, inactive, undecided if stopped else (), stopped)


def _search(network: Network, domain: Domain, known: Stability, run: Run) -> None:
    """Find out all that can be known."""
    if not any(network.relus):
        return
    domain.check_dimension(network.input_dim)
    network, domain = on_image(network, domain) or (network, domain)
    inner = relu_first(restrict(network, domain.subspace) if domain.subspace else network)
    net = by_constraints(inner, domain)
    if net and domain.polyhedron:
        settle(inner, domain.polyhedron, net, known, run)
        return
    parts = pointed_parts(network, domain)
    for number, cell in enumerate(itertools.chain.from_iterable(_cells(network, part, run) for part in parts), 1):
        signs = cell.neuron_signs()
        known.see(signs > 0, signs < 0)
        run.progress(number)
        if (known.positive & known.negative).all():
            break  # no neuron can be stable any more
    known.close()


def _cells(network: Network, domain: Domain, run: Run) -> Iterator[ActivationCell]:
    """The cells of a net, each of which tells its signs."""
    for cell in Walk(homogenize(network, domain, may_be_constrained=True), run=run).cells(Detail.EVERY):
        assert isinstance(cell, ActivationCell), "none is only counted"
        yield cell


def _by_layer(network: Network, flags: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    """The numbers in their layers of the neurons with a flag; flags are those of the neurons with ReLU, layer by layer."""
    if not network.hidden:
        return ()
    parts = np.split(flags, np.cumsum(network.relus, dtype=np.intp)[:-1])
    numbers = [np.flatnonzero(layer.has_relu) for layer in network.hidden]
    return tuple(tuple(one[part].tolist()) for one, part in zip(numbers, parts, strict=True))
