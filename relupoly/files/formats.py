"""Which format a file has: the one that is named, else the one that its suffix says.

Networks, domains and points each have a table from the name of a format to its module; the suffix is the name after a dot.
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from relupoly.errors import FileFormatError
from relupoly.files.streams import Location, is_standard

# Suffixes of text tables: one format, whose separator is found in the file.
TABLES = ("csv", "tsv", "txt", "dat")


def choose_format(location: Location, given: str | None, known: Collection[str], default: str = "json") -> str:
    """The name of a file's format.

    Parameters
    ----------
    location : path or "-"
    given : str or None
        A name that overrides the suffix.
    known : collection of str
        The names of all formats.
    default : str
        The format of "-" where none is given.

    Raises
    ------
    FileFormatError
        If neither the given name nor the suffix is known; it suggests the nearest one.

    Examples
    --------
    >>> choose_format("net.NNET", None, ["json", "npz", "nnet"])
    'nnet'
    >>> choose_format("net.jsn", None, ["json", "npz", "nnet"])
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: unknown suffix ".jsn"; did you mean ".json"? Known are .json, .npz, .nnet
    """
    if given is not None:
        name, what, before = given.lower().removeprefix("."), "format", ""
    elif is_standard(location):
        return default
    else:
        name, what, before = Path(location).suffix.lower().removeprefix("."), "suffix", "."
    if name in known:
        return name
    listed = ", ".join(before + one for one in known)
    if not name:
        raise FileFormatError(f"it has no {what} that says what it is; name the format or use one of the suffixes {listed}")
    near = get_close_matches(name, known, n=1)
    hint = f'did you mean "{before}{near[0]}"? Known are' if near else "known are"
    raise FileFormatError(f'unknown {what} "{before}{name[:40]}"; {hint} {listed}')
