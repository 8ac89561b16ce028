"""`Verdict`: whether some input satisfies a property, and which."""

from __future__ import annotations

import html
from dataclasses import dataclass

from relupoly.exact.short_texts import short_vector
from relupoly.pieces.listing.records import Vector

SAT, UNSAT, TIMEOUT, UNKNOWN = "sat", "unsat", "timeout", "unknown"

_MOST_SHOWN = 12  # entries in a line of a notebook


@dataclass(frozen=True)
class Verdict:
    """Whether some input of a net satisfies a property.

    Attributes
    ----------
    satisfiable : bool or None
        None where the run was stopped before that was known.
    point : tuple of fmpq or None
        An input that satisfies it.
    outputs : tuple of fmpq or None
        What the net gives there.
    alternative : int or None
        Which alternative of the property they satisfy, the first one being 1.
    alternatives : int
        How many there are.
    cells : int
        How many cells were seen.
    boxes : int
        How many boxes were bounded, where input sets are boxes: on most of them no cell has to be seen.
    stopped : str or None
        Why it is not known: "deadline" or "interrupted".
    seconds : float
    """

    satisfiable: bool | None
    point: Vector | None
    outputs: Vector | None
    alternative: int | None
    alternatives: int
    cells: int
    boxes: int
    stopped: str | None
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether the question is decided."""
        return self.satisfiable is not None

    @property
    def word(self) -> str:
        """The word of the verification competition: "sat", "unsat", "timeout" or "unknown"."""
        if self.satisfiable is not None:
            return SAT if self.satisfiable else UNSAT
        return word_of(self.stopped)

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [("input", self.point), ("outputs", self.outputs)]
        lines = "".join(
            f"<tr><th>{name}</th><td>{html.escape(short_vector(entries, _MOST_SHOWN))}</td></tr>"
            for name, entries in rows
            if entries
        )
        which = f", alternative {self.alternative} of {self.alternatives}" if self.alternative else ""
        return f"<table><caption>{self.word}{which}; {self.cells:,} cells</caption>{lines}</table>"


def word_of(stopped: str | None) -> str:
    """The competition's word for a question that was left open.

    Examples
    --------
    >>> word_of("deadline"), word_of("interrupted")
    ('timeout', 'unknown')
    """
    return TIMEOUT if stopped == "deadline" else UNKNOWN
