"""The forms in which records are told: JSON lines, a table, or one JSON document; each gives text as records come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from relupoly.plain_text import plain_json

from .region_columns import RecordColumns
from .region_lines import RecordLines

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.pieces.listing.records import CellRecord, PieceRecord

Record: TypeAlias = "CellRecord | PieceRecord"

LINES, TABLE, DOCUMENT = "jsonl", "csv", "json"


class RecordForm(Protocol):
    """Makes text of records, line feeds included.

    Attributes
    ----------
    first, next : str
        What stands before the text of the first record, and before those of the others.
    """

    first: str
    next: str

    def begin(self) -> str:
        """What stands before the first one."""

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[str, str]:
        """The text of a record before and behind its number, which may be known later than the rest."""

    def end(self, stopped: str | None) -> str:
        """What stands behind the last one."""


def form_of(as_json: bool, as_jsonl: bool, as_csv: bool, place: str | None) -> str:
    """The form that options ask for, else the suffix of the file.

    Examples
    --------
    >>> form_of(False, False, False, "cells.csv"), form_of(False, True, False, "cells.csv"), form_of(False, False, False, None)
    ('csv', 'jsonl', 'jsonl')
    """
    if as_csv or as_json or as_jsonl:
        return TABLE if as_csv else DOCUMENT if as_json else LINES
    return {".csv": TABLE, ".tsv": TABLE, ".json": DOCUMENT}.get(Path(place or "").suffix.lower(), LINES)


class LinesForm:
    """A JSON object on each line."""

    first = next = ""

    def __init__(self, lines: RecordLines) -> None:
        self._around = lines.around

    def begin(self) -> str:
        """Lines have no beginning."""
        return ""

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[str, str]:
        """A line."""
        before, behind = self._around(record, at)
        return before, behind + "\n"

    def end(self, stopped: str | None) -> str:
        """Lines have no end."""
        return ""


class TableForm:
    """A table with a header.

    Parameters
    ----------
    columns : RecordColumns
    separator : str
        Between the cells.
    """

    first = next = ""

    def __init__(self, columns: RecordColumns, separator: str = ",") -> None:
        self._columns, self._separator = columns, separator

    def begin(self) -> str:
        """The header."""
        return self._separator.join(self._columns.header) + "\n"

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[str, str]:
        """A row; no cell of it has a separator in it, for all are numbers, signs and words of our own."""
        asked, others = self._columns.around(record, at)
        return self._separator.join([*asked, ""]), self._separator.join(["", *others]) + "\n"

    def end(self, stopped: str | None) -> str:
        """Tables have no end."""
        return ""


class DocumentForm:
    """One JSON document, with a record on each line.

    Parameters
    ----------
    lines : RecordLines
    about : dict
        What stands before the records.
    """

    first, next = "\n  ", ",\n  "

    def __init__(self, lines: RecordLines, about: dict[str, Any]) -> None:
        self._around, self._about = lines.around, about

    def begin(self) -> str:
        """What the records are of."""
        about = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in self._about.items())
        return plain_json(f'{{\n{about} "records": [')

    def around(self, record: Record, at: Sequence[fmpq] | None = None) -> tuple[str, str]:
        """A record of the list."""
        return self._around(record, at)

    def end(self, stopped: str | None) -> str:
        """Whether these are all."""
        return f'\n ],\n "complete": {json.dumps(stopped is None)},\n "stopped": {json.dumps(stopped)}\n}}\n'
