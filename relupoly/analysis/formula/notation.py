"""`Notation`: how affine maps and inequalities are written, in text and in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.analysis.formula.formula import Branch, Conjunction
from relupoly.analysis.formula.ranges import Range, ranges


@dataclass(frozen=True, slots=True)
class Notation:
    """What stands between numbers and names.

    Attributes
    ----------
    variables : tuple of str
        The coordinates.
    number : callable
        The text of a rational that is not negative.
    times, at_most, at_least, conjunction, disjunction : str
        With blanks around.
    left, right : str
        Parentheses.
    """

    variables: tuple[str, ...]
    number: Callable[[fmpq], str]
    times: str
    at_most: str
    at_least: str
    conjunction: str
    disjunction: str
    left: str = "("
    right: str = ")"

    def affine(self, row: Sequence[fmpq | fmpz], constant: fmpq) -> str:
        """The text of <row, x> + constant, without terms that vanish."""
        terms = [self._term(fmpq(entry), name) for entry, name in zip(row, self.variables, strict=True) if entry]
        if constant or not terms:
            terms.append(self._term(constant, ""))
        (minus, first), *others = terms
        return ("-" if minus else "") + first + "".join(f" {'-' if sign else '+'} {text}" for sign, text in others)

    def value(self, branch: Branch) -> str:
        """The text of the values on a branch: one, or several in parentheses."""
        values = [self.affine(row, start) for row, start in zip(branch.gradient, branch.constant, strict=True)]
        return values[0] if len(values) == 1 else f"{self.left}{', '.join(values)}{self.right}"

    def condition(self, branch: Branch) -> str:
        """The text of where a branch holds."""
        sets = [self._set(one, len(branch.sets) > 1) for one in branch.sets]
        return self.disjunction.join(sets)

    def _set(self, conjunction: Conjunction, among_others: bool) -> str:
        texts = [self._range(one) for one in ranges(conjunction)]
        joined = self.conjunction.join(texts)
        return f"{self.left}{joined}{self.right}" if among_others and len(texts) > 1 else joined

    def _range(self, one: Range) -> str:
        form = self.affine(one.form, fmpq(0))
        if one.lower is not None and one.upper is not None:
            return f"{self._signed(one.lower)}{self.at_most}{form}{self.at_most}{self._signed(one.upper)}"
        if one.upper is not None:
            return f"{form}{self.at_most}{self._signed(one.upper)}"
        assert one.lower is not None, "a range has a side"
        return f"{form}{self.at_least}{self._signed(one.lower)}"

    def _term(self, entry: fmpq, name: str) -> tuple[bool, str]:
        """Whether a term is negative, and its absolute value."""
        size = abs(entry)
        return entry < 0, self.number(size) if not name else name if size == 1 else f"{self.number(size)}{self.times}{name}"

    def _signed(self, entry: fmpq) -> str:
        return ("-" if entry < 0 else "") + self.number(abs(entry))
