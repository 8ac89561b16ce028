"""`Formats`: which format a file has, and what reads it.

Each noun that files hold has one table of formats. A format is the one that is named, else the one that the suffix says; the
module that reads it is imported when it is needed, so that who reads a network does not wait for zonotopes.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar, cast

from relupoly.errors import FileFormatError
from relupoly.files.streams import NO_SUCH_FILE, Location, is_standard, read_bytes
from relupoly.plain_text import MOST_SHOWN

Reader = TypeVar("Reader")

# Suffixes of text tables: one format, whose separator is found in the file.
TABLES = ("csv", "tsv", "txt", "dat")


class Formats(Mapping[str, Reader]):
    """A table from the names of formats to what reads them.

    Parameters
    ----------
    homes : mapping of str to str
        For each name a module of `relupoly.files`, perhaps in a folder, and what reads the format there.
    default : str
        The format of "-" where none is given.

    Examples
    --------
    >>> formats = Formats({"json": "json_network:decode", "npz": "npz:decode", "nnet": "nnet:decode"})
    >>> formats.name_of("net.NNET")
    'nnet'
    >>> formats.name_of("net.jsn")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: unknown suffix ".jsn"; did you mean ".json"? Known are .json, .npz, .nnet
    >>> formats["nnet"].__module__
    'relupoly.files.nnet'
    """

    def __init__(self, homes: Mapping[str, str], default: str = "json") -> None:
        self._homes = homes
        self._default = default

    def __getitem__(self, name: str) -> Reader:
        module, attribute = self._homes[name].split(":")
        return cast(Reader, getattr(importlib.import_module(f"relupoly.files.{module}"), attribute))

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)

    def name_of(self, location: Location, given: str | None = None) -> str:
        """The name of a file's format.

        Parameters
        ----------
        location : path or "-"
        given : str, optional
            A name that overrides the suffix.

        Raises
        ------
        FileFormatError
            If neither the given name nor the suffix is known; it suggests the nearest one.
        """
        if given is not None:
            name, what, before = given.lower().removeprefix("."), "format", ""
        elif is_standard(location):
            return self._default
        else:
            name, what, before = Path(location).suffix.lower().removeprefix("."), "suffix", "."
        if name in self:
            return name
        listed = ", ".join(before + one for one in self)
        if given is None and os.path.isdir(location):
            raise FileFormatError("it is a directory; give a file")
        if not name:
            raise FileFormatError(f"it has no {what} that says what it is; name the format or use one of the suffixes {listed}")
        near = get_close_matches(name, self, n=1)
        hint = f'did you mean "{before}{near[0]}"? Known are' if near else "known are"
        raise FileFormatError(f'unknown {what} "{before}{name[:MOST_SHOWN]}"; {hint} {listed}')

    def name_of_source(self, source: Location, given: str | None = None) -> str:
        """The same for a file that is to be read: whether it is there is what is said first.

        Raises
        ------
        FileFormatError
            If the format is not known, or there is no such file.
        """
        try:
            return self.name_of(source, given)
        except FileFormatError:
            if not is_standard(source) and not os.path.lexists(source):
                raise FileFormatError(NO_SUCH_FILE) from None
            raise

    def read(self, source: Location, given: str | None = None) -> tuple[Reader, bytes]:
        """What reads a file, and the file's bytes.

        Raises
        ------
        FileFormatError
            If the format is not known, or the file cannot be read.
        """
        reader = self[self.name_of_source(source, given)]
        return reader, read_bytes(source)
