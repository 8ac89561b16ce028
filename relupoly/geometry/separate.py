"""`SeparateDomains`: several domains whose closures are disjoint, as one place to count in."""

from __future__ import annotations

from dataclasses import dataclass

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain

_MOST_NAMED = 3  # in the name, which is to stay on a line


@dataclass(frozen=True)
class SeparateDomains:
    """Domains of equal dimension, no two of which touch.

    Attributes
    ----------
    parts : tuple of Domain
        Disjoint as closed sets; whoever reads them makes sure of that.

    Raises
    ------
    DomainError
        If there is none, or their dimensions differ: cells of a lower dimension than others are none.

    Examples
    --------
    >>> SeparateDomains((Domain.box([0], [1]), Domain.box([2], [3]))).name
    '2 separate sets: box 0 1; box 2 3'
    """

    parts: tuple[Domain, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise DomainError("there is no domain; give at least one")
        dimensions = {part.dimension for part in self.parts}
        if len(dimensions) > 1:
            shown = " and ".join(map(str, sorted(one or 0 for one in dimensions)))
            raise DomainError(
                f"the separate sets have dimensions {shown}, so their cells differ in kind; give one file for each"
            )

    @property
    def name(self) -> str:
        """What the parts are called, the first ones by name."""
        shown = [part.name for part in self.parts[:_MOST_NAMED]] + ["..."] * (len(self.parts) > _MOST_NAMED)
        return f"{len(self.parts)} separate sets: {'; '.join(shown)}"
