"""Findings: what went wrong, with its input, in a folder; each place in the program once."""

from __future__ import annotations

import hashlib
import re
import traceback
from pathlib import Path

_LIBRARY = ("/relupoly/", "/cli/")


class Findings:
    """A folder of findings.

    Parameters
    ----------
    folder : Path
        Made if it is missing. What is in it is known already, and not written again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> set[str]:
        """What was found so far."""
        return {place.stem for place in self._folder.glob("*.txt")}

    def add(self, target: str, case: int, data: bytes, told: str, place: str) -> None:
        """Write a finding down, unless its place is known.

        Parameters
        ----------
        target : str
        case : int
            With the seed of the run, what makes the input again.
        data : bytes
            The input.
        told : str
            What happened.
        place : str
            Where: findings with the same place are one.
        """
        name = f"{target}-{hashlib.sha256(place.encode()).hexdigest()[:10]}"
        report = self._folder / f"{name}.txt"
        if not report.exists():
            (self._folder / f"{name}.input").write_bytes(data)
            report.write_text(f"{target}, case {case}, {len(data)} bytes\n{place}\n\n{told}", "utf-8", "backslashreplace")


def described(error: BaseException) -> tuple[str, str]:
    """The traceback of an exception, and the place: its kind, and the innermost line of the library that it passed."""
    told = "".join(traceback.format_exception(error))
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(part in frame.filename for part in _LIBRARY)] or frames
    where = own[-1]
    what = re.sub(r"[0-9]+", "N", str(error))[:60] if type(error).__name__ == "Broken" else ""
    return told, f"{type(error).__name__} {what} in {Path(where.filename).name}: {where.name}, {where.line}"
