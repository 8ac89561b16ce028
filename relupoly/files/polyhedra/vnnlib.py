"""The input set of a property in VNN-LIB, the format of the neural network verification competition, versions 1 and 2.0.

A property asserts constraints on inputs and outputs. The domain is what it says about the inputs alone: whatever involves an
output is passed over. A property is meant to be a box, often with inputs held fixed by equal bounds (ACAS Xu property 4);
such inputs are substituted, and the domain is the box of the other ones in a subspace. Linear inequalities among inputs make
it a polyhedron, and equations are substituted. Strict inequalities give the closure, which has the same cells: only what is
lower-dimensional (patterns), or meets in the boundary (closed), can differ.

`or` over inputs gives several sets, which may be disjoint, touch or overlap; the property is about their union. A set that lies
in another one, as their bounds show, is left out.
"""

from __future__ import annotations

import re
from itertools import pairwise

from flint import fmpq

from relupoly.errors import DomainError
from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.input_set import EmptySetError, Inequality, InputSet
from relupoly.files.polyhedra.linear_terms import LinearTerm, linear_term
from relupoly.files.polyhedra.sexpr import Expression, parse_expressions
from relupoly.files.polyhedra.vnnlib_variables import ScalarVariables, TensorVariables, Variables
from relupoly.files.streams import decode_text
from relupoly.geometry.domain import Domain
from relupoly.run import UNLIMITED, Run

_PASSED_OVER = ("set-logic", "set-info", "set-option", "check-sat", "get-model", "get-info", "exit")
_COMPARISONS = ("<=", "<", ">=", ">", "=", "==")
# "or" multiplies: this many sets are compared in pairs in seconds.
_MOST_SETS = 1000

# Sets of inequalities, of which one must hold.
Alternatives = list[list[Inequality]]
_NOTHING: Alternatives = [[]]


def decode(data: bytes, name: str, run: Run = UNLIMITED) -> tuple[Domain, ...]:
    """The input sets of a .vnnlib file, whose union it is about; mostly there is one.

    Raises
    ------
    FileFormatError
        If the text is not VNN-LIB; it names the line.
    DomainError
        If the set is empty, has no interior in the subspace of its equations, or is a point.

    Examples
    --------
    >>> text = b"(declare-const X_0 Real) (assert (and (>= X_0 -0.1) (<= X_0 1))) (assert (<= Y_0 0))"
    >>> decode(text, "a.vnnlib")[0].name
    'box of a.vnnlib'
    """
    variables, claims = _read(parse_expressions(decode_text(data)))
    dimension = variables.dimension()
    sets, empty = [], None
    for inequalities in claims:
        try:
            sets.append(InputSet.of(inequalities, variables.label))
        except EmptySetError as error:
            empty = error
    if not sets:
        raise DomainError(str(empty))
    kept = _without_contained(sets)
    return tuple(
        one.domain(dimension, name if len(kept) == 1 else f"{name}, part {number} of {len(kept)}", variables.label, run)
        for number, one in enumerate(kept, 1)
    )


def _read(commands: list[Expression]) -> tuple[Variables, Alternatives]:
    """The variables, and the sets of inequalities that the assertions allow."""
    scalars, tensors = ScalarVariables(), None
    allowed: Alternatives = [[]]
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
            allowed = _both(allowed, _alternatives(command.arguments[0], tensors or scalars), command)
        elif command.head not in _PASSED_OVER:
            shown = command.atom or command.head
            raise command.error(f"{quoted(shown)} is not understood; VNN-LIB has (declare-const X_0 Real) and (assert ...)")
    return tensors or scalars, allowed


def _check_version(command: Expression) -> None:
    version = command.arguments[0].atom or "" if command.arguments else ""
    if not re.fullmatch(r"<?[12](?:\.[0-9]+)?>?", version):
        raise command.error(f"version {quoted(version)} is not known; known are <1.0> and <2.0>")


def _alternatives(claim: Expression, variables: Variables) -> Alternatives:
    """What a claim says about the inputs alone: the sets of inequalities of which one must hold."""
    if claim.atom == "true":
        return _NOTHING
    if claim.head == "and" and claim.arguments:
        sets: Alternatives = [[]]
        for part in claim.arguments:
            sets = _both(sets, _alternatives(part, variables), claim)
        return sets
    if claim.head == "or" and claim.arguments:
        choices = [one for part in claim.arguments for one in _alternatives(part, variables)]
        return choices if all(choices) else _NOTHING
    if any(map(variables.is_output, claim.atoms())):
        for atom in claim.atoms():
            if atom != "not":
                variables.input_of(atom, claim)
        return _NOTHING
    if claim.head not in _COMPARISONS or len(claim.arguments) < 2:
        raise claim.error(
            f"{quoted(claim.head or claim.atom or '()')} is not supported on inputs; write <=, <, >=, >, =, and, or"
        )
    terms = [linear_term(part, variables) for part in claim.arguments]
    pairs = list(pairwise(terms))
    strict = claim.head in ("<", ">")
    below = [_inequality(low, high, strict, claim) for low, high in pairs] if claim.head not in (">=", ">") else []
    above = [_inequality(low, high, strict, claim) for high, low in pairs] if claim.head not in ("<=", "<") else []
    return [below + above]


def _both(one: Alternatives, other: Alternatives, place: Expression) -> Alternatives:
    """What holds where two claims do."""
    if len(one) * len(other) > _MOST_SETS:
        raise place.error(f"it allows {len(one) * len(other)} input sets; {_MOST_SETS} are supported")
    if len(other) == 1:
        for inequalities in one:
            inequalities.extend(other[0])
        return one
    return [first + second for first in one for second in other]


def _inequality(low: LinearTerm, high: LinearTerm, strict: bool, claim: Expression) -> Inequality:
    """The inequality low <= high, or low < high."""
    difference = low.plus(high, fmpq(-1))
    return Inequality(tuple(sorted(difference.slopes.items())), -difference.constant, claim.line, strict)


def _without_contained(sets: list[InputSet]) -> list[InputSet]:
    """The sets of which none lies in another one as its bounds show; of equal ones, the first."""
    kept: list[InputSet] = []
    for one in sets:
        if not any(other.contains(one) for other in kept):
            kept = [other for other in kept if not one.contains(other)] + [one]
    return kept
