"""ONNX models: what a graph of piecewise linear operators computes, as a network.

The weights are the dyadic rationals that the file stores, and what is computed of them is exact, but for one rounding of
BatchNormalization (`products.py: ROUNDED`). Inputs and outputs of the network are the entries of the model's tensors, row by
row. A first axis without a length, the number of samples, is taken as 1. Nodes that the output does not need are not read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relupoly.errors import FileFormatError, InputError, MissingPackageError
from relupoly.exact.sparse import Places
from relupoly.files.json_network import metadata_text
from relupoly.files.json_text import parse_json, quoted
from relupoly.files.network_format import NetworkFormat, ReaderOptions
from relupoly.files.onnx.graph import CUT, Graph, place
from relupoly.files.onnx.nodes import Node, as_tensor, check_shape
from relupoly.files.onnx.notes import KEY, ModelNotes, NodeNotes, TensorNotes
from relupoly.files.onnx.operators import OPERATORS, SMOOTH
from relupoly.files.onnx.origins import layers_of
from relupoly.files.onnx.tensors import FLOATS, Value, type_name, value_of
from relupoly.files.onnx.writer import METADATA, encode
from relupoly.files.streams import named
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor
from relupoly.networks.network import Network
from relupoly.plain_text import clipped, plain_text

NEWEST_OPSET = 26
"""The operators above changed in versions up to this one; a later version may give them another meaning."""

# Attribute kinds of AttributeProto, and where their values are.
_ATTRIBUTES = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings"}
_TEXT, _TENSOR = 3, 4


def decode(data: bytes, options: ReaderOptions = ReaderOptions()) -> Network:  # noqa: B008
    """The network of an ONNX model.

    Parameters
    ----------
    data : bytes
    options : ReaderOptions
        Whether a last activation is left off, or which tensor is the output; where the model's folder is.

    Raises
    ------
    MissingPackageError
        If the package onnx is not installed.
    FileFormatError, NetworkError
        If it is no ONNX model, or its function is not piecewise linear; it names the node.
    """
    model = _parsed(data)
    opset = _opset(model)
    graph = Graph.of(model.graph)
    output = graph.output(options.output_node)
    dropped = None
    if options.drop_last:
        output, dropped = graph.before_last(output)
    order = graph.needed(output)
    name = graph.input(order, output)
    shape = _input_shape(name, graph.inputs[name])
    lowering = Lowering(math.prod(shape))
    values: dict[str, Value] = {name: lowering.input(shape)}
    reader = _Reader(graph, lowering, values, opset, options.folder)
    for index in order:
        reader.compute(index)
    result = reader.stored(output)
    with named(f"the output {quoted(output)}"):
        tensor = as_tensor(result)
    net = lowering.assembled(tensor)
    layers = layers_of(graph, output, reader.makers(net.relus), len(net.layers))
    varying = [index for index in order if reader.varies(index)]
    notes = ModelNotes(
        _producer(model),
        opset,
        TensorNotes(name, shape),
        TensorNotes(output, tensor.shape),
        tuple(reader.described(index, layers.get(index, set())) for index in varying),
        Counter(graph.nodes[index].op_type for index in sorted({*order}.difference(varying))),
        len(graph.nodes) - len(order),
        dropped,
        tuple(sorted(set(reader.notes))),
    )
    return Network(net.layers, _kept_metadata(model) | {KEY: notes.metadata()})


class _Reader:
    """Computes nodes one after another.

    Parameters
    ----------
    graph : Graph
    lowering : Lowering
    values : dict
        What is known so far, by name.
    opset : int
    folder : Path or None
        Of the model.
    """

    def __init__(self, graph: Graph, lowering: Lowering, values: dict[str, Value], opset: int, folder: Path | None) -> None:
        self.graph, self.lowering, self.values, self.opset, self.folder = graph, lowering, values, opset, folder
        self.notes: list[str] = []
        self.made: list[tuple[int, int]] = []
        """The first signal of each node that makes ReLU neurons, and the node; ascending."""

    def stored(self, name: str) -> Value:
        """A tensor that was computed, or is stored in the file."""
        if name not in self.values:
            with named(f"tensor {quoted(name)}"):
                self.values[name] = value_of(self.graph.stored[name], self.folder)
        return self.values[name]

    def compute(self, index: int) -> None:
        """Compute what a node gives."""
        proto = self.graph.nodes[index]
        with named(place(index, proto)):
            first, operator = self.lowering.signals, self._operator(proto)
            inputs = tuple(self.stored(name) if name else None for name in proto.input)
            attributes = self._attributes(proto)
            node = Node(self.lowering, proto.op_type, inputs, attributes, self.opset, len(proto.output), self.notes)
            try:
                results = operator(node)
            except InputError:
                raise
            except MemoryError:
                raise FileFormatError("it takes more memory than there is; give smaller tensors") from None
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                # numpy and Python refuse shapes and attributes in too many ways for a list of them.
                shapes = ", ".join("none" if value is None else str(list(value.shape)) for value in inputs)
                raise FileFormatError(
                    f"inputs of the shapes {shapes} do not fit it or its attributes; correct the model"
                ) from error
            given = results if isinstance(results, tuple) else (results,)
            for name, value in zip(proto.output, given, strict=False):
                self.values[name] = value
            if self.lowering.is_relu[first:].any():
                self.made.append((first, index))
            for name in proto.output[len(given) :]:
                if name and any(name in other.input for other in self.graph.nodes):
                    raise FileFormatError(f"only its first output is supported, but {quoted(name)} is read, too")

    def varies(self, index: int) -> bool:
        """Whether what a node gives depends on the input of the net."""
        values = [self.values[name] for name in self.graph.nodes[index].output if name in self.values]
        return any(isinstance(value, Tensor) and not value.is_constant for value in values)

    def makers(self, relus: Sequence[Places]) -> dict[int, set[int]]:
        """The nodes that have made ReLU neurons, and the layers, counted from 1, where these are.

        Parameters
        ----------
        relus : sequence of ndarray of int64
            For each hidden layer the signals of its ReLU neurons.
        """
        firsts = np.array([first for first, _ in self.made], dtype=np.int64)
        found: dict[int, set[int]] = {index: set() for _, index in self.made}
        for layer, signals in enumerate(relus, 1):
            for which in np.unique(np.searchsorted(firsts, signals, side="right") - 1).tolist():
                found[self.made[which][1]].add(layer)
        return found

    def described(self, index: int, layers: set[int]) -> NodeNotes:
        """What the metadata say of a node that has become a part of these layers."""
        proto = self.graph.nodes[index]
        value = next(self.values[name] for name in proto.output if name in self.values)
        return NodeNotes(proto.op_type, clipped(plain_text(proto.name)), tuple(map(int, value.shape)), tuple(sorted(layers)))

    def _operator(self, proto: Any) -> Any:
        if proto.op_type in SMOOTH and all(self._is_constant(name) for name in proto.input if name):
            raise FileFormatError(f"it computes a constant that need not be rational; fold constants when you export, or {CUT}")
        if proto.op_type in SMOOTH:
            last = " --drop-last (drop_last=True) leaves a last activation off, and" if self._is_last(proto) else ""
            raise FileFormatError(f"its function is not piecewise linear;{last} {CUT} cuts the net before it")
        if proto.domain not in ("", "ai.onnx") or proto.op_type not in OPERATORS:
            where = f" of {quoted(proto.domain)}" if proto.domain else ""
            raise FileFormatError(f"the operator{where} is not supported; {CUT} cuts the net before it")
        return OPERATORS[proto.op_type]

    def _is_constant(self, name: str) -> bool:
        value = self.stored(name)
        return not isinstance(value, Tensor) or value.is_constant

    def _is_last(self, proto: Any) -> bool:
        try:
            return any(self.graph.before_last(name)[0] == proto.input[0] for name in self.graph.outputs)
        except FileFormatError:
            return False

    def _attributes(self, proto: Any) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for attribute in proto.attribute:
            if attribute.type not in _ATTRIBUTES:
                raise FileFormatError(f"the attribute {quoted(attribute.name)} is of a kind that is not supported")
            value = getattr(attribute, _ATTRIBUTES[attribute.type])
            if attribute.type == _TENSOR:
                value = value_of(value, self.folder)
            elif attribute.type == _TEXT:
                value = value.decode("utf-8", "replace")
            elif attribute.type > _TENSOR:
                value = list(value)
            found[attribute.name] = value
        return found


def _parsed(data: bytes) -> Any:
    try:
        import onnx
        from google.protobuf.message import DecodeError, Message
    except ImportError:
        raise MissingPackageError("ONNX files need the package onnx: pip install relupoly[onnx]") from None
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, RuntimeError, ValueError):
        raise FileFormatError("it is no ONNX model, or it is damaged; save it again") from None
    _check_texts(model, Message)
    if not model.HasField("graph") or not (model.graph.node or model.graph.output):
        raise FileFormatError("it holds no ONNX graph; save the whole model")
    return model


def _check_texts(message: Any, kind: type) -> None:
    """Raise if a text is not UTF-8: it comes as bytes then."""
    for field, value in message.ListFields():
        if field.type not in (field.TYPE_STRING, field.TYPE_MESSAGE):
            continue
        for one in [value] if isinstance(value, (str, bytes, kind)) else value:
            if isinstance(one, bytes):
                raise FileFormatError(f"the text {field.name} is not UTF-8; the model is damaged: save it again")
            if isinstance(one, kind):
                _check_texts(one, kind)


def _opset(model: Any) -> int:
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    version = int(versions[0]) if versions else 1
    if not 1 <= version <= NEWEST_OPSET:
        raise FileFormatError(
            f"it uses version {version} of the ONNX operators; export it for a version from 1 to {NEWEST_OPSET}"
        )
    return version


def _producer(model: Any) -> str:
    return clipped(plain_text(f"{model.producer_name} {model.producer_version}".strip()), 80)


def _kept_metadata(model: Any) -> dict[str, Any]:
    """What the network's own metadata were when the model was written."""
    for entry in model.metadata_props:
        if entry.key == METADATA:
            with named(f"its property {METADATA}"):
                metadata = parse_json(entry.value.encode())
                metadata_text(metadata)
                return dict(metadata)
    return {}


def _input_shape(name: str, info: Any) -> tuple[int, ...]:
    """The shape of the net's input; a first axis without a length has one sample."""
    with named(f"the input {quoted(name)}"):
        if not info.type.HasField("tensor_type"):
            raise FileFormatError("it is no tensor; a network has one as its input")
        kind = info.type.tensor_type
        if kind.elem_type not in FLOATS:
            raise FileFormatError(f"its entries are {type_name(kind.elem_type)}; a network's input consists of floats")
        if not kind.HasField("shape"):
            raise FileFormatError("it has no shape; give its axes a length")
        shape = []
        for axis, length in enumerate(kind.shape.dim):
            size = int(length.dim_value) if length.HasField("dim_value") else 0
            if size < 1 and (axis or size < -1):
                said = quoted(length.dim_param) if length.dim_param else str(size)
                raise FileFormatError(f"the length of axis {axis} is {said}, which is no positive number; give one")
            shape.append(max(1, size))
        check_shape(shape)
        return tuple(shape)


FILE_FORMAT = NetworkFormat(decode, encode, takes=("drop_last", "output_node"), configured=decode)
