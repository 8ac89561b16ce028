"""Networks as safetensors files: a header in JSON that names tensors, their types, shapes and places, and then their bytes.

The reader follows the format's own rules: the tensors fill the rest of the file, without gaps and without overlaps, so that
what a header promises is what the file holds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.files.json_network import metadata_text
from relupoly.files.json_text import check_keys, parse_json, quoted
from relupoly.files.network_format import NetworkFormat, ReaderOptions
from relupoly.files.streams import named
from relupoly.files.tensors.named_layers import TAKES, from_bfloat, network_of, tensors_of
from relupoly.networks.network import Network

_LENGTH = 8  # bytes: how long the header is
_METADATA = "__metadata__"
_OWN = "relupoly-metadata"
_BFLOAT = "BF16"
_CODES = "F64 <f8, F32 <f4, F16 <f2, BF16 <u2, I64 <i8, I32 <i4, I16 <i2, I8 <i1, U64 <u8, U32 <u4, U16 <u2, U8 <u1, BOOL <u1"
_TYPES: dict[str, str] = dict(code.split(" ") for code in _CODES.split(", "))


def decode(data: bytes, options: ReaderOptions = ReaderOptions()) -> Network:  # noqa: B008
    """The network of a safetensors file.

    Raises
    ------
    FileFormatError, NetworkError
        If the file breaks the format's rules, or its tensors are not linear layers and convolutions.
    """
    header, body = _header(data)
    metadata = _metadata(header.pop(_METADATA, {}))
    _check_places(header, len(body))
    tensors = {name: _tensor(name, entry, body) for name, entry in header.items()}
    # Programs sort the tensors by name: their order in the file says nothing.
    return network_of(tensors, options, ordered=False, metadata=metadata)


def encode(network: Network, round: bool = False) -> bytes:
    """The safetensors file of a network, with the names of a `torch.nn.Sequential`; see `tensors_of`.

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
    header: dict[str, Any] = {}
    if network.metadata:
        header[_METADATA] = {_OWN: metadata_text(network.metadata)}
    body = b""
    pieces, place = [], 0
    for name, array in tensors_of(network, "safetensors", round).items():
        piece = array.tobytes()
        kind = f"F{8 * array.dtype.itemsize}"
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [place, place + len(piece)]}
        pieces.append(piece)
        place += len(piece)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _LENGTH)  # so that the numbers are aligned
    body = b"".join(pieces)
    return len(text).to_bytes(_LENGTH, "little") + text + body


def _header(data: bytes) -> tuple[dict[str, Any], memoryview]:
    """What the header says, and the bytes behind it."""
    length = int.from_bytes(data[:_LENGTH], "little")
    if len(data) < _LENGTH or length > len(data) - _LENGTH:
        raise FileFormatError(
            f"its header would have {length} bytes, but {max(0, len(data) - _LENGTH)} are there: it is no safetensors file, or "
            "it is cut off; save it again"
        )
    text = data[_LENGTH : _LENGTH + length]
    with named("the header"):
        if not text.startswith(b"{"):
            raise FileFormatError("it does not begin with {: this is no safetensors file; save it again")
        header = parse_json(text)
    return dict(header), memoryview(data)[_LENGTH + length :]


def _metadata(given: Any) -> dict[str, Any]:
    with named(_METADATA):
        if not isinstance(given, Mapping) or not all(isinstance(value, str) for value in given.values()):
            raise FileFormatError("it is no object of texts; correct it")
        if _OWN not in given:
            return {}
        metadata = parse_json(given[_OWN].encode("utf-8", "surrogatepass"))
        metadata_text(metadata)
        return dict(metadata)


def _check_places(header: Mapping[str, Any], size: int) -> None:
    """Raise unless the tensors fill the file without gaps and overlaps."""
    places = []
    for name, entry in header.items():
        with named(f"tensor {quoted(name)}"):
            check_keys(entry, ("dtype", "shape", "data_offsets"))
            start, end = _integers(entry["data_offsets"], "data_offsets", 2)
            if not start <= end <= size:
                raise FileFormatError(f"its bytes {start} to {end} are not among the {size} of the file; save it again")
            places.append((start, end, name))
    reached, before = 0, ""
    for start, end, name in sorted(places):
        if start < reached:
            raise FileFormatError(f"the tensors {quoted(before)} and {quoted(name)} overlap; save the file again")
        if start > reached:
            raise FileFormatError(
                f"bytes {reached} to {start}, before tensor {quoted(name)}, belong to none; save the file again"
            )
        reached, before = end, name
    if reached != size:
        raise FileFormatError(f"bytes {reached} to {size} belong to no tensor; save the file again")


def _tensor(name: str, entry: Mapping[str, Any], body: memoryview) -> NDArray[Any]:
    with named(f"tensor {quoted(name)}"):
        kind = entry["dtype"]
        if not isinstance(kind, str) or kind not in _TYPES:
            raise FileFormatError(
                f"numbers of type {quoted(str(kind))} are not supported; store floats or integers of 8 to 64 bits"
            )
        dtype = np.dtype(_TYPES[kind])
        shape = _integers(entry["shape"], "shape")
        start, end = entry["data_offsets"]
        if math.prod(shape) * dtype.itemsize != end - start:
            raise FileFormatError(f"{end - start} bytes do not fit the shape {shape} of type {kind}; save it again")
        if not math.prod(shape):
            raise FileFormatError(f"the shape {shape} has no entry; leave it out")
        check_size(math.prod(shape) * 8, "as numbers, it takes")
        array = np.frombuffer(body[start:end], dtype=dtype).reshape(shape)
        return from_bfloat(array) if kind == _BFLOAT else array


def _integers(value: Any, name: str, count: int | None = None) -> list[int]:
    good = isinstance(value, list) and all(type(one) is int and one >= 0 for one in value)
    if not good or (count is not None and len(value) != count) or len(value) > 8:
        wanted = f"{count} integers" if count else "at most 8 integers"
        raise FileFormatError(f"{name} is not a list of {wanted}, none of them negative; save it again")
    return list(value)


FILE_FORMAT = NetworkFormat(decode, encode, takes=TAKES, configured=decode)
