"""Arrays as text for a page: compressed together, in base64, with a list that tells what is where."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = {"f8": "Float64Array", "f4": "Float32Array", "u4": "Uint32Array", "u1": "Uint8Array"}
_ALIGNMENT = 8  # bytes: typed arrays begin at multiples of their entries' sizes


@dataclass(frozen=True)
class Packed:
    """Arrays, ready for a page.

    Attributes
    ----------
    fields : list of dict
        For each its name, the typed array of JavaScript that holds it, where it begins, and how many entries it has.
    text : str
        All of them, one after the other, by zlib and base64.
    """

    fields: list[dict[str, Any]]
    text: str


def packed(arrays: Mapping[str, NDArray[Any]]) -> Packed:
    """Pack arrays of doubles, singles, words of 32 bits and bytes.

    Examples
    --------
    >>> import numpy as np
    >>> found = packed({"start": np.array([0, 3, 7], dtype=np.uint32), "layer": np.array([1], dtype=np.uint8)})
    >>> [(field["name"], field["type"], field["offset"], field["length"]) for field in found.fields]
    [('start', 'Uint32Array', 0, 3), ('layer', 'Uint8Array', 16, 1)]
    >>> unpacked(found)["start"].tolist()
    [0, 3, 7]
    """
    fields, parts, offset = [], [], 0
    for name, array in arrays.items():
        kind = array.dtype.str.lstrip("<>|=")
        data = np.ascontiguousarray(array, dtype=f"<{kind}").tobytes()
        fields.append({"name": name, "type": _TYPES[kind], "offset": offset, "length": array.size})
        padding = -len(data) % _ALIGNMENT
        parts += [data, bytes(padding)]
        offset += len(data) + padding
    return Packed(fields, base64.b64encode(zlib.compress(b"".join(parts), 6)).decode("ascii"))


def unpacked(found: Packed) -> dict[str, NDArray[Any]]:
    """The arrays again, flat."""
    kinds = {name: f"<{kind}" for kind, name in _TYPES.items()}
    data = zlib.decompress(base64.b64decode(found.text))
    return {
        field["name"]: np.frombuffer(data, kinds[field["type"]], field["length"], field["offset"]) for field in found.fields
    }


def script_json(value: Any) -> str:
    r"""JSON that may stand in an element `script`: no text in it ends the element, or begins another one.

    Examples
    --------
    >>> print(script_json({"title": "</script><!--"}))
    {"title": "\u003c/script\u003e\u003c!--"}
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
