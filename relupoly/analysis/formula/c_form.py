"""A formula as a file of C99 with the rationals of GMP: exact, and as nearest doubles.

Integers are limbs in static tables, which GMP takes as they are: nothing is parsed or set up before the first call, threads
share the tables, and a compiler reads them in no time. Each integer is written down once, in words of 64 bits, which are one
limb or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from flint import fmpz

from relupoly.analysis.formula.c_program import PROGRAM
from relupoly.analysis.formula.formula import Formula
from relupoly.analysis.formula.names import identifiers, notes
from relupoly.analysis.formula.tables import tables_of
from relupoly.plain_text import counted

_WIDTH = 120  # of lines in tables


def c_form(formula: Formula) -> str:
    """A formula as the text of a C99 file that needs GMP alone, in ASCII.

    Parameters
    ----------
    formula : Formula

    Returns
    -------
    str
        It defines `int f(mpq_t *y, const mpq_t *x)`, exact, and `int f_double(double *y, const double *x)`, whose values are
        the doubles nearest to the exact ones, ties to even. Both return 0, or 1 outside of the domain; 2 where a double is not
        finite; 3 where there is no memory. Then y is as it was. To be compiled by `cc -c FILE.c`, and linked with `-lgmp`.

    Examples
    --------
    >>> from flint import fmpq
    >>> from relupoly.analysis.formula.formula import Branch
    >>> line = Branch(((fmpq(2, 3),),), (fmpq(0),), ((),))
    >>> print(c_form(Formula(("x",), (line,), True)).splitlines()[0])
    /* f: a piecewise affine function of 1 variable with 1 output, exactly: 1 map on 1 convex set.
    """
    tables = tables_of(formula)
    numbers = _Numbers()
    planes = [numbers.row(row) for row in tables.planes]
    maps = [row for rows in tables.maps for row in map(numbers.row, rows)]
    starts = [0, *accumulate(map(len, tables.conditions))]
    words = identifiers(formula.variables, ())
    said = [*(f"x[{place}] is {word}" for place, word in enumerate(words)), *notes(formula, words)]
    return PROGRAM.format(
        what=f"{counted(len(words), 'variable')} with {counted(formula.outputs, 'output')}",
        maps=counted(len(tables.maps), "map"),
        sets=counted(len(tables.conditions), "convex set"),
        notes="".join(f"// {note}\n" for note in said),
        inputs=len(words),
        outputs=formula.outputs,
        set_count=len(tables.conditions),
        plane_count=max(len(planes), 1),
        words=_table(numbers.words()),
        numbers=_table(f"{{{start}, {size}}}" for start, size in numbers.places()),
        planes=_table(planes or [numbers.row([fmpz(0)] * (len(words) + 1))]),
        conditions=_table(str(one) for conditions in tables.conditions for one in conditions) or "    0",
        starts=_table(map(str, starts)),
        branches=_table(map(str, tables.branches)),
        rows=_table(maps),
    )


class _Numbers:
    """Integers by number, each once; number 0 is 0."""

    def __init__(self) -> None:
        self._index: dict[fmpz, int] = {fmpz(0): 0}

    def row(self, entries: Iterable[fmpz]) -> str:
        """The numbers of integers, as an initializer of C."""
        return "{" + ", ".join(str(self._index.setdefault(entry, len(self._index))) for entry in entries) + "}"

    def words(self) -> Iterator[str]:
        """The absolute values, in words of 64 bits, the lowest first; 0 has one, so that there is no empty table."""
        for entry in self._index:
            digits = hex(abs(int(entry)))[2:]
            digits = digits.zfill(16 * _word_count(entry))
            for end in range(len(digits), 0, -16):
                yield f"W(0x{digits[end - 16 : end - 8]}, 0x{digits[end - 8 : end]})"

    def places(self) -> Iterator[tuple[int, int]]:
        """The first word of each integer, and how many there are; negative where it is."""
        counts = [_word_count(entry) for entry in self._index]
        for entry, count, end in zip(self._index, counts, accumulate(counts), strict=True):
            yield end - count, -count if entry < 0 else count


def _word_count(entry: fmpz) -> int:
    return max(-(-abs(entry).bit_length() // 64), 1)


def _table(texts: Iterable[str]) -> str:
    """Entries of a table, as many in a line as fit."""
    lines, line = [], ""
    for text in texts:
        if line and len(line) + len(text) > _WIDTH:
            lines.append(line)
            line = ""
        line += f"{' ' if line else '    '}{text},"
    return "\n".join([*lines, line]) if line else ""
