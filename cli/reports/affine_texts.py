"""Affine forms and vectors as people write them: short numbers exactly, long ones rounded and with "about" before them.

The numbers of a trained network have a dozen digits and more, volumes hundreds: nobody reads them. Whoever needs them exactly
takes the records, which round nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import fmpq, fmpz

MOST_TERMS = 12
"""How many terms or entries a text shows: they fill one line of a terminal."""

_LONGEST = 12  # characters of a number that people still take in at a glance, such as -1234/567890
_DIGITS = 6  # of a rounded number, as in other reports


def number_words(value: fmpq | fmpz) -> str:
    """A number; a long one rounded.

    Examples
    --------
    >>> from flint import fmpq
    >>> number_words(fmpq(1, 3)), number_words(fmpq(-7320524835, 34359738368)), number_words(fmpq(10) ** 400)
    ('1/3', 'about -0.213055', 'about 1.00000e+400')
    """
    about, (text,) = _shown([value])
    return about + text


def vector_words(entries: Sequence[fmpq]) -> str:
    """A vector; of many entries the first ones.

    Examples
    --------
    >>> from flint import fmpq
    >>> vector_words([fmpq(1), fmpq(-1, 2)]), vector_words([fmpq(1, 3), fmpq(-7320524835, 34359738368)])
    ('(1, -1/2)', 'about (1/3, -0.213055)')
    """
    about, texts = _shown(entries[:MOST_TERMS])
    more = f", and {len(entries) - MOST_TERMS} more" if len(entries) > MOST_TERMS else ""
    return f"{about}({', '.join(texts)}{more})"


def affine_text(row: Sequence[fmpq | fmpz], constant: fmpq | None, names: Sequence[str]) -> str:
    """An affine form; of many terms the first ones.

    Examples
    --------
    >>> from flint import fmpq
    >>> affine_text([fmpq(-1), fmpq(2, 3)], fmpq(-5), ["x1", "x2"]), affine_text([fmpq(0)], fmpq(0), ["x"])
    ('-x1 + 2/3 x2 - 5', '0')
    """
    about, form = _form(row, constant, names)
    return about + form


def half_space_words(normal: Sequence[fmpz], offset: fmpz, names: Sequence[str]) -> str:
    """The inequality <normal, x> <= offset; with long numbers, divided by the largest entry of the normal.

    Examples
    --------
    >>> from flint import fmpz
    >>> half_space_words([fmpz(-1), fmpz(2)], fmpz(3), ["x1", "x2"])
    '-x1 + 2 x2 <= 3'
    >>> half_space_words([fmpz(-(10**14)), fmpz(30000000000001)], fmpz(5), ["x1", "x2"])
    'about -x1 + 0.3 x2 <= 5e-14'
    """
    from flint import fmpq

    if not any(map(is_long, [*normal, offset])):
        return f"{_form(normal, None, names)[1]} <= {offset}"
    largest = max(map(abs, normal))
    _, form = _form([fmpq(entry, largest) for entry in normal], None, names)
    _, (bound,) = _shown([fmpq(offset, largest)])
    return f"about {form} <= {bound}"


def is_long(value: fmpq | fmpz) -> bool:
    """Whether a number is rounded here."""
    return len(str(value)) > _LONGEST


def _form(row: Sequence[fmpq | fmpz], constant: fmpq | None, names: Sequence[str]) -> tuple[str, str]:
    """What stands before an affine form, and the form."""
    terms = [(entry, name) for entry, name in zip(row, names, strict=True) if entry]
    left = len(terms) - MOST_TERMS
    terms = terms[:MOST_TERMS]
    if constant:
        terms.append((constant, ""))
    about, sizes = _shown([-entry if entry < 0 else entry for entry, _ in terms])
    texts = [_signed(entry, size, name) for (entry, name), size in zip(terms, sizes, strict=True)]
    if left > 0:
        texts.insert(MOST_TERMS, f" + {left} more terms")
    joined = "".join(texts) or " + 0"
    return about, joined.removeprefix(" + ") if joined.startswith(" + ") else f"-{joined.removeprefix(' - ')}"


def _signed(entry: fmpq | fmpz, size: str, name: str) -> str:
    """A term with its sign before it."""
    return f"{' - ' if entry < 0 else ' + '}{name if name and size == '1' else f'{size} {name}'.rstrip()}"


def _shown(values: Sequence[fmpq | fmpz]) -> tuple[str, list[str]]:
    """Numbers as texts, and what stands before them: where one of them is long, all are rounded but the shortest."""
    return ("about ", list(map(_rounded, values))) if any(map(is_long, values)) else ("", list(map(str, values)))


def _rounded(value: fmpq | fmpz) -> str:
    from flint import arb, fmpq

    from relupoly.exact.rationals import nearest_float

    exact = str(value)
    if len(exact) <= (_DIGITS if "/" in exact else _LONGEST):
        return exact
    number = nearest_float(fmpq(value))
    if math.isinf(number) or not number:  # there is no such double
        return str(arb(value).str(_DIGITS, radius=False))
    return f"{number:.{_DIGITS}g}"
