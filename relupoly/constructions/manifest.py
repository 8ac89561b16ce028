"""The manifest of a folder of nets: one JSON object a line, which says what each file is.

The manifest is input like any other file: whoever fills a folder writes it. So it must be a plain file, no link, it names files
of its own folder only, and rows that make no sense are refused where a new manifest would replace them, and set aside where
they are only read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from relupoly.disk.plain import read_plain
from relupoly.errors import FileFormatError
from relupoly.files.json_text import parse_json
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.streams import display_name, located, write_bytes
from relupoly.plain_text import and_more

MANIFEST = "manifest.jsonl"

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
        If it is no plain file, or a line is not an object that names a file of the folder.
    """
    place = folder / MANIFEST
    with located(display_name(place)):
        rows = []
        for found in manifest_rows(read_plain(place) or b""):
            if isinstance(found, FileFormatError):
                raise found
            rows.append(found)
        return rows


def manifest_rows(data: bytes) -> Iterator[Row | FileFormatError]:
    """The rows of a manifest; in the place of one that makes no sense, what is wrong with it."""
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        row = row_of(line)
        if row is None:
            yield FileFormatError(f"line {number}: it is not an object of JSON; remove the file, and run again")
        elif not _names_a_file(row.get("file")):
            yield FileFormatError(f'line {number}: "file" names no file beside the manifest; correct it')
        else:
            yield row


def write_manifest(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the manifest; rows of other files that are still there are kept, before these.

    Raises
    ------
    FileFormatError
        If it cannot be written, or an old one cannot be read.
    """
    own = {row["file"]: row for row in rows}
    others = [row for row in read_manifest(folder) if row["file"] not in own and os.path.lexists(folder / row["file"])]
    lines = [json.dumps(row) + "\n" for row in (*others, *own.values())]
    write_bytes(folder / MANIFEST, "".join(lines).encode(), force=True)


class Listing:
    """The networks of a folder: those of its manifest, or else all files with the suffix of a network.

    Parameters
    ----------
    folder : Path

    Attributes
    ----------
    files : list of Path
    hashes : dict of str to str
        The hash of each file's content by the manifest, where that has one.
    warnings : list of str
        What was set aside, in a line each: the manifest if it is no plain file, and rows that make no sense. Then files with
        the suffix of a network count as well, so that nothing is passed over.

    Raises
    ------
    FileFormatError
        If there is no network.
    """

    def __init__(self, folder: Path) -> None:
        self.warnings: list[str] = []
        rows = list(self._rows(folder))
        listed = dict.fromkeys(row["file"] for row in rows)
        if not rows or self.warnings:
            listed |= dict.fromkeys(_network_names(folder))
        if not listed:
            raise FileFormatError(f"{display_name(folder)}: there is no network in it; give a folder that --out-dir has filled")
        self.files = [folder / name for name in listed]
        self.hashes = {row["file"]: row["sha256"] for row in rows if isinstance(row.get("sha256"), str)}

    def _rows(self, folder: Path) -> Iterator[Row]:
        place = folder / MANIFEST
        try:
            data = read_plain(place) or b""
        except FileFormatError as error:
            self.warnings.append(f"{display_name(place)}: {error}; it was set aside")
            return
        wrong = []
        for found in manifest_rows(data):
            if isinstance(found, FileFormatError):
                wrong.append(found)
            else:
                yield found
        if wrong:
            more = and_more(len(wrong) - 1, "line")
            self.warnings.append(f"{display_name(place)}: {str(wrong[0]).partition(';')[0]}; it was set aside{more}")


def row_of(line: bytes) -> Row | None:
    """The object of JSON on a line; None if there is none."""
    row = None
    with suppress(FileFormatError, RecursionError):
        row = parse_json(line)
    return row if isinstance(row, dict) else None


def _network_names(folder: Path) -> list[str]:
    suffixes = {f".{name}" for name in NETWORK_FORMATS}
    return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in suffixes and not path.is_dir())


def _names_a_file(name: object) -> bool:
    """Whether a name is that of a file in the same folder."""
    return isinstance(name, str) and name not in ("", ".", "..") and not {"/", "\0"} & set(name)
