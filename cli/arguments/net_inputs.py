"""Networks as arguments: files, folders of them, and patterns such as "nets/*.json" that no shell has expanded."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass

from relupoly.errors import FileFormatError

from ..output.answers import Answers
from ..reports.words import counted

_MARK = b"relupoly-network"
_HEAD = 65_536  # a native file says in its first key what it is; others may have them in another order
_NAMED = 3


@dataclass(frozen=True)
class NetInputs:
    """The networks that some arguments name.

    Attributes
    ----------
    files : tuple of str
    passed_over : tuple of str
        Files of folders and patterns that have the suffix of a network, but hold none.
    several : bool
        Whether there may be more than one: then an unreadable one does not stop the others.
    """

    files: tuple[str, ...]
    passed_over: tuple[str, ...]
    several: bool

    @classmethod
    def of(cls, places: Sequence[str]) -> NetInputs:
        """Those of some arguments, in their order; those of a folder or a pattern in the order of their names.

        Raises
        ------
        FileFormatError
            If a folder has no network, or no file fits a pattern.
        """
        files: list[str] = []
        passed_over: list[str] = []
        for place in places:
            if os.path.isdir(place):
                found, others = _in_folder(place)
            elif not os.path.lexists(place) and glob.has_magic(place):
                found, others = _fitting(place)
            else:
                found, others = [place], []
            files += found
            passed_over += others
        return cls(tuple(files), tuple(passed_over), len(files) > 1 or list(places) != files)

    def tell(self, answers: Answers) -> None:
        """Say which files were passed over."""
        if self.passed_over:
            from relupoly.files.streams import display_name

            names = ", ".join(map(display_name, self.passed_over[:_NAMED]))
            more = ", ..." if len(self.passed_over) > _NAMED else ""
            answers.say(f"passed over, since they hold no network: {counted(len(self.passed_over), 'file')} ({names}{more})")


def _in_folder(folder: str) -> tuple[list[str], list[str]]:
    """The networks of a folder, not of those below it, and the files that only look like some."""
    from relupoly.files.networks import NETWORK_FORMATS
    from relupoly.files.streams import display_name, located

    with located(display_name(folder)):
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            raise FileFormatError(f"the folder cannot be read ({error.strerror})") from None
        endings = tuple(f".{name}" for name in NETWORK_FORMATS)
        paths = [os.path.join(folder, name) for name in names if name.lower().endswith(endings) and not name.startswith(".")]
        paths = [path for path in paths if os.path.isfile(path)]
        files = [path for path in paths if _may_be_network(path)]
        if not files:
            raise FileFormatError(f"there is no network in this folder, no file with a suffix of {', '.join(endings)}")
    return files, [path for path in paths if path not in files]


def _may_be_network(path: str) -> bool:
    """Whether a file may hold a network: of JSON, which holds much else, only what says so, or cannot be read."""
    if not path.lower().endswith(".json"):
        return True
    try:
        with open(path, "rb") as file:
            return _MARK in file.read(_HEAD)
    except OSError:
        return True


def _fitting(pattern: str) -> tuple[list[str], list[str]]:
    """The files that fit a pattern; where there are several, those that only look like networks apart, as in a folder."""
    from relupoly.files.streams import display_name

    found = [path for path in sorted(glob.glob(pattern, recursive=True)) if os.path.isfile(path)]
    if not found:
        raise FileFormatError(f"{display_name(pattern)}: no file fits this pattern")
    files = [path for path in found if _may_be_network(path)]
    if not files or len(found) == 1:
        return found, []
    return files, [path for path in found if path not in files]
