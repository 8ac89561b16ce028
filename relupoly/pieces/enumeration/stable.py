"""Neurons that are stable on a domain: always active, or never, on all of it. Decided exactly, by the walk."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class StableNeurons:
    """The stable neurons of a net on a domain, numbered from 0 in each hidden layer; linear neurons are not among them.

    Attributes
    ----------
    active : tuple of tuple of int
        For each hidden layer, the neurons with preactivation >= 0 on the whole domain, and > 0 somewhere.
    inactive : tuple of tuple of int
        For each hidden layer, the neurons with preactivation <= 0 on the whole domain.
    """

    active: tuple[tuple[int, ...], ...]
    inactive: tuple[tuple[int, ...], ...]


def stable_neurons(network: Network, domain: Domain | None = None, *, run: Run = UNLIMITED) -> StableNeurons:
    """Find the neurons that are stable on a domain.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    run : Run, optional
        Asked at every step whether to go on, and told the number of cells seen, at every cell.

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
    parts = pointed_parts(network, domain or Domain())
    positive = np.zeros(sum(network.relus), dtype=np.bool_)
    negative = positive.copy()
    cells = itertools.chain.from_iterable(_cells(network, part, run) for part in parts if any(network.relus))
    for number, cell in enumerate(cells, 1):
        signs = cell.neuron_signs()
        positive |= signs > 0
        negative |= signs < 0
        run.progress(number)
        if (positive & negative).all():
            break  # no neuron can be stable any more
    return StableNeurons(_by_layer(network, positive & ~negative), _by_layer(network, ~positive))


def _cells(network: Network, domain: Domain, run: Run) -> Iterator[ActivationCell]:
    """The cells of a net, each of which tells its signs, however it is held."""
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
