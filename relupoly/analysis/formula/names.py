"""Names of variables in programs: what users and files call a coordinate is no identifier, and may be meant to do harm.

An identifier here is letters of ASCII, digits and underscores, begins with a letter, and is no word of the language. What a
variable was called is told in a comment, as a literal of Python in ASCII: it has no line feed and ends with a quote, so that no
comment up to the end of a line ends before.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from relupoly.analysis.formula.formula import Formula
from relupoly.geometry.domain import Domain

WHOLE = Domain().name
"""What the domain is called of which nothing needs to be said."""

_VALID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_OTHERS = re.compile(r"[^A-Za-z0-9]+")


def identifiers(names: Sequence[str], reserved: Container[str]) -> tuple[str, ...]:
    r"""Identifiers that differ; of names that are identifiers, these.

    Parameters
    ----------
    names : sequence of str
        All different.
    reserved : container of str
        Words that must not be used.

    Examples
    --------
    >>> identifiers(["x1", "speed (m/s)", "2nd", "if", "x); import os", "\u03b1"], {"if"})
    ('x1', 'speed_m_s', 'x2nd', 'if_', 'x_import_os', 'x6')
    """
    kept = {name for name in names if _VALID.fullmatch(name) and name not in reserved}
    taken, found = set(kept), []
    for place, name in enumerate(names, 1):
        word = name if name in kept else _distinct(_made(name, place), taken, reserved)
        taken.add(word)
        found.append(word)
    return tuple(found)


def notes(formula: Formula, words: Sequence[str]) -> list[str]:
    """What comments say: what the function is, where it is known, and what variables were called, each in a line of ASCII."""
    domain = "" if formula.domain == WHOLE else formula.domain
    said = [f"{what}: {text!a}" for what, text in (("net", formula.title), ("domain", domain)) if text]
    renamed = [(word, name) for word, name in zip(words, formula.variables, strict=True) if word != name]
    return said + [f"{word} is {name!a}" for word, name in renamed]


def _made(name: str, place: int) -> str:
    word = _OTHERS.sub("_", name).strip("_")
    if not word:
        return f"x{place}"
    return word if _VALID.fullmatch(word) else f"x{word}"


def _distinct(word: str, taken: Container[str], reserved: Container[str]) -> str:
    while word in taken or word in reserved:
        word += "_"
    return word
