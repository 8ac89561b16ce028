"""Lists beside a collection of nets, one JSON object a line: the manifest, and what was verified.

The manifest is replaced as a whole. Results of verification are added line by line, each as soon as it is known; a last
line that was cut off in the middle is as if it had not been written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.json_text import parse_json
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.streams import display_name, located, read_bytes, write_bytes

MANIFEST = "manifest.jsonl"
VERIFIED = "verified.jsonl"

Row = dict[str, Any]


def content_hash(data: bytes) -> str:
    """The SHA-256 of a file's content, by which it is known under any name.

    Examples
    --------
    >>> content_hash(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> list[Row]:
    """The rows of a folder's manifest, each with its file; none where there is no manifest.

    Raises
    ------
    FileFormatError
        If a line is not an object that names a file of the folder.
    """
    place = folder / MANIFEST
    if not place.exists():
        return []
    with located(display_name(place)):
        rows = []
        for number, line in enumerate(read_bytes(place).splitlines(), 1):
            if line.strip():
                row = _object(line, number)
                name = row.get("file")
                if not isinstance(name, str) or not name or Path(name).name != name:
                    raise FileFormatError(f'line {number}: "file" names no file beside the manifest; correct it')
                rows.append(row)
        return rows


def write_manifest(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the manifest; rows of other files that are still there are kept, before these.

    Raises
    ------
    FileFormatError
        If it cannot be written, or an old one cannot be read.
    """
    own = {row["file"]: row for row in rows}
    others = [row for row in read_manifest(folder) if row["file"] not in own and (folder / row["file"]).exists()]
    lines = [json.dumps(row) + "\n" for row in (*others, *own.values())]
    write_bytes(folder / MANIFEST, "".join(lines).encode(), force=True)


def network_files(folder: Path) -> list[Path]:
    """The networks of a folder: those of its manifest, or else all files with the suffix of a network.

    Raises
    ------
    FileFormatError
        If the manifest cannot be read, or there is no network.
    """
    rows = read_manifest(folder)
    if rows:
        return [folder / row["file"] for row in rows]
    suffixes = {f".{name}" for name in NETWORK_FORMATS}
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes and path.is_file())
    if not files:
        raise FileFormatError(f"{display_name(folder)}: there is no network in it; give a folder that --out-dir has filled")
    return files


class Results:
    """What was verified in a folder: a file of rows, known by the hash of the network's content.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._place = folder / VERIFIED
        self._rows: dict[str, Row] = {}
        data = read_bytes(self._place) if self._place.exists() else b""
        whole = data.rfind(b"\n") + 1
        self._cut_off = whole if whole < len(data) else None
        with located(display_name(self._place)):
            for number, line in enumerate(data[:whole].splitlines(), 1):
                row = _object(line, number)
                self._rows[str(row.get("sha256"))] = row

    def get(self, sha256: str) -> Row | None:
        """What is known of a network."""
        return self._rows.get(sha256)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write down what was found.

        Raises
        ------
        FileFormatError
            If the file cannot be written.
        """
        try:
            with open(self._place, "ab") as stream:
                if self._cut_off is not None:
                    stream.truncate(self._cut_off)
                    self._cut_off = None
                stream.write(json.dumps(row).encode() + b"\n")
        except OSError as error:
            raise FileFormatError(f"{display_name(self._place)}: it cannot be written ({error.strerror}); make room") from None


def _object(line: bytes, number: int) -> Row:
    row = None
    with suppress(FileFormatError):
        row = parse_json(line)
    if not isinstance(row, dict):
        raise FileFormatError(f"line {number}: it is not an object of JSON; remove the file, and run again")
    return row
