"""Domain files: the table of formats, `read_domain`, and `read_domains` for files that hold several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from relupoly.errors import DomainError
from relupoly.files.formats import Formats
from relupoly.files.streams import Location, display_name, located, short_name
from relupoly.geometry.domain import Domain
from relupoly.run import UNLIMITED, Run

# What reads bytes, given what to call the file in the names of the domains; several are sets whose union is meant.
DomainReader: TypeAlias = Callable[[bytes, str, Run], Domain | tuple[Domain, ...]]

DOMAIN_FORMATS: Formats[DomainReader] = Formats(
    {
        "json": "polyhedra.json_polyhedron:decode",
        "ine": "polyhedra.ine:decode_sets",
        "ext": "polyhedra.ext:decode_sets",
        "vnnlib": "polyhedra.vnnlib:decode",
    }
)


def read_domains(source: Location, format: str | None = None, run: Run = UNLIMITED) -> tuple[Domain, ...]:
    """The domains in a file, whose union is meant.

    There are several where a property (.vnnlib) allows several input sets, or several blocks (.ine, .ext) follow each other.

    Parameters and exceptions are those of `read_domain`, but that several domains are no error.
    """
    with located(display_name(source)):
        decode, data = DOMAIN_FORMATS.read(source, format)
        found = decode(data, short_name(source), run)
        return found if isinstance(found, tuple) else (found,)


def read_domain(source: Location, format: str | None = None, run: Run = UNLIMITED) -> Domain:
    """The domain in a file: a polyhedron (.json, .ine, .ext) or the input set of a property (.vnnlib).

    Every number is the exact rational that its text stands for.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, JSON unless `format` says otherwise.
    format : str or None
        "json", "ine", "ext" or "vnnlib"; by default the suffix decides.
    run : Run
        It may stop what is long: the linear program that proves a polyhedron to have interior points, and the conversion of
        vertices.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises.
    DomainError
        If the domain is empty, or of lower dimension than its equations say; or there are several.
        (Equations are substituted: the domain lies in a subspace.)
    MissingPackageError
        If the file lists vertices, and pycddlib is not installed.
    Stopped
        If the run is.
    """
    found = read_domains(source, format, run)
    if len(found) > 1:
        raise DomainError(
            f"{display_name(source)}: it allows {len(found)} input sets, and this takes one; give one file for each "
            "(count-pieces and equal take their union)"
        )
    return found[0]
