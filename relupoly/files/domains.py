"""Domain files: the table of formats and `read_domain`."""

from __future__ import annotations

from collections.abc import Callable

from relupoly.files import ine, json_polyhedron, vnnlib
from relupoly.files.formats import choose_format
from relupoly.files.streams import Location, display_name, is_standard, located, read_bytes
from relupoly.geometry.domain import Domain

# Each reads bytes, given what to call the file in the domain's name.
DOMAIN_FORMATS: dict[str, Callable[[bytes, str], Domain]] = {
    "json": json_polyhedron.decode,
    "ine": ine.decode,
    "vnnlib": vnnlib.decode,
}


def read_domain(source: Location, format: str | None = None) -> Domain:
    """The domain in a file: an H-polyhedron (.json, .ine) or the input box of a property (.vnnlib).

    Every number is the exact rational that its text stands for.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, JSON unless `format` says otherwise.
    format : str or None
        "json", "ine" or "vnnlib"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises.
    DomainError
        If the domain is empty or of lower dimension. (A .vnnlib file may hold inputs fixed: the domain is then a box in
        the subspace of the other inputs.)
    """
    name = display_name(source)
    with located(name):
        decode = DOMAIN_FORMATS[choose_format(source, format, DOMAIN_FORMATS)]
        short = name if is_standard(source) else name.replace("\\", "/").rsplit("/", 1)[-1]
        return decode(read_bytes(source), short)
