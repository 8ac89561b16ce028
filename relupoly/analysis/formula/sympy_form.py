"""A formula in sympy, as an object and as a text that makes it.

For formulas of some hundreds of branches: sympy makes a thousand in a second, but it substitutes in a hundred of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from keyword import kwlist
from typing import Any

from flint import fmpq, fmpz

from relupoly.analysis.formula.assembly import output
from relupoly.analysis.formula.formula import Branch, Conjunction, Formula
from relupoly.analysis.formula.names import identifiers, notes
from relupoly.analysis.formula.python_form import literal
from relupoly.analysis.formula.ranges import ranges

_IMPORTED = ("Add", "And", "Ge", "Le", "Mul", "Or", "Piecewise", "Rational", "Symbol")
# Every branch is needed, so sympy need not look for those that are not, which takes long.
_OPTIONS = {"Piecewise": {"evaluate": False}}


def formula_sympy(formula: Formula) -> tuple[Any, ...]:
    """A formula as expressions of sympy, one for each output.

    Parameters
    ----------
    formula : Formula

    Returns
    -------
    tuple of sympy.Expr
        `Piecewise` in real symbols with the names of the variables, with exact rationals; where one map holds everywhere, that
        map. Outside of the domain a `Piecewise` is nan.

    Examples
    --------
    >>> from flint import fmpz
    >>> from relupoly.analysis.formula.formula import HalfSpace
    >>> zero = Branch(((fmpq(0),),), (fmpq(0),), ((HalfSpace((fmpz(1),), fmpz(0)),),))
    >>> line = Branch(((fmpq(2, 3),),), (fmpq(0),), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
    >>> formula_sympy(Formula(("x",), (zero, line), True))
    (Piecewise((0, x <= 0), (2*x/3, True)),)
    """
    import sympy

    def call(name: str, *arguments: Any) -> Any:
        return getattr(sympy, name)(*arguments, **_OPTIONS.get(name, {}))

    symbols = [sympy.Symbol(name, real=True) for name in formula.variables]
    return tuple(_piecewise(output(formula, place), symbols, call) for place in range(formula.outputs))


def sympy_form(formula: Formula) -> str:
    """A formula as the text of a Python script that makes its expression of sympy, in ASCII.

    Parameters
    ----------
    formula : Formula

    Returns
    -------
    str
        It defines a symbol for each variable, and `f`: what `formula_sympy` returns, of one output the expression itself.

    Examples
    --------
    >>> from flint import fmpz
    >>> from relupoly.analysis.formula.formula import HalfSpace
    >>> zero = Branch(((fmpq(0),),), (fmpq(0),), ((HalfSpace((fmpz(1),), fmpz(0)),),))
    >>> line = Branch(((fmpq(2, 3),),), (fmpq(0),), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
    >>> exec(sympy_form(Formula(("x",), (zero, line), True)))
    >>> f
    Piecewise((0, x <= 0), (2*x/3, True))
    """
    words = identifiers(formula.variables, {*kwlist, *_IMPORTED, "f"})
    comments = "".join(f"# {note}\n" for note in notes(formula, words))
    symbols = "".join(f"{word} = Symbol({name!a}, real=True)\n" for word, name in zip(words, formula.variables, strict=True))
    texts = [_piecewise(output(formula, place), words, _call_text) for place in range(formula.outputs)]
    shown = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    return f"{comments}from sympy import {', '.join(_IMPORTED)}\n\n{symbols}\nf = {shown}\n"


def _piecewise(formula: Formula, symbols: Sequence[Any], call: Callable[..., Any]) -> Any:
    """The expression of the only output; `call` calls a function of sympy by its name, or writes the call down."""

    def number(value: fmpq) -> Any:
        return int(value.p) if value.q == 1 else call("Rational", int(value.p), int(value.q))

    def affine(row: Sequence[fmpq | fmpz], start: fmpq) -> Any:
        entries = [(fmpq(entry), symbol) for entry, symbol in zip(row, symbols, strict=True) if entry]
        terms = [symbol if entry == 1 else call("Mul", number(entry), symbol) for entry, symbol in entries]
        if start or not terms:
            terms.append(number(start))
        return call("Add", *terms) if len(terms) > 1 else terms[0]

    def holds(conjunction: Conjunction) -> Any:
        found = []
        for one in ranges(conjunction):
            form = affine(one.form, fmpq(0))
            found += [] if one.lower is None else [call("Ge", form, number(one.lower))]
            found += [] if one.upper is None else [call("Le", form, number(one.upper))]
        return call("And", *found) if len(found) > 1 else found[0]

    def holds_on(branch: Branch) -> Any:
        return call("Or", *map(holds, branch.sets)) if len(branch.sets) > 1 else holds(branch.sets[0])

    *others, last = formula.branches
    pairs = [(affine(branch.gradient[0], branch.constant[0]), holds_on(branch)) for branch in others]
    value = affine(last.gradient[0], last.constant[0])
    pairs.append((value, True if formula.everywhere else holds_on(last)))
    return call("Piecewise", *pairs)


def _call_text(name: str, *arguments: Any) -> str:
    texts = [*map(_argument, arguments), *(f"{key}={value}" for key, value in _OPTIONS.get(name, {}).items())]
    if name == "Piecewise":
        return f"{name}(\n" + "".join(f"    {text},\n" for text in texts) + ")"
    return f"{name}({', '.join(texts)})"


def _argument(argument: Any) -> str:
    if isinstance(argument, tuple):
        return f"({', '.join(map(_argument, argument))})"
    return literal(fmpz(argument)) if type(argument) is int else str(argument)
