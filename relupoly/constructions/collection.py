"""Grids and paths into folders: a file for each net, and a manifest.

Every file appears whole or not at all. A run that was stopped goes on when it is started again: what is there is compared
with what would be written, byte by byte, and kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from relupoly.constructions.catalogue import find_family
from relupoly.constructions.encoding import encode_hard
from relupoly.constructions.grid import Grid, Member, Path, build_member
from relupoly.constructions.hard_net import HardNet
from relupoly.constructions.manifest import Row, content_hash, read_manifest, write_manifest
from relupoly.constructions.values import values_of, whole_number
from relupoly.disk.atomic import replace_file
from relupoly.disk.drafts import sweep
from relupoly.disk.plain import read_plain
from relupoly.errors import FileFormatError
from relupoly.exact.json_numbers import jsonable
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.streams import display_name, located
from relupoly.run import UNLIMITED, Run, Stopped

# In seconds: a kill loses no more than the rows of one; the files themselves are there anyway.
_SECONDS_BETWEEN = 1.0


@dataclass(frozen=True)
class Collection:
    """What is in a folder after a run.

    Attributes
    ----------
    rows : tuple of dict
        Those of the manifest, for the members that are done: file, sha256, family, varied, parameters, claims.
    written : int
    kept : int
        How many files were there already.
    complete : bool
        Whether all members are done.
    """

    rows: tuple[Row, ...]
    written: int
    kept: int
    complete: bool


def write_collection(
    members: Grid | Path,
    folder: FilePath,
    format: str = "json",
    round: bool = False,
    force: bool = False,
    run: Run = UNLIMITED,
) -> Collection:
    """Write a file for each member, and the manifest.

    Parameters
    ----------
    members : Grid or Path
    folder : Path
        Made if it is missing.
    format : str
        "json", "npz" or "nnet".
    round : bool
        Whether numbers that the format cannot hold may be rounded to the nearest double.
    force : bool
        Whether a file that is another net may be overwritten.
    run : Run, optional
        Its progress is told how many members are done. It stops before one of them: what is done is in the manifest.

    Raises
    ------
    InputError
        If the parameters of a member make no net, or a file is there that is not this member; it names the member.
    """
    check_members(members)
    suffix = NETWORK_FORMATS.name_of("-", format)
    _make(folder)
    read_manifest(folder)
    sweep(folder)
    rows: list[Row] = []
    written = 0
    last = time.monotonic()
    try:
        for member in members:
            run.tick()
            place = folder / f"{member.name}.{suffix}"
            net, data = encode_hard(build_member(members, member), place, suffix, round)
            written += _put(place, data, force)
            rows.append(_row(place.name, content_hash(data), member, net))
            run.progress(len(rows))
            if time.monotonic() - last > _SECONDS_BETWEEN:
                write_manifest(folder, rows)
                last = time.monotonic()
    except Stopped:
        pass
    finally:
        if rows:
            write_manifest(folder, rows)
    return Collection(tuple(rows), written, len(rows) - written, len(rows) == members.size)


def check_members(members: Grid | Path) -> None:
    """Refuse a grid or path that leaves the range of its family, before anything is written.

    What a number may be on a path is an interval, so that the two ends are enough.

    Raises
    ------
    InputError
        If the parameters of a member make no net.
    """
    everyone = list(members)
    if isinstance(members, Path):
        for member in (everyone[0], everyone[-1]):
            build_member(members, member)
    else:
        for member in everyone:
            with located(member.name):
                values_of(find_family(members.family), member.parameters)


def _put(place: FilePath, data: bytes, force: bool) -> bool:
    """Write a file unless it is there already; say whether that was needed."""
    with located(display_name(place)):
        found = read_plain(place)
        if found == data:
            return False
        if found is not None and not force:
            raise FileFormatError("it is there, but it is another net; give another folder, or --force to overwrite it")
        replace_file(place, data, force, tidy=False)
    return True


def _row(name: str, sha256: str, member: Member, net: HardNet) -> dict[str, Any]:
    metadata = net.network.metadata
    numbers = {key: whole_number(value) for key, value in member.varied.items()}
    varied = {key: jsonable(value) if numbers[key] is None else numbers[key] for key, value in member.varied.items()}
    return {"file": name, "sha256": sha256, "varied": varied, **{key: metadata[key] for key in _KEYS}}


_KEYS = ("family", "parameters", "claims")


def _make(folder: FilePath) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileFormatError(f"{display_name(folder)}: no folder can be made there ({error.strerror})") from None
