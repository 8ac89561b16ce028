"""Network files: the table of formats, `read_network` and `write_network`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from relupoly.errors import FileFormatError
from relupoly.files.formats import Formats
from relupoly.files.network_format import WANTED, NetworkFormat, ReaderOptions
from relupoly.files.streams import Location, display_name, is_standard, located, read_bytes, write_bytes
from relupoly.networks.network import Network

NETWORK_FORMATS: Formats[NetworkFormat] = Formats(
    {
        "json": "json_network:FILE_FORMAT",
        "npz": "npz:FILE_FORMAT",
        "nnet": "nnet:FILE_FORMAT",
        "onnx": "onnx.model:FILE_FORMAT",
        "safetensors": "tensors.safetensors:FILE_FORMAT",
        "pt": "tensors.state_dict:FILE_FORMAT",
        "pth": "tensors.state_dict:FILE_FORMAT",
    }
)


def read_network(
    source: Location,
    format: str | None = None,
    normalize: bool = False,
    drop_last: bool = False,
    output_node: str | None = None,
    activation: str | None = None,
    input_shape: Sequence[int] | None = None,
    convolutions: Sequence[tuple[int, int]] = (),
) -> Network:
    """The network in a file.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, a native JSON file unless `format` says otherwise.
    format : str or None
        "json", "npz", "nnet", "onnx", "safetensors" or "pt"; by default the suffix decides.
    normalize : bool
        Whether to fold the input and output normalisation of a .nnet file into its first and last layers.
    drop_last : bool
        Whether to leave off a last activation of an .onnx file that is not piecewise linear, such as Softmax.
    output_node : str or None
        A tensor or node of an .onnx file that is the output in the place of the model's.
    activation : str or None
        What stands between the layers of a file that holds weights alone (.npz, .safetensors, .pt): "relu" by default, or
        "identity", "leaky_relu:0.01", "relu6", "hardtanh:-1:1", "hardsigmoid", "abs". Its numbers are rounded to the type of
        the weights, single or double precision, as programs do that compute with them; a fraction such as "1/100" is exact.
    input_shape : sequence of int or None
        The channels and lengths of the input, where such a file (.safetensors, .pt) has convolutions.
    convolutions : sequence of (int, int)
        Stride and padding of each of these convolutions, or one pair for all of them.

    Raises
    ------
    InputError
        If the file cannot be read, its format is not known or does not take an option that is given, or it holds no valid
        network; the message is one line and names file, layer and entry.
    MissingPackageError
        If the format needs a package that is not installed.
    """
    with located(display_name(source)):
        name = NETWORK_FORMATS.name_of_source(source, format)
        chosen = NETWORK_FORMATS[name]
        folder = None if is_standard(source) else Path(source).parent
        options = ReaderOptions(
            normalize, drop_last, output_node, activation, tuple(input_shape or ()) or None, tuple(convolutions), folder
        )
        _check_taken(name, options)
        return chosen.read(read_bytes(source), options)


def _check_taken(name: str, options: ReaderOptions) -> None:
    """Raise if a format does not take an option that is given."""
    for option, wanted in WANTED.items():
        if getattr(options, option) not in (False, None, ()) and option not in NETWORK_FORMATS[name].takes:
            able = ", ".join(f".{key}" for key, one in NETWORK_FORMATS.items() if option in one.takes)
            raise FileFormatError(f"{name} files have no {wanted}; only {able} files do")


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
        "json", "npz", "nnet", "onnx", "safetensors" or "pt"; by default the suffix decides.
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
