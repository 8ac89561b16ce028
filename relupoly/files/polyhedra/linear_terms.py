"""Affine forms in the inputs of a net, from terms of SMT-LIB: numbers, inputs, +, -, *, /."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from relupoly.errors import NumberError
from relupoly.exact.product_tree import tree_product, tree_sum
from relupoly.exact.rationals import parse_rational
from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.sexpr import Expression
from relupoly.files.polyhedra.vnnlib_variables import Variables


@dataclass(frozen=True)
class LinearTerm:
    """The affine form <slopes, x> + constant in the inputs."""

    slopes: dict[int, fmpq]
    constant: fmpq

    def plus(self, other: LinearTerm, factor: fmpq) -> LinearTerm:
        """The form plus a multiple of another one."""
        slopes = dict(self.slopes)
        for index, slope in other.slopes.items():
            slopes[index] = slopes.get(index, fmpq(0)) + factor * slope
        return LinearTerm({index: slope for index, slope in slopes.items() if slope}, self.constant + factor * other.constant)


_ZERO = LinearTerm({}, fmpq(0))


def linear_term(term: Expression, variables: Variables) -> LinearTerm:
    """The form that a term stands for.

    Raises
    ------
    FileFormatError
        If it is not affine in the inputs, or has another name in it; it names the line.
    """
    if term.atom is not None:
        return _atom(term, term.atom, variables)
    parts = [linear_term(part, variables) for part in term.arguments]
    try:
        if term.head == "+" and parts:
            return _total(parts)
        if term.head == "-" and parts:
            return parts[0].plus(_total(parts[1:]), fmpq(-1)) if parts[1:] else _ZERO.plus(parts[0], fmpq(-1))
        if term.head == "*" and parts:
            return _product(term, parts)
    except NumberError as error:
        raise term.error(str(error)) from None
    if term.head == "/" and len(parts) == 2 and not parts[1].slopes and parts[1].constant:
        return _ZERO.plus(parts[0], 1 / parts[1].constant)
    raise term.error(f"{quoted(term.head)} does not make a linear term of inputs and numbers; write +, - and multiples")


def _atom(term: Expression, atom: str, variables: Variables) -> LinearTerm:
    index = variables.input_of(atom, term)
    if index is not None:
        return LinearTerm({index: fmpq(1)}, fmpq(0))
    try:
        return LinearTerm({}, parse_rational(atom))
    except NumberError as error:
        raise term.error(str(error)) from None


def _total(parts: list[LinearTerm]) -> LinearTerm:
    """The sum of some forms, in time that grows with what stands in them."""
    slopes: dict[int, list[fmpq]] = {}
    for part in parts:
        for index, slope in part.slopes.items():
            slopes.setdefault(index, []).append(slope)
    sums = {index: tree_sum(values) for index, values in slopes.items()}
    return LinearTerm({index: slope for index, slope in sums.items() if slope}, tree_sum([part.constant for part in parts]))


def _product(term: Expression, parts: list[LinearTerm]) -> LinearTerm:
    varying = [part for part in parts if part.slopes]
    if len(varying) > 1:
        raise term.error("a product of inputs is not linear; leave it out")
    factor = tree_product([part.constant for part in parts if not part.slopes])
    return _ZERO.plus(varying[0] if varying else LinearTerm({}, fmpq(1)), factor)
