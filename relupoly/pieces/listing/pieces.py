"""The pieces of a net as records, under a notion.

Open pieces are joined across facets behind which the function is the same, and given out as soon as they are complete: memory
is bounded by what is merged. Cells that have a function in common without a facet between them are known when all are: a first
look at all cells tells which functions have several, and only these cells are kept by the second one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from relupoly.errors import InputError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.closed import closed_components, function_of
from relupoly.pieces.listing.facet_names import facets_named
from relupoly.pieces.listing.joined import Joined
from relupoly.pieces.listing.look import Look, look_alone
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.piece_record import piece_record
from relupoly.pieces.listing.records import PIECE_FIELDS, CellRecord, PieceRecord
from relupoly.pieces.listing.same_function import SameFunction
from relupoly.pieces.notions import ACTIVATION, AFFINE, CLOSED, OPEN, check_affine
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
        If the domain lies in a space of another dimension, or sets in different subspaces touch.
    InputError
        If pieces of the notion are not listed; or it is `affine`, and sets lie in several subspaces.
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
    check_listed(notion)
    sets = told_pieces(Parts.of(network, domain, run), notion, fields, _members, run=run)
    for number, (cells, inner) in enumerate(sets, 1):
        yield piece_record(number, notion, cells, inner, fields)


Cells = Sequence[CellRecord]
Inner = Sequence[Sequence[bool]]
"""For each facet of each cell of a piece, whether it lies between two of them."""

Told = TypeVar("Told")
Tell = Callable[[Cells, Inner], Told]

# Tells behind which facets a set of cells goes on, for the cells of one part.
Rule = Callable[[CellRecord], tuple[bool, ...]]


def check_listed(notion: str) -> None:
    """Raise InputError if pieces of a notion are not listed."""
    if notion not in LISTED_NOTIONS:
        raise InputError(f"pieces of the notion {notion} are not listed; choose among {', '.join(LISTED_NOTIONS)}")


def told_pieces(
    parts: Parts, notion: str, fields: Collection[str], tell: Tell[Told], look: Look = look_alone, run: Run = UNLIMITED
) -> Generator[Told]:
    """What is told of each piece, in the order of `list_pieces`.

    Parameters
    ----------
    parts : Parts
    notion : str
        One of `LISTED_NOTIONS`.
    fields : collection of str
        Of `relupoly.pieces.listing.records.PIECE_FIELDS`: what is wanted.
    tell : callable
        Takes the cells of a piece, and which of their facets are inner ones. Of pieces of one cell it is called where the look
        works.
    look : Look, optional
    run : Run, optional

    Raises
    ------
    InputError
        If the notion is `affine`, and sets lie in several subspaces.
    """
    check_affine([notion], len(parts.frames), LISTED_NOTIONS)
    wanted = _cell_fields(fields)
    if notion == AFFINE:
        return _affine(parts, wanted, tell, look, run)
    if notion == CLOSED:
        return _closed(parts, wanted, tell, look, run)
    return _across(parts, wanted, rules(parts, notion), tell, look, run)


def _members(cells: Cells, inner: Inner) -> tuple[Cells, Inner]:
    return cells, inner


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


@dataclass(frozen=True)
class _Growing:
    """A cell of a set that goes on.

    Attributes
    ----------
    part : int
    cell : CellRecord
    inner : tuple of bool
        Behind which facets.
    names : sequence of hashable
        Of these facets.
    """

    part: int
    cell: CellRecord
    inner: tuple[bool, ...]
    names: Sequence[Hashable]


@dataclass(frozen=True)
class _Several:
    """All cells of a function that several have."""

    members: Sequence[_Growing]


def _across(
    parts: Parts, fields: Sequence[str], own: Sequence[Rule], tell: Tell[Told], look: Look, run: Run
) -> Generator[Told]:
    """Sets of cells that are joined across facets by rules."""

    def work(part: int, cell: CellRecord) -> Told | _Growing:
        flags = own[part](cell)
        if not any(flags):
            return tell([cell], [flags])
        return _Growing(part, cell, flags, facets_named(parts, part, cell, flags, run))

    joined = Joined()
    inner: dict[int, tuple[bool, ...]] = {}
    for found in look(parts, fields, work, run):
        if not isinstance(found, _Growing):
            yield found
            continue
        inner[found.cell.number] = found.inner
        complete = joined.add(found.cell, found.names)
        if complete is not None:
            yield tell(complete, [inner.pop(one.number) for one in complete])
    assert not inner, "every facet inside a domain has two sides"


def _affine(parts: Parts, fields: Sequence[str], tell: Tell[Told], look: Look, run: Run) -> Generator[Told]:
    for found in _by_function(parts, fields, tell, look, run):
        yield tell(*_apart(found.members)) if isinstance(found, _Several) else found


def _closed(parts: Parts, fields: Sequence[str], tell: Tell[Told], look: Look, run: Run) -> Generator[Told]:
    scattered = []
    for found in _by_function(parts, fields, tell, look, run):
        if not isinstance(found, _Several):
            yield found
        elif _hangs_together(found.members):
            yield tell(*_apart(found.members))
        else:
            scattered.append(_apart(found.members))
    if not scattered:
        return
    names = closed_components(parts, [cells[0] for cells, _ in scattered], run)
    for (cells, inner), own in zip(scattered, names, strict=True):
        sets: dict[Hashable, list[int]] = {}
        for place, cell in enumerate(cells):
            sets.setdefault(own[cell.number], []).append(place)
        for places in sets.values():
            yield tell([cells[place] for place in places], [inner[place] for place in places])


def _apart(members: Sequence[_Growing]) -> tuple[Cells, Inner]:
    return [one.cell for one in members], [one.inner for one in members]


def _by_function(parts: Parts, fields: Sequence[str], tell: Tell[Told], look: Look, run: Run) -> Generator[Told | _Several]:
    """All cells with the same function, for each function; of those with one cell, which come first, what is told."""
    several = _several(parts, look, run)
    own = rules(parts, OPEN)

    def work(part: int, cell: CellRecord) -> Told | _Growing:
        if _print(cell) not in several:
            return tell([cell], [(False,) * len(cell.facets or ())])
        flags = own[part](cell)
        return _Growing(part, cell, flags, facets_named(parts, part, cell, flags, run))

    kept: dict[Hashable, list[_Growing]] = {}
    for found in look(parts, fields, work, run):
        if isinstance(found, _Growing):
            kept.setdefault(function_of(found.cell), []).append(found)
        else:
            yield found
    yield from map(_Several, kept.values())


def _several(parts: Parts, look: Look, run: Run) -> set[int]:
    """The numbers of functions that several cells have."""
    looks = look(parts, ("gradient", "constant"), lambda part, cell: _print(cell), run)
    found, counts = np.unique(np.fromiter(looks, dtype=np.int64), return_counts=True)
    return set(found[counts > 1].tolist())


def _print(cell: CellRecord) -> int:
    """A number that equal functions have in common, and different ones hardly ever."""
    return hash(function_of(cell))


def _hangs_together(members: Sequence[_Growing]) -> bool:
    """Whether cells of one function are one open piece."""
    joined = Joined()
    return sum(joined.add(one.cell, one.names) is not None for one in members) == 1
