"""Lists of regions as people type them: like `relupoly.face`, with file names where nets and domains are expected.

The functions behind them are in `relupoly.pieces.listing`. What can be refused at once is, though lists come record by record:
who makes an iterator and reads it elsewhere wants to hear of a wrong name where it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from relupoly.errors import InputError
from relupoly.files.by_name import domain_of, network_of
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike
    from relupoly.pieces.listing.records import CellRecord, PieceRecord
    from relupoly.run import Run


def list_cells(
    network: NetworkLike,
    domain: DomainLike = None,
    fields: Collection[str] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Iterator[CellRecord]:
    """The full-dimensional activation cells of a net, one by one, as they are found.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. Cells of a union are cut where its sets' boundaries, and hyperplanes that go on from them, pass.
    fields : collection of str, optional
        What is told of each: "number", "pattern", "gradient", "constant", "facets", "neighbours", "vertices", "rays", "point",
        "bounded", "volume", and "piece"; fewer are quicker. By default all but "piece", which is known when all cells have been
        seen: then they are listed once more for each notion.
    deadline : float, optional
        Stop after so many seconds.
    run : Run, optional
        Asked at every step whether to go on.

    Yields
    ------
    CellRecord
        All numbers are exact (`fmpq`, `fmpz` of python-flint); in the parameters t where the domain lies in a subspace. Where
        cells have many inputs, vertices and rays are None, and so is the volume. Where sets lie in several subspaces, which do
        not touch, `domain.subspaces[cell.subspace - 1].at(cell.point)` is a point in the space of inputs.

    Raises
    ------
    InputError
        At once, if a file cannot be read or there is no such field.
    DomainError
        If the domain lies in a space of another dimension, or sets in different subspaces touch.
    SizeError
        If there are so many cells that nobody lists them.
    Stopped
        If the deadline passed, after the cells that were found by then.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> for cell in list_cells(absolute_value, Domain.box([-1], [2])):
    ...     print(cell.pattern, cell.gradient, cell.vertices, cell.volume)
    ('-+',) ((-1,),) ((-1,), (0,)) 1
    ('+-',) ((1,),) ((2,), (0,)) 2
    """
    from relupoly.pieces.listing import cells

    return cells.list_cells(network_of(network), domain_of(domain), _cell_fields(fields), run=run_of(deadline, run))


def list_pieces(
    network: NetworkLike,
    domain: DomainLike = None,
    notion: str = "open",
    fields: Collection[str] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Iterator[PieceRecord]:
    """The pieces of a net, one by one: as many as `count_pieces` counts.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    notion : str
        "open", "activation", "closed" or "affine".
    fields : collection of str, optional
        What is told of each: "number", "notion", "cells", "patterns", "gradient", "constant", "facets", "neighbours", "convex",
        "point", "bounded", "volume", all of them by default; "vertices" and "rays" are told of its cells.
    deadline : float, optional
        Stop after so many seconds.
    run : Run, optional
        Asked at every step whether to go on.

    Yields
    ------
    PieceRecord

    Raises
    ------
    InputError
        At once, if a file cannot be read, pieces of the notion are not listed, or there is no such field. Later, if the notion
        is "affine" and sets lie in several subspaces.
    DomainError
        If the domain lies in a space of another dimension, or sets in different subspaces touch.
    SizeError
        If there are so many cells that nobody lists them.
    Stopped
        If the deadline passed, after the pieces that were found by then.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> folded_twice = Network.from_rows([([[1], [-1], [1]], [0, 0, 1]), ([[1, 1, 0]], None)])
    >>> for piece in list_pieces(folded_twice, Domain.box([-2], [2])):
    ...     print([cell.pattern for cell in piece.cells], piece.gradient, piece.volume)
    [('-+-',), ('-++',)] ((-1,),) 2
    [('+-+',)] ((1,),) 2
    """
    from relupoly.pieces.listing import pieces

    wanted = _piece_fields(fields, notion)
    return pieces.list_pieces(network_of(network), domain_of(domain), notion, wanted, run=run_of(deadline, run))


def cells_at(
    network: NetworkLike,
    point: Sequence[Any],
    domain: DomainLike = None,
    fields: Collection[str] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> list[CellRecord]:
    """The closed cells that hold a point: one inside, several on a border, none outside of the domain.

    Parameters
    ----------
    network : Network or path
    point : sequence of numbers
        In the coordinates of the domain: parameters t where it lies in a subspace; but in those of the inputs where its sets
        lie in several.
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    fields : collection of str, optional
        As of `list_cells`, without "piece".
    deadline : float, optional
        Give up after so many seconds.
    run : Run, optional

    Returns
    -------
    list of CellRecord
        Numbered among themselves, for the other cells are not listed.

    Raises
    ------
    InputError
        If a file cannot be read, a coordinate is no number, or there is no such field.
    DomainError
        If the domain or the point lies in a space of another dimension, or sets in different subspaces touch.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from relupoly import Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> [cell.pattern for cell in cells_at(absolute_value, [0])], [cell.pattern for cell in cells_at(absolute_value, ["1/2"])]
    ([('+-',), ('-+',)], [('+-',)])
    """
    from relupoly.pieces.listing import at

    wanted = [field for field in _cell_fields(fields) if field != "piece"]
    return at.cells_at(network_of(network), point, domain_of(domain), wanted, run=run_of(deadline, run))


def pieces_at(
    network: NetworkLike,
    point: Sequence[Any],
    domain: DomainLike = None,
    notion: str = "open",
    fields: Collection[str] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> list[PieceRecord]:
    """The pieces whose closures hold a point, of a notion; numbered among themselves.

    Parameters and exceptions are those of `cells_at` and `list_pieces`. Open pieces are found from facet to facet, and the rest
    of the net is not looked at; for closed ones and functions all cells have to be seen.

    Examples
    --------
    >>> from relupoly import Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> [piece.gradient for piece in pieces_at(absolute_value, [0])]
    [((1,),), ((-1,),)]
    """
    from relupoly.pieces.listing import at

    wanted = _piece_fields(fields, notion)
    return at.pieces_at(network_of(network), point, domain_of(domain), notion, wanted, run=run_of(deadline, run))


def _cell_fields(fields: Collection[str] | None) -> tuple[str, ...]:
    from relupoly.pieces.listing.fields import checked_fields
    from relupoly.pieces.listing.records import CELL_FIELDS, FIELDS

    return CELL_FIELDS if fields is None else checked_fields(fields, FIELDS, "a cell")


def _piece_fields(fields: Collection[str] | None, notion: str) -> tuple[str, ...]:
    from relupoly.pieces.listing.fields import checked_fields
    from relupoly.pieces.listing.pieces import LISTED_NOTIONS
    from relupoly.pieces.listing.records import CELL_FIELDS, PIECE_FIELDS

    if notion not in LISTED_NOTIONS:
        raise InputError(f"pieces of the notion {notion} are not listed; choose among {', '.join(LISTED_NOTIONS)}")
    known = dict.fromkeys([*PIECE_FIELDS, *CELL_FIELDS])
    return PIECE_FIELDS if fields is None else checked_fields(fields, known, "a piece")
