"""The native network file: JSON that keeps every weight exactly.

A JSON number is the IEEE double that it parses to, since programs write doubles so; an integer is that integer, however
large. A text is an exact rational, "1/3" or "0.1". ReLU follows every layer but the last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.json_numbers import number_text
from relupoly.exact.matrices import rows_of
from relupoly.files.json_text import check_keys, parse_json, quoted
from relupoly.files.network_format import NetworkFormat
from relupoly.networks.network import Layer, Network
from relupoly.plain_text import plain_json

FORMAT = "relupoly-network"
VERSION = 1


def decode(data: bytes) -> Network:
    """The network of a native file.

    Raises
    ------
    FileFormatError, NetworkError
        If it is not JSON, not a network file, or its layers do not make a network; it names layer and entry.

    Examples
    --------
    >>> text = b'{"format": "relupoly-network", "version": 1, "layers": [{"weight": [["1/3", 0.5]]}]}'
    >>> decode(text).layers[0].weight
    [1/3, 1/2]
    """
    return network_of(parse_json(data))


def network_of(document: Any) -> Network:
    """The network that a JSON document describes."""
    check_keys(document, ("format", "version", "layers"), ("metadata",))
    _check_header(document["format"], document["version"])
    layers = document["layers"]
    if not isinstance(layers, list):
        raise FileFormatError('"layers" is not a list; write [{"weight": rows, "bias": entries}, ...]')
    metadata = document.get("metadata", {})
    metadata_text(metadata)
    return Network.from_rows([_layer(layer, number) for number, layer in enumerate(layers, 1)], metadata)


def encode(network: Network, round: bool = False) -> bytes:
    """The native file of a network; it never rounds, so `round` changes nothing.

    Examples
    --------
    >>> print(encode(Network.from_rows([([[1, "1/3"]], [0.1])])).decode().rstrip())
    {"format": "relupoly-network", "version": 1,
     "layers": [
      {"weight": [
        [1, "1/3"]],
       "bias": [0.1]}]}
    """
    layers = ",\n".join(_layer_text(layer) for layer in network.layers)
    metadata = f',\n "metadata": {metadata_text(network.metadata)}' if network.metadata else ""
    return f'{{"format": "{FORMAT}", "version": {VERSION},\n "layers": [\n{layers}]{metadata}}}\n'.encode()


def metadata_text(metadata: Any) -> str:
    """Metadata as JSON on one line.

    Raises
    ------
    FileFormatError
        If it is no object, or holds what JSON cannot hold, such as NaN.
    """
    if not isinstance(metadata, Mapping):
        raise FileFormatError('"metadata" is not an object; write {"name": ...}')
    try:
        return plain_json(json.dumps(dict(metadata), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise FileFormatError(f'"metadata" cannot be written as JSON ({error}); use texts and finite numbers') from None


def _check_header(format: Any, version: Any) -> None:
    if format != FORMAT:
        shown = quoted(format) if isinstance(format, str) else "no text"
        raise FileFormatError(f'"format" is {shown}; a network file has "{FORMAT}"')
    if type(version) is not int or version != VERSION:
        raise FileFormatError(f'"version" is {quoted(str(version))}; this program reads version {VERSION}')


def _layer(layer: Any, number: int) -> tuple[Any, Any]:
    place = f"layer {number}: "
    check_keys(layer, ("weight",), ("bias",), place)
    if "bias" in layer and not isinstance(layer["bias"], list):
        raise FileFormatError(f"{place}bias is not a list of numbers; leave it out for zero")
    return layer["weight"], layer.get("bias")


def _layer_text(layer: Layer) -> str:
    rows = ",\n    ".join(f"[{_numbers(row)}]" for row in rows_of(layer.weight))
    return f'  {{"weight": [\n    {rows}],\n   "bias": [{_numbers(layer.bias.entries())}]}}'


def _numbers(entries: list[fmpq]) -> str:
    return ", ".join(map(number_text, entries))


FILE_FORMAT = NetworkFormat(decode, encode)
