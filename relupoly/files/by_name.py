"""Networks, domains and properties as people give them: as objects, or as names of files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from relupoly.errors import DomainError, NetworkError

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.networks.property import Property

    NetworkLike = Network | str | os.PathLike[str]
    DomainLike = Domain | DomainUnion | str | os.PathLike[str] | None


def network_of(network: NetworkLike) -> Network:
    """The network, or that of a file.

    Raises
    ------
    InputError
        If the file cannot be read, or it is neither.
    """
    from relupoly.files import read_network
    from relupoly.networks.network import Network

    if isinstance(network, Network):
        return network
    if isinstance(network, (str, os.PathLike)):
        return read_network(network)
    raise NetworkError(
        f"a {type(network).__name__} is no network; give a Network, such as from_torch, from_keras and from_sklearn make of "
        "models, or the name of a file"
    )


def domain_of(domain: DomainLike) -> Domain | DomainUnion | None:
    """The domain, or that of a file.

    Raises
    ------
    InputError
        If the file cannot be read, or it is neither.
    """
    from relupoly.files import read_domains
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion

    if domain is None or isinstance(domain, (Domain, DomainUnion)):
        return domain
    if isinstance(domain, (str, os.PathLike)):
        sets = read_domains(domain)
        return sets[0] if len(sets) == 1 else DomainUnion(tuple(sets))
    raise DomainError(
        f"a {type(domain).__name__} is no domain; give a Domain, such as Domain.box([0, 0], [1, 1]), a DomainUnion, or the "
        "name of a file"
    )


def property_of(property: Property | str | os.PathLike[str]) -> Property:
    """The property, or that of a file.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    from relupoly.files import read_property

    return read_property(property) if isinstance(property, (str, os.PathLike)) else property


def name_of(source: object, noun: str = "network") -> str:
    """What titles call something: its file, without folders; a noun where it is no file.

    Examples
    --------
    >>> name_of("nets/a.json"), name_of(3, "zonotope")
    ('a.json', 'zonotope')
    """
    return os.path.basename(os.fspath(source)) if isinstance(source, (str, os.PathLike)) else noun
