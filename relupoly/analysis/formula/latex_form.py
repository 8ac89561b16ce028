r"""A formula in LaTeX, as a `cases` environment of amsmath.

A name such as x1 becomes x_{1}; longer ones are upright. What TeX takes as commands is escaped in names, and what is not
printable is told by its code, so that a name does nothing but be shown.
"""

from __future__ import annotations

import re

from flint import fmpq

from relupoly.analysis.formula.formula import Formula
from relupoly.analysis.formula.names import notes
from relupoly.analysis.formula.notation import Notation

_NUMBERED = re.compile(r"([A-Za-z]+)([0-9]+)")
_ESCAPES = {
    "\\": r"\backslash{}",
    "^": r"\wedge{}",
    "~": r"\sim{}",
    " ": r"\ ",
    "'": r"\prime{}",
    **{one: f"\\{one}" for one in "{}$&%#_"},
}


def latex_form(formula: Formula) -> str:
    r"""A formula in LaTeX, for a displayed equation; it needs amsmath.

    Parameters
    ----------
    formula : Formula

    Returns
    -------
    str
        With a newline at the end. Outside of the domain the value is "undefined".

    Examples
    --------
    >>> from flint import fmpz
    >>> from relupoly.analysis.formula.formula import Branch, HalfSpace
    >>> zero = Branch(((fmpq(0),),), (fmpq(0),), ((HalfSpace((fmpz(1),), fmpz(0)),),))
    >>> line = Branch(((fmpq(-2, 3),),), (fmpq(0),), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
    >>> print(latex_form(Formula(("x1",), (zero, line), True)), end="")
    f(x_{1}) = \begin{cases}
    0 & \text{if } x_{1} \le 0 \\
    -\frac{2}{3} x_{1} & \text{otherwise}
    \end{cases}
    """
    names = tuple(map(latex_name, formula.variables))
    notation = Notation(names, _number, " ", r" \le ", r" \ge ", r" \text{ and } ", r" \text{ or } ", r"\left(", r"\right)")
    values = [notation.value(branch) for branch in formula.branches]
    comments = "".join(f"% {note}\n" for note in notes(formula, formula.variables))
    head = f"{comments}f({', '.join(names)}) = "
    if formula.everywhere and len(values) == 1:
        return f"{head}{values[0]}\n"
    conditions = [rf"\text{{if }} {notation.condition(branch)}" for branch in formula.branches]
    if formula.everywhere:
        conditions.pop()
    else:
        values.append(r"\text{undefined}")
    conditions.append(r"\text{otherwise}")
    rows = [f"{value} & {where}" for value, where in zip(values, conditions, strict=True)]
    return f"{head}\\begin{{cases}}\n" + " \\\\\n".join(rows) + "\n\\end{cases}\n"


def latex_name(name: str) -> str:
    r"""A name in a formula: a letter is itself, a number behind letters is an index.

    Examples
    --------
    >>> print(latex_name("x12"), latex_name("y"), latex_name("speed"), latex_name("a_b$"))
    x_{12} y \mathrm{speed} \mathrm{a\_b\$}
    """
    numbered = _NUMBERED.fullmatch(name)
    word, index = numbered.groups() if numbered else (name, "")
    single = len(word) == 1 and word.isascii() and word.isalpha()
    shown = word if single else rf"\mathrm{{{''.join(map(_shown, word))}}}"
    return f"{shown}_{{{index}}}" if index else shown


def _shown(character: str) -> str:
    """A character as it looks; the code of one that does not look like anything."""
    if not character.isprintable():
        return rf"\langle{{}}{ord(character):x}\rangle{{}}"
    return _ESCAPES.get(character, character)


def _number(size: fmpq) -> str:
    return str(size.p) if size.q == 1 else rf"\frac{{{size.p}}}{{{size.q}}}"
