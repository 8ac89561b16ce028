"""What is told of Lipschitz constants: as part of the document of an analysis, and as lines."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

from .numbers import LONGEST, about

if TYPE_CHECKING:
    from relupoly.analysis.lipschitz.answer import Lipschitz


def lipschitz_document(found: Lipschitz, norm: str) -> dict[str, Any]:
    """The answer for JSON; of a union that of the set where it is largest, and those of all sets."""
    parts = [{"part": one.part, "name": one.name, **_document(one, norm)} for one in found.parts]
    return {**_document(found, norm), "part": found.part, "parts": parts or None}


def _document(found: Lipschitz, norm: str) -> dict[str, Any]:
    return {
        "norm": norm,
        "value": None if found.value is None else str(found.value),
        "squared": None if found.squared is None else str(found.squared),
        "lower": str(found.lower),
        "upper": str(found.upper),
        "float": float(found) if isfinite(float(found)) else None,
        "gradient": [list(map(str, row)) for row in found.gradient],
        "pattern": list(found.pattern),
    }


def lipschitz_lines(found: Lipschitz, norm: str, is_combined: bool = False) -> Iterator[str]:
    """The answer for people; of a union a line for each set. Where all else is told of a combination of outputs, it says so."""
    norm = f"{norm}-norm{', of all outputs' if is_combined and len(found.gradient) > 1 else ''}"
    if not found.parts:
        yield f"  lipschitz  {_steepness(found, norm)}"
        yield f"             {_where(found)}"
        return
    yield f"  lipschitz  of each set by itself, since a union need not be convex; the largest is that of set {found.part}"
    for one in found.parts:
        yield f"    set {one.part}, {one.name}: {_steepness(one, norm)}"
        yield f"             {_where(one)}"
    if not found.complete:
        yield f"             of all sets at most {found.upper_text}"


def _where(found: Lipschitz) -> str:
    where = "in the cell" if found.complete else "the former in the cell"
    return f"{where} {'|'.join(found.pattern)}"


def _steepness(found: Lipschitz, norm: str) -> str:
    of = f"({norm})"
    if not found.complete:
        return f"at least {about(found.lower)} and at most {found.upper_text} {of}"
    if found.value is not None:
        text = str(found.value)
        if len(text) <= LONGEST:
            return f"{text} {of}"
    root = f", the square root of {found.squared}" if found.squared is not None and len(str(found.squared)) <= LONGEST else ""
    return f"{found.upper_text} {of}{', rounded up' if isfinite(float(found)) else ''}{root}"
