"""What is told of two networks that were compared: as a document for scripts, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..exit_codes import CHECK_FAILED, code_of
from ..output.report import Report
from .words import why_partial

if TYPE_CHECKING:
    from relupoly.analysis.equality.equality import Witness
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion

SCHEMA = 1

_MOST_SHOWN = 12  # outputs of a net in one line: more do not fit into it


def equality_report(
    files: tuple[str, str],
    domain: Domain | DomainUnion,
    witness: Witness | None,
    stopped: str | None,
    cells: int,
    seconds: float,
) -> Report:
    """What is told of two networks that were compared.

    Parameters
    ----------
    files : tuple of str
        The two networks, as they were given.
    domain : Domain or DomainUnion
    witness : Witness or None
        Where they differ, if they do.
    stopped : str or None
        What stopped the comparison.
    cells : int
        On how many cells they are equal.
    seconds : float
    """
    document = equality_document(files, domain, witness, stopped, cells, seconds)
    return Report(lambda: document, lambda: equality_text(document), CHECK_FAILED if witness else code_of(stopped))


def equality_document(
    files: tuple[str, str],
    domain: Domain | DomainUnion,
    witness: Witness | None,
    stopped: str | None,
    cells: int,
    seconds: float,
) -> dict[str, Any]:
    """The answer for JSON; numbers are exact, as texts."""
    return {
        "schema": SCHEMA,
        "files": list(files),
        "equal": None if stopped else witness is None,
        "point": [str(entry) for entry in witness.point] if witness else None,
        "values": [[str(entry) for entry in value] for value in witness.values] if witness else None,
        "domain": domain.name,
        "complete": stopped is None,
        "stopped": stopped,
        "cells": cells,
        "seconds": round(seconds, 6),
    }


def equality_text(document: dict[str, Any]) -> list[str]:
    """The answer for people, in lines."""
    from relupoly.files.streams import display_name

    names = [display_name(file) for file in document["files"]]
    pair = f"{names[0]}, {names[1]}"
    if document["equal"] is None:
        return [f"{pair}: not decided: {why_partial(document['stopped'])}; no difference on {document['cells']} cells"]
    if document["equal"]:
        return [f"{pair}: equal on {document['domain']}"]
    width = max(len("at x ="), *map(len, names))
    rows = [("at x =", document["point"]), *zip(names, document["values"], strict=True)]
    return [f"{pair}: different", *(f"  {name:<{width}}  {_shown(entries)}" for name, entries in rows)]


def _shown(entries: list[str]) -> str:
    if len(entries) == 1:
        return entries[0]
    more = f", ... ({len(entries)} numbers; --json prints all)" if len(entries) > _MOST_SHOWN else ""
    return f"({', '.join(entries[:_MOST_SHOWN])}{more})"
