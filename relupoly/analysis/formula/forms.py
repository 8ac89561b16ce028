"""`FORMS`: in which a formula can be written, by name."""

from __future__ import annotations

from collections.abc import Callable

from relupoly.analysis.formula.c_form import c_form
from relupoly.analysis.formula.formula import Formula
from relupoly.analysis.formula.latex_form import latex_form
from relupoly.analysis.formula.python_form import python_form
from relupoly.analysis.formula.sympy_form import sympy_form
from relupoly.analysis.formula.text_form import text_form
from relupoly.errors import FunctionError
from relupoly.plain_text import clipped, plain_text

FORMS: dict[str, Callable[[Formula], str]] = {
    "text": text_form,
    "latex": latex_form,
    "sympy": sympy_form,
    "python": python_form,
    "c": c_form,
}
"""The functions that write a formula down."""


def formula_text(formula: Formula, form: str = "text") -> str:
    r"""A formula as a text.

    Parameters
    ----------
    formula : Formula
        As `formula_of` makes it.
    form : str
        "text" for people; "latex", a `cases` environment of amsmath; "sympy", a script that makes the expression; "python", a
        module that defines `f`, with fractions; "c", a file of C99 that defines `f` and `f_double`, with GMP. All are exact.

    Raises
    ------
    FunctionError
        If there is no such form.

    Examples
    --------
    >>> from flint import fmpq
    >>> from relupoly.analysis.formula.formula import Branch
    >>> line = Branch(((fmpq(2), fmpq(-1, 3)),), (fmpq(1),), ((),))
    >>> formula_text(Formula(("x1", "x2"), (line,), True))
    'f(x1, x2) = 2*x1 - 1/3*x2 + 1\n'
    """
    if form not in FORMS:
        raise FunctionError(f'"{clipped(plain_text(form))}" is no form of a formula; take one of {", ".join(FORMS)}')
    return FORMS[form](formula)
