"""Models of Keras 3, whatever computes for them: a `Sequential`, or a functional model, layer by layer.

The layers are in `keras_layers.py`. Nested models and layers that are used several times are followed as they are called. Keras
is not imported: all that is asked of a model are its tensors, and of a layer its configuration and its weights.
"""

from __future__ import annotations

import math
from typing import Any

from relupoly.errors import ModelError
from relupoly.files.json_text import quoted
from relupoly.files.onnx.nodes import check_shape
from relupoly.frameworks.keras_layers import READERS, Layer, kind_of
from relupoly.frameworks.parts import at, check_own, is_of
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor
from relupoly.networks.network import Network
from relupoly.plain_text import plain_text

KEY = "keras"
_METHODS = ("call", "__call__")


def from_keras(model: Any, drop_last: bool = False) -> Network:
    """The function of a model of Keras as a network.

    Parameters
    ----------
    model : keras.Sequential or functional keras.Model
        Of Keras 3, with one input of a fixed shape and one output. Its layers are dense ones, convolutions, pooling, batch
        normalisation, ReLU and its kin, sums, maxima and concatenations, and others that move entries. It is taken as it
        predicts: dropout and noise do nothing, batch normalisation uses its moving statistics.
    drop_last : bool
        Whether to leave off an activation of the last layer that is not piecewise linear: softmax, sigmoid, tanh, ...

    Returns
    -------
    Network
        Its inputs and outputs are the entries of the model's, row by row: of images as Keras holds them, channels last.

    Raises
    ------
    ModelError
        If a layer is not supported, or its function is not piecewise linear; it names the layer.

    Notes
    -----
    A weight is the dyadic rational that it stores. Numbers in the configuration of layers, such as the slope of a leaky ReLU,
    are rounded to single precision unless the layer computes in double precision. One rounding remains, in batch normalisation:
    the quotient gamma / sqrt(variance + epsilon) is rounded to a double.
    """
    if not _is_model(model):
        raise ModelError(
            f"an object of the class {plain_text(type(model).__name__)} is no Sequential and no functional model of Keras 3; "
            "give one that is built"
        )
    check_own(model, "keras", _METHODS)
    for what, tensors in (("inputs", model.inputs), ("outputs", model.outputs)):
        if len(tensors) != 1:
            raise ModelError(f"the model has {len(tensors)} {what}, and a network has one of each; give a part of it")
    shape = tuple(model.inputs[0].shape[1:])
    if not all(isinstance(length, int) for length in shape):
        raise ModelError(f"the shape of its input is {list(shape)}; give a model whose input has a fixed shape")
    check_shape(shape)
    reading = _Reading(Lowering(math.prod(shape)), drop_last)
    output = reading.called(model, reading.lowering.input((1, *shape)), last=True)
    if drop_last and not reading.dropped:
        raise ModelError("its last layer is piecewise linear, so nothing is left off; leave out drop_last")
    notes: dict[str, Any] = {
        "model": kind_of(model),
        "input": list(shape),
        "output": list(output.shape[1:]),
        "layers": reading.kinds,
    }
    if reading.dropped:
        notes["dropped"] = reading.dropped[0]
    if reading.notes:
        notes["rounded"] = sorted(set(reading.notes))
    return reading.lowering.network(output, {KEY: notes})


class _Reading:
    """A net that is being made.

    Parameters
    ----------
    lowering : Lowering
    drop_last : bool
    """

    def __init__(self, lowering: Lowering, drop_last: bool) -> None:
        self.lowering, self.drop_last = lowering, drop_last
        self.kinds: list[str] = []
        self.dropped: list[str] = []
        self.notes: list[str] = []

    def called(self, model: Any, x: Tensor, last: bool) -> Tensor:
        """What a model makes of a tensor.

        Parameters
        ----------
        model : keras.Model
        x : Tensor
        last : bool
            Whether its output is that of the net.
        """
        known = {id(model.inputs[0]): x}
        return self._computed(model.outputs[0], known, last)

    def _computed(self, wanted: Any, known: dict[int, Tensor], last: bool) -> Tensor:
        """A tensor of a model, after those that it needs; without recursion, since models are deep."""
        pending = [wanted]
        while pending:
            tensor = pending[-1]
            node = _node(tensor)
            missing = [one for one in node.input_tensors if id(one) not in known]
            if missing and id(tensor) not in known:
                pending += missing
                continue
            pending.pop()
            if id(tensor) not in known:
                known[id(tensor)] = self._layer(node, known, last and tensor is wanted)
        return known[id(wanted)]

    def _layer(self, node: Any, known: dict[int, Tensor], last: bool) -> Tensor:
        operation = node.operation
        inputs = [known[id(one)] for one in node.input_tensors]
        with at(f"layer {quoted(str(operation.name))} ({kind_of(operation)})"):
            check_own(operation, "keras", _METHODS)
            if _is_model(operation):
                return self.called(operation, inputs[0], last)
            if kind_of(operation) not in READERS:
                raise ModelError("it is not supported, or not piecewise linear; give the model up to there")
            allowed = self.dropped if self.drop_last and last else None
            values = [known.get(id(one), one) for one in node.arguments.args]
            layer = Layer(self.lowering, operation, inputs, values, allowed, self.notes)
            try:
                result = layer.result()
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise ModelError("its configuration or its weights are not supported; give the model up to there") from error
        self.kinds.append(kind_of(operation))
        return result


def _node(tensor: Any) -> Any:
    """The call of a layer that gives a tensor."""
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def _is_model(value: Any) -> bool:
    """Whether something is a model of Keras whose layers can be followed."""
    ours = any(is_of(one, "keras") for one in type(value).__mro__)
    return ours and bool(getattr(value, "inputs", None)) and bool(getattr(value, "outputs", None))
