"""Property files: the table of formats, and `read_property`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from relupoly.files.formats import Formats
from relupoly.files.streams import Location, display_name, located, short_name
from relupoly.networks.property import Property

# What reads bytes, given what to call the property.
PropertyReader: TypeAlias = Callable[[bytes, str], Property]

PROPERTY_FORMATS: Formats[PropertyReader] = Formats({"vnnlib": "polyhedra.vnnlib_property:decode"}, default="vnnlib")


def read_property(source: Location, format: str | None = None) -> Property:
    """The property in a file: what is asserted of the inputs and outputs of a network.

    Every number is the exact rational that its text stands for. (`read_domain` reads the input set of such a file alone.)

    Parameters
    ----------
    source : path or "-"
        "-" is standard input.
    format : str or None
        "vnnlib"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises; if it has more than
        10,000 alternatives.
    """
    with located(display_name(source)):
        decode, data = PROPERTY_FORMATS.read(source, format)
        return decode(data, short_name(source))
