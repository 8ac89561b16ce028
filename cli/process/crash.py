"""A bug: the traceback goes to a file, and a line asks for a report of it."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version

from relupoly.plain_text import plain_text

_PACKAGES = ("relupoly", "click", "llvmlite", "networkx", "numba", "numpy", "python-flint", "pycddlib", "sympy", "distributed")
_LONGEST = 200  # characters of the error's own message: the line is to be read, the file has the rest


def report(error: BaseException) -> str:
    """Write a report about an error to a new file that only its user can read; the line that tells of it."""
    what = plain_text(" ".join(traceback.format_exception_only(error)[-1].split()))[:_LONGEST]
    try:
        handle, place = tempfile.mkstemp(prefix="relupoly-bug-", suffix=".txt")
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(_text(error))
    except (OSError, MemoryError) as refused:
        why = refused.strerror if isinstance(refused, OSError) else "there is no memory"
        return f"Error: this is a bug of relupoly ({what}); please report it: no file can be written ({why})"
    return f"Error: this is a bug of relupoly ({what}); please report it, with the file {plain_text(place)}"


def _text(error: BaseException) -> str:
    """All that a report needs."""
    lines = [
        f"command: {shlex.join(sys.argv)}",
        f"folder: {_folder()}",
        f"Python: {sys.version}",
        f"platform: {platform.platform()}",
        *(f"{name}: {found}" for name in _PACKAGES if (found := _version(name))),
    ]
    return "\n".join([*(plain_text(line) for line in lines), "", *traceback.format_exception(error)])


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "deleted"
