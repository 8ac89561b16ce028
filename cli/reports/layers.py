"""What a network consists of, layer by layer, and of which ONNX model it was made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relupoly.plain_text import clipped

from .words import MOST_LISTED, counted, listed

if TYPE_CHECKING:
    from relupoly.networks.network import Layer, Network

Rows = list[tuple[str, Any]]

# How many characters are shown of what a program calls itself, and of a sentence.
_NAME, _LINE = 80, 120


def model_document(network: Network) -> dict[str, Any]:
    """What is told of the model: nothing where the network was not read from one."""
    from relupoly.files.onnx.notes import KEY, ModelNotes

    notes = ModelNotes.of(network.metadata)
    return {KEY: notes.metadata()} if notes else {}


def layers_document(network: Network) -> list[dict[str, Any]]:
    """The layers, the output layer too: their shapes, and how many entries of their weights are not 0."""
    from relupoly.files.onnx.notes import ModelNotes

    notes = ModelNotes.of(network.metadata)
    depth = len(network.layers)
    fits = notes is not None and notes.fits(network.input_dim, network.output_dim, depth)
    return [
        {
            "layer": number,
            "inputs": layer.inputs,
            "neurons": layer.outputs,
            "linear": layer.outputs if number == depth else len(layer.linear),
            "entries": layer.inputs * layer.outputs,
            "nonzeros": _nonzeros(layer),
            **({"operators": notes.layer_operators(number)} if fits and notes is not None else {}),
        }
        for number, layer in enumerate(network.layers, 1)
    ]


def model_rows(onnx: Mapping[str, Any] | None) -> Rows:
    """The lines about the model."""
    if onnx is None:
        return []
    by = f" by {clipped(onnx['producer'], _NAME)}" if onnx["producer"] else ""
    nodes = counted(len(onnx["nodes"]), "node") + (f": {_operators(onnx['operators'])}" if onnx["nodes"] else "")
    rows = [("read from", f"ONNX{by}, opset {onnx['opset']}, {nodes}")]
    if "constants" in onnx:
        rows += [("constants", f"{_operators(onnx['constants'])}: computed while reading")]
    if "unread" in onnx:
        rows += [("unread", f"{counted(onnx['unread'], 'node')} that the output does not need")]
    if "dropped" in onnx:
        rows += [("left off", f"{clipped(onnx['dropped'])}, the last activation")]
    return rows + ([("rounded", listed([clipped(text, _LINE) for text in onnx["rounded"]], "; "))] if "rounded" in onnx else [])


def tensor_text(size: int, onnx: Mapping[str, Any] | None, kind: str) -> str:
    """A number of inputs or outputs, and the tensor that they are."""
    from relupoly.files.json_text import quoted

    if onnx is None or math.prod(onnx[kind]["shape"]) != size:
        return str(size)
    shape = " x ".join(map(str, onnx[kind]["shape"])) or "no axes"
    return f"{size}: {quoted(onnx[kind]['name'])}, {shape}"


def layer_rows(layers: list[dict[str, Any]]) -> Rows:
    """A line for each layer; of many layers the first ones and the last."""
    rows = [(f"layer {layer['layer']}", _layer_text(layer, layer is layers[-1])) for layer in layers]
    if len(rows) <= MOST_LISTED:
        return rows
    return [*rows[: MOST_LISTED - 1], ("...", f"{len(rows) - MOST_LISTED} more with --json"), rows[-1]]


def _layer_text(layer: dict[str, Any], last: bool) -> str:
    linear, relus = layer["linear"], layer["neurons"] - layer["linear"]
    neurons = counted(relus, "ReLU neuron") + (f" and {linear} linear" if linear else "")
    what = counted(layer["neurons"], "output") if last else neurons
    made = f" ({listed(list(map(clipped, layer['operators'])))})" if layer.get("operators") else ""
    return f"{what} of {counted(layer['inputs'], 'input')}{made}, {_share(layer['nonzeros'], layer['entries'])}"


def _share(nonzeros: int, entries: int) -> str:
    """How many entries are not 0, in per cent: never rounded to none or to all.

    Examples
    --------
    >>> _share(1, 3), _share(9999, 10000), _share(1, 10000), _share(4, 4)
    ('33.3 % of 3 weights not 0', '99.9 % of 10000 weights not 0', '0.1 % of 10000 weights not 0', 'no weight is 0')
    """
    if nonzeros == entries:
        return "no weight is 0"
    if not nonzeros:
        return "all weights are 0"
    return f"{min(max(round(100 * nonzeros / entries, 1), 0.1), 99.9)} % of {counted(entries, 'weight')} not 0"


def _operators(counts: Mapping[str, int]) -> str:
    return listed([f"{count} {clipped(name)}" for name, count in counts.items()])


def _nonzeros(layer: Layer) -> int:
    return layer.sparse.count if layer.sparse is not None else sum(map(bool, layer.weight.entries()))
