"""The weight tensors of an ONNX file, by a reader of the protocol-buffer wire format of a page.

A message is a sequence of (field number, wire type) tags with values. Here: ModelProto.graph = 7, GraphProto.initializer = 5,
TensorProto.dims = 1, data_type = 2 (1 is float32), name = 8, raw_data = 9.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np


def float_tensors(path: Path) -> dict[str, np.ndarray]:
    """The float32 initializers of an ONNX model, by name."""
    graph = next(value for number, value in _fields(path.read_bytes()) if number == 7)
    return dict(_tensor(value) for number, value in _fields(graph) if number == 5)


def _tensor(message: bytes) -> tuple[str, np.ndarray]:
    dims, name, raw = [], "", b""
    for number, value in _fields(message):
        if number == 1:
            dims += [value] if isinstance(value, int) else list(_varints(value))
        elif number == 8:
            name = value.decode()
        elif number == 9:
            raw = value
    return name, np.frombuffer(raw, dtype="<f4").reshape(dims)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, position = _varint(message, position)
            yield number, value
            continue
        if kind == 2:
            size, position = _varint(message, position)
        else:
            size = {1: 8, 5: 4}[kind]
        yield number, message[position : position + size]
        position += size


def _varints(message: bytes) -> Iterator[int]:
    position = 0
    while position < len(message):
        value, position = _varint(message, position)
        yield value


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, position
