"""The layers of a net among named tensors: linear layers and convolutions in order, and what stands between them.

Such files hold weights and nothing else. What the shapes do not say must be given: the activation (ReLU by default), and for
convolutions the shape of the input, strides and paddings. Nothing is guessed: layers that need more (normalisation, pooling)
are refused, since a wrong guess gives another function.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import is_double, nearest_float
from relupoly.exact.sparse import Matrix
from relupoly.files.activation_names import Activation
from relupoly.files.arrays import exact_list
from relupoly.files.json_text import quoted
from relupoly.files.network_format import ReaderOptions
from relupoly.files.npz_names import LayerArrays, find_layers
from relupoly.files.onnx.nodes import Node, as_tensor, check_shape
from relupoly.files.onnx.products import conv
from relupoly.files.onnx.tensors import from_floats
from relupoly.files.plain_layers import with_plain_layers
from relupoly.files.rounding import rounded
from relupoly.files.streams import named
from relupoly.networks.lowering.linear_maps import product_with
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor
from relupoly.networks.network import Network

TAKES = ("activation", "input_shape", "convolutions")
"""The options that readers of such files heed."""

Arrays = Mapping[str, NDArray[Any]]

_INSTEAD = "export the whole model to ONNX, or give the module to from_torch"
_SHAPE, _WINDOWS = "--input-shape C,H,W (input_shape)", "--convolutions STRIDE:PADDING,... (convolutions)"
_NORMALISATION = ("running_mean", "running_var", "num_batches_tracked")
_MATRIX, _LARGEST = 2, 5  # axes of a linear layer, and of a convolution in three dimensions


def from_bfloat(bits: NDArray[Any]) -> NDArray[np.float32]:
    """Numbers of type bfloat16: the upper halves of single-precision ones."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def network_of(tensors: Arrays, options: ReaderOptions, ordered: bool, metadata: Mapping[str, Any] | None = None) -> Network:
    """The network of named tensors.

    Parameters
    ----------
    tensors : mapping of str to ndarray
    options : ReaderOptions
    ordered : bool
        Whether the layers come in the order of the file where their names give none.
    metadata : mapping, optional

    Raises
    ------
    FileFormatError, NetworkError
        If a tensor belongs to neither a linear layer nor a convolution, the order of the layers is not certain, or a shape
        does not fit.
    """
    if not tensors:
        raise FileFormatError("it holds no tensor; save the weights and biases of linear layers and convolutions")
    _check_kinds(tensors)
    shapes = {name: array.shape for name, array in tensors.items()}
    layers = find_layers(shapes, ordered)
    convolutions = [layer for layer in layers if len(shapes[layer.weight]) > _MATRIX]
    given = (options.input_shape, options.convolutions)
    if not convolutions:
        if any(given):
            raise FileFormatError(f"it has no convolution; leave out {_SHAPE} and {_WINDOWS}")
        return dense_network(layers, tensors, options.activation, metadata)
    name = quoted(convolutions[0].weight)
    if not all(given):
        raise FileFormatError(
            f"{name} is a convolution, and its stride and padding are not in the file; give {_SHAPE} and {_WINDOWS}, or "
            f"{_INSTEAD}"
        )
    if convolutions[0].transposed:
        raise FileFormatError(f"{name} is a convolution of Keras; {_INSTEAD.split(',')[0]}")
    return _lowered(layers, tensors, options, metadata)


def dense_network(
    layers: Sequence[LayerArrays], arrays: Mapping[str, Any], activation: str | None, metadata: Mapping[str, Any] | None
) -> Network:
    """The network of linear layers, with ReLU or another activation between them."""
    chosen = Activation.parse(activation or "relu")
    rows = []
    for layer in layers:
        matrix = arrays[layer.weight]
        turned = matrix.T if layer.transposed and isinstance(matrix, np.ndarray) else matrix
        bias = None if layer.bias is None else exact_list(arrays[layer.bias], layer.bias, 1)
        rows.append((exact_list(turned, layer.weight, _MATRIX), bias))
    network = Network.from_rows(rows, metadata)
    if chosen.name == "relu":
        return network
    return _lowered(layers, arrays, ReaderOptions(activation=activation), metadata)  # shapes and numbers are known to fit


