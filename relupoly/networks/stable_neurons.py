"""A smaller net with the same values wherever given neurons are stable.

A neuron that is never active puts out 0, and one that is always active what it computes. So, layer by layer, the former are
gone, and of the always active ones and the linear ones together only as many stay as have independent weights: the others are
combinations of these, and a constant, which the next layer's weights and biases take up. Neurons with ReLU whose rows are
positive multiples of each other become one, and what never changes becomes part of biases. Where nothing is left of a layer
but stable neurons, it is an affine map, and becomes part of the next one. From behind, the neurons go that nobody reads; and
where the next layer sees the always active and the linear ones of a layer only through fewer combinations, at most half as
many, these combinations take their place, as linear neurons. (A format that knows ReLU alone writes each linear neuron as two,
so the net is no larger there either.) All this is repeated until it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from flint import fmpq

from relupoly.exact.blocks import from_nonzero_rows
from relupoly.exact.combinations import combinations_of
from relupoly.exact.matrices import column
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.network import Layer, Network
from relupoly.networks.rows import Key, Row, constant_output, is_nonnegative, layer_rows
from relupoly.run import UNLIMITED, Run

# What is known of a neuron of a hidden layer.
RELU, ACTIVE, INACTIVE, LINEAR = "relu", "active", "inactive", "linear"

Name = tuple[int, int] | None


@dataclass(frozen=True)
class _Layer:
    """A layer as rows, and what is known of its neurons; of the outputs that they are linear.

    Attributes
    ----------
    rows : list of Row
    kinds : list of str
    names : list of (int, int) or None
        The layer and the neuron of the net that each was, both numbered from 0; None for a new one.
    """

    rows: list[Row]
    kinds: list[str]
    names: list[Name]

    def taken(self, places: Sequence[int]) -> _Layer:
        """Some of its neurons."""
        rows, kinds, names = self.rows, self.kinds, self.names
        return _Layer([rows[one] for one in places], [kinds[one] for one in places], [names[one] for one in places])


def without_stable(
    network: Network, active: Sequence[Sequence[int]], inactive: Sequence[Sequence[int]], run: Run = UNLIMITED
) -> Network:
    """A net with no more neurons, which has the same values wherever some neurons are active and others are not.

    Parameters
    ----------
    network : Network
    active, inactive : sequence of sequences of int
        For each hidden layer the neurons with ReLU, numbered from 0, whose preactivation is never negative, or never positive.
    run : Run, optional
        Asked at every neuron whether to go on.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [1], [-1]], [5, 0, -5]), ([[1, 1, 1]], None)])
    >>> smaller = without_stable(net, active=[[0]], inactive=[[2]])
    >>> smaller.widths, net([-3]), smaller([-3])
    ((2,), [2], [2])
    >>> without_stable(net, active=[[0, 1]], inactive=[[2]]).layers
    (Layer([[2]], [5]),)
    """
    return _network(_reduced(network, active, inactive, run), network)


def kept_neurons(
    network: Network, active: Sequence[Sequence[int]], inactive: Sequence[Sequence[int]], run: Run = UNLIMITED
) -> tuple[tuple[int, ...], ...]:
    """For each hidden layer, the neurons that `without_stable` keeps, numbered from 0.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [1], [2], [-1]], [5, 0, 0, -5]), ([[1, 1, 1, 1]], None)])
    >>> kept_neurons(net, active=[[0]], inactive=[[3]])
    ((0, 1),)
    """
    names = {name for layer in _reduced(network, active, inactive, run) for name in layer.names}
    return tuple(
        tuple(neuron for neuron in range(width) if (number, neuron) in names) for number, width in enumerate(network.widths)
    )


def _reduced(network: Network, active: Sequence[Sequence[int]], inactive: Sequence[Sequence[int]], run: Run) -> list[_Layer]:
    """The layers that are left."""
    layers = [
        _Layer(layer_rows(layer), _kinds(layer, *flags), [(number, neuron) for neuron in range(layer.outputs)])
        for number, (layer, *flags) in enumerate(zip(network.hidden, active, inactive, strict=True))
    ]
    outputs = network.output_dim
    layers.append(_Layer(layer_rows(network.layers[-1]), [LINEAR] * outputs, [None] * outputs))
    sizes: list[int] = []
    while sizes != (sizes := [len(layer.rows) for layer in layers]):
        layers = _backwards(_forwards(layers, network.input_dim, run), run)
    return layers


def _kinds(layer: Layer, active: Sequence[int], inactive: Sequence[int]) -> list[str]:
    kinds = [RELU if relu else LINEAR for relu in layer.has_relu.tolist()]
    for neurons, kind in ((active, ACTIVE), (inactive, INACTIVE)):
        for neuron in neurons:
            kinds[neuron] = kind
    return kinds


def _forwards(layers: Sequence[_Layer], inputs: int, run: Run) -> list[_Layer]:
    """The layers with what the neurons before have become."""
    found: list[_Layer] = []
    sources = [Row({index: fmpq(1)}, fmpq(0)) for index in range(inputs)]
    nonnegative = [False] * inputs
    for layer in layers[:-1]:
        kept = _Kept(_reading(layer, sources, run), nonnegative)
        if RELU in kept.layer.kinds:
            sources, nonnegative = kept.sources, kept.never_negative()
            found.append(kept.layer)
        else:
            sources = [_substituted(row, kept.layer.rows, run) for row in kept.sources]
    return [*found, _reading(layers[-1], sources, run)]


def _reading(layer: _Layer, sources: Sequence[Row], run: Run) -> _Layer:
    """A layer whose inputs have become affine functions of others."""
    return replace(layer, rows=[_substituted(row, sources, run) for row in layer.rows])


class _Kept:
    """What is kept of a layer.

    Parameters
    ----------
    whole : _Layer
        As it reads what is kept of the layer before.
    nonnegative : sequence of bool
        Of which inputs it is known that they are never negative.

    Attributes
    ----------
    layer : _Layer
        The neurons that are kept.
    sources : list of Row
        What each neuron of the whole layer becomes: an affine function of those that are kept.
    """

    def __init__(self, whole: _Layer, nonnegative: Sequence[bool]) -> None:
        self._nonnegative = nonnegative
        values = [self._constant(*neuron) for neuron in zip(whole.rows, whole.kinds, strict=True)]
        varying = [place for place, value in enumerate(values) if value is None]
        affine = [place for place in varying if whole.kinds[place] != RELU]
        shares = dict(zip(affine, combinations_of([whole.rows[place].weights for place in affine]), strict=True))
        first: dict[Key, int] = {}
        for place in varying:
            if place not in shares:
                first.setdefault(whole.rows[place].hyperplane, place)
        kept = sorted([*first.values(), *(place for place, share in shares.items() if share is None)])
        numbers = {place: number for number, place in enumerate(kept)}
        self.layer = whole.taken(kept)
        self.sources: list[Row] = []
        for place, (row, value) in enumerate(zip(whole.rows, values, strict=True)):
            if value is not None:
                self.sources.append(Row({}, value))
            elif place in numbers:
                self.sources.append(Row({numbers[place]: fmpq(1)}, fmpq(0)))
            elif place not in shares:
                other = first[row.hyperplane]
                self.sources.append(Row({numbers[other]: row.over(whole.rows[other])}, fmpq(0)))
            else:
                share = {affine[one]: weight for one, weight in (shares[place] or {}).items()}
                bias = row.bias - sum((weight * whole.rows[one].bias for one, weight in share.items()), fmpq(0))
                self.sources.append(Row({numbers[one]: weight for one, weight in share.items()}, bias))

    def _constant(self, row: Row, kind: str) -> fmpq | None:
        return fmpq(0) if kind == INACTIVE else constant_output(row, kind == RELU, self._nonnegative)

    def never_negative(self) -> list[bool]:
        """Of which kept neurons it is known that they are never negative, wherever the others are what they are said to be."""
        pairs = zip(self.layer.rows, self.layer.kinds, strict=True)
        return [is_nonnegative(row, kind in (RELU, ACTIVE), self._nonnegative) for row, kind in pairs]


def _add(entries: dict[int, fmpq], others: dict[int, fmpq], factor: fmpq) -> None:
    """Add a multiple of a sparse vector to another one."""
    for index, entry in others.items():
        total = entries.get(index, fmpq(0)) + factor * entry
        if total:
            entries[index] = total
        else:
            entries.pop(index, None)


def _substituted(row: Row, sources: Sequence[Row], run: Run) -> Row:
    """A row whose inputs have become affine functions of others."""
    run.tick()
    weights: dict[int, fmpq] = {}
    bias = row.bias
    for place, weight in row.weights.items():
        bias += weight * sources[place].bias
        _add(weights, sources[place].weights, weight)
    return Row(dict(sorted(weights.items())), bias)


def _backwards(layers: Sequence[_Layer], run: Run) -> list[_Layer]:
    """The layers without neurons that nobody reads, and with fewer combinations of stable ones where these do."""
    found = [layers[-1]]
    for layer in reversed(layers[:-1]):
        run.tick()
        layer, found[0] = _combined(*_read(layer, found[0]))
        found.insert(0, layer)
    return found


def _read(layer: _Layer, following: _Layer) -> tuple[_Layer, _Layer]:
    """A layer without the neurons that the next one does not read, and the next one."""
    read = sorted({place for row in following.rows for place in row.weights})
    places = {place: new for new, place in enumerate(read)}
    rows = [Row({places[place]: weight for place, weight in row.weights.items()}, row.bias) for row in following.rows]
    return layer.taken(read), replace(following, rows=rows)


def _combined(layer: _Layer, following: _Layer) -> tuple[_Layer, _Layer]:
    """A layer with as many linear neurons in place of its stable ones as the next layer sees, if at most half as many.

    What the next layer sees of them is the product of its weights and theirs. Independent rows of it are the linear neurons.
    """
    affine = {place for place, kind in enumerate(layer.kinds) if kind != RELU}
    seen = [_product(row, affine, layer.rows) for row in following.rows]
    shares = combinations_of([row.weights for row in seen])
    new = [row for row, share in zip(seen, shares, strict=True) if share is None]
    if 2 * len(new) > len(affine) or not affine:
        return layer, following
    others = [place for place in range(len(layer.rows)) if place not in affine]
    places = {place: index for index, place in enumerate(others)}
    numbers = {place: len(others) + index for index, place in enumerate(_nones(shares))}
    rows = []
    for place, (row, share) in enumerate(zip(following.rows, shares, strict=True)):
        own = {places[one]: weight for one, weight in row.weights.items() if one in places}
        combined = {numbers[one]: weight for one, weight in ({place: fmpq(1)} if share is None else share).items()}
        rows.append(Row({**own, **combined}, row.bias + seen[place].bias))
    left = layer.taken(others)
    linear = [Row(row.weights, fmpq(0)) for row in new]
    names: list[Name] = [*left.names, *[None] * len(linear)]
    joint = _Layer([*left.rows, *linear], [*left.kinds, *[LINEAR] * len(linear)], names)
    return joint, replace(following, rows=rows)


def _product(row: Row, places: Set[int], rows: Sequence[Row]) -> Row:
    """What a neuron sees of some neurons of the layer before that pass on what they compute."""
    weights: dict[int, fmpq] = {}
    bias = fmpq(0)
    for place, weight in row.weights.items():
        if place in places:
            _add(weights, rows[place].weights, weight)
            bias += weight * rows[place].bias
    return Row(dict(sorted(weights.items())), bias)


def _nones(shares: Sequence[object]) -> list[int]:
    return [place for place, share in enumerate(shares) if share is None]


def _network(layers: Sequence[_Layer], network: Network) -> Network:
    """The net of some layers, sparse where the net that it comes from was."""
    sparse = any(isinstance(layer.weight, SparseMatrix) for layer in network.layers)
    made, inputs = [], network.input_dim
    for layer in layers:
        weight = from_nonzero_rows([row.weights for row in layer.rows], inputs, sparse)
        linear = tuple(place for place, kind in enumerate(layer.kinds) if kind == LINEAR)
        made.append(Layer(weight, column([row.bias for row in layer.rows]), linear))
        inputs = len(layer.rows)
    made[-1] = Layer(made[-1].weight, made[-1].bias)
    return Network(tuple(made), network.metadata)
