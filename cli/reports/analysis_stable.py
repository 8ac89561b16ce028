"""What is told of stable neurons and layers, and of a smaller net: as part of the document of an analysis, and as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .words import counted, listed, ranges

if TYPE_CHECKING:
    from relupoly.analysis.compression import Compression
    from relupoly.analysis.stable_layers import StableLayer, StableLayers


def stable_document(found: StableLayers) -> dict[str, Any]:
    """The answer for JSON; layers and neurons are numbered from 1."""
    return {
        "layers": [
            {
                "layer": number,
                "neurons": one.neurons,
                "active": _from_one(one.active),
                "inactive": _from_one(one.inactive),
                "redundant": _from_one(one.redundant),
                "off": one.off,
            }
            for number, one in enumerate(found.layers, 1)
        ],
        "facets": _counts(found.facets, "facets"),
        "layers_off": _counts(found.off, "layers"),
    }


def compressed_document(found: Compression, written: str | None) -> dict[str, Any]:
    """What is told of a smaller net; the net itself where it could not be written."""
    from relupoly.files.networks import encode_network

    document = {"output": written, "before": list(found.before), "after": list(found.after), "linear": found.network.linear}
    if written is None:
        import json

        document["network"] = json.loads(encode_network(found.network, "-"))
    return document


def _from_one(neurons: Sequence[int]) -> list[int]:
    return [neuron + 1 for neuron in neurons]


def _counts(counts: Mapping[int, int], noun: str) -> list[dict[str, int]]:
    return [{noun: number, "cells": cells} for number, cells in counts.items()]


def stable_text(found: StableLayers) -> Iterator[str]:
    """The answer for people, in lines."""
    for number, layer in enumerate(found.layers, 1):
        yield f"  {f'layer {number}':<10}  {counted(layer.neurons, 'neuron')}: {_told(layer)}"
    facets = [f"{number} in {counted(cells, 'cell')}" for number, cells in found.facets.items()]
    off = [f"{number} in {counted(cells, 'cell')}" for number, cells in found.off.items()]
    yield f"  {'facets':<10}  {listed(facets)}"
    yield f"  {'layers off':<10}  {listed(off)}"


def _told(layer: StableLayer) -> str:
    kinds = (("always active", layer.active), ("never active", layer.inactive), ("redundant", layer.redundant))
    told = [f"{name} {ranges(_from_one(neurons))}" for name, neurons in kinds if neurons]
    off = f"wholly off in {counted(layer.off, 'cell')}" if layer.off else ""
    return "; ".join([*(told or ["all change sign"]), *([off] if off else [])])


def compressed_text(found: Compression, written: str | None) -> str:
    """What is told of a smaller net, in a line."""
    from relupoly.files.streams import display_name

    before, after = (", ".join(map(str, widths)) or "none" for widths in (found.before, found.after))
    place = f"in {display_name(written)}" if written is not None else "not written"
    linear = f", {counted(found.network.linear, 'linear neuron')} among them" if found.network.linear else ""
    return f"  {'smaller':<10}  neurons {before} -> {after}{linear}, proved equal; {place}"
