"""What the assertions of a VNN-LIB file allow: sets of inequalities of which one must hold.

"and" and "or" are multiplied out. What a comparison says is the reader's matter: one that looks for the input set passes over
what involves outputs, one that reads the whole property does not. In both, a comparison is an inequality in variables with
whole numbers for names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq

from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.input_set import Inequality
from relupoly.files.polyhedra.linear_terms import IndexOf, LinearTerm, linear_term
from relupoly.files.polyhedra.sexpr import Expression
from relupoly.files.polyhedra.vnnlib_variables import ScalarVariables, TensorVariables, Variables

_PASSED_OVER = ("set-logic", "set-info", "set-option", "check-sat", "get-model", "get-info", "exit")
_COMPARISONS = ("<=", "<", ">=", ">", "=", "==")

Alternatives = list[list[Inequality]]
"""Sets of inequalities, of which one must hold."""

# What is multiplied out is held in memory: so many inequalities take some hundred megabytes.
_MOST_INEQUALITIES = 10_000_000


def nothing() -> Alternatives:
    """What a claim allows that says nothing: one set without inequalities."""
    return [[]]


@dataclass(frozen=True)
class ClaimReader:
    """Reads the assertions of a file.

    Attributes
    ----------
    comparison : callable
        What a claim that is neither "and" nor "or" allows.
    most : int
        So many sets are supported: "or" multiplies.
    noun : str
        What they are called in messages.
    """

    comparison: Callable[[Expression, Variables], Alternatives]
    most: int
    noun: str

    def read(self, commands: list[Expression]) -> tuple[Variables, Alternatives]:
        """The variables, and the sets of inequalities that the assertions allow.

        Raises
        ------
        FileFormatError
            If a command or a claim is not understood, or there are too many sets; it names the line.
        """
        scalars, tensors = ScalarVariables(), None
        allowed = nothing()
        for command in commands:
            if command.head in ("declare-const", "declare-fun"):
                scalars.declare(command)
            elif command.head == "declare-network":
                if tensors:
                    raise command.error("it is a second network; give a property of one")
                tensors = TensorVariables(command)
            elif command.head == "vnnlib-version":
                _check_version(command)
            elif command.head == "assert" and len(command.arguments) == 1:
                allowed = self._both(allowed, self._alternatives(command.arguments[0], tensors or scalars), command)
            elif command.head not in _PASSED_OVER:
                shown = command.atom or command.head
                raise command.error(f"{quoted(shown)} is not understood; VNN-LIB has (declare-const X_0 Real) and (assert ...)")
        return tensors or scalars, allowed

    def _alternatives(self, claim: Expression, variables: Variables) -> Alternatives:
        if claim.atom == "true":
            return nothing()
        if claim.head == "and" and claim.arguments:
            sets = nothing()
            for part in claim.arguments:
                sets = self._both(sets, self._alternatives(part, variables), claim)
            return sets
        if claim.head == "or" and claim.arguments:
            choices: Alternatives = []
            inequalities = 0
            for part in claim.arguments:
                more = self._alternatives(part, variables)
                choices += more
                inequalities += sum(map(len, more))
                self._check_size(len(choices), inequalities, claim)
            return choices if all(choices) else nothing()
        return self.comparison(claim, variables)

    def _both(self, one: Alternatives, other: Alternatives, place: Expression) -> Alternatives:
        """What holds where two claims do."""
        lengths = [sum(map(len, sets)) for sets in (one, other)]
        self._check_size(len(one) * len(other), lengths[0] * len(other) + lengths[1] * len(one), place)
        if len(other) == 1:
            for inequalities in one:
                inequalities.extend(other[0])
            return one
        return [first + second for first in one for second in other]

    def _check_size(self, sets: int, inequalities: int, place: Expression) -> None:
        if sets > self.most:
            raise place.error(f"it allows {sets} {self.noun}; {self.most} are supported")
        if inequalities > _MOST_INEQUALITIES:
            raise place.error(
                f"multiplied out, it has {inequalities} inequalities; {_MOST_INEQUALITIES} are supported: give several files"
            )


def inequalities_of(claim: Expression, index_of: IndexOf, where: str = "") -> list[Inequality]:
    """The inequalities that a comparison stands for: all of a chain, and both of an equation.

    Parameters
    ----------
    claim : Expression
    index_of : callable
        The number of the variable that a name means.
    where : str
        On what other claims are not supported, for the message.

    Raises
    ------
    FileFormatError
        If it is no comparison, or one of terms that are not linear; it names the line.
    """
    if claim.head not in _COMPARISONS or len(claim.arguments) < 2:
        shown = quoted(claim.head or claim.atom or "()")
        raise claim.error(f"{shown} is not supported{where}; write <=, <, >=, >, =, and, or")
    terms = [linear_term(part, index_of) for part in claim.arguments]
    pairs = list(pairwise(terms))
    strict = claim.head in ("<", ">")
    below = [_inequality(low, high, strict, claim) for low, high in pairs] if claim.head not in (">=", ">") else []
    above = [_inequality(low, high, strict, claim) for high, low in pairs] if claim.head not in ("<=", "<") else []
    return below + above


def _inequality(low: LinearTerm, high: LinearTerm, strict: bool, claim: Expression) -> Inequality:
    """The inequality low <= high, or low < high."""
    difference = low.plus(high, fmpq(-1))
    return Inequality(tuple(sorted(difference.slopes.items())), -difference.constant, claim.line, strict)


def _check_version(command: Expression) -> None:
    version = command.arguments[0].atom or "" if command.arguments else ""
    if not re.fullmatch(r"<?[12](?:\.[0-9]+)?>?", version):
        raise command.error(f"version {quoted(version)} is not known; known are <1.0> and <2.0>")
