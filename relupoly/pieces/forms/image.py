"""First layers of low rank on a box of many inputs: the image of the box is a zonotope in few dimensions.

A first layer W of rank r is W = A B with r of its rows in B. The net sees B x alone: its pieces on a box are
the preimages of those of the net with first layer A on the box's image, and have as many, under every notion, since preimages
of connected sets under B are connected. The image is the sum of r-dimensional segments, one for each input; each of its facets
is spanned by r - 1 of them (McMullen 1971).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import comb

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from relupoly.exact import blocks
from relupoly.exact.matrices import column, from_rows, primitive, rows_of, take_columns
from relupoly.exact.rank import independent_rows, pivot_columns, rank_modulo_a_prime
from relupoly.geometry.arrangement import normalized
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.zonotope import Zonotope
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.forms import homogeneous

# For each rank, how many facets: cells are cut by one after the other, and each cut looks at all rays so far. With so many that
# takes about a second, and cells have so many rays; above, constraints are quicker.
_MOST_FACETS = {1: 2, 2: 1600, 3: 400}


def on_image(network: Network, domain: Domain, fewest: int | None = None) -> tuple[Network, Domain] | None:
    """The same net on the image of a box under the directions that its first layer sees, where that has few facets; else None.

    Parameters
    ----------
    network : Network
    domain : Domain
    fewest : int, optional
        On boxes of no more inputs nothing is done; by default where cells are held by rays anyway.

    Returns
    -------
    network, domain
        With as many pieces as before, under every notion.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 2, 3], [2, 4, 6]], [-1, -5]), ([[1, 1]], None)])
    >>> narrow, image = on_image(net, Domain.box([0, 0, 0], [1, 1, 1]), 2)
    >>> narrow.layers[0].weight.tolist(), image.polyhedron
    ([[1], [2]], Box([0], [6]))
    """
    box = Box.of(domain.polyhedron) if domain.polyhedron and network.hidden else None
    if box is None or box.dimension <= (homogeneous.MOST_COORDINATES_WITH_RAYS if fewest is None else fewest):
        return None
    inner = restrict(network, domain.subspace) if domain.subspace else network
    first = inner.layers[0]
    rank = rank_modulo_a_prime(first.weight)  # a lower bound, so that nothing is made dense in vain
    if rank not in _MOST_FACETS:
        return None
    chosen = independent_rows(first.weight)
    seen = blocks.densely(blocks.take_rows(first.weight, chosen))
    image = _image(seen, box) if len(chosen) in _MOST_FACETS else None
    if image is None:
        return None
    pivots = pivot_columns(seen)
    weight = blocks.densely(blocks.take_columns(first.weight, pivots)) * take_columns(seen, pivots).inv()
    narrow = Network((replace(first, weight=weight), *inner.layers[1:]), network.metadata)
    return narrow, Domain(image, name=domain.name)


def _image(seen: fmpq_mat, box: Box) -> Polyhedron | None:
    """The image of a box under independent rows; None where it has too many facets."""
    rank = seen.nrows()
    columns = rows_of(seen.transpose())
    center = [entry for (entry,) in rows_of(seen * column(box.center))]
    halves = [(high - low) / 2 for low, high in zip(box.lower, box.upper, strict=True)]
    segments = Zonotope(
        tuple(tuple(half * entry for entry in own) for half, own in zip(halves, columns, strict=True) if any(own)), rank
    ).segments
    if 2 * comb(len(segments), rank - 1) > _MOST_FACETS[rank]:
        return None
    directions = list(segments)
    normals = [(1,)] if rank == 1 else _normals(directions, rank)
    products = fmpz_mat(normals) * fmpz_mat(directions).transpose()
    lengths = list(segments.values())
    rows, bounds = [], []
    for normal, along in zip(normals, products.tolist(), strict=True):
        width = sum((abs(fmpq(entry)) * length for entry, length in zip(along, lengths, strict=True)), fmpq(0))
        at = sum((entry * x for entry, x in zip(normal, center, strict=True)), fmpq(0))
        for sign in (1, -1):
            rows.append([sign * fmpq(entry) for entry in normal])
            bounds.append(sign * at + width)
    if rank == 1:
        return Polyhedron.box([-bounds[1]], [bounds[0]])
    return Polyhedron(from_rows(rows), column(bounds))


def _normals(directions: Sequence[tuple[int, ...]], rank: int) -> list[tuple[int, ...]]:
    """The normals of all hyperplanes that directions span, each once."""
    found: dict[tuple[int, ...], None] = {}
    for some in combinations(directions, rank - 1):
        normal = _orthogonal(some, rank)
        if any(normal):
            found[normalized([int(entry) for entry in primitive(list(map(fmpq, normal)))])] = None
    return list(found)


def _orthogonal(vectors: Sequence[tuple[int, ...]], rank: int) -> list[fmpz]:
    """The generalised cross product: 0 where the vectors depend on each other."""
    columns = list(zip(*vectors, strict=True))
    return [
        (-1) ** place * fmpz_mat([columns[other] for other in range(rank) if other != place]).det() for place in range(rank)
    ]
