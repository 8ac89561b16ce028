"""`PieceCount`: the answer of a count, complete or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion


@dataclass(frozen=True)
class PieceCount:
    """How many pieces a net has.

    Attributes
    ----------
    counts : dict of str to int
        The counts under the notions that were asked for, and those that fell out on the way; of the cells seen where the
        count is not complete, and then without `closed`, which needs all cells.
    asked : tuple of str
        The notions that were asked for, the one of `pieces` first.
    domain : Domain or DomainUnion
    input_dim : int
    widths : tuple of int
    cells : int
        The number of full-dimensional activation cells seen.
    complete : bool
        Whether all cells were seen, and all counts that were asked for are final.
    final : tuple of str
        The notions whose counts are final: all of them where the count is complete; where it was stopped between the walk over
        all cells and a second look at some of them, those that need no second look.
    stopped : str or None
        Why not: "limit", "deadline" or "interrupted".
    certified : bool
        Whether every sign was proved.
    exact_predicates : int
        How many signs machine arithmetic could not decide; not the same from run to run, since it depends on how much of the
        work was done by which of the walks.
    seconds : float
    linear : int
        How many of the hidden neurons are linear. Where a model was lowered to such neurons, activation cells, patterns and
        strict cells are those of the net that came of it; pieces and functions are the model's own.
    """

    counts: dict[str, int]
    asked: tuple[str, ...]
    domain: Domain | DomainUnion
    input_dim: int
    widths: tuple[int, ...]
    cells: int
    complete: bool
    final: tuple[str, ...]
    stopped: str | None
    certified: bool
    exact_predicates: int
    seconds: float
    linear: int = 0

    def __repr__(self) -> str:
        done = "complete" if self.complete else f"stopped={self.stopped!r}"
        return f"PieceCount({self.counts}, domain={self.domain.name!r}, cells={self.cells}, {done}, certified={self.certified})"

    def _repr_html_(self) -> str:
        """A table of the counts, for notebooks."""
        import html

        rows = "".join(f"<tr><td>{name}</td><td>{count:,}</td></tr>" for name, count in self.counts.items())
        state = "complete" if self.complete else f"stopped by the {self.stopped}: of the cells seen"
        certified = "every sign proved" if self.certified else "not certified"
        caption = html.escape(f"{self.domain.name}; {self.cells:,} cells, {state}; {certified}")
        return f"<table><caption>{caption}</caption><tr><th>notion</th><th>count</th></tr>{rows}</table>"

    @property
    def notion(self) -> str:
        """The notion of `pieces`."""
        return self.asked[0]

    @property
    def pieces(self) -> int | None:
        """The count under the chosen notion; None where it needs all cells and the count is not complete."""
        return self.counts.get(self.notion)
