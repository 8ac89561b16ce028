"""Counting in unions by brute force: the arrangement of all hyperplanes of all parts cuts everything face to face.

Each part's hyperplanes are extended over the whole space, so that what they and the net's neurons cut are cells of one complex,
each inside a part or outside of it. Cells in the union are the nodes of graphs whose components are counted. Whether sets have
points is decided by Fourier-Motzkin elimination, as in `brute_force`; nothing is shared with the library but weights and rows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from oracles.brute_force import Form, _components, _image, _parallel, _rows, _sides, _signed, _strictly, _weakly, feasible

from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network


@dataclass(frozen=True)
class Tile:
    """A full-dimensional cell of the arrangement, the bits of all neurons there and the outputs."""

    walls: tuple[Form, ...]
    bits: tuple[int, ...]
    strict: bool
    outputs: tuple[Form, ...]


def count_by_tiles(network: Network, union: DomainUnion) -> dict[str, int]:
    """The number of regions under each notion; the parts are full-dimensional polyhedra.

    Examples
    --------
    >>> from relupoly.geometry.domain import Domain
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> count_by_tiles(absolute_value, DomainUnion((Domain.box([-2], [1]), Domain.box([0], [2]), Domain.box([3], [4]))))
    {'patterns': 3, 'activation': 3, 'strict': 3, 'open': 3, 'closed': 3, 'affine': 2}
    """
    parts = [_sides(part) for part in union.parts]
    tiles = [tile for walls in _chambers(parts, network.input_dim) for tile in _tiles(network, walls)]
    by_bits, by_outputs = defaultdict(list), defaultdict(list)
    for tile in tiles:
        by_bits[tile.bits].append(tile)
        by_outputs[tile.outputs].append(tile)
    return {
        "patterns": len({bits for sides in parts for bits in _patterns(network, sides)}),
        "activation": sum(map(_joined_by_facets, by_bits.values())),
        "strict": sum(_joined_by_facets(group) for group in by_bits.values() if group[0].strict),
        "open": sum(map(_joined_by_facets, by_outputs.values())),
        "closed": sum(_closed(g, group, tiles) for g, group in by_outputs.items()),
        "affine": len(by_outputs),
    }


def _chambers(parts: list[list[Form]], dimension: int):
    """The walls of each chamber of all hyperplanes that lies in a part."""
    planes: list[Form] = []
    for form in (form for sides in parts for form in sides):
        if not any(_parallel(form, plane) for plane in planes):
            planes.append(form)
    chambers: list[list[Form]] = [[]]
    for plane in planes:
        sides = [[*walls, _signed(plane, bit)] for walls in chambers for bit in (0, 1)]
        chambers = [walls for walls in sides if feasible(_strictly(walls))]
    for walls in chambers:
        if any(feasible(_strictly([*walls, *sides])) for sides in parts):
            yield walls


def _tiles(network: Network, walls: list[Form]):
    for forms, bits, outputs in _branches(network, lambda form, bit: bool(bit or any(form)), _strictly(walls)):
        sides = [_signed(form, bit) for form, bit in zip(forms, bits, strict=True) if any(form)]
        yield Tile((*walls, *sides), bits, all(map(any, forms)), outputs)


def _patterns(network: Network, sides: list[Form]):
    for _, bits, _ in _branches(network, lambda form, bit: bool(bit), _weakly(sides)):
        yield bits


def _branches(network: Network, is_strict, start):
    """The preactivations, bits and outputs of all bit vectors with points; which signs are strict is for the caller to say."""
    layers = [_rows(layer.weight, layer.bias) for layer in network.layers]
    n = network.input_dim
    inputs = [tuple(Fraction(int(i == j)) for j in range(n + 1)) for i in range(n)]
    waiting = [((), (), tuple(inputs), tuple(start))]
    for layer in layers[:-1]:
        for row in layer:
            found = []
            for forms, bits, state, constraints in waiting:
                form = _image(row, list(state))
                for bit in (0, 1):
                    longer = (*constraints, (_signed(form, bit), is_strict(form, bit)))
                    if feasible(list(longer)):
                        found.append(((*forms, form), (*bits, bit), state, longer))
            waiting = found
        size = len(layer)
        waiting = [
            (
                forms,
                bits,
                tuple(tuple(bit * entry for entry in form) for form, bit in zip(forms[-size:], bits[-size:], strict=True)),
                before,
            )
            for forms, bits, _, before in waiting
        ]
    for forms, bits, state, _ in waiting:
        yield forms, bits, tuple(_image(row, list(state)) for row in layers[-1])


def _joined_by_facets(group: list[Tile]) -> int:
    return _components(len(group), lambda i, j: _share_facet(group[i], group[j]))


def _share_facet(one: Tile, two: Tile) -> bool:
    walls = [*one.walls, *two.walls]
    return any(
        feasible(_strictly([wall for wall in walls if not _parallel(wall, plane)]), [plane])
        for plane in one.walls
        if any(plane[:-1])
    )


def _closed(g: tuple[Form, ...], group: list[Tile], tiles: list[Tile]) -> int:
    """Components of {f = g} with a tile of g in them."""

    def meet(*chosen: Tile) -> bool:
        equations = [tuple(a - b for a, b in zip(f, h, strict=True)) for f, h in zip(chosen[0].outputs, g, strict=True)]
        return feasible(_weakly([wall for tile in chosen for wall in tile.walls]), equations)

    nodes = sorted((tile for tile in tiles if meet(tile)), key=lambda tile: tile.outputs != g)
    return _components(len(nodes), lambda i, j: meet(nodes[i], nodes[j]), len(group))
