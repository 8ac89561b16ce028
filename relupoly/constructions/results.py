"""What `hard verify` found in a folder, kept in a file of rows beside the nets, so that a run that was stopped goes on.

A row says what was counted of the net whose content has a hash. A reader who believed such rows would believe anybody who can
write one, so each bears a seal (`relupoly.disk.seal`), and only rows whose seal is right are believed: those that runs of
this user have found, by the same rules. All others are counted anew: results of another user, of another version, forgeries.
Rows that are no rows at all are set aside. The file is replaced as a whole, never added to: so a link in its place leads
nowhere, and whenever the program dies it holds whole rows.
"""

from __future__ import annotations

import importlib.metadata
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from relupoly.constructions.manifest import Row, row_of
from relupoly.disk.plain import read_plain
from relupoly.disk.seal import is_sealed, seal
from relupoly.errors import FileFormatError
from relupoly.files.lock import held
from relupoly.files.streams import display_name, write_bytes
from relupoly.plain_text import and_more

VERIFIED = "verified.jsonl"

_KIND = "relupoly hard verify"
# To be raised whenever more is checked than before, or something in another way: older rows are then counted anew.
_RULES = 1
# So that a kill loses no more than a second of work, and writing takes no more than a tenth of the time.
_SECONDS_BETWEEN = 1.0
_SHARE = 10


class Results:
    """What was verified in a folder: rows, known by the hash of the network's content.

    Parameters
    ----------
    folder : Path

    Attributes
    ----------
    warnings : list of str
        What was set aside, in a line each.
    """

    def __init__(self, folder: Path) -> None:
        self._place = folder / VERIFIED
        self._known: dict[str, Row] = {}
        self._new: dict[str, bytes] = {}
        self._next = 0.0
        self._usable = True
        self.warnings: list[str] = []
        wrong = [number for number, row in enumerate(map(row_of, self._read()), 1) if not self._take(row)]
        if wrong:
            more = and_more(len(wrong) - 1, "line")
            self.warnings.append(f"{display_name(self._place)}: line {wrong[0]}: it is no result; it was set aside{more}")

    def get(self, sha256: str) -> Row | None:
        """What is known of a network for certain."""
        return self._known.get(sha256)

    def add(self, row: Mapping[str, Any]) -> None:
        """Note what was found, and write it down if that was not done for a second.

        Raises
        ------
        FileFormatError
            If the file cannot be written; what was found is kept for the next time.
        """
        document = {**row, "version": _version()}
        mark = seal(_KIND, document)
        self._new[str(row["sha256"])] = json.dumps({**document, "seal": mark}).encode()
        if time.monotonic() >= self._next:
            self.save()

    def save(self) -> None:
        """Write down what was found since the last time; what other runs have written meanwhile is kept.

        Raises
        ------
        FileFormatError
            If the file cannot be written.
        """
        if not self._new or not self._usable:
            return
        began = time.monotonic()
        # Between reading and replacing no other run may write, or its rows would be lost.
        with held(self._place, wait=True):
            self._merge()
        ended = time.monotonic()
        self._next = ended + max(_SECONDS_BETWEEN, _SHARE * (ended - began))

    def _merge(self) -> None:
        """Replace the file by what it holds and what is new."""
        rows: dict[bytes, None] = {}
        lines = self._read()
        if not self._usable:
            raise FileFormatError(self.warnings.pop())
        for line in lines:
            row = row_of(line)
            if row is not None and str(row.get("sha256")) not in self._new:
                rows[line] = None
        write_bytes(self._place, b"".join(line + b"\n" for line in (*rows, *self._new.values())), force=True)

    def _read(self) -> list[bytes]:
        """The lines of the file; none, from now on, where that is no plain file."""
        try:
            return [line for line in (read_plain(self._place) or b"").splitlines() if line.strip()]
        except FileFormatError as error:
            if self._usable:
                self.warnings.append(f"{display_name(self._place)}: {error}; all is counted, and nothing is written there")
            self._usable = False
            return []

    def _take(self, row: Row | None) -> bool:
        """Believe a row if its seal is right; whether it is a row at all."""
        if row is None or not isinstance(row.get("sha256"), str) or "seal" not in row:
            return False
        document = {key: value for key, value in row.items() if key != "seal"}
        if document.get("version") == _version() and is_sealed(_KIND, document, row["seal"]):
            del document["version"]
            self._known[row["sha256"]] = document
        return True


def _version() -> str:
    """The version of the program and of the rules by which it checks."""
    version = "unknown"
    with suppress(importlib.metadata.PackageNotFoundError):
        version = importlib.metadata.version("relupoly")
    return f"{version}/{_RULES}"
