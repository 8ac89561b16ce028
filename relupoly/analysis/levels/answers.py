"""`DecisionBoundary`: what is known of a decision boundary."""

from __future__ import annotations

import html
from dataclasses import dataclass

from flint import fmpq

from relupoly.exact.rationals import nearest_float
from relupoly.exact.root_sum import RootSum
from relupoly.exact.short_texts import short_text
from relupoly.plain_text import counted

NOUNS = {1: "points", 2: "length", 3: "area"}
"""What the size of a boundary is called, by the number of inputs; in others it is a volume."""

LONGEST = 40
"""Characters of a formula that people still read."""


@dataclass(frozen=True)
class DecisionBoundary:
    """Where a net has a level, or two of its outputs are equal and no other one is larger, on a domain that is closed.

    Attributes
    ----------
    inputs : int
        The dimension n of the space.
    pieces : int
        How many polyhedra of dimension n - 1 make it up, but for the inside of plateaus: one in each cell, and those in a
        facet between two cells are one. Where a third output joins two that are one on a plateau, there is one, too; but not
        where only the two are asked about, by `ties`: then a plateau's border is a piece where these two part.
    unbounded : int
        How many of them are.
    size : RootSum
        The (n - 1)-dimensional volume of all bounded ones: their number, length or area. In a subspace it is that of inputs.
    components : int or None
        How many connected components the whole set has, with plateaus and with points and edges that are in no piece; None
        where not all cells were seen.
    plateaus : int
        In how many cells, or parts of cells, all points belong to the set.
    plateau_volume : fmpq or None
        The volume of these, in the coordinates of the domain; None if it is infinite.
    complete : bool
        Whether all cells were seen; else numbers and sizes are those of the cells so far.
    """

    inputs: int
    pieces: int
    unbounded: int
    size: RootSum
    components: int | None
    plateaus: int
    plateau_volume: fmpq | None
    complete: bool = True

    @property
    def lower(self) -> fmpq | None:
        """A lower bound of the size; None if it is infinite."""
        return None if self._infinite else self.size.bounds[0]

    @property
    def upper(self) -> fmpq | None:
        """An upper bound of the size; None if it is infinite, or not all cells were seen."""
        return self.size.bounds[1] if self.complete and not self._infinite else None

    @property
    def noun(self) -> str:
        """What the size is called."""
        return NOUNS.get(self.inputs, "volume")

    @property
    def _infinite(self) -> bool:
        return self.unbounded > 0

    @property
    def name(self) -> str:
        """What this is."""
        return "decision boundary"

    @property
    def size_text(self) -> str:
        """The size for people: exactly where it is short, else rounded."""
        if self._infinite:
            return "infinite"
        lower, upper = self.size.bounds
        exact = self.size.text if self.size.text is not None and len(self.size.text) <= LONGEST else None
        rounded = exact or f"about {nearest_float((lower + upper) / 2):.15g}"
        return rounded if self.complete else f"at least {rounded}"

    @property
    def summary(self) -> str:
        """All in a line.

        Examples
        --------
        >>> from relupoly import Network, decision_boundary
        >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], [-1])])
        >>> decision_boundary(absolute_value).summary
        '2 components, 2 pieces'
        """
        parts = [counted(self.pieces, "piece")]
        if self.components is not None:
            parts.insert(0, counted(self.components, "component"))
        if self.inputs > 1 and self.pieces:
            parts.append(f"{self.noun} {self.size_text}")
        if self.plateaus:
            volume = "infinite" if self.plateau_volume is None else short_text(self.plateau_volume)
            parts.append(f"{counted(self.plateaus, 'plateau')} of volume {volume}")
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        """A line for notebooks."""
        return f"<p>{self.name}: {html.escape(self.summary)}</p>"
