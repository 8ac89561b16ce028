"""The cells in which some neurons of the last hidden layer are active, as records.

A walk tells the signs of all neurons in a cell, proved, long before a record of the cell is made, which is what takes time. So
where few cells are wanted, and signs tell which, the others cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.constrained_records import ConstrainedRecords
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.walked import cell_arrays, cell_records, constrained_cells
from relupoly.run import UNLIMITED, Run


def list_active_cells(
    network: Network, domain: Domain, neurons: Sequence[int], fields: Collection[str], *, run: Run = UNLIMITED
) -> Iterator[CellRecord]:
    """The full-dimensional activation cells in which some neurons of the last hidden layer are active.

    Parameters
    ----------
    network : Network
        Whose last hidden layer has no linear neurons.
    domain : Domain
    neurons : sequence of int
        Of the last hidden layer, counted from 0.
    fields : collection of str
        Of `relupoly.pieces.listing.records.FIELDS`, without `piece`. Records have numbers as if all cells were listed.
    run : Run, optional
        Its progress is told the number of all cells seen.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> [cell.pattern for cell in list_active_cells(absolute_value, Domain(), [1], ("pattern",))]
    [('-+',)]
    """
    parts, seen = Parts.of(network, domain, run), 0
    for listed in parts.listed:
        start, _ = listed.spans[-1]
        wanted = np.asarray(neurons, dtype=np.intp) + start
        if listed.net.bounds:
            constrained = ConstrainedRecords(listed, fields, parts.goes_on(listed), run)
            for cell in constrained_cells(listed, run):
                seen += 1
                run.progress(seen)
                if (cell.neuron_signs()[wanted] > 0).all():
                    yield constrained.of(cell, seen)
            continue
        records = cell_records(parts, listed, fields, run)
        for cells in cell_arrays(listed, run):
            for place in _active(listed, cells.signs, wanted).tolist():
                yield from records.of(cells[place : place + 1], seen + place + 1)
            seen += len(cells.signs)
            run.progress(seen)


def _active(listed: ListedNet, signs: NDArray[np.int8], wanted: NDArray[np.intp]) -> NDArray[np.intp]:
    """The places of cells, of which the signs of all hyperplanes are given, in which the wanted neurons are active."""
    of, side = listed.planes
    return np.flatnonzero((signs[:, of[wanted]] * side[wanted] > 0).all(axis=1))
