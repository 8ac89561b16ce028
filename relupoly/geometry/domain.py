"""`Domain`: where the pieces of a net are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from relupoly.errors import DomainError
from relupoly.exact.rationals import decimal_text
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace


@dataclass(frozen=True)
class Domain:
    """All of R^n, a polyhedron, or an affine subspace x = origin + basis t with a polyhedron on t.

    Attributes
    ----------
    polyhedron : Polyhedron or None
        The inequalities, on t where there is a subspace; None for no inequality.
    subspace : AffineSubspace or None
    name : str
        How the user gave it, for reports.

    Examples
    --------
    >>> Domain().name, Domain.box([-1, -1], [1, 1]).name
    ('R^n', 'box -1 1')
    """

    polyhedron: Polyhedron | None = None
    subspace: AffineSubspace | None = None
    name: str = "R^n"

    def __post_init__(self) -> None:
        if self.polyhedron and self.subspace and self.polyhedron.dimension != self.subspace.dimension:
            raise DomainError(
                f"the domain has dimension {self.polyhedron.dimension}, but it is on the {self.subspace.dimension} "
                "parameters of the subspace"
            )

    @classmethod
    def box(cls, lower: Sequence[Any], upper: Sequence[Any]) -> Domain:
        """The box lower <= x <= upper."""
        box = Polyhedron.box(lower, upper)
        return cls(box, None, f"box {_shorten(box.lower)} {_shorten(box.upper)}")

    def inside(self, subspace: AffineSubspace) -> Domain:
        """The same set of parameters t of a subspace x = origin + basis t."""
        joint = subspace if self.subspace is None else subspace.compose(self.subspace)
        plane = f"{subspace.dimension}-dimensional subspace of R^{subspace.ambient_dimension}"
        return Domain(self.polyhedron, joint, plane if self == Domain() else f"{self.name} on a {plane}")

    @property
    def kind(self) -> str:
        """One of "subspace", "polyhedron" and "space"."""
        return "subspace" if self.subspace else "polyhedron" if self.polyhedron else "space"

    @property
    def dimension(self) -> int | None:
        """The dimension of the set; None for all of R^n, whatever n is."""
        return self.subspace.dimension if self.subspace else self.polyhedron.dimension if self.polyhedron else None

    def check_dimension(self, input_dim: int, what: str = "input") -> None:
        """Raise a `DomainError` unless the domain lies in R^input_dim; `what` is what the coordinates are."""
        given = (
            self.subspace.ambient_dimension if self.subspace else self.polyhedron.dimension if self.polyhedron else input_dim
        )
        if given != input_dim:
            subject = "points of the subspace have" if self.subspace else "domain has"
            there = f"there is 1 {what}" if input_dim == 1 else f"there are {input_dim} {what}s"
            raise DomainError(f"the {subject} dimension {given}, but {there}; make them equal")


def _shorten(entries: Sequence[fmpq]) -> str:
    first = entries[0]
    return ",".join(map(decimal_text, [first] if all(entry == first for entry in entries) else entries))
