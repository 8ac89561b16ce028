r"""Polyhedra as blocks in the format of cddlib and lrs: .ine for inequalities, .ext for vertices and rays.

A block is what stands in a file of one polyhedron (`relupoly.files.polyhedra.ine` shows it). Several may follow each other in a
file, which our own readers take as several sets; cddlib and lrs read the first one. For them there is a folder, with a file for
each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from flint import fmpq

from relupoly.disk.atomic import replace_file, replacing
from relupoly.disk.drafts import sweep
from relupoly.disk.plain import reason
from relupoly.errors import FileFormatError
from relupoly.files.streams import Location, display_name, is_standard, located, write_bytes
from relupoly.geometry.double_description import GENERATORS, INEQUALITIES
from relupoly.plain_text import plain_text

Block: TypeAlias = bytes

SUFFIXES = {INEQUALITIES: "ine", GENERATORS: "ext"}
"""What files of each kind of rows are called."""

_TITLES = {INEQUALITIES: "H-representation", GENERATORS: "V-representation"}
_DIGITS = 6  # so that a list of names is in order, up to a million


def encode_block(kind: str, rows: Sequence[Sequence[fmpq]], name: str = "") -> Block:
    r"""A polyhedron as a block.

    Parameters
    ----------
    kind : str
        `INEQUALITIES` or `GENERATORS` of `relupoly.geometry.double_description`.
    rows : sequence of sequences of fmpq
        (b, a) for b + <a, x> >= 0; or (1, x) for a point, (0, y) for a ray. At least one.
    name : str
        Written as a comment, which is one word: cddlib would obey words of its own.

    Raises
    ------
    ValueError
        If there is no row.

    Examples
    --------
    >>> print(encode_block(INEQUALITIES, [[fmpq(1, 3), fmpq(1)], [fmpq(1), fmpq(-1)]], "cell 1").decode(), end="")
    *cell_1
    H-representation
    begin
    2 2 rational
    1/3 1
    1 -1
    end
    """
    if not rows:
        raise ValueError("a block needs a row; the whole space is the row 1 0 ... 0 of inequalities")
    comment = [f"*{'_'.join(plain_text(name).split())}"] if name.strip() else []
    lines = [*comment, _TITLES[kind], "begin", f"{len(rows)} {len(rows[0])} rational"]
    lines += [" ".join(map(str, row)) for row in rows]
    return "\n".join([*lines, "end", ""]).encode()


def write_blocks(blocks: Iterable[Block], target: Location, force: bool = False) -> int:
    """Write polyhedra to one file, whole or not at all, one behind the other; hold one of them at a time.

    Parameters
    ----------
    blocks : iterable of bytes
        An error of theirs leaves no file; whoever stops early and wants what there is ends them.
    target : path or "-"
        "-" is standard output.
    force : bool
        Whether an existing file may be overwritten.

    Returns
    -------
    int
        How many there were.

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, or it cannot be written.
    """
    written = 0
    if is_standard(target):
        for block in blocks:
            write_bytes(target, block)
            written += 1
        return written
    with located(display_name(target)), replacing(Path(target), force) as stream:
        for block in blocks:
            stream.write(block)
            written += 1
    return written


def write_block_files(
    blocks: Iterable[tuple[int, Block]], folder: Location, kind: str, force: bool = False, noun: str = "cell"
) -> int:
    """Write each polyhedron to a file of its own, such as cell_000001.ine; each appears whole.

    Parameters
    ----------
    blocks : iterable of (int, bytes)
        With their numbers. An error of theirs leaves the files that are written by then.
    folder : path
        Made if it is missing.
    kind : str
        `INEQUALITIES` or `GENERATORS`, which decides the suffix.
    force : bool
        Whether such files of an earlier list may be replaced: those whose numbers do not occur any more are removed in the end.
    noun : str
        What the names begin with.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    FileFormatError
        If the folder holds such files and `force` is False, before anything is written; or they cannot be written.
    """
    place = Path(folder)
    earlier = check_block_folder(folder, kind, force, noun)
    with located(display_name(folder)):
        _make(place)
    sweep(place)
    written = set()
    for number, block in blocks:
        name = f"{noun}_{number:0{_DIGITS}}.{SUFFIXES[kind]}"
        with located(display_name(place / name)):
            replace_file(place / name, block, force, tidy=False)
        written.add(name)
    for name in earlier - written:
        (place / name).unlink(missing_ok=True)
    return len(written)


def check_block_folder(folder: Location, kind: str, force: bool = False, noun: str = "cell") -> set[str]:
    """Raise now if `write_block_files` would refuse; else the names of such files that are there, of an earlier list.

    Raises
    ------
    FileFormatError
        As there.
    """
    form = re.compile(rf"{re.escape(noun)}_[0-9]{{{_DIGITS},}}\.{SUFFIXES[kind]}")
    with located(display_name(folder)):
        try:
            found = {name for name in os.listdir(folder) if form.fullmatch(name)}
        except FileNotFoundError:
            return set()
        except NotADirectoryError:
            raise FileFormatError("it is a file; give a folder, in which each polyhedron has its own") from None
        except (OSError, ValueError) as error:
            raise FileFormatError(f"it cannot be read ({reason(error)}); give another folder") from None
        if found and not force:
            raise FileFormatError(
                f"{min(found)} is there already; give --force (force=True) to replace an earlier list, or another folder"
            )
    return found


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileFormatError(f"no folder can be made there ({reason(error)}); give another place") from None
