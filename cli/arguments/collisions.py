"""Files that collide: one command must not write two things to one file, nor over what it reads."""

from __future__ import annotations

import os
from collections.abc import Mapping

from relupoly.errors import FileFormatError

from ..output import log

_STANDARD = "-"


def check_distinct(inputs: Mapping[str, str | None], outputs: Mapping[str, str | None]) -> None:
    """Refuse outputs that are one file, or a file that is read, before any work begins.

    Devices and pipes are let be: nothing in them is lost when they are written to twice.

    Parameters
    ----------
    inputs, outputs : mapping of str to str or None
        Files by what messages call them, such as "DATA" or "--output"; None and "-" are no files.

    Raises
    ------
    FileFormatError
        It names the two, and the file.

    Examples
    --------
    >>> check_distinct({"DATA": "samples.csv"}, {"--output": "net.json", "--certificate": None})
    >>> check_distinct({"DATA": "samples.csv"}, {"--output": "./samples.csv"})
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: --output ./samples.csv: it is the same file as DATA; give another name
    """
    from relupoly.files.streams import display_name

    seen = [(what, place) for what, place in inputs.items() if _is_file(place)]
    for what, place in {**outputs, "--log": log.current()}.items():
        if not _is_file(place):
            continue
        assert place is not None
        for other, taken in seen:
            assert taken is not None
            if _same(place, taken):
                raise FileFormatError(f"{what} {display_name(place)}: it is the same file as {other}; give another name")
        seen.append((what, place))


def _is_file(place: str | None) -> bool:
    """Whether a name is that of a file, or of one that is still to be made."""
    return place not in (None, "", _STANDARD) and (os.path.isfile(str(place)) or not os.path.exists(str(place)))


def _same(one: str, other: str) -> bool:
    """Whether two names lead to one file: through links of both kinds, and through folders that are links."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.samefile(one, other)
    try:
        return os.path.realpath(one) == os.path.realpath(other)
    except OSError:  # the folder in which we are has been removed, so that a name in it leads nowhere
        return one == other
