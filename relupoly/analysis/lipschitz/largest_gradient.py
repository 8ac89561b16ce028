"""`LargestGradient`: looks for the largest norm of a gradient, cell by cell.

Where a walk tells the signs of many cells, their gradients are bounded in doubles at once. Only those that may be the largest
are made and measured exactly: some dozen of 34,000 cells, whose exact gradients took ten times as long as the walk.
"""

from __future__ import annotations

from math import inf

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.double_norms import DoubleNorms
from relupoly.analysis.lipschitz.norms import Enclosure, Gradient, GradientNorm
from relupoly.exact.rationals import float_below
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import CellRecord, Pattern
from relupoly.pieces.listing.sieve import Sieve, SievedCells, passing


class LargestGradient:
    """Looks for the largest norm of a gradient among cells.

    Parameters
    ----------
    norm : GradientNorm

    Attributes
    ----------
    reached : float
        A double that the largest norm so far is no smaller than, or its square for p = 2; -inf where there is none.
    """

    fields = ("pattern", "gradient")
    settled = False

    def __init__(self, norm: GradientNorm) -> None:
        self.norm = norm
        self.reached = -inf
        self._known: Recent[Gradient, Enclosure] = Recent()
        self._best: tuple[Enclosure, Gradient, Pattern] | None = None
        self._most = fmpq(0)

    @property
    def found(self) -> Lipschitz | None:
        """The constant of the cells so far."""
        if self._best is None:
            return None
        (least, _), gradient, pattern = self._best
        is_known = self.norm.is_squared and self.norm.outputs == 1 and least == self._most
        lower, upper = self.norm.root((least, self._most))
        return Lipschitz(self.norm.power, lower, upper, least if is_known else None, gradient, pattern)

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        self.take(cell.gradient, cell.pattern)

    def take(self, gradient: Gradient, pattern: Pattern) -> bool:
        """Take the gradient of a cell; whether its norm is, for certain, larger than what was found before."""
        best = None if self._best is None else self._best[0][0]
        if best is not None and self.norm.is_squared and self.norm.sum_of_squares(gradient) <= best:
            return False  # the largest singular value is no larger than the root of the sum of the squares of all
        found = self.measured(gradient)
        self._most = max(self._most, found[1])
        if best is not None and found[0] <= best:
            return False
        self._best, self.reached = (found, gradient, pattern), float_below(found[0])
        return True

    def measured(self, gradient: Gradient) -> Enclosure:
        """The norm of a gradient, or its square for p = 2, enclosed; it is kept for a while."""
        found = self._known.get(gradient)
        if found is None:
            found = self._known[gradient] = self.norm.measure(gradient)
        return found

    def would_change(self, found: Enclosure) -> bool:
        """Whether another norm that is enclosed so, or its square, changes what is told."""
        return self._best is None or found[0] > self._best[0][0] or found[1] > self._most

    def sieve(self, listed: ListedNet) -> Sieve | None:
        """What tells which cells have to be taken."""
        if listed.affine is not None or not DoubleNorms.are_known(self.norm):
            return None
        gradients = DoublesGradients.of(listed.network)
        return None if gradients is None else _SteepCells(self, gradients, listed).places


class _SteepCells:
    """Tells which cells of a net may have the largest gradient."""

    def __init__(self, search: LargestGradient, gradients: DoublesGradients, listed: ListedNet) -> None:
        self._search, self._gradients, self._listed = search, gradients, listed
        self._norms = DoubleNorms(search.norm)
        self._seen: set[bytes] = set()

    def places(self, cells: SievedCells) -> NDArray[np.intp]:
        """The numbers of these cells."""
        found = self._gradients.on(passing(self._listed, cells.signs))
        reached = self._search.reached
        lower, upper = self._norms.bounds(found, self._gradients.error, reached)
        places = np.flatnonzero(~(upper < max(reached, lower.max(initial=-inf))))
        if not self._gradients.is_exact:
            return places
        # Equal doubles are equal gradients: the first cell is enough.
        new = []
        for place in places.tolist():
            key = found[place].tobytes()
            if key not in self._seen:
                self._seen.add(key)
                new.append(place)
        return np.array(new, dtype=np.intp)
