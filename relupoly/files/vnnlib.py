"""The input box of a property in VNN-LIB, the format of the neural network verification competition.

A property asserts constraints on inputs X_i and outputs Y_j. The domain is what it says about the inputs alone: whatever
involves an output is passed over. A property is meant to be a box, often with inputs held fixed by equal bounds (ACAS Xu
property 4); such inputs are substituted, and the domain is the box of the other ones in a subspace. Linear inequalities
among inputs make it a polyhedron.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import parse_rational
from relupoly.files.input_set import Inequality, domain_of
from relupoly.files.json_text import quoted
from relupoly.files.sexpr import Expression, parse_expressions
from relupoly.files.streams import decode_text
from relupoly.geometry.domain import Domain

_PASSED_OVER = ("set-logic", "set-info", "set-option", "check-sat", "get-model", "get-info", "exit")


@dataclass(frozen=True)
class _Linear:
    """The affine form <slopes, x> + constant in the inputs."""

    slopes: dict[int, fmpq]
    constant: fmpq

    def plus(self, other: _Linear, factor: fmpq) -> _Linear:
        """The form plus a multiple of another one."""
        slopes = dict(self.slopes)
        for index, slope in other.slopes.items():
            slopes[index] = slopes.get(index, fmpq(0)) + factor * slope
        return _Linear({index: slope for index, slope in slopes.items() if slope}, self.constant + factor * other.constant)


_ZERO = _Linear({}, fmpq(0))


def decode(data: bytes, name: str) -> Domain:
    """The input set of a .vnnlib file.

    Raises
    ------
    FileFormatError
        If the text is not VNN-LIB, or its inputs range over several boxes; it names the line.
    DomainError
        If the set is empty, of lower dimension other than by fixed inputs, or a point.

    Examples
    --------
    >>> text = b"(declare-const X_0 Real) (assert (and (>= X_0 -0.1) (<= X_0 1))) (assert (<= Y_0 0))"
    >>> decode(b"(declare-const Y_0 Real)" + text, "a.vnnlib").name
    'box of a.vnnlib'
    """
    names: set[str] = set()
    inequalities: list[Inequality] = []
    for command in parse_expressions(decode_text(data)):
        if command.head in ("declare-const", "declare-fun"):
            _declare(command, names)
        elif command.head == "assert" and len(command.arguments) == 1:
            inequalities += _inequalities(command.arguments[0], names)
        elif command.head not in _PASSED_OVER:
            shown = command.atom or command.head
            raise command.error(f"{quoted(shown)} is not understood; VNN-LIB has (declare-const X_0 Real) and (assert ...)")
    return domain_of(_input_dimension(names), inequalities, name)


def _declare(command: Expression, names: set[str]) -> None:
    name = command.arguments[0].atom if command.arguments else None
    if name is None or _index(name) is None:
        raise command.error(f"{quoted(name or '')} is neither an input X_0, X_1, ... nor an output Y_0, Y_1, ...")
    if name in names:
        raise command.error(f"{name} is declared twice; keep one")
    names.add(name)


def _input_dimension(names: Iterable[str]) -> int:
    inputs = {_index(name) for name in names if name.startswith("X_")}
    if not inputs:
        raise FileFormatError("no input X_0 is declared; add (declare-const X_0 Real)")
    missing = next((index for index in range(len(inputs)) if index not in inputs), None)
    if missing is not None:
        raise FileFormatError(f"{len(inputs)} inputs are declared, but X_{missing} is not one of them; number them from X_0")
    return len(inputs)


def _index(name: str) -> int | None:
    """The number of an input X_i or an output Y_j; None for any other name."""
    digits = name[2:]
    valid = name[:2] in ("X_", "Y_") and digits.isascii() and digits.isdigit() and len(digits) < 10
    return int(digits) if valid and str(int(digits)) == digits else None


def _inequalities(claim: Expression, names: set[str]) -> list[Inequality]:
    """What a claim says about the inputs alone."""
    if claim.atom == "true" or not _check_names(claim, names):
        return []
    if claim.head == "and":
        return [one for part in claim.arguments for one in _inequalities(part, names)]
    if claim.head == "or":
        return _common(claim, [_inequalities(part, names) for part in claim.arguments])
    if any(atom.startswith("Y_") for atom in claim.atoms()):
        return []
    if claim.head not in ("<=", ">=", "=") or len(claim.arguments) < 2:
        raise claim.error(f"{quoted(claim.head or claim.atom or '()')} is not supported on inputs; write <=, >=, =, and, or")
    terms = [_linear(part) for part in claim.arguments]
    pairs = list(pairwise(terms))
    below = [_inequality(low, high, claim) for low, high in pairs] if claim.head != ">=" else []
    above = [_inequality(low, high, claim) for high, low in pairs] if claim.head != "<=" else []
    return below + above


def _check_names(claim: Expression, names: set[str]) -> bool:
    """Whether a claim says something about an input, or has no variable at all; raise where a variable is not declared."""
    variables = {atom for atom in claim.atoms() if atom[:2] in ("X_", "Y_")}
    unknown = sorted(variables - names)
    if unknown:
        raise claim.error(f"{quoted(unknown[0])} is not declared; add (declare-const {unknown[0]} Real) above")
    return not variables or any(name.startswith("X_") for name in variables)


def _common(claim: Expression, choices: list[list[Inequality]]) -> list[Inequality]:
    """What all choices say about the inputs: nothing if one says nothing; several sets of inputs are no domain."""
    if not choices or not all(choices):
        return []
    if any(set(choice) != set(choices[0]) for choice in choices[1:]):
        raise claim.error(f"it allows several input boxes ({len(choices)}); give one file for each box")
    return choices[0]


def _inequality(low: _Linear, high: _Linear, claim: Expression) -> Inequality:
    """The inequality low <= high."""
    difference = low.plus(high, fmpq(-1))
    return Inequality(tuple(sorted(difference.slopes.items())), -difference.constant, claim.line)


def _linear(term: Expression) -> _Linear:
    if term.atom is not None:
        return _atom(term, term.atom)
    parts = [_linear(part) for part in term.arguments]
    if term.head == "+" and parts:
        return _total(_ZERO, parts, fmpq(1))
    if term.head == "-" and parts:
        return _total(parts[0], parts[1:], fmpq(-1)) if parts[1:] else _ZERO.plus(parts[0], fmpq(-1))
    if term.head == "*" and parts:
        return _product(term, parts)
    if term.head == "/" and len(parts) == 2 and not parts[1].slopes and parts[1].constant:
        return _ZERO.plus(parts[0], 1 / parts[1].constant)
    raise term.error(f"{quoted(term.head)} does not make a linear term of inputs and numbers; write +, - and multiples")


def _atom(term: Expression, atom: str) -> _Linear:
    if atom.startswith("X_"):
        return _Linear({int(atom[2:]): fmpq(1)}, fmpq(0))
    try:
        return _Linear({}, parse_rational(atom))
    except NumberError as error:
        raise term.error(str(error)) from None


def _total(start: _Linear, parts: list[_Linear], factor: fmpq) -> _Linear:
    for part in parts:
        start = start.plus(part, factor)
    return start


def _product(term: Expression, parts: list[_Linear]) -> _Linear:
    varying = [part for part in parts if part.slopes]
    if len(varying) > 1:
        raise term.error("a product of inputs is not linear; leave it out")
    factor = fmpq(1)
    for part in parts:
        factor *= fmpq(1) if part.slopes else part.constant
    return _ZERO.plus(varying[0] if varying else _Linear({}, fmpq(1)), factor)
