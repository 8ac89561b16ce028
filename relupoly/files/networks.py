"""Network files: the table of formats, `read_network` and `write_network`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from relupoly.errors import FileFormatError
from relupoly.files import json_network, nnet, npz
from relupoly.files.formats import choose_format
from relupoly.files.streams import Location, display_name, located, read_bytes, write_bytes
from relupoly.networks.network import Network


class Encoder(Protocol):
    """Network -> bytes; it raises a `RoundingError` where it would have to round without leave."""

    def __call__(self, network: Network, round: bool = False) -> bytes:
        """The bytes of a file."""
        ...


@dataclass(frozen=True)
class NetworkFormat:
    """How a format is read and written.

    Attributes
    ----------
    decode : callable
        Bytes -> Network; its errors name the place in the file, not the file.
    encode : Encoder
    normalize : callable or None
        Network -> Network: fold the normalisation that the file carries into the layers; None where there is none.
    """

    decode: Callable[[bytes], Network]
    encode: Encoder
    normalize: Callable[[Network], Network] | None = None


NETWORK_FORMATS: dict[str, NetworkFormat] = {
    "json": NetworkFormat(json_network.decode, json_network.encode),
    "npz": NetworkFormat(npz.decode, npz.encode),
    "nnet": NetworkFormat(nnet.decode, nnet.encode, nnet.fold_normalization),
}


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
        name = choose_format(source, format, NETWORK_FORMATS)
        chosen = NETWORK_FORMATS[name]
        if normalize and chosen.normalize is None:
            able = ", ".join(f".{key}" for key, one in NETWORK_FORMATS.items() if one.normalize)
            raise FileFormatError(f"{name} files have no normalisation to fold in; only {able} files do")
        network = chosen.decode(read_bytes(source))
        return chosen.normalize(network) if normalize and chosen.normalize else network


def write_network(
    network: Network, target: Location, format: str | None = None, round: bool = False, force: bool = False
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

    Raises
    ------
    RoundingError
        If the format would have to round, without leave to do so.
    FileFormatError
        If the format is not known, or the file exists or cannot be written.
    """
    write_bytes(target, encode_network(network, target, format, round), force)


def encode_network(network: Network, target: Location, format: str | None = None, round: bool = False) -> bytes:
    """What `write_network` would write.

    Raises
    ------
    RoundingError, FileFormatError
        As there.
    """
    with located("standard output" if target == "-" else display_name(target)):
        chosen = NETWORK_FORMATS[choose_format(target, format, NETWORK_FORMATS)]
        return chosen.encode(network, round)
