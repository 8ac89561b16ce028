"""`Question`: what `relupoly regions` is asked, with the network and the domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..arguments.region_options import FilterOptions, ListOptions
from .region_filters import read_point, subspace_of

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.geometry.domain import Domain
    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    file : str
        The network, as it was given.
    network : Network
    domain : Domain or DomainUnion
    subspace : AffineSubspace or None
        Whose parameters the coordinates are; None where these are the inputs.
    what : ListOptions
    which : FilterOptions
    points : list of list of fmpq
        Those of --at, in the coordinates of the domain.
    """

    file: str
    network: Network
    domain: Domain | DomainUnion
    subspace: AffineSubspace | None
    what: ListOptions
    which: FilterOptions
    points: list[list[fmpq]]

    @classmethod
    def of(cls, file: str, network: Network, domain: Domain | DomainUnion, what: ListOptions, which: FilterOptions) -> Question:
        """The question that options ask."""
        subspace = subspace_of(domain)
        points = [read_point(text, network, subspace) for text in which.at]
        return cls(file, network, domain, subspace, what, which, points)

    @property
    def inputs(self) -> int:
        """The number of coordinates."""
        return self.network.input_dim if self.subspace is None else self.subspace.dimension
