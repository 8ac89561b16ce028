"""`ModelNotes`: what a network's metadata tell of the ONNX model that it was read from.

They are kept when the network is written in another format. Whoever reads them there reads what a file says: `ModelNotes.of`
believes only what has the form that `metadata` gives it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "onnx"


@dataclass(frozen=True)
class TensorNotes:
    """An input or output of the model.

    Attributes
    ----------
    name : str
    shape : tuple of int
    """

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class NodeNotes:
    """A node that computes something of the input.

    Attributes
    ----------
    operator, name : str
    shape : tuple of int
        Of its first output.
    layers : tuple of int
        The layers of the network, from 1, of which it has become a part; the last one is the output layer.
    """

    operator: str
    name: str
    shape: tuple[int, ...]
    layers: tuple[int, ...]


@dataclass(frozen=True)
class ModelNotes:
    """What was read.

    Attributes
    ----------
    producer : str
        The program that has written the model.
    opset : int
        The version of the operators.
    input, output : TensorNotes
    nodes : tuple of NodeNotes
        In the order in which they were computed.
    constants : mapping of str to int
        The operators of nodes that compute constants, and how many of each there are.
    unread : int
        The number of nodes that the output does not need.
    dropped : str or None
        The operator of the last activation, where that was left off.
    rounded : tuple of str
        Where weights were rounded.
    """

    producer: str
    opset: int
    input: TensorNotes
    output: TensorNotes
    nodes: tuple[NodeNotes, ...]
    constants: Mapping[str, int]
    unread: int
    dropped: str | None
    rounded: tuple[str, ...]

    @property
    def operators(self) -> dict[str, int]:
        """The operators of the nodes, and how many of each there are."""
        return dict(Counter(node.operator for node in self.nodes))

    def layer_operators(self, layer: int) -> list[str]:
        """The operators that have become a part of a layer, each once, in the order of the nodes."""
        return list(dict.fromkeys(node.operator for node in self.nodes if layer in node.layers))

    def fits(self, inputs: int, outputs: int, layers: int) -> bool:
        """Whether a network of this shape can be the one that was read: metadata are kept when a network is changed, too."""
        lengths = math.prod(self.input.shape), math.prod(self.output.shape)
        return lengths == (inputs, outputs) and all(1 <= layer <= layers for node in self.nodes for layer in node.layers)

    def metadata(self) -> dict[str, Any]:
        """The same as JSON has it; what there is nothing of is left out."""
        found: dict[str, Any] = {
            "producer": self.producer,
            "opset": self.opset,
            "input": {"name": self.input.name, "shape": list(self.input.shape)},
            "output": {"name": self.output.name, "shape": list(self.output.shape)},
            "operators": self.operators,
            "nodes": [
                {"operator": node.operator, "name": node.name, "shape": list(node.shape), "layers": list(node.layers)}
                for node in self.nodes
            ],
        }
        more: dict[str, Any] = {"constants": dict(self.constants), "unread": self.unread}
        more |= {"dropped": self.dropped, "rounded": list(self.rounded)}
        return found | {key: value for key, value in more.items() if value}

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> ModelNotes | None:
        """What a network's metadata tell; None where they tell nothing, or not in this form.

        Examples
        --------
        >>> ModelNotes.of({"onnx": {"producer": "someone"}}) is None
        True
        """
        found = metadata.get(KEY)
        if not isinstance(found, Mapping):
            return None
        try:
            return cls(
                _checked(found["producer"], str),
                _count(found["opset"]),
                _tensor(found["input"]),
                _tensor(found["output"]),
                tuple(map(_node, _checked(found["nodes"], list))),
                {key: _count(value) for key, value in _checked(found.get("constants", {}), dict).items()},
                _count(found.get("unread", 0)),
                _checked(found["dropped"], str) if "dropped" in found else None,
                tuple(_checked(text, str) for text in _checked(found.get("rounded", []), list)),
            )
        except (KeyError, TypeError):
            return None


def _tensor(found: Any) -> TensorNotes:
    return TensorNotes(_checked(found["name"], str), _counts(found["shape"]))


def _node(found: Any) -> NodeNotes:
    return NodeNotes(
        _checked(found["operator"], str), _checked(found["name"], str), _counts(found["shape"]), _counts(found["layers"])
    )


def _counts(found: Any) -> tuple[int, ...]:
    return tuple(map(_count, _checked(found, list)))


def _count(found: Any) -> int:
    if isinstance(found, bool) or _checked(found, int) < 0:
        raise TypeError
    return int(found)


def _checked(found: Any, kind: type) -> Any:
    if not isinstance(found, kind):
        raise TypeError
    return found
