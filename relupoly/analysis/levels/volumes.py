"""How large the cells of a net are: their volumes, exactly, as a distribution over cells."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq

from relupoly.analysis.over_cells import over_cells
from relupoly.errors import DomainError, InputError, SizeError
from relupoly.exact.rationals import nearest_float, rational_at
from relupoly.exact.short_texts import short_text
from relupoly.files.by_name import domain_of, network_of
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.plain_text import counted
from relupoly.run import Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


@dataclass(frozen=True)
class CellVolumes:
    """The volumes of cells, in the coordinates of the domain.

    Attributes
    ----------
    volumes : tuple of fmpq
        Of all bounded cells that were seen, ascending.
    unbounded : int
        How many others there are.
    complete : bool
        Whether all cells were seen.
    """

    volumes: Vector
    unbounded: int
    complete: bool = True

    @property
    def decades(self) -> Mapping[int, int]:
        """How many cells have a volume v with 10^k <= v < 10^(k+1), for each k with cells, ascending."""
        return dict(sorted(Counter(map(decade, self.volumes)).items()))

    @property
    def median(self) -> fmpq:
        """The volume in the middle, or the mean of the two there.

        Raises
        ------
        DomainError
            If no cell is bounded.
        """
        self._check_some()
        middle, odd = divmod(len(self.volumes), 2)
        return self.volumes[middle] if odd else (self.volumes[middle - 1] + self.volumes[middle]) / 2

    def quantile(self, share: Any) -> fmpq:
        """The least volume of a cell such that a share of the bounded cells are no larger.

        Raises
        ------
        InputError
            If the share is not from 0 to 1.
        DomainError
            If no cell is bounded.

        Examples
        --------
        >>> found = CellVolumes((fmpq(1), fmpq(2), fmpq(5), fmpq(20)), unbounded=0)
        >>> found.quantile("1/2"), found.quantile("9/10"), found.median, found.decades
        (2, 20, 7/2, {0: 3, 1: 1})
        """
        wanted = rational_at(share, "the share", InputError)
        if not 0 <= wanted <= 1:
            raise InputError(f"there is no quantile of {share}; give a share from 0 to 1")
        self._check_some()
        below = int((wanted * len(self.volumes)).ceil())
        return self.volumes[max(below - 1, 0)]

    def _check_some(self) -> None:
        if not self.volumes:
            raise DomainError("no cell is bounded, so that there are no volumes; give a box")

    def _repr_html_(self) -> str:
        """A table for notebooks: a row for each decade."""
        head = "<tr><th>volume from</th><th>below</th><th>cells</th></tr>"
        rows = (f"<tr><td>1e{k}</td><td>1e{k + 1}</td><td>{cells}</td></tr>" for k, cells in self.decades.items())
        return f"<table><caption>{html.escape(self.summary)}</caption>{head}{''.join(rows)}</table>"

    @property
    def name(self) -> str:
        """What this is."""
        return "volumes of cells"

    @property
    def summary(self) -> str:
        """The least, the middle and the largest volume in a line; long numbers are rounded.

        Examples
        --------
        >>> CellVolumes((fmpq(1), fmpq(2)), unbounded=1).summary
        'from 1 to 2, median 3/2; 1 cell unbounded'
        """
        without_end = [f"{counted(self.unbounded, 'cell')} unbounded"] if self.unbounded else []
        if not self.volumes:
            return "".join(without_end) or "no cell was seen"
        least, largest, middle = map(short_text, (self.volumes[0], self.volumes[-1], self.median))
        return "; ".join([f"from {least} to {largest}, median {middle}", *without_end])


def cell_volumes(
    network: NetworkLike, domain: DomainLike = None, *, deadline: float | None = None, run: Run | None = None
) -> CellVolumes:
    """The volumes of all cells of a net.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. Cells of a union are cut where its sets' boundaries pass.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every cell whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, or its sets lie in several subspaces.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> absolute_sum = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], None)])
    >>> cell_volumes(absolute_sum, Domain.box([-1, -2], [1, 1])).volumes
    (1, 1, 2, 2)
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    look = VolumeLook()
    over_cells(network, domain, [look], run)
    return look.found(complete=True)


class VolumeLook:
    """Gathers the volumes of cells."""

    fields = ("facets", "vertices", "rays", "bounded", "volume")
    settled = False

    def __init__(self) -> None:
        self._volumes: list[fmpq] = []
        self._unbounded = 0

    def add(self, cell: CellRecord) -> None:
        """Take a cell.

        Raises
        ------
        SizeError
            If its vertices are not known.
        """
        if cell.vertices is None:
            raise SizeError("volumes need the vertices of cells, and in so many inputs these have too many")
        if cell.volume is None:
            self._unbounded += 1
        else:
            self._volumes.append(cell.volume)

    def found(self, complete: bool) -> CellVolumes:
        """The volumes of the cells so far."""
        # Rounding keeps the order, and doubles are compared at once: 6,000 volumes of hundreds of digits took 2.6 s.
        ordered = sorted((nearest_float(volume), volume) for volume in self._volumes)
        return CellVolumes(tuple(volume for _, volume in ordered), self._unbounded, complete)


def decade(value: fmpq) -> int:
    """The k with 10^k <= value < 10^(k+1), for a positive value.

    Examples
    --------
    >>> decade(fmpq(1)), decade(fmpq(999, 100)), decade(fmpq(1, 10)), decade(fmpq(99, 1000))
    (0, 0, -1, -2)
    """
    guess = len(str(value.p)) - len(str(value.q))
    return guess if fmpq(10) ** guess <= value else guess - 1
