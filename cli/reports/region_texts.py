"""Numbers of records as texts, quickly: a list is mostly rationals, and printing them takes as long as finding them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from flint import fmpq

# Neighbours come soon after each other. With so many texts, of a hundred bytes each, memory stays at some megabytes.
_MOST_SHARED = 20_000

Kind = TypeVar("Kind")


def rational_text(number: fmpq) -> str:
    """A rational as "p/q", or "p" where it is whole; twice as fast as `str`.

    Examples
    --------
    >>> from flint import fmpq
    >>> rational_text(fmpq(-3, 6)), rational_text(fmpq(7))
    ('-1/2', '7')
    """
    denominator = number.q
    return number.p.str() if denominator == 1 else f"{number.p.str()}/{denominator.str()}"


def vector_text(entries: Iterable[fmpq]) -> str:
    """A list of rationals as JSON.

    Examples
    --------
    >>> from flint import fmpq
    >>> vector_text([fmpq(1), fmpq(2, 3)]), vector_text([])
    ('["1", "2/3"]', '[]')
    """
    return f'["{text}"]' if (text := '", "'.join(map(rational_text, entries))) else "[]"


class Shared(Generic[Kind]):
    """Texts of objects that several records have in common, such as the vertices of neighbours: each is made once.

    Objects are known by identity, for they are many, and a hash of their rationals would take as long as their text.

    Parameters
    ----------
    make : callable
        Makes the text of an object.
    """

    def __init__(self, make: Callable[[Kind], str]) -> None:
        self._make = make
        # With the object, so that nothing else takes its identity while the text is kept.
        self._known: dict[int, tuple[Kind, str]] = {}

    def __call__(self, one: Kind) -> str:
        """The text of an object."""
        found = self._known.get(id(one))
        if found is not None:
            return found[1]
        if len(self._known) >= _MOST_SHARED:
            self._known.clear()
        text = self._make(one)
        self._known[id(one)] = (one, text)
        return text


def listed(texts: Iterable[str]) -> str:
    """Texts of JSON as a list."""
    return f"[{', '.join(texts)}]"


def truth(value: Any) -> str:
    """A truth value as JSON, or null."""
    return "null" if value is None else "true" if value else "false"
