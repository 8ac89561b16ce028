"""A piecewise linear function as the difference of two convex ones, by lifting along hyperplanes.

The pieces of f meet in facets; a facet lies in a hyperplane H: <a, x> + c = 0, and across it the slope jumps along a. Let
m_H be the least multiple of the jump of relu(<a, x> + c) that f makes anywhere on H (0 where f has no facet there). Then

    g = f - sum_H m_H relu(<a_H, x> + c_H)

has no negative jump anywhere, so g is convex: the maximum of its affine pieces. The sum has one hidden layer. The paper's
proof lifts by the negative jumps only; with m_H > 0 as well, where f bends upwards all along H, whatever one hidden layer can
do is left to it: g is affine exactly if f has a net with one hidden layer.

The hyperplanes are walls of the cells. The jump at a point x of H, to the directions v and -v, is f'(x; v) + f'(x; -v); it
is the same in the interior of a cell of f restricted to H, so one point of each such cell is enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat, fmpz

from relupoly.constructions.representation.assembly import Term
from relupoly.constructions.representation.cells import affine_pieces, cells_of, inner_points
from relupoly.constructions.representation.envelope import Form, envelope
from relupoly.constructions.representation.wang_sun import reduce_maximum
from relupoly.errors import SizeError
from relupoly.exact.matrices import column, coprime, from_rows
from relupoly.geometry.faces import facets
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict, subtract
from relupoly.networks.network import Layer, Network
from relupoly.run import UNLIMITED, Run


def lifted_terms(network: Network, most: int, run: Run = UNLIMITED) -> list[Term]:
    """A function as a sum of c_j max S_j with at most n + 1 affine functions in S_j, by lifting.

    Parameters
    ----------
    network : Network
        With one output, and hidden layers; its first layer has full column rank.
    most : int
        How many cells, hyperplanes, affine functions and terms there may be.
    run : Run, optional

    Raises
    ------
    SizeError
        If there are more.

    Examples
    --------
    >>> saddle = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, -1, -1]], None)])
    >>> terms = lifted_terms(saddle, 100)
    >>> sorted(len(forms) for _, forms in terms)
    [1, 2, 2]

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.1.
    """
    dimension = network.input_dim
    zero = (fmpq(0),) * (dimension + 1)
    ridges: list[tuple[fmpq, Form]] = []
    for plane in _hyperplanes(network, most, run):
        multiple = _least_jump(network, plane, run)
        if multiple:
            ridges.append((multiple, plane))
    convex = envelope(affine_pieces(_flattened(network, ridges), most, run), run)
    terms: list[Term] = [(fmpq(sign), forms) for sign, forms in reduce_maximum(convex, most, run)]
    return terms + [(multiple, (plane, zero)) for multiple, plane in ridges]


def _hyperplanes(network: Network, most: int, run: Run) -> list[Form]:
    """The hyperplanes in which facets of cells lie."""
    found: set[tuple[fmpz, ...]] = set()
    for number, cell in enumerate(cells_of(network, run), 1):
        labels = {int(cell.cone.walls[wall]) for group in facets(cell.cone) for wall in group}
        forms = (cell.output.form(label) for label in labels if label >= cell.net.first_label[0])
        found |= {_directed(form) for form in forms if any(form[:-1])}
        if max(number, len(found)) > most:
            raise SizeError(f"lifting has to look at more than {most} cells or hyperplanes")
    return [tuple(fmpq(entry) for entry in form) for form in sorted(found)]


def _directed(form: Sequence[fmpz]) -> tuple[fmpz, ...]:
    """The primitive form of a hyperplane, its first entry positive."""
    lead = next(entry for entry in form if entry)
    return tuple(coprime([entry if lead > 0 else -entry for entry in form]))


def _least_jump(network: Network, plane: Form, run: Run) -> fmpq:
    """The least jump of the slope across a hyperplane, in multiples of the jump of relu(form)."""
    *normal, constant = plane
    square = sum((entry * entry for entry in normal), fmpq(0))
    origin = [-constant * entry / square for entry in normal]
    pivot = next(index for index, entry in enumerate(normal) if entry)
    steps = []
    for index in range(len(normal)):
        if index != pivot:
            step = [fmpq(0)] * len(normal)
            step[index], step[pivot] = normal[pivot], -normal[index]
            steps.append(step)
    subspace = AffineSubspace(column(origin), from_rows(steps).transpose())
    points = inner_points(restrict(network, subspace), run)
    jumps = (_jump(network, subspace.at(point), normal) for point in points)
    return min(jumps) / square


def _jump(network: Network, point: Sequence[fmpq], direction: Sequence[fmpq]) -> fmpq:
    """The sum of the derivatives in a direction and its opposite."""
    return _derivative(network, point, direction) + _derivative(network, point, [-entry for entry in direction])


def _derivative(network: Network, point: Sequence[fmpq], direction: Sequence[fmpq]) -> fmpq:
    """The derivative of the output at a point in a direction, from that side."""
    state, change = column(point), column(direction)
    before: Layer | None = None
    for layer in network.layers:
        if before:
            change = _rates(before, state.entries(), change.entries())
            state = column(before.activated(state.entries()))
        state, change = layer.weight * state + layer.bias, layer.weight * change
        before = layer
    return change[0, 0]


def _rates(layer: Layer, values: Sequence[fmpq], rates: Sequence[fmpq]) -> fmpq_mat:
    """How fast what the neurons of a hidden layer pass on changes, where they compute these values that change so fast."""
    triples = zip(values, rates, layer.has_relu.tolist(), strict=True)
    return column([rate if not relu or value > 0 or (value == 0 and rate > 0) else fmpq(0) for value, rate, relu in triples])


def _flattened(network: Network, ridges: Sequence[tuple[fmpq, Form]]) -> Network:
    """The net minus the multiples of relu(form)."""
    if not ridges:
        return network
    weights = [list(form[:-1]) for _, form in ridges]
    ridge = Network.from_rows([(weights, [form[-1] for _, form in ridges]), ([[multiple for multiple, _ in ridges]], None)])
    return subtract(network, ridge)
