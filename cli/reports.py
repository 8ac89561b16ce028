"""What a count looks like: as a document for scripts, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relupoly.pieces.count import PieceCount

SCHEMA = 1


def count_document(result: PieceCount, file: str) -> dict[str, Any]:
    """The JSON document of a count; its keys are stable."""
    return {
        "schema": SCHEMA,
        "file": file,
        "pieces": result.pieces,
        "notion": result.notion,
        "counts": result.counts,
        "domain": result.domain.name,
        "input_dim": result.input_dim,
        "widths": list(result.widths),
        "cells": result.cells,
        "complete": result.complete,
        "stopped": result.stopped,
        "certified": result.certified,
        "exact_predicates": result.exact_predicates,
        "seconds": round(result.seconds, 6),
    }


def count_text(result: PieceCount, file: str) -> str:
    """A count for people."""
    from relupoly.pieces.notions import WORDS

    rows = [
        ("notion", f"{result.notion}: {WORDS[result.notion]}"),
        *((name, f"{count} {WORDS[name]}") for name, count in result.counts.items() if name in result.asked[1:]),
        ("domain", result.domain.name),
        ("network", _network(result)),
        ("cells", f"{result.cells} full-dimensional activation cells" + ("" if result.complete else " so far")),
        ("certified", _certified(result)),
        ("time", f"{result.seconds:.2f} s"),
    ]
    return "\n".join([f"{file}: {_headline(result)}", *(f"  {name:<11} {text}" for name, text in rows)])


def _headline(result: PieceCount) -> str:
    from relupoly.pieces.notions import NOUNS

    if result.pieces is None:
        return f"no count yet: stopped by {_reason(result)}, and {result.notion} needs all cells"
    number = f"{result.pieces} {NOUNS[result.notion]}{'' if result.pieces == 1 else 's'}"
    return number if result.complete else f"{number} so far: stopped by {_reason(result)}, the count is not complete"


def _reason(result: PieceCount) -> str:
    return {"limit": "the limit", "deadline": "the deadline", "interrupted": "Ctrl-C"}[result.stopped or "interrupted"]


def _network(result: PieceCount) -> str:
    widths = ", ".join(map(str, result.widths)) or "none"
    return f"{result.input_dim} input{'s' if result.input_dim > 1 else ''}, hidden layers: {widths}"


def _certified(result: PieceCount) -> str:
    exact = f", {result.exact_predicates} of them beyond machine arithmetic" if result.exact_predicates else ""
    return f"yes: every sign was proved{exact}" if result.certified else "no"
