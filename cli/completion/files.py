"""The files and folders whose names begin as a text does; for a shell that cannot list those with certain suffixes itself."""

from __future__ import annotations

import os
from collections.abc import Sequence


def matching(begun: str, suffixes: Sequence[str], folders_only: bool = False) -> list[str]:
    """The names that a text can become, in order.

    Parameters
    ----------
    begun : str
        What is there of the name, without quotes; a "~" at its beginning stays, but is looked into.
    suffixes : sequence of str
        What names of files end with, without the dot, in letters of either case. Where no file and no folder is left, all files
        are given: --format reads a file whatever its suffix.
    folders_only : bool

    Returns
    -------
    list of str
        Empty, too, where the folder cannot be read: TAB is not the place to complain.
    """
    folder, beginning = os.path.split(begun)
    shown = begun[: len(begun) - len(beginning)]
    endings = tuple(f".{suffix}" for suffix in suffixes)
    wanted, others = [], []
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in entries:
                hidden = entry.name.startswith(".") and not beginning.startswith(".")
                if hidden or not entry.name.startswith(beginning):
                    continue
                if _is_folder(entry) or (not folders_only and entry.name.lower().endswith(endings or "")):
                    wanted.append(shown + entry.name)
                elif not folders_only:
                    others.append(shown + entry.name)
    except OSError:
        return []
    return sorted(wanted or others)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
