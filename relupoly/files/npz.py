"""Networks as numpy archives: the arrays W1, b1, W2, b2, ...; a bias may be left out. Names of other programs are read too.

The format holds doubles. Arrays of single precision or of integers are read exactly. An array of a 0-dimensional text,
`metadata`, keeps the metadata as JSON; it is written only where there are any.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import is_double, nearest_float
from relupoly.exact.sparse import Matrix
from relupoly.files.arrays import load_arrays, numpy_errors
from relupoly.files.json_network import metadata_text
from relupoly.files.json_text import parse_json
from relupoly.files.network_format import NetworkFormat, ReaderOptions
from relupoly.files.npz_names import find_layers
from relupoly.files.plain_layers import with_plain_layers
from relupoly.files.rounding import rounded
from relupoly.files.streams import located
from relupoly.files.tensors.named_layers import dense_network
from relupoly.networks.network import Network

_METADATA = "metadata"


def decode(data: bytes, options: ReaderOptions = ReaderOptions()) -> Network:  # noqa: B008
    """The network of a numpy archive.

    Raises
    ------
    FileFormatError, NetworkError
        If it is no archive, has arrays with other names than `relupoly.files.npz_names` knows, or they do not make a network.
    """
    arrays = load_arrays(data, "W1=..., b1=..., ...")
    metadata = _metadata(arrays.pop(_METADATA, None))
    layers = find_layers({key: np.shape(array) for key, array in arrays.items()})
    return dense_network(layers, arrays, options.activation, metadata)


def encode(network: Network, round: bool = False) -> bytes:
    """The numpy archive of a network, in double precision.

    Raises
    ------
    RoundingError
        If a weight or bias is no double and `round` is False.
    FileFormatError
        If there are linear neurons, or a sparse weight is too large with its zeros.

    Examples
    --------
    >>> network = Network.from_rows([([[1, 0.5]], [0.25])])
    >>> decode(encode(network)) == network
    True
    """
    exact = rounded(with_plain_layers(network, "npz"), is_double, "a double", round)
    arrays: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(exact.layers, 1):
        arrays[f"W{number}"] = _floats(layer.weight)
        arrays[f"b{number}"] = _floats(layer.bias)[:, 0]
    if network.metadata:
        arrays[_METADATA] = np.array(metadata_text(network.metadata))
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _metadata(array: Any) -> dict[str, Any]:
    if array is None:
        return {}
    if not isinstance(array, np.ndarray) or array.ndim or array.dtype.kind != "U":
        raise FileFormatError("the array metadata is not a single text; leave it out or make it JSON")
    with located("the array metadata"):
        with numpy_errors("it is no text; save it again"):  # an entry may be no character
            text = str(array).encode("utf-8", "surrogatepass")
        metadata = parse_json(text)
        metadata_text(metadata)
    return dict(metadata)


def _floats(matrix: Matrix) -> NDArray[np.float64]:
    values = [nearest_float(entry) for entry in matrix.entries()]
    return np.array(values, dtype=np.float64).reshape(matrix.nrows(), matrix.ncols())


FILE_FORMAT = NetworkFormat(decode, encode, takes=("activation",), configured=decode)
