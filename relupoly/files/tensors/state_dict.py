"""Networks as state dictionaries of PyTorch (.pt, .pth): a zip archive with one pickle that names tensors, and their bytes.

PyTorch is not needed, and nothing of the file is run; see `restricted_pickle.py`. What is written is read by
`torch.load(file, weights_only=True)`.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.files.arrays import numpy_errors
from relupoly.files.json_text import quoted
from relupoly.files.network_format import NetworkFormat, ReaderOptions
from relupoly.files.streams import named
from relupoly.files.tensors.named_layers import TAKES, from_bfloat, network_of, tensors_of
from relupoly.files.tensors.restricted_pickle import ORDERED, WANTED, Name, Stored, load
from relupoly.networks.network import Network

_BFLOAT = "torch.BFloat16Storage"
_TYPES = {
    "torch.DoubleStorage": "f8",
    "torch.FloatStorage": "f4",
    "torch.HalfStorage": "f2",
    _BFLOAT: "u2",
    "torch.LongStorage": "i8",
    "torch.IntStorage": "i4",
    "torch.ShortStorage": "i2",
    "torch.CharStorage": "i1",
    "torch.ByteStorage": "u1",
    "torch.BoolStorage": "u1",
}
_AGAIN = "save it again with torch.save"
_LEGACY = (
    b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
    b"\x80\x04\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
)  # the magic number, pickled
_PICKLE = "data.pkl"

_FOLDER, _ALIGNMENT = "archive", 64  # bytes: where PyTorch itself lets numbers begin
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes at any time
_LOCAL_HEADER = 30  # bytes of a zip record's header before its name


def decode(data: bytes, options: ReaderOptions = ReaderOptions()) -> Network:  # noqa: B008
    """The network of a state dictionary.

    Raises
    ------
    FileFormatError, NetworkError
        If it is none, or holds something else than tensors, or these are not linear layers and convolutions.
    """
    records = _records(data)
    value = load(records[_PICKLE])
    if not isinstance(value, Mapping):
        raise FileFormatError(f"it holds no dictionary of tensors; {WANTED}")
    little = records.get("byteorder", b"little").strip() == b"little"
    tensors = {}
    for name, entry in value.items():
        if not isinstance(name, str) or not isinstance(entry, Stored):
            raise FileFormatError(f"the entry {quoted(str(name))} is no tensor; {WANTED}")
        with named(f"tensor {quoted(name)}"):
            tensors[name] = _tensor(entry, records, "<" if little else ">")
    return network_of(tensors, options, ordered=True)


def encode(network: Network, round: bool = False) -> bytes:
    """The state dictionary of a network, with the names of a `torch.nn.Sequential`; see `tensors_of`.

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
    tensors = tensors_of(network, "pt", round)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, _PICKLE, _pickled(tensors))
        _add(archive, "byteorder", b"little")
        for number, array in enumerate(tensors.values()):
            _add(archive, f"data/{number}", array.tobytes())
        _add(archive, "version", b"3\n")
    return stream.getvalue()


