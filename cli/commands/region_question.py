"""`Question`: what `relupoly regions` is asked, with the network and the domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..arguments.region_options import FilterOptions, ListOptions
from .region_filters import read_point, subspaces_of

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.geometry.domain import Domain
    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.pieces.listing.records import CellRecord, PieceRecord


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    file : str
        The network, as it was given.
    network : Network
    domain : Domain or DomainUnion
    subspaces : tuple of AffineSubspace or None
        Whose parameters the coordinates are; None where these are the inputs. Of several, records tell in which they are.
    what : ListOptions
    which : FilterOptions
    points : list of list of fmpq
        Those of --at, in the coordinates of the domain; where these are several, in the space of inputs.
    """

    file: str
    network: Network
    domain: Domain | DomainUnion
    subspaces: tuple[AffineSubspace | None, ...]
    what: ListOptions
    which: FilterOptions
    points: list[list[fmpq]]

    @classmethod
    def of(cls, file: str, network: Network, domain: Domain | DomainUnion, what: ListOptions, which: FilterOptions) -> Question:
        """The question that options ask.

        Raises
        ------
        InputError
            If a point does not fit, or affine functions are asked for where sets lie in several subspaces.
        """
        from relupoly.pieces.listing.pieces import LISTED_NOTIONS
        from relupoly.pieces.notions import check_affine

        subspaces = subspaces_of(domain)
        check_affine([what.notion or ""], len(subspaces), LISTED_NOTIONS)
        points = [read_point(text, network, subspaces) for text in which.at]
        return cls(file, network, domain, subspaces, what, which, points)

    @property
    def inputs(self) -> int:
        """The number of coordinates, in each subspace."""
        first = self.subspaces[0]
        return self.network.input_dim if first is None else first.dimension

    def subspace_of(self, record: CellRecord | PieceRecord) -> AffineSubspace | None:
        """The subspace whose parameters a record's coordinates are."""
        return self.subspaces[(record.subspace or 1) - 1]

    def place_in(self, record: CellRecord | PieceRecord, point: list[fmpq]) -> list[fmpq]:
        """One of the points, in the coordinates of a record that holds it."""
        subspace = self.subspace_of(record)
        if record.subspace is None or subspace is None:
            return point
        found = subspace.parameters(point)
        assert found is not None, "what holds a point lies in its subspace"
        return found
