"""The tensors of an ONNX file: floats become the dyadic rationals that they are, integers and truth values stay arrays."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from relupoly.disk.plain import reason
from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.files.json_text import quoted
from relupoly.networks.lowering.tensor import Tensor

Value: TypeAlias = Tensor | NDArray[Any]
"""A tensor of numbers; or an array of integers or truth values, or of floats of which some are not finite."""

# Codes of TensorProto.DataType: how raw data is stored, and the field that holds it otherwise.
_TYPES: dict[int, tuple[str, str]] = {
    1: ("<f4", "float_data"),
    2: ("<u1", "int32_data"),
    3: ("<i1", "int32_data"),
    4: ("<u2", "int32_data"),
    5: ("<i2", "int32_data"),
    6: ("<i4", "int32_data"),
    7: ("<i8", "int64_data"),
    9: ("<u1", "int32_data"),
    10: ("<f2", "int32_data"),
    11: ("<f8", "double_data"),
    12: ("<u4", "uint64_data"),
    13: ("<u8", "uint64_data"),
    16: ("<u2", "int32_data"),
}
_BOOL, _HALF, _BFLOAT = 9, 10, 16
FLOATS = frozenset((1, _HALF, 11, _BFLOAT))
"""The codes of types whose numbers are read as rationals."""
INTEGERS = frozenset((2, 3, 4, 5, 6, 7, 12, 13))
_EXTERNAL = 1
_WORDS = 128  # bits of a numerator that count as ordinary


def type_name(code: int) -> str:
    """The name of a type by its code."""
    import onnx

    return str(onnx.TensorProto.DataType.Name(code)) if code in onnx.TensorProto.DataType.values() else f"number {code}"


def value_of(tensor: Any, folder: Path | None) -> Value:
    """The value of a stored tensor.

    Parameters
    ----------
    tensor : onnx.TensorProto
    folder : Path or None
        Where files are to which the model refers.

    Raises
    ------
    FileFormatError
        If its type is not supported, or its data do not fit its shape.
    """
    code = tensor.data_type
    if code not in _TYPES:
        raise FileFormatError(f"numbers of type {type_name(code)} are not supported; store floats or integers of 8 to 64 bits")
    shape = tuple(int(length) for length in tensor.dims)
    if any(length < 0 for length in shape):
        raise FileFormatError(f"its shape {list(shape)} has a negative length")
    array = _stored(tensor, code, folder)
    if array.size != math.prod(shape):
        raise FileFormatError(f"it has {array.size} numbers, but the shape {list(shape)} has {math.prod(shape)}")
    array = array.reshape(shape)
    if code == _BFLOAT:
        array = (array.astype(np.uint32) << 16).view(np.float32)
    if code in FLOATS:
        return from_floats(array)
    if code == _BOOL:
        return array.astype(np.bool_)
    if array.dtype == np.uint64 and array.size and int(array.max()) > np.iinfo(np.int64).max:
        raise FileFormatError("an integer is 2^63 or more; store it as float")
    return array.astype(np.int64)


def from_floats(array: NDArray[Any]) -> Value:
    """A tensor of constants; the array itself where a number is not finite, which only bounds may be."""
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        return array
    exponents = np.frexp(array)[1][array != 0]
    if exponents.size:
        check_size(
            array.size * max(0, int(np.ptp(exponents)) - _WORDS) / 8, "over one denominator, the numbers of a tensor take"
        )
    return Tensor.of_constants(RationalArray.of_floats(array))


def _stored(tensor: Any, code: int, folder: Path | None) -> NDArray[Any]:
    """The numbers as one array, bfloat16 as bits."""
    kind, field = _TYPES[code]
    if tensor.data_location == _EXTERNAL or tensor.HasField("raw_data"):
        raw = _external(tensor, folder) if tensor.data_location == _EXTERNAL else tensor.raw_data
        if len(raw) % np.dtype(kind).itemsize:
            raise FileFormatError(f"its {len(raw)} bytes are no whole number of entries of type {type_name(code)}")
        return np.frombuffer(raw, dtype=kind)
    entries = np.array(getattr(tensor, field))
    if code == _HALF:
        return entries.astype(np.uint16).view(np.float16)
    return entries.astype(kind)


def _external(tensor: Any, folder: Path | None) -> bytes:
    """Data beside the model: only from files in its folder, whatever links there are."""
    said = {entry.key: entry.value for entry in tensor.external_data}
    location = said.get("location", "")
    shown = quoted(location)
    if folder is None:
        raise FileFormatError(f"its data are in the file {shown} beside the model; read the model from its folder")
    home = os.path.realpath(folder)
    path = os.path.realpath(os.path.join(home, location)) if "\0" not in location else home
    if os.path.isabs(location) or os.path.commonpath([home, path]) != home or path == home:
        raise FileFormatError(f"its data are in {shown}, which is not in the model's folder; put the file there")
    if not os.path.isfile(path):
        raise FileFormatError(f"its data are in {shown}, and there is no such file; put it beside the model")
    try:
        offset = int(said.get("offset", 0))
        length = int(said.get("length", os.path.getsize(path) - offset))
    except ValueError:
        raise FileFormatError(f"offset or length of its data in {shown} are no numbers") from None
    check_size(length, f"{shown} holds")
    if offset < 0 or length < 0 or offset + length > os.path.getsize(path):
        raise FileFormatError(f"bytes {offset} to {offset + length} of {shown} are not there; save the model anew")
    try:
        with open(path, "rb") as stream:
            stream.seek(offset)
            return stream.read(length)
    except OSError as error:
        raise FileFormatError(f"{shown} cannot be read ({reason(error)}); give a readable file") from None
