"""What is told of a property that was decided: as a document for scripts, as text for people and for the competition's tools.

The text is a result file of the verification competition: its word, and where there is one the counterexample, an S-expression.
What else there is to say stands behind a semicolon, which begins a comment there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .words import counted, why_partial

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.analysis.verification.verdict import Verdict

SCHEMA = 1


def property_report(file: str, property_file: str, found: Verdict, certificate: str | None = None) -> Report:
    """What is told of a property that was decided, or was to be.

    Parameters
    ----------
    file, property_file : str
        As they were given.
    found : Verdict
    certificate : str, optional
        The file that proves it.
    """
    document = {**property_document(file, property_file, found), "certificate": certificate}
    return Report(lambda: document, lambda: list(property_text(file, property_file, found)), code_of(found.stopped))


def property_document(file: str, property_file: str, found: Verdict) -> dict[str, Any]:
    """The answer for JSON; numbers are exact, as texts."""
    return {
        "schema": SCHEMA,
        "file": file,
        "property": property_file,
        "verdict": found.word,
        "point": None if found.point is None else [str(entry) for entry in found.point],
        "values": None if found.outputs is None else [str(entry) for entry in found.outputs],
        "alternative": found.alternative,
        "alternatives": found.alternatives,
        "cells": found.cells,
        "boxes": found.boxes,
        "complete": found.complete,
        "stopped": found.stopped,
        "seconds": round(found.seconds, 6),
    }


def property_text(file: str, property_file: str, found: Verdict) -> Iterator[str]:
    """The answer for people, in lines."""
    from relupoly.files.streams import display_name

    yield found.word
    if found.point is not None and found.outputs is not None:
        yield from counterexample(found.point, found.outputs)
    about = f"{display_name(property_file)} on {display_name(file)}"
    if found.alternative and found.alternatives > 1:
        about += f", alternative {found.alternative} of {found.alternatives}"
    if not found.complete:
        about += f", {why_partial(found.stopped)}"
    bounded = f"{counted(found.boxes, 'box')} bounded, " if found.boxes else ""
    yield f"; {about}: {bounded}{counted(found.cells, 'cell')} seen, {found.seconds:.2f} s"


def counterexample(point: Sequence[fmpq], outputs: Sequence[fmpq]) -> list[str]:
    """An input and its outputs as an S-expression, a line for each number.

    Examples
    --------
    >>> from flint import fmpq
    >>> counterexample([fmpq(1, 4), fmpq(-1, 3)], [fmpq(2)])
    ['((X_0 0.25)', ' (X_1 -1/3)', ' (Y_0 2))']
    """
    named = [
        (f"{letter}_{number}", value)
        for letter, values in (("X", point), ("Y", outputs))
        for number, value in enumerate(values)
    ]
    lines = [f" ({name} {_exact(value)})" for name, value in named]
    return [f"({lines[0].strip()}", *lines[1:-1], f"{lines[-1]})"]


def _exact(value: fmpq) -> str:
    """A rational as a decimal, which other programs read, or as a fraction where it has none."""
    from relupoly.files.decimals import exact_decimal, has_decimal

    return exact_decimal(value) if value.q != 1 and has_decimal(value) else str(value)
