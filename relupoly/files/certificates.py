"""Certificates are written line by line: they may be larger than memory."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from relupoly.disk.atomic import replacing
from relupoly.files.streams import Location, display_name, located


def write_certificate(place: Location, lines: Iterable[str], packed: bool, force: bool) -> None:
    """Write a certificate line by line; compressed if its name ends in .gz, or if that is wanted.

    Raises
    ------
    FileFormatError
        If it cannot be written, or exists and is not to be overwritten.
    """
    with located(display_name(place)), replacing(Path(place), force) as raw:
        if packed or str(place).endswith(".gz"):
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as stream:
                stream.writelines(f"{line}\n".encode() for line in lines)
        else:
            raw.writelines(f"{line}\n".encode() for line in lines)
