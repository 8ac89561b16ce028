"""Files of tensors as other programs write them, made without these programs and without the library.

State dictionaries come from Python's own pickle: stand-ins take the place of the modules that PyTorch's pickles name.
"""

import io
import json
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from contextlib import contextmanager

import numpy as np

STORAGES = {"f8": "Double", "f4": "Float", "f2": "Half", "i8": "Long", "i4": "Int", "i2": "Short", "i1": "Char", "u1": "Byte"}


class Tensor:
    """A tensor: a flat storage, and which of its entries are meant."""

    def __init__(self, storage, size, stride, offset=0, kind=None, parameter=False):
        self.storage, self.size, self.stride, self.offset, self.parameter = storage, size, stride, offset, parameter
        self.kind = kind or STORAGES[storage.dtype.str[1:]] + "Storage"

    @classmethod
    def of(cls, array, **options):
        array = np.ascontiguousarray(array)
        return cls(array.ravel(), array.shape, tuple(step // array.itemsize for step in array.strides), **options)


@contextmanager
def torch_names(kinds):
    """Modules by the names that a pickle of PyTorch has, for as long as one is written."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for kind in kinds:
        setattr(torch, kind, type(kind, (), {"__module__": "torch", "__qualname__": kind}))
    for name in ("_rebuild_tensor_v2", "_rebuild_parameter"):

        def function(*arguments):
            raise AssertionError("nothing is rebuilt here")

        function.__module__, function.__qualname__ = "torch._utils", name
        setattr(utils, name, function)
    torch._utils = utils
    before = {name: sys.modules[name] for name in ("torch", "torch._utils") if name in sys.modules}
    sys.modules |= {"torch": torch, "torch._utils": utils}
    try:
        yield torch
    finally:
        for name in ("torch", "torch._utils"):
            del sys.modules[name]
        sys.modules |= before


def state_dict(entries, protocol=2, folder="archive", byteorder="little", **changes):
    """A state dictionary: a zip archive with a pickle, and a record for each storage.

    Parameters
    ----------
    entries : mapping of str to Tensor, array, or anything else
    changes : bytes or None
        Records in the place of those that belong there, by their names ("data_0" is data/0); None leaves one out.
    """
    tensors = {name: Tensor.of(one) if isinstance(one, np.ndarray) else one for name, one in entries.items()}
    kinds = {one.kind for one in tensors.values() if isinstance(one, Tensor)}
    storages = {}
    stream = io.BytesIO()

    with torch_names(kinds) as torch:

        class Storage:
            def __init__(self, tensor):
                self.tensor = tensor

        class Pickler(pickle.Pickler):
            def persistent_id(self, value):
                if not isinstance(value, Storage):
                    return None
                array = value.tensor.storage
                key = storages.setdefault(id(array), (str(len(storages)), array))[0]
                return ("storage", getattr(torch, value.tensor.kind), key, "cpu", array.size)

            def reducer_override(self, value):
                if not isinstance(value, Tensor):
                    return NotImplemented
                arguments = (Storage(value), value.offset, tuple(value.size), tuple(value.stride), False, OrderedDict())
                if value.parameter:
                    bare = Tensor(value.storage, value.size, value.stride, value.offset, value.kind)
                    return torch._utils._rebuild_parameter, (bare, True, OrderedDict())
                return torch._utils._rebuild_tensor_v2, arguments

        value = OrderedDict(tensors)
        value._metadata = OrderedDict([("", {"version": 1})])
        Pickler(stream, protocol).dump(value)
    records = {"data.pkl": stream.getvalue(), "byteorder": byteorder.encode(), "version": b"3\n"}
    for key, array in storages.values():
        records[f"data/{key}"] = array.astype(array.dtype.newbyteorder("<" if byteorder == "little" else ">")).tobytes()
    return archive(records | {name.replace("_", "/"): data for name, data in changes.items()}, folder)


def archive(records, folder="archive"):
    """A zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, data in records.items():
            if data is not None:
                file.writestr(zipfile.ZipInfo(f"{folder}/{name}"), data)  # without the time
    return stream.getvalue()


def with_pickle(data):
    """A state dictionary with this pickle."""
    return archive({"data.pkl": data, "byteorder": b"little", "version": b"3\n"})


def safetensors(entries, metadata=None, order=None, **header):
    """A safetensors file, its tensors sorted by name, as programs write them.

    Parameters
    ----------
    entries : mapping of str to array or (dtype, shape, bytes)
    order : sequence of str, optional
    header : mapping
        What the header says of tensors in the place of the truth.
    """
    codes = {"f8": "F64", "f4": "F32", "f2": "F16", "i8": "I64", "i4": "I32", "u1": "U8"}
    described, body = {} if metadata is None else {"__metadata__": metadata}, b""
    for name in order or sorted(entries):
        one = entries[name]
        kind, shape, data = one if isinstance(one, tuple) else (codes[one.dtype.str[1:]], list(one.shape), one.tobytes())
        described[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    for name, change in header.items():
        described[name] = described.get(name, {}) | change
    return raw_safetensors(json.dumps(described).encode(), body)


def raw_safetensors(header, body):
    """A header of any bytes, with its length before it."""
    return len(header).to_bytes(8, "little") + header + body
