"""What is answered about the shape of a net: yes, no with points that prove it, or why the question was not asked."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass

from flint import fmpq

from relupoly.pieces.listing.records import Vector

# In the order in which they are told.
PROPERTIES = ("convex", "concave", "even", "odd", "homogeneous", "injective")


@dataclass(frozen=True)
class ShapeAnswer:
    """Whether an output has a property on the domain.

    Attributes
    ----------
    holds : bool or None
        None where that was not asked, or is not known.
    points : tuple of tuple of fmpq
        Where it does not hold, points of the domain, in its coordinates, that show it.
    values : tuple of fmpq
        The output at each of these points.
    factor : fmpq or None
        Of a combination of points, or of a multiple of one.
    reason : str or None
        Why there is no answer.
    """

    holds: bool | None
    points: tuple[Vector, ...] = ()
    values: Vector = ()
    factor: fmpq | None = None
    reason: str | None = None

    @property
    def text(self) -> str:
        """One word: yes, no or unknown."""
        return {True: "yes", False: "no", None: "unknown"}[self.holds]


YES = ShapeAnswer(True)


@dataclass(frozen=True)
class Monotonicity:
    """Whether an output rises, or falls, with one input; it is constant in this input if both hold.

    Attributes
    ----------
    non_decreasing, non_increasing : ShapeAnswer
        If not, two points that differ in this input alone: at the second one, where the input is larger, the output is smaller,
        or larger.
    """

    non_decreasing: ShapeAnswer
    non_increasing: ShapeAnswer

    @property
    def text(self) -> str:
        """The behaviour in a word or two."""
        up, down = self.non_decreasing.holds, self.non_increasing.holds
        if up and down:
            return "constant"
        if up or down:
            return "non-decreasing" if up else "non-increasing"
        return "unknown" if None in (up, down) else "neither"


@dataclass(frozen=True)
class OutputShape:
    """The shape of one output.

    Attributes
    ----------
    convex, concave : ShapeAnswer
        If not, three points x, y and z = (1 - factor) x + factor y where f(z) is above, or below, the same combination of f(x)
        and f(y).
    monotone : tuple of Monotonicity, length n
        In each input.
    even, odd : ShapeAnswer
        f(-x) = f(x), or -f(x). If not, two points x and -x.
    homogeneous : ShapeAnswer
        f(c x) = c f(x) for all c > 0. If not, two points x and factor x.
    injective : ShapeAnswer
        Asked where there is one input. If not, two points with the same value.
    """

    convex: ShapeAnswer
    concave: ShapeAnswer
    monotone: tuple[Monotonicity, ...]
    even: ShapeAnswer
    odd: ShapeAnswer
    homogeneous: ShapeAnswer
    injective: ShapeAnswer

    def answers(self) -> Iterator[tuple[str, ShapeAnswer]]:
        """The answers that are not about one input, by name."""
        for name in PROPERTIES:
            yield name, getattr(self, name)

    @property
    def text(self) -> str:
        """What holds, in a line."""
        held = [name for name, answer in self.answers() if answer.holds]
        for place, one in enumerate(self.monotone, 1):
            if one.non_decreasing.holds or one.non_increasing.holds:
                held.append(f"{one.text} in x{place}")
        return ", ".join(held) or "nothing of what was asked"


@dataclass(frozen=True)
class Shape:
    """The shape of a net: of each output.

    Attributes
    ----------
    outputs : tuple of OutputShape
    """

    outputs: tuple[OutputShape, ...]

    def _repr_html_(self) -> str:
        """A table for notebooks: a row for each property, a column for each output."""
        rows = [(name, [getattr(one, name).text for one in self.outputs]) for name in PROPERTIES]
        inputs = range(len(self.outputs[0].monotone))
        rows += [(f"in x{place + 1}", [one.monotone[place].text for one in self.outputs]) for place in inputs]
        lines = (
            f"<tr><th>{name}</th>{''.join(f'<td>{html.escape(text)}</td>' for text in texts)}</tr>" for name, texts in rows
        )
        return f"<table>{''.join(lines)}</table>"
