"""A net as the difference of two convex functions, neuron by neuron: the tropical rational function that it is.

Each neuron is kept as F - G, where F and G are maxima of finitely many affine functions. A weighted sum of neurons adds
them up: positive weights keep the roles of F and G, negative ones exchange them; the sum of two maxima is the maximum of
all sums. And relu(F - G) = max(F, G) - G; a linear neuron stays F - G. The maxima grow at every step, so after each one
the functions are left out that are nowhere the maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpq

from relupoly.constructions.representation.assembly import Term
from relupoly.constructions.representation.envelope import Form, envelope
from relupoly.constructions.representation.wang_sun import reduce_maximum
from relupoly.errors import SizeError
from relupoly.exact.blocks import nonzero_rows
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run

# The functions F and G of a neuron F - G.
Pair = tuple[list[Form], list[Form]]


def tropical_terms(network: Network, most: int, run: Run = UNLIMITED) -> list[Term]:
    """The function of a net as a sum of c_j max S_j with at most n + 1 affine functions in S_j, by tropical arithmetic.

    Parameters
    ----------
    network : Network
        With one output.
    most : int
        How many affine functions a maximum, and how many terms the sum may have.
    run : Run, optional

    Raises
    ------
    SizeError
        If there are more.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1]], None)])
    >>> sorted(len(forms) for _, forms in tropical_terms(net, 100))
    [2, 2]

    Notes
    -----
    Zhang, Naitzat and Lim (2018).
    """
    positive, negative = tropical_pair(network, most, run)
    return [
        (fmpq(side * sign), forms)
        for side, convex in ((1, positive), (-1, negative))
        for sign, forms in reduce_maximum(convex, most, run)
    ]


def tropical_pair(network: Network, most: int, run: Run = UNLIMITED) -> Pair:
    """The two convex functions whose difference a net with one output is, as the affine functions of which they are maxima."""
    n = network.input_dim
    zero = (fmpq(0),) * (n + 1)
    state: list[Pair] = [([tuple(fmpq(int(i == j)) for j in range(n + 1))], [zero]) for i in range(n)]
    for number, layer in enumerate(network.layers):
        sums = []
        relus = layer.has_relu.tolist() if number < len(network.hidden) else [False] * layer.outputs
        for row, bias, relu in zip(nonzero_rows(layer.weight), layer.bias.entries(), relus, strict=True):
            positive, negative = _sum(state, row, zero, most, run)
            positive = [(*form[:-1], form[-1] + bias) for form in positive]
            if relu:
                positive = envelope([*positive, *negative], run)
            sums.append((positive, negative))
        state = sums
    return state[0]


def _sum(state: Sequence[Pair], row: Mapping[int, fmpq], zero: Form, most: int, run: Run) -> Pair:
    """A weighted sum of neurons."""
    sides: list[list[Form]] = [[zero], [zero]]
    for place, weight in row.items():
        pair = state[place]
        for side in (0, 1):
            terms = pair[side if weight > 0 else 1 - side]
            sides[side] = _added(sides[side], terms, abs(weight), most, run)
    return sides[0], sides[1]


def _added(one: Sequence[Form], two: Sequence[Form], factor: fmpq, most: int, run: Run) -> list[Form]:
    """The sum of a maximum and a positive multiple of another."""
    if len(one) * len(two) > most:
        raise SizeError(f"the tropical polynomials have more than {most} terms ({len(one)} times {len(two)})")
    sums = [tuple(a + factor * b for a, b in zip(first, second, strict=True)) for first in one for second in two]
    return envelope(sums, run) if min(len(one), len(two)) > 1 else sums
