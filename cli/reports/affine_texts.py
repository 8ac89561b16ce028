"""Affine forms and vectors as people write them: short numbers exactly, long ones rounded and with "about" before them.

The numbers of a trained network have a dozen digits and more, volumes hundreds: nobody reads them. Whoever needs them exactly
takes the records, which round nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import fmpq, fmpz

MOST_TERMS = 12
"""How many terms or entries a text shows: they fill one line of a terminal."""


def vector_words(entries: Sequence[fmpq]) -> str:
    """A vector; of many entries the first ones.

    Examples
    --------
    >>> from flint import fmpq
    >>> vector_words([fmpq(1), fmpq(-1, 2)])
    '(1, -1/2)'
    """
    from relupoly.exact.short_texts import short_vector

    return short_vector(entries, MOST_TERMS)


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

    from relupoly.exact.short_texts import is_long, short_texts

    if not any(map(is_long, [*normal, offset])):
        return f"{_form(normal, None, names)[1]} <= {offset}"
    largest = max(map(abs, normal))
    _, form = _form([fmpq(entry, largest) for entry in normal], None, names)
    _, (bound,) = short_texts([fmpq(offset, largest)])
    return f"about {form} <= {bound}"


def _form(row: Sequence[fmpq | fmpz], constant: fmpq | None, names: Sequence[str]) -> tuple[str, str]:
    """What stands before an affine form, and the form."""
    from relupoly.exact.short_texts import short_texts

    terms = [(entry, name) for entry, name in zip(row, names, strict=True) if entry]
    left = len(terms) - MOST_TERMS
    terms = terms[:MOST_TERMS]
    if constant:
        terms.append((constant, ""))
    about, sizes = short_texts([-entry if entry < 0 else entry for entry, _ in terms])
    texts = [_signed(entry, size, name) for (entry, name), size in zip(terms, sizes, strict=True)]
    if left > 0:
        texts.insert(MOST_TERMS, f" + {left} more terms")
    joined = "".join(texts) or " + 0"
    return about, joined.removeprefix(" + ") if joined.startswith(" + ") else f"-{joined.removeprefix(' - ')}"


def _signed(entry: fmpq | fmpz, size: str, name: str) -> str:
    """A term with its sign before it."""
    return f"{' - ' if entry < 0 else ' + '}{name if name and size == '1' else f'{size} {name}'.rstrip()}"
