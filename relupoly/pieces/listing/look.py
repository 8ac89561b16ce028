"""`Look`: one look at all cells of a net, in their order, with some work on each; and the look of a single process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from typing import Protocol, TypeVar

from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.walked import records_of
from relupoly.run import UNLIMITED, Run

Result = TypeVar("Result")


class Look(Protocol):
    """Looks at all cells; `relupoly.parallel.each_cell.LookTogether` does so with several processes."""

    def __call__(
        self, parts: Parts, fields: Collection[str], work: Callable[[int, CellRecord], Result], run: Run = UNLIMITED
    ) -> Generator[Result]:
        """The results of some work on each cell."""


def look_alone(
    parts: Parts, fields: Collection[str], work: Callable[[int, CellRecord], Result], run: Run = UNLIMITED
) -> Generator[Result]:
    """The results of some work on each cell, done as they are taken.

    Parameters
    ----------
    parts : Parts
    fields : collection of str
        What has to be known of cells.
    work : callable
        Takes the number of a part and a cell of it.
    run : Run, optional
    """
    number = 1
    for part, listed in enumerate(parts.listed):
        for cell in records_of(parts, listed, fields, number, run):
            yield work(part, cell)
            number = cell.number + 1
