"""Affine forms and vectors as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import fmpq, fmpz

MOST_TERMS = 12
"""How many terms or entries a text shows: they fill one line of a terminal."""


def affine_text(row: Sequence[fmpq | fmpz], constant: fmpq | None, names: Sequence[str]) -> str:
    """An affine form; of many terms the first ones.

    Examples
    --------
    >>> from flint import fmpq
    >>> affine_text([fmpq(-1), fmpq(2, 3)], fmpq(-5), ["x1", "x2"]), affine_text([fmpq(0)], fmpq(0), ["x"])
    ('-x1 + 2/3 x2 - 5', '0')
    """
    terms = [(entry, name) for entry, name in zip(row, names, strict=True) if entry]
    texts = [_signed(entry, name) for entry, name in terms[:MOST_TERMS]]
    if len(terms) > MOST_TERMS:
        texts.append(f" + {len(terms) - MOST_TERMS} more terms")
    if constant or not texts:
        texts.append(_signed(constant, "") if constant else " + 0")
    joined = "".join(texts)
    return joined.removeprefix(" + ") if joined.startswith(" + ") else f"-{joined.removeprefix(' - ')}"


def vector_words(entries: Sequence[fmpq]) -> str:
    """A vector; of many entries the first ones.

    Examples
    --------
    >>> from flint import fmpq
    >>> vector_words([fmpq(1), fmpq(-1, 2)])
    '(1, -1/2)'
    """
    shown = ", ".join(map(str, entries[:MOST_TERMS]))
    return f"({shown})" if len(entries) <= MOST_TERMS else f"({shown}, and {len(entries) - MOST_TERMS} more)"


def _signed(entry: fmpq | fmpz, name: str) -> str:
    """A term with its sign before it."""
    sign, size = (" - ", -entry) if entry < 0 else (" + ", entry)
    return f"{sign}{name if name and size == 1 else f'{size} {name}'.rstrip()}"
