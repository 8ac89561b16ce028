"""`Lipschitz`: what is known of a Lipschitz constant."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isinf

from flint import fmpq

from relupoly.analysis.lipschitz.norms import Gradient
from relupoly.exact.rationals import float_above
from relupoly.exact.short_texts import is_long, short_text
from relupoly.pieces.listing.records import Pattern


@dataclass(frozen=True)
class Lipschitz:
    """A Lipschitz constant.

    Attributes
    ----------
    norm : fmpq or float
        The p of the norm, perhaps infinite.
    lower, upper : fmpq
        Bounds of the constant, equal where it is known to be rational.
    squared : fmpq or None
        Its square, where that is known: for p = 2 and one output.
    gradient : tuple of tuple of fmpq, shape (outputs, n)
        Of a cell that has the largest norm that was found; in the coordinates of the domain, or of the set.
    pattern : tuple of str
        Of that cell.
    complete : bool
        Whether no cell was left out that matters; else the constant may be anywhere between the bounds.
    part : int or None
        Of a union, the set that the cell lies in, from 1.
    name : str or None
        That set in words.
    parts : tuple of Lipschitz
        Of a union, which need not be convex, the constant of each set; all else is that of the set where it is largest. A set
        is missing only where the run was stopped before a cell of it was seen.
    """

    norm: fmpq | float
    lower: fmpq
    upper: fmpq
    squared: fmpq | None
    gradient: Gradient
    pattern: Pattern
    complete: bool = True
    part: int | None = None
    name: str | None = None
    parts: tuple[Lipschitz, ...] = ()

    @property
    def value(self) -> fmpq | None:
        """The constant, if it is known to be rational."""
        return self.lower if self.lower == self.upper else None

    def __float__(self) -> float:
        """The upper bound, rounded up; infinite beyond the largest double."""
        return float_above(self.upper)

    @property
    def summary(self) -> str:
        """The constant in a line, rounded up where it is long."""
        of = f"({'inf' if self.norm == inf else self.norm}-norm)"
        if not self.complete:
            return f"at least {short_text(self.lower)} and at most {self.upper_text} {of}"
        if self.value is not None and not is_long(self.value):
            return f"{self.value} {of}"
        root = f", the square root of {self.squared}" if self.squared is not None and not is_long(self.squared) else ""
        return f"{self.upper_text} {of}{'' if isinf(float(self)) else ', rounded up'}{root}"

    @property
    def upper_text(self) -> str:
        """The upper bound for people: as a double, rounded up, or roughly where there is none."""
        return short_text(self.upper) if isinf(float(self)) else repr(float(self))

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [("Lipschitz constant", self.summary), ("in the cell", "|".join(self.pattern))]
        rows += [(f"set {one.part}, {one.name}", one.summary) for one in self.parts]
        lines = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
        return f"<table>{lines}</table>"

    def below(self, upper: fmpq) -> Lipschitz:
        """The same where not all was seen, and the constant may be as large as a bound."""
        return replace(self, upper=max(upper, self.upper), squared=None, complete=False)

    def of_part(self, part: int, name: str) -> Lipschitz:
        """The same as that of a set of a union."""
        return replace(self, part=part, name=name)

    @classmethod
    def largest(cls, parts: Sequence[Lipschitz], upper: fmpq | None = None) -> Lipschitz:
        """The largest of the constants of sets.

        Parameters
        ----------
        parts : sequence of Lipschitz
            At least one.
        upper : fmpq, optional
            Of sets of which no cell was seen, what their constants are at most.
        """
        best = parts[0]
        for one in parts[1:]:
            if one.lower > best.lower:
                best = one
        uppers = [one.upper for one in parts] + ([] if upper is None else [upper])
        most = max(uppers)
        complete = upper is None and all(one.complete for one in parts)
        squared = best.squared if complete and most == best.upper else None
        return replace(best, upper=most, squared=squared, complete=complete, parts=tuple(parts))
