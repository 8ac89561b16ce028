"""Parts of documents: whether they are what they should be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from relupoly.certificates.numbers import rational
from relupoly.errors import CheckFailed


def item_of(document: Any, key: str, what: str) -> Any:
    """What stands under the only key of a document.

    Raises
    ------
    CheckFailed
        If it has other keys.
    """
    if not isinstance(document, dict) or set(document) != {key}:
        raise CheckFailed(f'{what} should come here: {{"{key}": ...}}')
    return document[key]


def fields_of(document: Any, keys: set[str], what: str) -> None:
    """Raise unless a document has just these keys."""
    if not isinstance(document, dict) or set(document) != keys:
        raise CheckFailed(f"{what} has not just {', '.join(sorted(keys))}")


def entries_of(document: Any, count: int, what: str) -> list[Fraction]:
    """So many numbers.

    Raises
    ------
    CheckFailed
        If they are not.
    """
    if not isinstance(document, list) or len(document) != count:
        raise CheckFailed(f"{what} should have {count} numbers")
    return [rational(entry) for entry in document]


def rows_of(document: Any, count: int | None, length: int | None, what: str) -> list[list[Fraction]]:
    """So many rows of numbers, or as many as there are; of this length, or of that of the first one, which is not 0.

    Raises
    ------
    CheckFailed
        If they are not.
    """
    if not isinstance(document, list) or (count is not None and len(document) != count):
        raise CheckFailed(f"{what} should have {count} rows" if count is not None else f"{what} should be a list")
    if length is None:
        length = len(document[0]) if document and isinstance(document[0], list) else 0
        if not length:
            raise CheckFailed(f"{what} should have rows of numbers")
    return [entries_of(row, length, f"each of {what}") for row in document]


def rational_or_none(document: Any, count: int) -> tuple[Fraction | None, ...]:
    """So many numbers, of which some may be missing: null.

    Raises
    ------
    CheckFailed
        If they are not.
    """
    if not isinstance(document, list) or len(document) != count:
        raise CheckFailed(f"the ends of a box should be {count} numbers, or null")
    return tuple(None if entry is None else rational(entry) for entry in document)
