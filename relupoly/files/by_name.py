"""Networks, domains and properties as people give them: as objects, or as names of files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.networks.property import Property

    NetworkLike = Network | str | os.PathLike[str]
    DomainLike = Domain | DomainUnion | str | os.PathLike[str] | None


def network_of(network: NetworkLike) -> Network:
    """The network, or that of a file."""
    if not isinstance(network, (str, os.PathLike)):
        return network
    from relupoly.files import read_network

    return read_network(network)


def domain_of(domain: DomainLike) -> Domain | DomainUnion | None:
    """The domain, or that of a file."""
    if not isinstance(domain, (str, os.PathLike)):
        return domain
    from relupoly.files import read_domains

    sets = read_domains(domain)
    if len(sets) == 1:
        return sets[0]
    from relupoly.geometry.union import DomainUnion

    return DomainUnion(tuple(sets))


def property_of(property: Property | str | os.PathLike[str]) -> Property:
    """The property, or that of a file."""
    if not isinstance(property, (str, os.PathLike)):
        return property
    from relupoly.files import read_property

    return read_property(property)
