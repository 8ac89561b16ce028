"""A formula as a module of Python, which needs nothing but Python, and computes in integers."""

from __future__ import annotations

from collections.abc import Iterable
from keyword import kwlist

from flint import fmpz

from relupoly.analysis.formula.formula import Formula
from relupoly.analysis.formula.names import identifiers, notes
from relupoly.analysis.formula.tables import Tables, tables_of
from relupoly.plain_text import counted

# Decimals beyond 4,300 digits are refused by Python; hexadecimals are not.
_MOST_DIGITS = 4000

_MODULE = '''\
"""f: a piecewise affine function, exactly: {maps} on {sets}.

The sets are tried one after the other, and each hyperplane between them is looked at once for a point.
"""
{notes}
from fractions import Fraction
from math import lcm

# Forms <a, x> - b as (a, -b).
_PLANES = (
{planes})

# Sets: the forms that must not be positive, by number from 1 (not negative, where the number is negative), and the map there.
_SETS = (
{conditions})

# Maps: for each output (a, b, d); its value is (<a, x> + b) / d.
_MAPS = (
{values})


def f({words}):
    """{what}, exactly.

    Coordinates may be ints, Fractions, and floats, which are the dyadic rationals that they store. Where the function is not
    known there is a ValueError.
    """
    return _value({point})


def _value(point):
    ratios = [Fraction(entry).as_integer_ratio() for entry in point]
    scale = lcm(*(int(below) for _, below in ratios))
    ray = [int(above) * (scale // int(below)) for above, below in ratios] + [scale]
    heights = {{}}
    for conditions, number in _SETS:
        if all(_holds(condition, ray, heights) for condition in conditions):
            values = tuple(Fraction(_product(row, ray), row[-1] * scale) for row in _MAPS[number])
            return values[0] if len(values) == 1 else values
    raise ValueError("the point is outside of the domain of the function")


def _holds(condition, ray, heights):
    plane = abs(condition)
    if plane not in heights:
        heights[plane] = _product(_PLANES[plane - 1], ray)
    return heights[plane] <= 0 if condition > 0 else heights[plane] >= 0


def _product(row, ray):
    return sum(entry * coordinate for entry, coordinate in zip(row, ray))
'''


def python_form(formula: Formula) -> str:
    """A formula as the text of a Python module (3.9 or newer) that needs the standard library alone, in ASCII.

    Parameters
    ----------
    formula : Formula

    Returns
    -------
    str
        It defines `f`, which takes the coordinates, and returns a `Fraction`, or a tuple of them where there are several
        outputs. Coordinates are ints, Fractions and floats, all taken exactly. Outside of the domain it raises a ValueError.

    Examples
    --------
    >>> from flint import fmpq
    >>> from relupoly.analysis.formula.formula import Branch, HalfSpace
    >>> zero = Branch(((fmpq(0),),), (fmpq(0),), ((HalfSpace((fmpz(1),), fmpz(0)),),))
    >>> line = Branch(((fmpq(2, 3),),), (fmpq(0),), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
    >>> exec(python_form(Formula(("x",), (zero, line), True)))
    >>> f(-1), f(0.5)
    (Fraction(0, 1), Fraction(1, 3))
    """
    words = identifiers(formula.variables, {*kwlist, "f"})
    tables = tables_of(formula)
    comments = "".join(f"# {note}\n" for note in notes(formula, words))
    return _MODULE.format(
        maps=counted(len(tables.maps), "map"),
        sets=counted(len(tables.conditions), "convex set"),
        notes=f"\n{comments}" if comments else "",
        planes=_lines(map(_row, tables.planes)),
        conditions=_lines(_conditions(tables)),
        values=_lines(_tuple(map(_row, rows)) for rows in tables.maps),
        words=", ".join(words),
        point=_tuple(words),
        what="The value" if formula.outputs == 1 else f"The {formula.outputs} values",
    )


def literal(number: fmpz) -> str:
    """An integer as Python reads it, however long it is.

    Examples
    --------
    >>> literal(fmpz(-12)), literal(fmpz(16) ** 4000) == "0x1" + "0" * 4000
    ('-12', True)
    """
    text = str(number)
    return text if len(text) <= _MOST_DIGITS else hex(int(number))


def _conditions(tables: Tables) -> Iterable[str]:
    for conditions, branch in zip(tables.conditions, tables.branches, strict=True):
        yield f"({_tuple(map(str, conditions))}, {branch})"


def _row(entries: Iterable[fmpz]) -> str:
    return _tuple(map(literal, entries))


def _tuple(texts: Iterable[str]) -> str:
    joined = list(texts)
    return f"({', '.join(joined)}{',' if len(joined) == 1 else ''})"


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"    {text},\n" for text in texts)
