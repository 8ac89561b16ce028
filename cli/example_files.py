"""The example networks and data, which are installed with the command line.

In a checkout they are links into the folder `data`, of which each is described there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from relupoly.disk.atomic import check_target, replace_file
from relupoly.disk.plain import read_plain, reason
from relupoly.errors import FileFormatError
from relupoly.files.streams import display_name, located

_FOLDER = Path(__file__).with_name("examples")


def examples() -> Iterator[tuple[str, bytes]]:
    """The names of all examples, relative to their folder, and what they hold."""
    for place in sorted(_FOLDER.rglob("*.*")):
        yield place.relative_to(_FOLDER).as_posix(), place.read_bytes()


def write_examples(folder: str) -> tuple[list[str], list[str]]:
    """Write the examples into a folder, which is made if it is missing.

    Returns
    -------
    written, kept : list of str
        The names of the files that were written, and of those that were there already.

    Raises
    ------
    FileFormatError
        If another file has the name of an example, or one cannot be written; it names the file. If it was seen before,
        nothing was written.
    """
    if os.path.isfile(folder):
        raise FileFormatError(f"{display_name(folder)}: it is a file; give a folder")
    files = dict(examples())
    kept = [name for name, content in files.items() if _is_there(Path(folder) / name, content)]
    for place in sorted({(Path(folder) / name).parent for name in files}):
        _make_folder(place)
    missing = [name for name in files if name not in kept]
    for name in missing:
        with located(display_name(Path(folder) / name)):
            check_target(Path(folder) / name)
    for name in missing:
        with located(display_name(Path(folder) / name)):
            replace_file(Path(folder) / name, files[name], tidy=False)
    return missing, kept


def _make_folder(place: Path) -> None:
    with located(display_name(place)):
        try:
            os.makedirs(place, exist_ok=True)
        except (OSError, ValueError) as error:
            raise FileFormatError(f"the folder cannot be made ({reason(error)}); give another one") from None


def _is_there(place: Path, content: bytes) -> bool:
    """Whether a file is there with that content.

    Raises
    ------
    FileFormatError
        If another one is.
    """
    with located(display_name(place)):
        found = read_plain(place)
        if found is not None and found != content:
            raise FileFormatError("another file is there, and is not overwritten; give another folder")
    return found is not None
