"""Theorem 2.1 of Arora et al.: any net rewritten with at most ceil(log2(n + 1)) hidden layers.

By the theorem of Wang and Sun, f = sum_j c_j max S_j with at most n + 1 affine functions in each S_j, and such a maximum
takes ceil(log2(n + 1)) hidden layers. There are several routes to the S_j: lifting, tropical arithmetic, the lattice form. For
n = 1 the least net is known (Theorem 2.2). None is best for all nets, so all that stay within bounds are gone, and the
smallest net wins; a net that has no more layers than that is a candidate as it is. The theorem is about ReLU alone: where
the given net has linear neurons z, that candidate has relu(z) - relu(-z) in their place.

Here n is the number of directions that the first layer sees, its rank: the others change nothing. An affine function needs
no hidden layer. The depth is not optimal: for n >= 4 fewer hidden layers suffice, ceil(log3(n - 1)) + 1 (Bakaev, Brunck,
Hertrich, Stade, Yehudayoff 2025).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flint import fmpq, fmpq_mat

from relupoly.constructions.representation.assembly import Term, network_of_maxima
from relupoly.constructions.representation.cells import cells_of, exact_rays, function_on
from relupoly.constructions.representation.lattice import lattice_terms
from relupoly.constructions.representation.lifting import lifted_terms
from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear
from relupoly.constructions.representation.tropical import tropical_terms
from relupoly.constructions.representation.univariate import univariate_network
from relupoly.errors import SizeError
from relupoly.exact.blocks import densely, take_columns, take_rows
from relupoly.exact.matrices import take_rows as take_entries
from relupoly.exact.rank import pivot_columns
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.composition import compose, side_by_side
from relupoly.networks.expansion import expand
from relupoly.networks.network import Layer, Network
from relupoly.networks.simplification import simplify
from relupoly.pieces.forms.homogeneous import relu_first
from relupoly.pieces.forms.refusal import MOST_HYPERPLANES, refuse_too_many_cells
from relupoly.run import UNLIMITED, Run, Stopped

Route = Literal["lifting", "tropical", "lattice"]

THEOREM = "Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.1"
ROUTES: dict[Route, Callable[[Network, int, Run], list[Term]]] = {
    "lifting": lifted_terms,
    "tropical": tropical_terms,
    "lattice": lattice_terms,
}
AUTO = "auto"
AFFINE, UNIVARIATE, GIVEN = "affine", "univariate", "given"
# Functions in a route, by default: each makes neurons of its own, and the proof of equality visits the cells of them all.
MOST = 2000
# Each function of a route makes some neurons of its own, so one that is far longer than the best net is wide will not beat
# it; wide margins, since the maxima share neurons.
_LEAST_ROOM = 100
_ROOM_PER_NEURON = 20
# A first layer with a million weights, whose inverse nobody waits for.
_MOST_WEIGHTS = 2**20


@dataclass(frozen=True)
class ShallowNetwork:
    """A net with the hidden layers that Theorem 2.1 allows.

    Attributes
    ----------
    network : Network
    bound : int
        ceil(log2(n + 1)).
    routes : tuple of str
        How each output was found: a key of `ROUTES`, "affine", "univariate" (the least net), or "given" (the net had few
        layers already).
    refused : dict of str to str
        The routes that were too long, and why.
    minimal : bool or None
        True where it is known that no net with one hidden layer is smaller: for one output and n = 1, and for constants.
    """

    network: Network
    bound: int
    routes: tuple[str, ...]
    refused: dict[str, str]
    minimal: bool | None


def shallow_network(
    network: Network,
    route: Route | Literal["auto"] = "auto",
    *,
    most: int = MOST,
    run: Run = UNLIMITED,
) -> ShallowNetwork:
    """The function of a net as a net with at most ceil(log2(n + 1)) hidden layers.

    Parameters
    ----------
    network : Network
        With several outputs, each is rewritten, and the nets are put side by side; equal neurons are shared.
    route : str
        One of `ROUTES`, or "auto" for the smallest result of all that are short enough.
    most : int
        How many cells, affine functions and terms a route may go through.
    run : Run, optional

    Raises
    ------
    SizeError
        If the route, or every route, is longer than that; or the net is so large that no route can be gone.

    Examples
    --------
    >>> larger = Network.from_rows([([[1, -1], [0, 1], [0, -1]], None), ([[1, 1, -1]], None)])
    >>> deep = compose(Network.from_rows([([[1], [-1]], [-1, 1]), ([[1, 1]], None)]), larger)
    >>> shallow = shallow_network(deep)
    >>> len(deep.hidden), len(shallow.network.hidden), shallow.bound
    (2, 2, 2)

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.1.
    """
    simple = simplify(network)
    _check_size(simple)
    core, entry = _core(simple)
    results: list[tuple[str, Network]] = []
    refused: dict[str, str] = {}
    for number in range(network.output_dim):
        results.append(_rewritten(simplify(_output(core, number), run), route, most, run, refused))
    joint = side_by_side([result for _, result in results]) if len(results) > 1 else results[0][1]
    routes = tuple(name for name, _ in results)
    bound = _depth(core.input_dim) if core.hidden else 0
    facts = {"representation": "net", "theorem": THEOREM, "route": sorted(set(routes)), "hidden_layers_at_most": bound}
    shallow = simplify(compose(joint, entry))
    minimal = True if routes in ((UNIVARIATE,), (AFFINE,)) else None
    return ShallowNetwork(Network(shallow.layers, facts), bound, routes, refused, minimal)


def _check_size(network: Network) -> None:
    """Refuse a large net whose cells cannot be listed: its first layer would be inverted in rationals in vain."""
    first = relu_first(network).layers[0]
    if network.hidden and first.inputs * first.outputs > _MOST_WEIGHTS:
        try:
            refuse_too_many_cells(first, None)
        except SizeError:
            raise SizeError(
                f"no route is short enough: the first layer has {first.inputs} inputs and {first.outputs} neurons, and there "
                f"are more than 2^{MOST_HYPERPLANES} cells; take a smaller network"
            ) from None


def _depth(n: int) -> int:
    """ceil(log2(n + 1))."""
    return n.bit_length()


def _core(network: Network) -> tuple[Network, Network]:
    """A net on as few inputs as its first layer has rank, and the linear map into them."""
    first, n = network.layers[0], network.input_dim
    chosen = pivot_columns(first.weight) or [0]
    if len(chosen) == n:
        return network, Network((Layer(SparseMatrix.identity(n), fmpq_mat(n, 1)),))
    columns = take_columns(first.weight, chosen)
    rows = pivot_columns(columns.transpose())
    entry = densely(take_rows(columns, rows)).inv() * densely(take_rows(first.weight, rows)) if rows else fmpq_mat(1, n)
    core = Network((Layer(columns, first.bias, first.linear), *network.layers[1:]))
    return core, Network((Layer(entry, fmpq_mat(len(chosen), 1)),))


def _output(network: Network, number: int) -> Network:
    """The net of one output."""
    last = network.layers[-1]
    return Network((*network.layers[:-1], Layer(take_rows(last.weight, [number]), take_entries(last.bias, [number]))))


def _rewritten(
    network: Network,
    route: str,
    most: int,
    run: Run,
    refused: dict[str, str],
) -> tuple[str, Network]:
    """A shallow net of a net with one output, and the route to it."""
    if not network.hidden:
        return AFFINE, network
    core, entry = _core(network)
    if core.input_dim == 1:
        least = univariate_network(_univariate(core, run), run=run)
        if least.stopped:
            raise Stopped(least.stopped)
        return UNIVARIATE, compose(least.network, entry)
    candidates = [(GIVEN, expand(network))] if route == AUTO and len(network.hidden) <= _depth(core.input_dim) else []
    for name, terms in ROUTES.items():
        if route not in (AUTO, name):
            continue
        try:
            found = network_of_maxima(terms(core, _room(candidates, most), run), core.input_dim, run)
        except SizeError as error:
            refused[name] = str(error)
        else:
            candidates.append((name, compose(simplify(found), entry)))
    if not candidates:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
        raise SizeError(f"no route is short enough ({reasons}); allow more, or take a smaller network")
    return min(candidates, key=lambda pair: (sum(pair[1].widths), len(pair[1].hidden)))


def _room(candidates: Sequence[tuple[str, Network]], most: int) -> int:
    """How long a route may be: one that goes through far more functions than the best net has neurons will not beat it."""
    return min([most, *(_LEAST_ROOM + _ROOM_PER_NEURON * sum(net.widths) for _, net in candidates)])


def _univariate(network: Network, run: Run) -> PiecewiseLinear:
    """The function of a net with one input, from its cells."""
    pieces: list[tuple[fmpq, fmpq]] = []
    lowest: list[fmpq] = []
    for cell in cells_of(network, run):
        ends = sorted(fmpq(ray[0], ray[1]) for ray in exact_rays(cell) if ray[1])
        leftmost = any(ray[0] < 0 and not ray[1] for ray in exact_rays(cell))
        slope, constant = function_on(cell, 1)
        if leftmost:
            lowest = [slope, constant]
        else:
            pieces.append((ends[0], slope))
    pieces.sort()
    slopes = (lowest[0], *(slope for _, slope in pieces))
    start = pieces[0][0] if pieces else fmpq(0)
    places = tuple(place for place, _ in pieces)
    return PiecewiseLinear(places, slopes, start, lowest[0] * start + lowest[1]).reduced()
