"""Network files: the table of formats, `read_network` and `write_network`."""

from __future__ import annotations

from relupoly.errors import FileFormatError
from relupoly.files.formats import Formats
from relupoly.files.network_format import NetworkFormat
from relupoly.files.streams import Location, display_name, located, read_bytes, write_bytes
from relupoly.networks.network import Network

NETWORK_FORMATS: Formats[NetworkFormat] = Formats(
    {"json": "json_network:FILE_FORMAT", "npz": "npz:FILE_FORMAT", "nnet": "nnet:FILE_FORMAT"}
)


def read_network(source: Location, format: str | None = None, normalize: bool = False) -> Network:
    """The network in a file.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, a native JSON file unless `format` says otherwise.
    format : str or None
        "json", "npz" or "nnet"; by default the suffix decides.
    normalize : bool
        Whether to fold the input and output normalisation of a .nnet file into its first and last layers.

    Raises
    ------
    InputError
        If the file cannot be read, its format is not known or has no normalisation, or it holds no valid network; the
        message is one line and names file, layer and entry.
    """
    with located(display_name(source)):
        name = NETWORK_FORMATS.name_of(source, format)
        chosen = NETWORK_FORMATS[name]
        if normalize and chosen.normalize is None:
            able = ", ".join(f".{key}" for key, one in NETWORK_FORMATS.items() if one.normalize)
            raise FileFormatError(f"{name} files have no normalisation to fold in; only {able} files do")
        network = chosen.decode(read_bytes(source))
        return chosen.normalize(network) if normalize and chosen.normalize else network


def write_network(
    network: Network,
    target: Location,
    format: str | None = None,
    round: bool = False,
    force: bool = False,
    expand: bool = False,
) -> None:
    """Write a network to a file, whole or not at all.

    Parameters
    ----------
    network : Network
    target : path or "-"
        "-" is standard output, a native JSON file unless `format` says otherwise.
    format : str or None
        "json", "npz" or "nnet"; by default the suffix decides.
    round : bool
        Whether numbers that the format cannot hold may be rounded to the nearest double.
    force : bool
        Whether an existing file may be overwritten.
    expand : bool
        Whether each linear neuron z is to be written as relu(z) - relu(-z): the function is the same, its cells are others.

    Raises
    ------
    RoundingError
        If the format would have to round, without leave to do so.
    FileFormatError
        If the format is not known, or cannot hold linear neurons, or the file exists or cannot be written.
    """
    if expand:
        from relupoly.networks import expansion

        network = expansion.expand(network)
    write_bytes(target, encode_network(network, target, format, round), force)


def encode_network(network: Network, target: Location, format: str | None = None, round: bool = False) -> bytes:
    """What `write_network` would write.

    Raises
    ------
    RoundingError, FileFormatError
        As there.
    """
    with located("standard output" if target == "-" else display_name(target)):
        chosen = NETWORK_FORMATS[NETWORK_FORMATS.name_of(target, format)]
        return chosen.encode(network, round)
