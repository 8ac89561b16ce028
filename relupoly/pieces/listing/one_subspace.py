"""What has one set of coordinates, such as a mesh, is refused where sets lie in several subspaces, which have their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.pieces.listing.records import CellRecord, PieceRecord

Record = TypeVar("Record", bound=CellRecord | PieceRecord)


def check_one_subspace(domain: Domain | DomainUnion | None, what: str) -> None:
    """Refuse a union whose sets lie in several subspaces.

    Parameters
    ----------
    domain : Domain, DomainUnion or None
    what : str
        What has one set of coordinates: "a mesh".

    Raises
    ------
    DomainError
        It says what would be right.

    Examples
    --------
    >>> from relupoly.geometry.subspace import AffineSubspace
    >>> lines = [AffineSubspace.through([[0, height], [1, height]]) for height in (0, 1)]
    >>> check_one_subspace(DomainUnion(tuple(Domain(None, line) for line in lines)), "a mesh")
    Traceback (most recent call last):
    relupoly.errors.DomainError: the sets lie in different subspaces, each with coordinates of its own, and a mesh has those \
of one; give the sets of each by themselves
    """
    if isinstance(domain, DomainUnion) and len(domain.frames()) > 1:
        raise _refusal(what)


def in_one_subspace(records: Iterable[Record], what: str) -> Iterator[Record]:
    """Records as they come.

    Raises
    ------
    DomainError
        If one lies in another subspace than the first.
    """
    first: Record | None = None
    for record in records:
        if first is None:
            first = record
        if record.subspace != first.subspace:
            raise _refusal(what)
        yield record


def _refusal(what: str) -> DomainError:
    return DomainError(
        f"the sets lie in different subspaces, each with coordinates of its own, and {what} has those of one; give the sets of "
        "each by themselves"
    )
