"""The cells and the pieces that hold a point, without listing the others.

The walk goes down where the point is, and on its border on both sides: what a hyperplane separates from the point is left out.
A cell that is found knows its neighbours, so that its piece is found from facet to facet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import DomainError
from relupoly.exact.rationals import rational_at
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.evaluation import values_and_pattern
from relupoly.networks.network import Network
from relupoly.pieces.listing.facet_names import Located, behind
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.on_facet import point_on_facet
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.piece_record import piece_record
from relupoly.pieces.listing.pieces import check_listed, list_pieces, rules
from relupoly.pieces.listing.records import CELL_FIELDS, PIECE_FIELDS, CellRecord, PieceRecord, Vector
from relupoly.pieces.listing.walked import record_of
from relupoly.pieces.notions import ACTIVATION, OPEN
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import WalkNode
from relupoly.run import UNLIMITED, Run


def cells_at(
    network: Network,
    point: Sequence[Any],
    domain: Domain | DomainUnion | None = None,
    fields: Collection[str] = CELL_FIELDS,
    *,
    run: Run = UNLIMITED,
) -> list[CellRecord]:
    """The closed cells that hold a point: one inside, several on a border, none outside of the domain.

    Parameters
    ----------
    network : Network
    point : sequence of numbers
        In the coordinates of the domain: parameters t where it lies in a subspace; but in those of the inputs where its sets
        lie in several.
    domain : Domain or DomainUnion, optional
        All of R^n by default.
    fields : collection of str
        What is told of each.
    run : Run, optional

    Raises
    ------
    DomainError
        If the domain or the point lies in a space of another dimension, or sets in different subspaces touch.
    NumberError
        If a coordinate is no number.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> [cell.pattern for cell in cells_at(absolute_value, [0])], [cell.pattern for cell in cells_at(absolute_value, ["1/2"])]
    ([('+-',), ('-+',)], [('+-',)])
    """
    parts = Parts.of(network, domain, run)
    found = _at(parts, _places(parts, point), fields, run)
    return [replace(cell, number=number) for number, (_, cell) in enumerate(found, 1)]


def pieces_at(
    network: Network,
    point: Sequence[Any],
    domain: Domain | DomainUnion | None = None,
    notion: str = OPEN,
    fields: Collection[str] = PIECE_FIELDS,
    *,
    run: Run = UNLIMITED,
) -> list[PieceRecord]:
    """The pieces whose closures hold a point, of a notion.

    Parameters and exceptions are those of `cells_at`, and of `relupoly.pieces.listing.pieces.list_pieces`. Open pieces are
    found from facet to facet; for closed ones and functions all cells have to be seen.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> [piece.gradient for piece in pieces_at(absolute_value, [0])]
    [((1,),), ((-1,),)]
    """
    check_listed(notion)
    parts = Parts.of(network, domain, run)
    places = _places(parts, point)
    if notion not in (OPEN, ACTIVATION):
        every = list_pieces(network, domain, notion, {*fields, "facets"}, run=run)
        found = [piece for piece in every if (place := places[(piece.subspace or 1) - 1]) and piece.contains(place)]
        return [replace(piece, number=number) for number, piece in enumerate(found, 1)]
    wanted = tuple({*fields, "gradient", "constant", "facets", "neighbours", "vertices", "rays", "point"})
    grown: list[PieceRecord] = []
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for start in _at(parts, places, wanted, run):
        if _name(start) in seen:
            continue
        members = _grown(parts, start, notion, wanted, run)
        seen |= {_name(member) for member, _ in members}
        cells = [replace(cell, number=number) for number, ((_, cell), _) in enumerate(members, 1)]
        grown.append(piece_record(len(grown) + 1, notion, cells, [flags for _, flags in members], fields))
    return grown


def _name(located: Located) -> tuple[int, tuple[str, ...]]:
    part, cell = located
    return part, cell.pattern


def _places(parts: Parts, point: Sequence[Any]) -> list[Vector | None]:
    """The point in the coordinates of each subspace; None where it does not lie on it."""
    several = len(parts.frames) > 1
    dimension = parts.network.input_dim if several else parts.frames[0].network.input_dim
    if len(point) != dimension:
        whose = f"the inputs are {dimension}, in which it is given where sets lie in several subspaces"
        raise DomainError(
            f"the point has {len(point)} coordinates, and {whose if several else f'the domain {dimension}'}; give as many"
        )
    given = tuple(rational_at(entry, f"coordinate {place}", DomainError) for place, entry in enumerate(point, 1))
    if not several:
        return [given]
    found = [given if frame.subspace is None else frame.subspace.parameters(given) for frame in parts.frames]
    return [None if one is None else tuple(one) for one in found]


def _at(parts: Parts, places: Sequence[Vector | None], fields: Collection[str], run: Run) -> Iterator[Located]:
    """The cells that hold a point, with their parts."""
    for frame, place in zip(parts.frames, places, strict=True):
        if place is not None:
            for part in frame.at(place):
                yield from _in_part(parts, part, place, fields, run)


def _in_part(parts: Parts, part: int, point: Vector, fields: Collection[str], run: Run) -> Iterator[Located]:
    """The cells of a part that hold one of its points."""
    listed = parts.listed[part]
    for cell in _cells_at(listed, point, run):
        yield part, record_of(parts, listed, fields, cell, run)


def _cells_at(listed: ListedNet, point: Vector, run: Run) -> Iterator[ActivationCell]:
    """The cells of a part that hold one of its points."""
    _, found = values_and_pattern(listed.network, point)
    signs = [np.array(one, dtype=np.int8)[planes.first] for one, planes in zip(found, listed.net.hyperplanes, strict=True)]
    steps = Walk(listed.net, run=run).steps
    for root in _roots(listed, steps, signs):
        waiting = [root]
        while waiting:
            if _is_apart(waiting[-1], signs):
                waiting.pop()
            else:
                yield from steps.take(waiting)


def _roots(listed: ListedNet, steps: Any, signs: Sequence[NDArray[np.int8]]) -> Iterator[WalkNode]:
    """The nodes from which the walk starts, but for those that a hyperplane separates from the point."""
    if listed.net.bounds:
        yield from steps.roots()
        return
    labels, first = steps.initial.labels, listed.net.first_label[0]
    chosen = [signs[0][label - first] for label in labels[:-1] if label >= first]
    numbers = [0]
    for sign in chosen:
        # Binary digits choose sides, 0 for the positive one.
        numbers = [2 * number + digit for number in numbers for digit in (0, 1) if sign != (1 if digit else -1)]
    for number in numbers:
        yield from steps.roots(number, steps.starts)


def _is_apart(node: WalkNode, signs: Sequence[NDArray[np.int8]]) -> bool:
    """Whether a hyperplane whose side is decided separates a node from the point."""
    layer = node.stage.layer_map.layer
    return bool((node.chosen * signs[layer] < 0).any())


def _grown(
    parts: Parts, start: Located, notion: str, fields: Collection[str], run: Run
) -> list[tuple[Located, tuple[bool, ...]]]:
    """The cells of an open piece, or of a pattern's component, and which of their facets are inner ones."""
    own = rules(parts, notion)
    waiting, found, seen = [start], [], {_name(start)}
    while waiting:
        part, cell = waiting.pop()
        flags = own[part](cell)
        found.append(((part, cell), flags))
        for place in np.flatnonzero(flags).tolist():
            name = behind(parts, part, cell, place, run)
            if name not in seen:
                seen.add(name)
                near = _in_part(parts, name[0], point_on_facet(cell, place, run), fields, run)
                waiting.append(next(one for one in near if _name(one) == name))
    return found