def _records(data: bytes) -> dict[str, bytes]:
    """The records of the archive, by their names in its one folder."""
    if data.startswith(_LEGACY):
        raise FileFormatError(f"it is in the format of PyTorch before 1.6; load it there, and {_AGAIN}")
    with numpy_errors(f"it is no zip archive, as torch.save writes it, or it is damaged; {_AGAIN}"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    # zipfile reads no more than these sizes, whatever the compressed bytes hold.
    check_size(sum(info.file_size for info in infos), "expanded, it holds")
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise FileFormatError(f"the archive has a record twice; {_AGAIN}")
    folders = [name.removesuffix(_PICKLE) for name in names if name.split("/", 1)[-1] == _PICKLE]
    if len(folders) != 1:
        raise FileFormatError(f"the archive has no record {_PICKLE}, or several; {_AGAIN}")
    inside = {name.removeprefix(folders[0]): name for name in names if name.startswith(folders[0])}
    if any(name.startswith("code/") or name == "constants.pkl" for name in inside):
        raise FileFormatError(f"it is a program (TorchScript), and no code is run; {WANTED}")
    with numpy_errors(f"the archive is damaged; {_AGAIN}"), archive:
        return {short: archive.read(name) for short, name in inside.items()}


def _tensor(stored: Stored, records: Mapping[str, bytes], order: str) -> NDArray[Any]:
    """The numbers of a tensor, row by row."""
    try:
        word, kind, key, _, count = stored.storage
    except ValueError:
        word = None
    if word != "storage" or not isinstance(kind, Name) or not isinstance(key, str) or type(count) is not int:
        raise FileFormatError(f"its storage has no type, name and size; {_AGAIN}")
    if kind.text not in _TYPES:
        raise FileFormatError(f"numbers of {quoted(kind.text)} are not supported; store floats or integers of 8 to 64 bits")
    dtype = np.dtype(order + _TYPES[kind.text])
    raw = records.get(f"data/{key}")
    if raw is None or len(raw) != count * dtype.itemsize:
        held = "is not there" if raw is None else f"has {len(raw)} bytes for {count} numbers of {dtype.itemsize} bytes"
        raise FileFormatError(f"its record {quoted(f'data/{key}')} {held}; {_AGAIN}")
    size, stride = stored.size, stored.stride
    numbers = (stored.offset, *size, *stride)
    if not all(type(one) is int and one >= 0 for one in numbers) or len(size) != len(stride) or len(size) > 8:
        raise FileFormatError(f"size, stride and offset are no integers from 0, at most 8 for size and stride; {_AGAIN}")
    if not math.prod(size):
        raise FileFormatError(f"its size {list(size)} has no entry; leave it out")
    last = stored.offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    if last >= count:
        raise FileFormatError(f"by its strides, it reaches to number {last + 1} of {count}; {_AGAIN}")
    check_size(math.prod(size) * 8, "as numbers, it takes")
    flat = np.frombuffer(raw, dtype=dtype)[stored.offset :]
    array = np.lib.stride_tricks.as_strided(flat, size, [step * dtype.itemsize for step in stride]).copy()
    return from_bfloat(array) if kind.text == _BFLOAT else array


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a record whose bytes begin at a multiple of the alignment: its header is filled up by an extra field."""
    info = zipfile.ZipInfo(f"{_FOLDER}/{name}", _DATE)
    assert archive.fp is not None
    begin = archive.fp.tell() + _LOCAL_HEADER + len(info.filename) + 4
    fill = -begin % _ALIGNMENT
    info.extra = b"FB" + struct.pack("<H", fill) + b"Z" * fill
    archive.writestr(info, data)


def _pickled(tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """The pickle, in the instructions that PyTorch itself uses."""
    empty = _name(ORDERED) + b")R"
    pieces = [b"\x80\x02", empty, b"("]
    for number, (name, array) in enumerate(tensors.items()):
        kind = _name("torch.FloatStorage" if array.dtype.itemsize == 4 else "torch.DoubleStorage")
        storage = b"(" + _text("storage") + kind + _text(str(number)) + _text("cpu") + _integer(array.size) + b"tQ"
        steps = [step // array.dtype.itemsize for step in array.strides]
        pieces += [_text(name), _name("torch._utils._rebuild_tensor_v2"), b"(", storage, _integer(0)]
        pieces += [_tuple(array.shape), _tuple(steps), b"\x89", empty, b"tR"]
    return b"".join([*pieces, b"u."])


def _name(text: str) -> bytes:
    module, name = text.rsplit(".", 1)
    return f"c{module}\n{name}\n".encode()


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def _integer(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def _tuple(values: Any) -> bytes:
    return b"(" + b"".join(map(_integer, values)) + b"t"


FILE_FORMAT = NetworkFormat(decode, encode, takes=TAKES, configured=decode)
