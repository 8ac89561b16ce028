"""The independent recount: an oracle for the engine.

The walk over cones decides everything by the signs of rows on rays. The recount shares no code with it and has no rays:
it goes depth first through the neurons in layer order, keeps the inequalities of the cell that it is in, and asks an
exact linear program (pycddlib in rational mode) whether the other side of a neuron's hyperplane is in the cell too. All
else is `fractions.Fraction` in plain Python. Two methods that fail in different ways and agree on a number are good
evidence for it.

It is slow: one linear program for each neuron of each cell, in rationals. A plane through a net with integer weights
goes at about 1,000 cells a second, the 300 neurons and 5 inputs of an ACAS Xu net at about 3; a piece that is made of
many cells adds a linear program for each pair of them that may touch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from flint import fmpq

from relupoly.errors import InputError
from relupoly.geometry.cdd import find_point
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network

Form = tuple[Fraction, ...]
"""An affine form: its constant, then one coefficient for each coordinate of the domain."""

NOTIONS = ("patterns", "activation", "open", "closed", "affine", "strict")


def recount(
    network: Network,
    domain: Domain | None = None,
    notions: Sequence[str] = ("open",),
    progress: Callable[[int], None] | None = None,
    stop: Callable[[], None] | None = None,
) -> dict[str, int]:
    """The numbers of regions of a net, by linear programs over sign patterns.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    notions : sequence of str
        Any of "patterns", "activation", "open", "closed", "affine" and "strict".
    progress : callable, optional
        Called with the number of cells found so far at each new one (of patterns, while those are counted).
    stop : callable, optional
        Called often; what it raises ends the recount.

    Returns
    -------
    dict of str to int
        The count under each of the notions.

    Raises
    ------
    InputError
        If a notion is unknown, or the domain does not fit the network.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> recount(absolute_value, notions=("open", "patterns"))
    {'open': 2, 'patterns': 3}
    """
    for notion in notions:
        if notion not in NOTIONS:
            raise InputError(f'"{notion}" is not a notion of region; choose among {", ".join(NOTIONS)}')
    domain = domain or Domain()
    domain.check_dimension(network.input_dim)
    layers = [[_fractions(row) for row in _rows(layer.bias, layer.weight)] for layer in network.layers]
    search = _Search(layers, _coordinates(network, domain), _walls(domain), stop or _ignore)
    return _Recount(search, progress or _ignore).counts(notions)


def _ignore(*_: object) -> None: ...
