"""`compress`: a smaller net that is equal to a given one on a domain, and proved to be so.

Which neurons are always active there, or never, is decided exactly (`relupoly.pieces.enumeration.stable`); what that saves is
in `relupoly.networks.stable_neurons`. The result is then compared with the given net, by a method that knows of neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from relupoly.analysis.equality.equality import difference
from relupoly.errors import CheckFailed
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.networks.stable_neurons import without_stable
from relupoly.pieces.enumeration.stable import stable_neurons
from relupoly.run import Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike

# What a net's metadata say of how it was built, and of its size and pieces; a smaller one is another net.
_NOT_KEPT = ("family", "parameters", "claims")


@dataclass(frozen=True)
class Compression:
    """A net that is equal to another one on a domain.

    Attributes
    ----------
    network : Network
        With fewer neurons, and without claims in its metadata; the given one where there are none to save.
    before, after : tuple of int
        The numbers of neurons of the hidden layers; layers that became part of others are gone.
    """

    network: Network
    before: tuple[int, ...]
    after: tuple[int, ...]

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = zip(("neurons before", "neurons after"), (self.before, self.after), strict=True)
        cells = "".join(f"<tr><th>{name}</th><td>{', '.join(map(str, widths)) or 'none'}</td></tr>" for name, widths in rows)
        return f"<table>{cells}</table>"


def compress(
    network: NetworkLike, domain: DomainLike = None, *, deadline: float | None = None, run: Run | None = None
) -> Compression:
    """A net with fewer neurons that is equal to a given one on a domain.

    Neurons that are never active there are gone, always active ones are combined, and become part of the next layer where it
    sees fewer of them; parallel neurons are merged, constant ones become part of biases, and what does not reach an output is
    gone. It need not be the smallest net.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. In a subspace the net still takes points of R^n, and is equal on the subspace.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every step whether to go on, and told the number of cells seen.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them.
    CheckFailed
        If the nets turn out to differ: then this program has an error.
    Stopped
        If the run is.

    Examples
    --------
    >>> from relupoly import Domain
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> found = compress(hat, Domain.box([0], [1]))
    >>> found.before, found.after, found.network.layers
    ((3,), (), (Layer([[-1]], [1]),))
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    stable = [stable_neurons(network, part, run=run) for part in parts]
    active, inactive = (
        [sorted(set.intersection(*map(set, layers))) for layers in zip(*sides, strict=True)]
        for sides in ([one.active for one in stable], [one.inactive for one in stable])
    )
    smaller = without_stable(network, active, inactive, run)
    if sum(smaller.widths) >= sum(network.widths):
        return Compression(network, network.widths, network.widths)
    witness = difference(network, smaller, domain, run=run)
    if witness is not None:
        point = ", ".join(map(str, witness.point))
        raise CheckFailed(f"the smaller network is not equal on the domain: they differ at ({point}); please report this")
    metadata = {name: entry for name, entry in network.metadata.items() if name not in _NOT_KEPT}
    return Compression(replace(smaller, metadata=metadata), network.widths, smaller.widths)
