"""The layers of Keras, as affine forms and neurons: functions of a `Layer`, and their table.

Keras holds channels last; what has an operator of ONNX with the same meaning goes through that one, channels first.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.errors import ModelError
from relupoly.exact.rationals import rational
from relupoly.files.json_text import quoted
from relupoly.files.onnx.nodes import Node, as_tensor, scalar
from relupoly.files.onnx.operators import OPERATORS as ONNX
from relupoly.files.onnx.tensors import Value
from relupoly.frameworks.parts import exact, is_of
from relupoly.networks.lowering.activations import clip
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor

# fmt: off
_SMOOTH = frozenset((
    "celu", "elu", "exponential", "gelu", "glu", "hard_silu", "hard_swish", "log_sigmoid", "log_softmax", "mish", "selu",
    "sigmoid", "silu", "softmax", "softplus", "softsign", "sparse_plus", "sparsemax", "squareplus", "swish", "tanh",
    "tanh_shrink",
))
# fmt: on


@dataclass(frozen=True)
class Layer:
    """One call of a layer.

    Attributes
    ----------
    lowering : Lowering
        Where neurons are made.
    layer : keras.Layer or keras.Operation
    inputs : sequence of Tensor
        With the axis of samples, which has length 1.
    values : sequence
        The arguments as they were given: tensors, numbers.
    dropped : list of str or None
        Where an activation may be left off: the list to which its name is appended.
    notes : list of str
        What there is to say about the way in which it was read.
    """

    lowering: Lowering
    layer: Any
    inputs: Sequence[Tensor]
    values: Sequence[Any]
    dropped: list[str] | None
    notes: list[str]

    def result(self) -> Tensor:
        """What it gives."""
        return READERS[kind_of(self.layer)](self)

    @property
    def x(self) -> Tensor:
        """Its first input."""
        return self.inputs[0]

    @cached_property
    def config(self) -> dict[str, Any]:
        """Its configuration."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # functions in a configuration, which are refused here
            return dict(self.layer.get_config())

    @cached_property
    def weights(self) -> list[NDArray[Any]]:
        """Its weights, in the order in which Keras has them."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the way in which Keras reads its own variables is deprecated in numpy
            return [np.asarray(one) for one in self.layer.get_weights()]

    def weight(self, place: int, move: Callable[[NDArray[Any]], NDArray[Any]] = np.asarray) -> Tensor:
        """A weight, its entries perhaps moved."""
        if place >= len(self.weights):
            raise ModelError("a weight is missing; build the model")
        return Tensor.of_constants(exact(move(self.weights[place]), f"weight {place + 1}"))

    def number(self, value: Any) -> fmpq:
        """A number of its configuration, as it uses it."""
        single = str(getattr(self.layer, "compute_dtype", "float32")) != "float64"
        return rational(float(np.float32(value)) if single and isinstance(value, float) else value)

    def onnx(self, operator: str, *inputs: Value | None, **attributes: Any) -> Tensor:
        """What an operator of ONNX gives."""
        result = ONNX[operator](Node(self.lowering, operator, inputs, attributes, notes=self.notes))
        assert not isinstance(result, tuple)
        return as_tensor(result)

    @property
    def last(self) -> bool:
        """Whether channels come last."""
        return bool(self.config.get("data_format", "channels_last") == "channels_last")

    def first(self, x: Tensor) -> Tensor:
        """The tensor with channels first."""
        return x.moved(lambda places: np.moveaxis(places, -1, 1)) if self.last else x

    def back(self, x: Tensor) -> Tensor:
        """A tensor with channels first as the layer has it."""
        return x.moved(lambda places: np.moveaxis(places, 1, -1)) if self.last else x

    def activated(self, x: Tensor) -> Tensor:
        """What its activation makes of a tensor."""
        name = self.config.get("activation")
        if name is None or name == "linear":
            return x
        if isinstance(name, str) and name in _ACTIVATIONS:
            return _ACTIVATIONS[name](self, x)
        if isinstance(name, str) and name in _SMOOTH:
            return smooth(self, x, name)
        raise ModelError(
            f"its activation {quoted(str(name))} is not supported; give a piecewise linear one of Keras by its name"
        )


def smooth(layer: Layer, x: Tensor, name: str) -> Tensor:
    """What is not piecewise linear: it is left off where that is allowed."""
    if layer.dropped is None:
        raise ModelError(
            f"its activation {quoted(name)} is not piecewise linear; drop_last=True leaves off that of the last layer"
        )
    layer.dropped.append(name)
    return x


def kind_of(value: Any) -> str:
    """The name of its class, or of the class of Keras from which that inherits.

    Examples
    --------
    >>> kind_of(3)
    'int'
    """
    names = [one.__name__ for one in type(value).__mro__ if is_of(one, "keras")]
    return quoted(names[0] if names else type(value).__name__)[1:-1]


def _constant(value: fmpq | int) -> Tensor:
    return Tensor.of_constants(scalar(value))


def _hard_sigmoid(layer: Layer, x: Tensor) -> Tensor:
    inner = x.times(scalar(fmpq(1, 6))) + _constant(fmpq(1, 2))
    return clip(layer.lowering, inner, fmpq(0), fmpq(1))


def _soft_shrink(layer: Layer, x: Tensor) -> Tensor:
    return layer.onnx("Sub", x, clip(layer.lowering, x, fmpq(-1, 2), fmpq(1, 2)))


_ACTIVATIONS: dict[str, Callable[[Layer, Tensor], Tensor]] = {
    "relu": lambda layer, x: layer.lowering.relu(x),
    "relu6": lambda layer, x: clip(layer.lowering, x, fmpq(0), fmpq(6)),
    "leaky_relu": lambda layer, x: layer.onnx("PRelu", x, _constant(layer.number(0.2))),
    "hard_sigmoid": _hard_sigmoid,
    "hard_tanh": lambda layer, x: clip(layer.lowering, x, fmpq(-1), fmpq(1)),
    "soft_shrink": _soft_shrink,
}


def _dense(layer: Layer) -> Tensor:
    product = layer.onnx("MatMul", layer.x, layer.weight(0))
    return layer.activated(product + layer.weight(1) if layer.config["use_bias"] else product)


def _windows(layer: Layer, size: str) -> dict[str, Any]:
    """The attributes of windows that ONNX knows by other names."""
    kernel = list(layer.config[size])
    strides = layer.config["strides"]
    if layer.config["padding"] not in ("valid", "same"):
        raise ModelError(f"its padding {quoted(str(layer.config['padding']))} is not supported; give valid or same")
    auto = "SAME_UPPER" if layer.config["padding"] == "same" else "VALID"
    dilations = list(layer.config.get("dilation_rate", [1] * len(kernel)))
    strides = list(kernel if strides is None else strides)
    return {"kernel_shape": kernel, "strides": strides, "dilations": dilations, "auto_pad": auto}


def _convolution(layer: Layer) -> Tensor:
    weight = layer.weight(0, lambda table: np.moveaxis(table, (-1, -2), (0, 1)))
    bias = layer.weight(1) if layer.config["use_bias"] else None
    attributes = _windows(layer, "kernel_size") | {
        "dilations": list(layer.config["dilation_rate"]),
        "group": layer.config["groups"],
    }
    return layer.activated(layer.back(layer.onnx("Conv", layer.first(layer.x), weight, bias, **attributes)))


def _depthwise(layer: Layer) -> Tensor:
    """Each channel by itself, with several filters for each."""
    channels = layer.weights[0].shape[-2]

    def filters(table: NDArray[Any]) -> NDArray[Any]:
        return np.moveaxis(table, (-2, -1), (0, 1)).reshape(-1, 1, *table.shape[:-2])

    bias = layer.weight(1) if layer.config["use_bias"] else None
    attributes = _windows(layer, "kernel_size") | {"group": channels}
    return layer.activated(layer.back(layer.onnx("Conv", layer.first(layer.x), layer.weight(0, filters), bias, **attributes)))


def _pool(operator: str) -> Callable[[Layer], Tensor]:
    return lambda layer: layer.back(layer.onnx(operator, layer.first(layer.x), **_windows(layer, "pool_size")))


def _global_pool(operator: str) -> Callable[[Layer], Tensor]:
    def pooled(layer: Layer) -> Tensor:
        rank = len(layer.x.shape)
        axes = list(range(1, rank - 1) if layer.last else range(2, rank))
        return layer.onnx(operator, layer.x, axes=axes, keepdims=int(layer.config["keepdims"]))

    return pooled


def _batch_norm(layer: Layer) -> Tensor:
    axis, places = layer.config["axis"], iter(range(4))
    x = layer.x.moved(lambda table: np.moveaxis(table, axis, 1))
    ones = Tensor.of_constants(exact(np.ones(x.shape[1]), "ones"))
    gamma = layer.weight(next(places)) if layer.config["scale"] else ones
    beta = layer.weight(next(places)) if layer.config["center"] else ones - ones
    mean, variance = layer.weight(next(places)), layer.weight(next(places))
    if layer.config.get("renorm"):
        raise ModelError("batch renormalisation is not supported; train without it")
    result = layer.onnx("BatchNormalization", x, gamma, beta, mean, variance, epsilon=_float(layer, layer.config["epsilon"]))
    return result.moved(lambda table: np.moveaxis(table, 1, axis))


def _float(layer: Layer, value: Any) -> float:
    exactly = layer.number(float(value))
    return int(exactly.p) / int(exactly.q)


def _relu(layer: Layer) -> Tensor:
    config = layer.config
    if config["threshold"]:
        raise ModelError("it jumps at its threshold, so it is not continuous; give threshold=0")
    slope = layer.number(config["negative_slope"] or 0)
    x = layer.onnx("PRelu", layer.x, _constant(slope)) if slope else layer.lowering.relu(layer.x)
    return x if config["max_value"] is None else clip(layer.lowering, x, None, layer.number(config["max_value"]))


def _leaky(layer: Layer) -> Tensor:
    return layer.onnx("PRelu", layer.x, _constant(layer.number(layer.config["negative_slope"])))


def _prelu(layer: Layer) -> Tensor:
    return layer.onnx("PRelu", layer.x, layer.weight(0))


def _flatten(layer: Layer) -> Tensor:
    x = layer.x if layer.last else layer.x.moved(lambda table: np.moveaxis(table, 1, -1))
    return x.reshaped((1, x.size))


def _reshape(layer: Layer) -> Tensor:
    shape = (1, *layer.config["target_shape"])
    return layer.x.moved(lambda table: table.reshape(shape))


def _permute(layer: Layer) -> Tensor:
    order = (0, *layer.config["dims"])
    return layer.x.moved(lambda table: table.transpose(order))


def _repeat(layer: Layer) -> Tensor:
    return layer.x.moved(lambda table: np.repeat(table[:, None], layer.config["n"], axis=1))


def _zero_padding(layer: Layer) -> Tensor:
    sides = layer.config["padding"]
    pairs = [(0, 0), (0, 0), *_pairs(sides)]
    pads = np.array([one for one, _ in pairs] + [two for _, two in pairs], dtype=np.int64)
    return layer.back(layer.onnx("Pad", layer.first(layer.x), pads))


def _cropping(layer: Layer) -> Tensor:
    cut = (slice(None), slice(None), *(slice(one, -two or None) for one, two in _pairs(layer.config["cropping"])))
    return layer.back(layer.first(layer.x).moved(lambda table: table[cut]))


def _pairs(sides: Any) -> list[tuple[int, int]]:
    """How much at both ends of each axis; in one dimension Keras gives one pair."""
    pairs = [sides] if isinstance(sides[0], int) else sides
    return [(int(one), int(two)) for one, two in pairs]


def _rescaling(layer: Layer) -> Tensor:
    scale, offset = layer.config["scale"], layer.config["offset"]
    if not isinstance(scale, (int, float)) or not isinstance(offset, (int, float)):
        raise ModelError("its scale or offset is no number; give numbers")
    return layer.x.times(scalar(layer.number(scale))) + _constant(layer.number(offset))


def _merged(operator: str) -> Callable[[Layer], Tensor]:
    def merged(layer: Layer) -> Tensor:
        values = (
            list(layer.inputs) if isinstance(layer.values[0], (list, tuple)) else [_value(layer, one) for one in layer.values]
        )
        result = values[0]
        for one in values[1:]:
            result = layer.onnx(operator, result, one)
        return result

    return merged


def _value(layer: Layer, value: Any) -> Tensor:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (int, float)):
        return _constant(layer.number(value))
    return Tensor.of_constants(exact(value, "a constant"))


def _average(layer: Layer) -> Tensor:
    return layer.onnx("Mean", *layer.inputs)


def _concatenate(layer: Layer) -> Tensor:
    return layer.onnx("Concat", *layer.inputs, axis=layer.config["axis"])


def _softmax(layer: Layer) -> Tensor:
    return smooth(layer, layer.x, "softmax")


READERS: dict[str, Callable[[Layer], Tensor]] = {
    "Absolute": lambda layer: layer.onnx("Abs", layer.x),
    "Activation": lambda layer: layer.activated(layer.x),
    "Add": _merged("Add"),
    "Average": _average,
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Divide": _merged("Div"),
    "Flatten": _flatten,
    "LeakyReLU": _leaky,
    "Maximum": _merged("Max"),
    "Minimum": _merged("Min"),
    "Multiply": _merged("Mul"),
    "Negative": lambda layer: layer.onnx("Neg", layer.x),
    "PReLU": _prelu,
    "Permute": _permute,
    "ReLU": _relu,
    "Relu": lambda layer: layer.lowering.relu(layer.x),
    "RepeatVector": _repeat,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "Softmax": _softmax,
    "Subtract": _merged("Sub"),
    "TrueDivide": _merged("Div"),
}
"""What reads a layer or an operation, by the name of its class."""

for _count in (1, 2, 3):
    READERS |= {
        f"Conv{_count}D": _convolution,
        f"DepthwiseConv{_count}D": _depthwise,
        f"MaxPooling{_count}D": _pool("MaxPool"),
        f"AveragePooling{_count}D": _pool("AveragePool"),
        f"GlobalMaxPooling{_count}D": _global_pool("ReduceMax"),
        f"GlobalAveragePooling{_count}D": _global_pool("ReduceMean"),
        f"ZeroPadding{_count}D": _zero_padding,
        f"Cropping{_count}D": _cropping,
        f"SpatialDropout{_count}D": lambda layer: layer.x,
    }
_NOTHING = "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise Identity"
READERS |= dict.fromkeys(_NOTHING.split(), lambda layer: layer.x)
