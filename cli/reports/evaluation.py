"""What is told of a network at points: the columns of a table, and the record of each point for JSON."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.files.tables.point_columns import Layout

SCHEMA = 1

UNDEFINED = "undefined"
_SIGNS = "0+-"  # by the sign, where -1 is the last one


@dataclass(frozen=True)
class PointAnswer:
    """A network at a point.

    Attributes
    ----------
    texts : tuple of str
        The entries of the row as they were given: the coordinates, and what else it holds.
    point : tuple of fmpq
    value : list of fmpq
    signs : tuple of tuple of int
        Of the preactivations of each hidden layer's neurons with ReLU.
    gradient : tuple of (tuple of fmpq or None) or None
        For each output its gradient, None where it is not differentiable; None altogether where nobody asks for it.
    """

    texts: tuple[str, ...]
    point: tuple[fmpq, ...]
    value: Sequence[fmpq]
    signs: Sequence[Sequence[int]]
    gradient: Sequence[Sequence[fmpq] | None] | None

    @property
    def floats(self) -> list[float]:
        """The doubles nearest to the outputs."""
        from relupoly.exact.rationals import nearest_float

        return list(map(nearest_float, self.value))

    @property
    def has_kink(self) -> bool:
        """Whether the gradient of some output was asked for, and is undefined."""
        return self.gradient is not None and None in self.gradient


@dataclass(frozen=True)
class Columns:
    """The columns of the table.

    Attributes
    ----------
    given : tuple of str
        The names that the file of points has, else x1, x2, ..., or x if there is one.
    outputs : tuple of str
        y1, y2, ..., or y if there is one; with another letter where the file has such names.
    shown : tuple of str
        What is told of each point: value, float, pattern, gradient.
    chosen : tuple of str or None
        The names of the network's inputs, where they are not the columns of the file.
    """

    given: tuple[str, ...]
    outputs: tuple[str, ...]
    shown: tuple[str, ...]
    chosen: tuple[str, ...] | None = None

    @classmethod
    def of_table(cls, names: Sequence[str] | None, layout: Layout, outputs: int, shown: tuple[str, ...]) -> Columns:
        """The columns for a table, with such a header or none, whose rows hold points in this way."""
        return cls.of(names, layout.width, outputs, shown, layout.inputs if layout.selects else None)

    @classmethod
    def of(
        cls,
        names: Sequence[str] | None,
        given: int,
        outputs: int,
        shown: tuple[str, ...],
        chosen: tuple[str, ...] | None = None,
    ) -> Columns:
        """The columns for rows of so many entries, which may have names, and a network with so many outputs.

        Examples
        --------
        >>> Columns.of(None, 2, 1, ("value", "gradient")).header
        ['x1', 'x2', 'y', 'dy/dx1', 'dy/dx2']
        >>> Columns.of(["x", "y"], 2, 1, ("value", "gradient")).header
        ['x', 'y', 'f', 'df/dx', 'df/dy']
        """
        known = tuple(names) if names is not None else _numbered("x", given)
        candidates = (cls(known, _numbered(letter, outputs), shown, chosen) for letter in _letters())
        return next(one for one in candidates if not {*one.outputs, *one.added} & {*known})

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the network's inputs."""
        return self.given if self.chosen is None else self.chosen

    @property
    def header(self) -> list[str]:
        """The names of all columns."""
        return [*self.given, *self.added]

    @property
    def added(self) -> list[str]:
        """The names of the columns that follow the inputs."""
        makers: dict[str, Callable[[], Iterable[str]]] = {
            "value": lambda: self.outputs,
            "float": lambda: [f"{output}_float" for output in self.outputs],
            "pattern": lambda: ["pattern" if "pattern" not in self.given else f"{self.outputs[0]}_pattern"],
            "gradient": lambda: [f"d{output}/d{name}" for output in self.outputs for name in self._directions],
        }
        return [name for one in self.shown for name in makers[one]()]

    @property
    def _directions(self) -> tuple[str, ...]:
        """What the names of derivatives call the inputs: by numbers where two have one name."""
        distinct = len(set(self.inputs)) == len(self.inputs)
        return self.inputs if distinct else _numbered("x", len(self.inputs))

    def cells(self, answer: PointAnswer) -> list[str]:
        """A row of the table."""
        makers: dict[str, Callable[[], Iterable[str]]] = {
            "value": lambda: map(str, answer.value),
            "float": lambda: map(repr, answer.floats),
            "pattern": lambda: ["|".join(pattern_texts(answer.signs))],
            "gradient": lambda: self._gradient_cells(answer),
        }
        return [*answer.texts, *(cell for one in self.shown for cell in makers[one]())]

    def _gradient_cells(self, answer: PointAnswer) -> Iterator[str]:
        for row in answer.gradient or ():
            yield from [UNDEFINED] * len(self.inputs) if row is None else map(str, row)

    def record(self, answer: PointAnswer) -> dict[str, Any]:
        """The record of a point for JSON; rationals are texts."""
        makers: dict[str, Callable[[], list[Any]]] = {
            "value": lambda: [str(entry) for entry in answer.value],
            "float": lambda: list(map(_json_float, answer.floats)),
            "pattern": lambda: pattern_texts(answer.signs),
            "gradient": lambda: [row and [str(entry) for entry in row] for row in answer.gradient or ()],
        }
        row = {} if self.chosen is None else {"row": list(answer.texts)}
        return row | {"point": [str(entry) for entry in answer.point]} | {one: makers[one]() for one in self.shown}


def document_of(
    about: dict[str, Any], columns: Columns | None, records: list[dict[str, Any]], stopped: str | None
) -> dict[str, Any]:
    """The answer for JSON.

    Parameters
    ----------
    about : dict
        The files.
    columns : Columns or None
        None where it was stopped before the first point.
    records : list of dict
        What is told of each point.
    stopped : str or None
        What stopped the work.
    """
    return {
        "schema": SCHEMA,
        **about,
        **({} if columns is None or columns.chosen is None else {"columns": list(columns.given)}),
        "inputs": None if columns is None else list(columns.inputs),
        "outputs": None if columns is None else list(columns.outputs),
        "rows": records,
        "complete": stopped is None,
        "stopped": stopped,
    }


def pattern_texts(signs: Sequence[Sequence[int]]) -> list[str]:
    """The activation pattern, a text for each hidden layer.

    Examples
    --------
    >>> pattern_texts(((1, -1, 0), (1,)))
    ['+-0', '+']
    """
    return ["".join(_SIGNS[sign] for sign in layer) for layer in signs]


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return (letter,) if count == 1 else tuple(f"{letter}{number}" for number in range(1, count + 1))


def _letters() -> Iterator[str]:
    """What outputs are called: y, else f, else as many underscores as it takes."""
    yield from "yf"
    yield from (f"f{'_' * count}" for count in itertools.count(1))


def _json_float(value: float) -> float | str:
    """A double as JSON has it, which knows no infinity."""
    return value if abs(value) < float("inf") else repr(value)
