"""Affine forms in the inputs, or also the outputs, of a net, from terms of SMT-LIB: numbers, variables, +, -, *, /."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq

from relupoly.errors import NumberError
from relupoly.exact.product_tree import tree_product, tree_sum
from relupoly.exact.rationals import parse_rational
from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.sexpr import Expression

IndexOf: TypeAlias = Callable[[str, Expression], int | None]
"""The number of the variable that a name means, given where it stands; None for what is no variable."""


@dataclass(frozen=True)
class LinearTerm:
    """The affine form <slopes, x> + constant in numbered variables."""

    slopes: dict[int, fmpq]
    constant: fmpq

    def plus(self, other: LinearTerm, factor: fmpq) -> LinearTerm:
        """The form plus a multiple of another one."""
        slopes = dict(self.slopes)
        for index, slope in other.slopes.items():
            slopes[index] = slopes.get(index, fmpq(0)) + factor * slope
        return LinearTerm({index: slope for index, slope in slopes.items() if slope}, self.constant + factor * other.constant)


_ZERO = LinearTerm({}, fmpq(0))


def linear_term(term: Expression, index_of: IndexOf) -> LinearTerm:
    """The form that a term stands for.

    Raises
    ------
    FileFormatError
        If it is not affine in the variables, or has another name in it; it names the line.
    """
    if term.atom is not None:
        return _atom(term, term.atom, index_of)
    parts = [linear_term(part, index_of) for part in term.arguments]
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
    raise term.error(f"{quoted(term.head)} does not make a linear term of variables and numbers; write +, - and multiples")


def _atom(term: Expression, atom: str, index_of: IndexOf) -> LinearTerm:
    index = index_of(atom, term)
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
        raise term.error("a product of variables is not linear; leave it out")
    factor = tree_product([part.constant for part in parts if not part.slopes])
    return _ZERO.plus(varying[0] if varying else LinearTerm({}, fmpq(1)), factor)