def _lowered(
    layers: Sequence[LayerArrays], arrays: Arrays, options: ReaderOptions, metadata: Mapping[str, Any] | None
) -> Network:
    activation = Activation.parse(options.activation or "relu")
    single = all(arrays[layer.weight].dtype.kind == "f" and arrays[layer.weight].dtype.itemsize <= 4 for layer in layers)
    first = arrays[layers[0].weight]
    shape = options.input_shape or (first.shape[0 if layers[0].transposed else 1],)
    if min(shape) < 1:
        raise FileFormatError(f"the input shape {list(shape)} has a length below 1; correct it")
    check_shape(shape)
    lowering = Lowering(math.prod(shape))
    x = lowering.input(shape)
    windows = _per_convolution(options.convolutions, sum(arrays[layer.weight].ndim > _MATRIX for layer in layers))
    for number, layer in enumerate(layers):
        with named(quoted(layer.weight)):
            if number:
                x = activation.lower(lowering, x, single)
            weight = arrays[layer.weight]
            bias = None if layer.bias is None else _constant(arrays[layer.bias])
            if weight.ndim > _MATRIX:
                x = _convolved(lowering, x, weight, bias, *windows.pop(0))
            else:
                x = _linear(x, weight if layer.transposed else weight.T, bias)
    return lowering.network(x.flat, metadata)


def _per_convolution(given: Sequence[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Stride and padding of each convolution: one pair is for all of them."""
    if len(given) not in (1, count) and count:
        raise FileFormatError(
            f"there are {count} convolutions, but {len(given)} strides and paddings; give one for all, or {count}"
        )
    return [*given] * (count if len(given) == 1 else 1)


def _convolved(lowering: Lowering, x: Tensor, weight: NDArray[Any], bias: Tensor | None, stride: int, padding: int) -> Tensor:
    count = weight.ndim - _MATRIX
    if len(x.shape) != count + 1 or x.shape[0] % weight.shape[1]:
        raise FileFormatError(
            f"a convolution of shape {list(weight.shape)} does not fit {_shown(x.shape)}; give the right {_SHAPE}"
        )
    attributes = {"strides": [stride] * count, "pads": [padding] * (2 * count), "group": x.shape[0] // weight.shape[1]}
    inputs = (x.reshaped((1, *x.shape)), _constant(weight), bias)
    result = as_tensor(conv(Node(lowering, "Conv", inputs, attributes)))
    return result.reshaped(result.shape[1:])


def _linear(x: Tensor, weight: NDArray[Any], bias: Tensor | None) -> Tensor:
    if weight.shape[0] != x.size:
        raise FileFormatError(
            f"it reads {weight.shape[0]} inputs, but before it there are {x.size} ({_shown(x.shape)}); give the right {_SHAPE} "
            f"and {_WINDOWS}; pooling is not in the file"
        )
    product = x.flat.mapped(*product_with((x.size,), _constant(weight).values))
    return product if bias is None else product + bias


def _shown(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _constant(array: NDArray[Any]) -> Tensor:
    return as_tensor(from_floats(array) if array.dtype.kind == "f" else array.astype(object))


def _check_kinds(tensors: Arrays) -> None:
    """Raise where a tensor tells of a layer that such a file does not describe."""
    for name in tensors:
        if name.rpartition(".")[2] in _NORMALISATION:
            raise FileFormatError(f"{quoted(name)} is of a batch normalisation, whose epsilon is not in the file; {_INSTEAD}")
    for name, array in tensors.items():
        if name.rpartition(".")[2] == "weight" and not _MATRIX <= array.ndim <= _LARGEST:
            axes = "1 axis" if array.ndim == 1 else f"{array.ndim} axes"
            raise FileFormatError(
                f"{quoted(name)} has {axes}: it is of no linear layer and no convolution (of a normalisation, say); {_INSTEAD}"
            )


def tensors_of(network: Network, name: str, round: bool) -> dict[str, NDArray[Any]]:
    """The weights and biases of a network, with the names of a `torch.nn.Sequential` of linear layers and ReLUs.

    They are of single precision if all of them are such numbers, else of double precision.

    Raises
    ------
    RoundingError
        If one is no double and `round` is False.
    FileFormatError
        If there are linear neurons, or a sparse weight is too large with its zeros.

    Examples
    --------
    >>> list(tensors_of(Network.from_rows([([[1]], None), ([[2]], None)]), "pt", False))
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """
    exact = rounded(with_plain_layers(network, name), is_double, "a double", round)
    tensors = {}
    for number, layer in enumerate(exact.layers):
        tensors[f"{2 * number}.weight"] = _floats(layer.weight)
        tensors[f"{2 * number}.bias"] = _floats(layer.bias)[:, 0].copy()
    single = {key: _single(array) for key, array in tensors.items()}
    return single if all(np.array_equal(single[key], array) for key, array in tensors.items()) else tensors


def _single(array: NDArray[np.float64]) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        return array.astype("<f4")


def _floats(matrix: Matrix) -> NDArray[np.float64]:
    values = [nearest_float(entry) for entry in matrix.entries()]
    return np.array(values, dtype="<f8").reshape(matrix.nrows(), matrix.ncols())
