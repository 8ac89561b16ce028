"""The native network file: JSON that keeps every weight exactly.

A JSON number is the IEEE double that it parses to, since programs write doubles so; an integer is that integer, however
large. A text is an exact rational, "1/3" or "0.1". ReLU follows every layer but the last.

Version 2 has two things more for each layer: "linear", the neurons without ReLU, counted from 0, and sparse weights
(`relupoly.files.json_sparse`). A network that needs neither is written as version 1, which every reader knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from relupoly.errors import FileFormatError
from relupoly.exact.json_numbers import number_text
from relupoly.exact.matrices import rows_of
from relupoly.files.json_text import check_keys, parse_json, quoted
from relupoly.files.network_format import NetworkFormat
from relupoly.networks.network import Layer, Network
from relupoly.plain_text import plain_json

if TYPE_CHECKING:
    from relupoly.exact.sparse import Matrix

FORMAT = "relupoly-network"
VERSIONS = (1, 2)


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
    version = _version(document["format"], document["version"])
    layers = document["layers"]
    if not isinstance(layers, list):
        raise FileFormatError('"layers" is not a list; write [{"weight": rows, "bias": entries}, ...]')
    metadata = document.get("metadata", {})
    metadata_text(metadata)
    network = Network.from_rows([_layer(layer, number, version) for number, layer in enumerate(layers, 1)], metadata)
    if not any("linear" in layer for layer in layers):
        return network
    linear = [_linear(layer, number) for number, layer in enumerate(layers, 1)]
    return Network(tuple(replace(layer, linear=one) for layer, one in zip(network.layers, linear, strict=True)), metadata)


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
    version = 1 if all(not layer.linear and isinstance(layer.weight, fmpq_mat) for layer in network.layers) else 2
    layers = ",\n".join(_layer_text(layer) for layer in network.layers)
    metadata = f',\n "metadata": {metadata_text(network.metadata)}' if network.metadata else ""
    return f'{{"format": "{FORMAT}", "version": {version},\n "layers": [\n{layers}]{metadata}}}\n'.encode()


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


def _version(format: Any, version: Any) -> int:
    """The version of a file, whose format is the native one."""
    if format != FORMAT:
        shown = quoted(format) if isinstance(format, str) else "no text"
        raise FileFormatError(f'"format" is {shown}; a network file has "{FORMAT}"')
    if type(version) is not int or version not in VERSIONS:
        raise FileFormatError(f'"version" is {quoted(str(version))}; this program reads versions 1 and 2')
    return version


def _layer(layer: Any, number: int, version: int) -> tuple[Any, Any]:
    """The weight and the bias of a layer, as `Network.from_rows` takes them."""
    place = f"layer {number}: "
    if version == 1 and isinstance(layer, Mapping) and "linear" in layer:
        raise FileFormatError(f'{place}files with linear neurons have "version": 2, not 1')
    check_keys(layer, ("weight",), ("bias", "linear"), place)
    if "bias" in layer and not isinstance(layer["bias"], list):
        raise FileFormatError(f"{place}bias is not a list of numbers; leave it out for zero")
    weight = layer["weight"]
    if isinstance(weight, Mapping):
        if version == 1:
            raise FileFormatError(f'{place}weight is not a list of rows; files with sparse weights have "version": 2, not 1')
        from relupoly.files.json_sparse import sparse_weight

        weight = sparse_weight(weight, number)
    return weight, layer.get("bias")


def _linear(layer: Mapping[str, Any], number: int) -> tuple[int, ...]:
    """The linear neurons of a layer; whether there are such neurons is the business of `Network`."""
    linear = layer.get("linear", [])
    if not isinstance(linear, list) or any(type(neuron) is not int for neuron in linear):
        raise FileFormatError(f"layer {number}: linear is not a list of whole numbers; write those of the neurons, from 0")
    return tuple(linear)


def _layer_text(layer: Layer) -> str:
    linear = f',\n   "linear": {list(layer.linear)}' if layer.linear else ""
    return f'  {{"weight": {_weight_text(layer.weight)},\n   "bias": [{_numbers(layer.bias.entries())}]{linear}}}'


def _weight_text(weight: Matrix) -> str:
    if not isinstance(weight, fmpq_mat):
        from relupoly.files.json_sparse import sparse_text

        return sparse_text(weight)
    rows = ",\n    ".join(f"[{_numbers(row)}]" for row in rows_of(weight))
    return f"[\n    {rows}]"


def _numbers(entries: list[fmpq]) -> str:
    return ", ".join(map(number_text, entries))


FILE_FORMAT = NetworkFormat(decode, encode)
