"""A formula as plain text, for people, in a grammar that programs read just as well.

    text       = *("#" anything newline) "f(" name *("," name) ")" "=" branch *(newline branch)
    branch     = value ["if" condition | "otherwise"] | "undefined otherwise"
    value      = affine | "(" affine *("," affine) ")"
    condition  = set *("or" set)
    set        = range *("and" range) | "(" range *("and" range) ")"
    range      = affine "<=" number | affine ">=" number | number "<=" affine "<=" number
    affine     = ["-"] term *(("+" | "-") term)
    term       = number | number "*" name | name
    number     = ["-"] digits ["/" digits]                   (the sign only in ranges)
    name       = letter *(letter | digit | "_")              (ASCII)

Blanks mean nothing, but that newlines stand before branches (and one may before the first); `and` binds more strongly than
`or`. A value without more holds everywhere. The first branch whose condition is true says the value, "otherwise" where none is.
"""

from __future__ import annotations

from keyword import kwlist

from relupoly.analysis.formula.formula import Formula
from relupoly.analysis.formula.names import identifiers, notes
from relupoly.analysis.formula.notation import Notation

_RESERVED = {*kwlist, "f", "otherwise", "undefined"}
# Beside a longer value conditions are not aligned; after a longer beginning the branches begin in a line of their own.
_WIDEST_VALUE, _LONGEST_HEAD = 48, 32


def text_form(formula: Formula) -> str:
    """A formula as plain text in ASCII.

    Parameters
    ----------
    formula : Formula

    Returns
    -------
    str
        In the grammar of `relupoly.analysis.formula.text_form`, with a newline at the end. Outside of the domain the value is
        "undefined".

    Examples
    --------
    >>> from flint import fmpq, fmpz
    >>> from relupoly.analysis.formula.formula import Branch, HalfSpace
    >>> zero = Branch(((fmpq(0),),), (fmpq(0),), ((HalfSpace((fmpz(1),), fmpz(0)),),))
    >>> line = Branch(((fmpq(2, 3),),), (fmpq(0),), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
    >>> print(text_form(Formula(("x",), (zero, line), True)), end="")
    f(x) = 0        if x <= 0
           2/3*x    otherwise
    """
    words = identifiers(formula.variables, _RESERVED)
    notation = Notation(words, str, "*", " <= ", " >= ", " and ", " or ")
    values = [notation.value(branch) for branch in formula.branches]
    conditions = [f"if {notation.condition(branch)}" for branch in formula.branches]
    if formula.everywhere:
        conditions[-1] = "otherwise" if len(values) > 1 else ""
    else:
        values.append("undefined")
        conditions.append("otherwise")
    width = min(max(map(len, values)), _WIDEST_VALUE)
    lines = [f"{value:<{width}}    {where}".rstrip() for value, where in zip(values, conditions, strict=True)]
    head = f"f({', '.join(words)}) ="
    start, indent = (f"{head} ", len(head) + 1) if len(head) <= _LONGEST_HEAD else (f"{head}\n    ", 4)
    return "".join(f"# {note}\n" for note in notes(formula, words)) + start + f"\n{' ' * indent}".join(lines) + "\n"
