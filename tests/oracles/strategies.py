"""Random small nets and domains for property tests: short integer weights, so that coincidences are common."""

import itertools
from typing import Any

from hypothesis import strategies as st

from relupoly.exact import blocks
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Layer, Network

ENTRY = st.integers(-2, 2)


def matrices(rows: int, columns: int) -> st.SearchStrategy[list[list[int]]]:
    """Matrices with entries in -2, ..., 2."""
    return st.lists(st.lists(ENTRY, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


@st.composite
def nets(draw: st.DrawFn, inputs: int = 3, layers: int = 3, width: int = 3, outputs: int = 2, neurons: int = 8) -> Network:
    """Nets with at most so many inputs, hidden layers, neurons in each and in all, and outputs."""
    sizes = [draw(st.integers(1, inputs))]
    for _ in range(draw(st.integers(1, layers))):
        left = neurons - sum(sizes[1:])
        if left > 0:
            sizes.append(draw(st.integers(1, min(width, left))))
    sizes.append(draw(st.integers(1, outputs)))
    pairs: list[Any] = []
    for before, after in itertools.pairwise(sizes):
        pairs.append((draw(matrices(after, before)), draw(matrices(1, after))[0]))
    return Network.from_rows(pairs)


@st.composite
def linear_nets(draw: st.DrawFn, sparse: bool = False, always: bool = False, **sizes: int) -> Network:
    """Nets with linear neurons among those of the hidden layers: some, none or all of a layer.

    Parameters
    ----------
    sparse : bool
        Whether weights may be sparse matrices, too.
    always : bool
        Whether some neuron is linear in any case.
    sizes
        As for `nets`.
    """
    net = draw(nets(**sizes))
    chosen = [sorted(draw(st.sets(st.integers(0, layer.outputs - 1)))) for layer in net.hidden]
    if always and not any(chosen):
        chosen[0] = [0]
    layers = [Layer(layer.weight, layer.bias, tuple(linear)) for layer, linear in zip(net.layers, [*chosen, []], strict=True)]
    if sparse:
        kinds = draw(st.lists(st.booleans(), min_size=len(layers), max_size=len(layers)))
        layers = [sparsely(layer) if kind else layer for layer, kind in zip(layers, kinds, strict=True)]
    return Network(tuple(layers))


def sparsely(layer: Layer) -> Layer:
    """A layer whose weight is a sparse matrix."""
    return Layer(blocks.sparsely(layer.weight), layer.bias, layer.linear)


@st.composite
def boxes(draw: st.DrawFn, dimension: int) -> Domain:
    """Boxes with small integer bounds."""
    lower = draw(st.lists(ENTRY, min_size=dimension, max_size=dimension))
    sizes = draw(st.lists(st.integers(1, 3), min_size=dimension, max_size=dimension))
    return Domain.box(lower, [low + size for low, size in zip(lower, sizes, strict=True)])


@st.composite
def nets_on_domains(draw: st.DrawFn, **sizes: int) -> tuple[Network, Domain]:
    """A net with the whole space or a box."""
    net = draw(nets(**sizes))
    return net, draw(st.one_of(st.just(Domain()), boxes(net.input_dim)))
