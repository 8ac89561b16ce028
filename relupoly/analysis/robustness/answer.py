"""`Robustness`: how far a point is from the nearest one of another class."""

from __future__ import annotations

import html
from dataclasses import dataclass
from math import inf

from flint import fmpq

from relupoly.exact.rationals import float_above, float_below
from relupoly.exact.short_texts import short_vector
from relupoly.pieces.listing.records import Pattern, Vector

_MOST_SHOWN = 12  # entries in a line of a notebook


@dataclass(frozen=True)
class Robustness:
    """The robustness radius of a point: its distance from the nearest point of another class.

    Attributes
    ----------
    point : tuple of fmpq
        In the coordinates of the domain, as all points.
    norm : int or float
        1, 2 or infinity.
    label : int
        The class of the point: the number of the largest output, from 0; with one output 1 above the level and -1 below.
    lower : fmpq or None
        What the radius is at least; None where the domain has no other class, so that it is infinite.
    upper : fmpq or None
        What it is at most, the same as `lower` where it is known and rational; None where no point of another class is known.
    squared : fmpq or None
        The square of the radius in the 2-norm, where that is known.
    nearest : tuple of fmpq or None
        The point at that distance: there, another output is as large as that of the class, or the level is reached.
    outputs : tuple of fmpq or None
        What the net gives there.
    rival : int or None
        The class that it may as well be of.
    pattern : tuple of str or None
        Of a cell that holds it; at a point on a border there may be zeros.
    cells : int
        How many cells were seen.
    boxes : int
        How many boxes were bounded.
    stopped : str or None
        Why the radius is not known: "deadline", "interrupted", or "limit" where there are more cells than anybody lists. Then
        it is between the bounds, and `nearest` is the nearest point so far.
    seconds : float
    """

    point: Vector
    norm: float
    label: int
    lower: fmpq | None
    upper: fmpq | None
    squared: fmpq | None
    nearest: Vector | None
    outputs: Vector | None
    rival: int | None
    pattern: Pattern | None
    cells: int
    boxes: int
    stopped: str | None
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether the radius is known."""
        return self.stopped is None

    @property
    def value(self) -> fmpq | None:
        """The radius, if it is known and rational."""
        return self.lower if self.lower == self.upper else None

    def __float__(self) -> float:
        """What the radius is at least, rounded down."""
        return inf if self.lower is None else max(0.0, float_below(self.lower))

    @property
    def summary(self) -> str:
        """The radius in a line."""
        if self.lower is None:
            return "infinite: there is no other class in the domain"
        if not self.complete:
            return f"between {float(self)!r} and {'infinity' if self.upper is None else repr(float_above(self.upper))}"
        about = "" if self.value is not None else ", rounded down"
        return f"{self.value if self.value is not None else repr(float(self))}{about}"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [(f"radius ({self.norm}-norm)", self.summary)]
        rows += [
            (name, short_vector(entries, _MOST_SHOWN))
            for name, entries in (("point", self.point), ("nearest", self.nearest), ("outputs there", self.outputs))
            if entries
        ]
        lines = "".join(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
        return f"<table><caption>{self.cells:,} cells, {self.boxes:,} boxes</caption>{lines}</table>"
