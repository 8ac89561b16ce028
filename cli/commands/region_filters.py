"""Which records `relupoly regions` tells: those at points, and those that filters leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from relupoly.errors import DomainError, NetworkError
from relupoly.plain_text import clipped

from ..arguments.region_options import FilterOptions

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.geometry.domain import Domain
    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.pieces.listing.records import CellRecord, PieceRecord
    from relupoly.run import Run

Record: TypeAlias = "CellRecord | PieceRecord"
_CELLS = ("gradient", "constant", "facets", "vertices", "rays")


class Filters:
    """Decides which records are told.

    Parameters
    ----------
    which : FilterOptions
    network : Network

    Raises
    ------
    NetworkError
        If --crossing is about an output that there is not, or does not say about which of several.
    """

    def __init__(self, which: FilterOptions, network: Network) -> None:
        self._which = which
        self._output = which.crossing.output_of(network, "--crossing") if which.crossing else 0

    @property
    def fields(self) -> tuple[str, ...]:
        """What has to be known of records."""
        found: list[str] = []
        if self._which.bounded:
            found.append("bounded")
        if self._which.min_volume is not None:
            found += ["bounded", "volume"]
        if self._which.crossing is not None:
            found += _CELLS
        return tuple(found)

    def keep(self, record: Record, run: Run) -> bool:
        """Whether a record is told.

        Raises
        ------
        DomainError
            If its volume is asked for, and not known.
        """
        which = self._which
        if which.bounded and not record.bounded:
            return False
        if which.min_volume is not None and record.bounded:
            if record.volume is None:
                raise DomainError("volumes of cells of so many inputs are not known; leave --min-volume out")
            if record.volume < which.min_volume:
                return False
        return which.crossing is None or self._crosses(record, which.crossing.value, run)

    def _crosses(self, record: Record, level: fmpq, run: Run) -> bool:
        from relupoly.analysis.crossing import meets_level

        return any(meets_level(cell, level, self._output, run=run) for cell in cells_of([record]))


def cells_of(records: Sequence[Record]) -> list[CellRecord]:
    """The cells that records tell of: themselves, or those of pieces."""
    from relupoly.pieces.listing.records import CellRecord

    return [cell for one in records for cell in ((one,) if isinstance(one, CellRecord) else one.cells)]


def subspaces_of(domain: Domain | DomainUnion) -> tuple[AffineSubspace | None, ...]:
    """The subspaces whose parameters are the coordinates of records; None where these are the inputs."""
    from relupoly.geometry.domain import Domain

    return (domain.subspace,) if isinstance(domain, Domain) else domain.subspaces


def read_point(text: str, network: Network, subspaces: Sequence[AffineSubspace | None]) -> list[fmpq]:
    """The point of --at: in the coordinates of records where these are the same for all, else in the space of inputs.

    Parameters
    ----------
    text : str
        Its coordinates: parameters of the subspace where there is one, or else a point of the space of inputs on it.
    network : Network
    subspaces : sequence of AffineSubspace or None
        Those of `subspaces_of`.

    Raises
    ------
    NumberError
        If an entry is no number.
    NetworkError
        If there are too few of them, or too many.
    DomainError
        If the point does not lie on the subspace.
    """
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at

    shown = f"--at {clipped(text)}"
    subspace = subspaces[0] if len(subspaces) == 1 else None
    entries = text.split(",")
    inputs = network.input_dim
    if subspace is None or len(entries) not in (subspace.dimension, inputs):
        right = f"{inputs}" if subspace is None else f"{subspace.dimension}, the parameters t, or {inputs}"
        if len(entries) != inputs:
            numbers = "1 number" if len(entries) == 1 else f"{len(entries)} numbers"
            there = "1 input" if inputs == 1 else f"{inputs} inputs"
            raise NetworkError(f"{shown} has {numbers}, but the network has {there}; give {right}")
    point = [rational_at(entry.strip(), f"{shown}, coordinate {place}", NumberError) for place, entry in enumerate(entries, 1)]
    if subspace is None or len(point) == subspace.dimension:
        return point
    found = subspace.parameters(point)
    if found is None:
        raise DomainError(
            f"{shown} does not lie on the {subspace.dimension}-dimensional subspace; give a point on it, or its parameters t"
        )
    return found
