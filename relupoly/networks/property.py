"""`Property`: linear constraints on the inputs and outputs of a net, of which alternatives are given.

A property describes the inputs that one looks for, as in VNN-LIB: mostly those at which a net misbehaves. It is held in
disjunctive normal form: an input satisfies it if, with the outputs there, it satisfies all constraints of one alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from relupoly.errors import DomainError
from relupoly.exact.rationals import rational_at

Slopes = tuple[tuple[int, fmpq], ...]
"""The variables, counted from 0, and their slopes, which are not 0, in order: most constraints speak of few variables."""


@dataclass(frozen=True)
class LinearConstraint:
    """The constraint sum_i a_i x_i + sum_j g_j y_j <= bound, or < bound, on inputs x and outputs y.

    Attributes
    ----------
    inputs, outputs : tuple of (int, fmpq)
        The variables, counted from 0, and their slopes.
    bound : fmpq
    strict : bool
        Whether equality is not enough.

    Examples
    --------
    >>> constraint = LinearConstraint(((0, fmpq(1)),), ((1, fmpq(-2)),), fmpq(0))
    >>> constraint.slack([fmpq(3)], [fmpq(7), fmpq(1)])
    -1
    """

    inputs: Slopes
    outputs: Slopes
    bound: fmpq
    strict: bool = False

    def slack(self, point: Sequence[fmpq], outputs: Sequence[fmpq]) -> fmpq:
        """How far inputs and outputs are from violating it; negative where they do."""
        spent = sum((slope * point[place] for place, slope in self.inputs), fmpq(0))
        return self.bound - sum((slope * outputs[place] for place, slope in self.outputs), spent)

    def holds(self, point: Sequence[fmpq], outputs: Sequence[fmpq]) -> bool:
        """Whether inputs and outputs satisfy it."""
        slack = self.slack(point, outputs)
        return bool(slack > 0 or (slack == 0 and not self.strict))


Alternative = tuple[LinearConstraint, ...]
"""Constraints that must all hold."""


@dataclass(frozen=True)
class Property:
    """Constraints on inputs and outputs, in alternatives of which one must hold.

    Attributes
    ----------
    input_dim, output_dim : int
        Of the nets that it is about.
    alternatives : tuple of tuple of LinearConstraint
        None is satisfied by no input; one without constraints by all.
    name : str
        For reports.

    Raises
    ------
    DomainError
        If a constraint speaks of a variable that there is not.

    Examples
    --------
    >>> above = Property.from_rows(1, 1, [([[-1, 0], [1, 0], [0, -1]], [0, 1, "-1/2"])])
    >>> above.alternative_of([fmpq(1)], [fmpq(2)]), above.alternative_of([fmpq(1)], [fmpq(0)])
    (1, None)
    """

    input_dim: int
    output_dim: int
    alternatives: tuple[Alternative, ...]
    name: str = "property"

    def __post_init__(self) -> None:
        for number, alternative in enumerate(self.alternatives, 1):
            for constraint in alternative:
                for what, slopes, size in (
                    ("input", constraint.inputs, self.input_dim),
                    ("output", constraint.outputs, self.output_dim),
                ):
                    wrong = next((place for place, _ in slopes if not 0 <= place < size), None)
                    if wrong is not None:
                        raise DomainError(
                            f"alternative {number} speaks of {what} {wrong}, counted from 0, but there are {size} {what}s"
                        )

    @classmethod
    def from_rows(
        cls,
        input_dim: int,
        output_dim: int,
        alternatives: Sequence[tuple[Sequence[Sequence[Any]], Sequence[Any]]],
        name: str = "property",
    ) -> Property:
        """The property <row, (x, y)> <= bound for all rows of one of several alternatives.

        Parameters
        ----------
        input_dim, output_dim : int
        alternatives : sequence of (rows, bounds)
            A row has an entry for each input, and then one for each output.
        name : str

        Raises
        ------
        DomainError
            If rows have other lengths, there are not as many bounds, or an entry is not a finite number; it names the entry.
        """
        found = []
        for number, (rows, bounds) in enumerate(alternatives, 1):
            if len(rows) != len(bounds):
                raise DomainError(f"alternative {number} has {len(rows)} rows, but {len(bounds)} bounds; give one for each row")
            places = (f"alternative {number}, row {place}" for place in range(1, len(rows) + 1))
            found.append(
                tuple(
                    _constraint(row, bound, input_dim, output_dim, place)
                    for row, bound, place in zip(rows, bounds, places, strict=True)
                )
            )
        return cls(input_dim, output_dim, tuple(found), name)

    def check_dimensions(self, input_dim: int, output_dim: int) -> None:
        """Raise a `DomainError` unless nets with so many inputs and outputs are what it is about."""
        for what, own, given in (("input", self.input_dim, input_dim), ("output", self.output_dim, output_dim)):
            if own != given:
                raise DomainError(
                    f"the property is about {own} {what}{'s' * (own != 1)}, but the network has {given}; make them equal"
                )

    def alternative_of(self, point: Sequence[fmpq], outputs: Sequence[fmpq]) -> int | None:
        """The number, from 1, of the first alternative that inputs and outputs satisfy; None if there is none."""
        numbered = enumerate(self.alternatives, 1)
        return next((number for number, one in numbered if all(it.holds(point, outputs) for it in one)), None)


def _constraint(row: Sequence[Any], bound: Any, inputs: int, outputs: int, place: str) -> LinearConstraint:
    if len(row) != inputs + outputs:
        raise DomainError(f"{place} has {len(row)} entries; give one for each of {inputs} inputs and {outputs} outputs")
    entries = [rational_at(entry, f"{place}, entry {number}", DomainError) for number, entry in enumerate(row, 1)]
    slopes = [(number, entry) for number, entry in enumerate(entries) if entry]
    return LinearConstraint(
        tuple(one for one in slopes if one[0] < inputs),
        tuple((number - inputs, entry) for number, entry in slopes if number >= inputs),
        rational_at(bound, f"{place}, bound", DomainError),
    )
