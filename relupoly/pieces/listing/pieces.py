"""The pieces of a net as records, under a notion.

Open pieces are joined across facets behind which the function is the same, and given out as soon as they are complete: memory
is bounded by what is merged. Cells that have a function in common without a facet between them are known when all are: a first
look at all cells tells which functions have several, and only these cells are kept by the second one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

import numpy as np

from relupoly.errors import InputError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.closed import closed_components
from relupoly.pieces.listing.facet_names import Located, facets_named
from relupoly.pieces.listing.joined import Joined
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.piece_record import piece_record
from relupoly.pieces.listing.records import PIECE_FIELDS, CellRecord, PieceRecord
from relupoly.pieces.listing.same_function import SameFunction
from relupoly.pieces.listing.walked import records_of
from relupoly.pieces.notions import ACTIVATION, AFFINE, CLOSED, OPEN
from relupoly.run import UNLIMITED, Run

LISTED_NOTIONS = (OPEN, ACTIVATION, CLOSED, AFFINE)
_NEEDED = ("gradient", "constant", "facets", "neighbours")


def list_pieces(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    notion: str = OPEN,
    fields: Collection[str] = PIECE_FIELDS,
    *,
    run: Run = UNLIMITED,
) -> Iterator[PieceRecord]:
    """The pieces of a net, one by one.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default.
    notion : str
        "open", "activation", "closed" or "affine".
    fields : collection of str
        What is told of each; all of `relupoly.pieces.listing.records.PIECE_FIELDS` by default.
    run : Run, optional
        Asked at every step whether to go on.

    Yields
    ------
    PieceRecord

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension, or its sets in several subspaces.
    InputError
        If pieces of the notion are not listed.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> folded_twice = Network.from_rows([([[1], [-1], [1]], [0, 0, 1]), ([[1, 1, 0]], None)])
    >>> for piece in list_pieces(folded_twice, Domain.box([-2], [2])):
    ...     print([cell.pattern for cell in piece.cells], piece.gradient, piece.volume)
    [('-+-',), ('-++',)] ((-1,),) 2
    [('+-+',)] ((1,),) 2
    """
    if notion not in LISTED_NOTIONS:
        raise InputError(f"pieces of the notion {notion} are not listed; choose among {', '.join(LISTED_NOTIONS)}")
    parts = Parts.of(network, domain, run)
    wanted = _cell_fields(fields)
    sets = {OPEN: _open, ACTIVATION: _activation, CLOSED: _closed, AFFINE: _affine}[notion](parts, wanted, run)
    for number, (cells, inner) in enumerate(sets, 1):
        yield piece_record(number, notion, cells, inner, fields)


# The cells of a piece, and for each facet of each whether it lies between two of them.
Members = tuple[Sequence[CellRecord], Sequence[Sequence[bool]]]

# Tells behind which facets a set of cells goes on, for the cells of one part.
Rule = Callable[[CellRecord], tuple[bool, ...]]


def _cell_fields(fields: Collection[str]) -> tuple[str, ...]:
    """What has to be known of cells."""
    corners = ("vertices", "rays") if "convex" in fields else ()
    return tuple({*fields, *_NEEDED, *corners})


def same_pattern(cell: CellRecord) -> tuple[bool, ...]:
    """For each facet of a cell whether the pattern is the same on its other side."""
    return tuple(neighbour == cell.pattern for neighbour in cell.neighbours or ())


def rules(parts: Parts, notion: str) -> list[Rule]:
    """For each part, behind which facets a set of a notion goes on: the open pieces, but for activation cells."""
    return [same_pattern if notion == ACTIVATION else SameFunction(listed).behind for listed in parts.listed]


def _open(parts: Parts, fields: Sequence[str], run: Run) -> Iterator[Members]:
    yield from _across(parts, fields, rules(parts, OPEN), run)


def _activation(parts: Parts, fields: Sequence[str], run: Run) -> Iterator[Members]:
    yield from _across(parts, fields, rules(parts, ACTIVATION), run)


def _across(parts: Parts, fields: Sequence[str], own: Sequence[Rule], run: Run) -> Iterator[Members]:
    """Sets of cells that are joined across facets by rules."""
    joined = Joined()
    inner: dict[int, tuple[bool, ...]] = {}
    for part, cell in _cells(parts, fields, run):
        flags = own[part](cell)
        if any(flags):
            inner[cell.number] = flags
        complete = joined.add(cell, facets_named(parts, part, cell, flags, run))
        if complete is not None:
            yield complete, [inner.pop(one.number, ()) or (False,) * len(one.facets or ()) for one in complete]
    assert not inner, "every facet inside a domain has two sides"


def _cells(parts: Parts, fields: Sequence[str], run: Run) -> Iterator[Located]:
    """All cells, each with the number of its part."""
    number = 1
    for part, listed in enumerate(parts.listed):
        for cell in records_of(parts, listed, fields, number, run):
            yield part, cell
            number = cell.number + 1


def _affine(parts: Parts, fields: Sequence[str], run: Run) -> Iterator[Members]:
    for members, inner in _by_function(parts, fields, run):
        yield [cell for _, cell in members], inner


def _closed(parts: Parts, fields: Sequence[str], run: Run) -> Iterator[Members]:
    scattered = []
    for members, inner in _by_function(parts, fields, run):
        cells = [cell for _, cell in members]
        if _hangs_together(parts, members, inner, run):
            yield cells, inner
        else:
            scattered.append((cells, inner))
    if not scattered:
        return
    functions = [(cells[0].gradient, cells[0].constant) for cells, _ in scattered]
    names = closed_components(parts, functions, run)
    for (cells, inner), own in zip(scattered, names, strict=True):
        sets: dict[Hashable, list[int]] = {}
        for place, cell in enumerate(cells):
            sets.setdefault(own[cell.number], []).append(place)
        for places in sets.values():
            yield [cells[place] for place in places], [inner[place] for place in places]


def _by_function(parts: Parts, fields: Sequence[str], run: Run) -> Iterator[tuple[Sequence[Located], Sequence[Sequence[bool]]]]:
    """All cells with the same function, for each function; those with one cell first."""
    several = _several(parts, run)
    own = rules(parts, OPEN)
    kept: dict[Hashable, list[tuple[Located, tuple[bool, ...]]]] = {}
    for part, cell in _cells(parts, fields, run):
        if _print(cell) not in several:
            yield [(part, cell)], [(False,) * len(cell.facets or ())]
        else:
            kept.setdefault((cell.gradient, cell.constant), []).append(((part, cell), own[part](cell)))
    for members in kept.values():
        yield [located for located, _ in members], [flags for _, flags in members]


def _several(parts: Parts, run: Run) -> set[int]:
    """The numbers of functions that several cells have."""
    prints = np.fromiter((_print(cell) for _, cell in _cells(parts, ("gradient", "constant"), run)), dtype=np.int64)
    found, counts = np.unique(prints, return_counts=True)
    return set(found[counts > 1].tolist())


def _print(cell: CellRecord) -> int:
    """A number that equal functions have in common, and different ones hardly ever."""
    return hash((cell.gradient, cell.constant))


def _hangs_together(parts: Parts, members: Sequence[Located], inner: Sequence[Sequence[bool]], run: Run) -> bool:
    """Whether cells of one function are one open piece."""
    joined, sets = Joined(), 0
    for (part, cell), flags in zip(members, inner, strict=True):
        sets += joined.add(cell, facets_named(parts, part, cell, flags, run)) is not None
    return sets == 1
