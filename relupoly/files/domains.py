"""Domain files: the table of formats, `read_domain`, and `read_domains` for files that hold several."""

from __future__ import annotations

from collections.abc import Callable

from relupoly.errors import DomainError
from relupoly.files import ext, ine, json_polyhedron, vnnlib
from relupoly.files.formats import choose_format
from relupoly.files.streams import Location, display_name, is_standard, located, read_bytes
from relupoly.geometry.domain import Domain

# Each reads bytes, given what to call the file in the names of the domains, which are disjoint as closed sets.
DOMAIN_FORMATS: dict[str, Callable[[bytes, str], tuple[Domain, ...]]] = {
    "json": lambda data, name: (json_polyhedron.decode(data, name),),
    "ine": lambda data, name: (ine.decode(data, name),),
    "ext": lambda data, name: (ext.decode(data, name),),
    "vnnlib": vnnlib.decode,
}


def read_domains(source: Location, format: str | None = None) -> tuple[Domain, ...]:
    """The domains in a file: several where a property (.vnnlib) allows several input sets, which are then disjoint.

    Parameters and exceptions are those of `read_domain`, but that several domains are no error.
    """
    name = display_name(source)
    with located(name):
        decode = DOMAIN_FORMATS[choose_format(source, format, DOMAIN_FORMATS)]
        short = name if is_standard(source) else name.replace("\\", "/").rsplit("/", 1)[-1]
        return decode(read_bytes(source), short)


def read_domain(source: Location, format: str | None = None) -> Domain:
    """The domain in a file: a polyhedron (.json, .ine, .ext) or the input set of a property (.vnnlib).

    Every number is the exact rational that its text stands for.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, JSON unless `format` says otherwise.
    format : str or None
        "json", "ine", "ext" or "vnnlib"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises.
    DomainError
        If the domain is empty, or of lower dimension than its equations say; or there are several, disjoint ones.
        (Equations are substituted: the domain lies in a subspace.)
    """
    found = read_domains(source, format)
    if len(found) > 1:
        raise DomainError(
            f"{display_name(source)}: it allows {len(found)} separate input sets, and this takes one; give one file for each "
            "(count-pieces adds them up)"
        )
    return found[0]
