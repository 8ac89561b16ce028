"""Operators that multiply by weights: matrix products, convolutions, normalisation."""

from __future__ import annotations

import math

import numpy as np
from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.rationals import nearest_float, rational
from relupoly.files.onnx.nodes import Node, check_shape, scalar
from relupoly.files.onnx.pools import padding
from relupoly.files.onnx.tensors import Value
from relupoly.networks.lowering.linear_maps import convolution, product_with, transposed_convolution
from relupoly.networks.lowering.tensor import Tensor
from relupoly.networks.lowering.windows import Windows

ROUNDED = "BatchNormalization: scale / sqrt(variance + epsilon) is rounded to a double; all else is exact"
"""What is said of the one place where weights are rounded."""


_FIRST_WITH_TRAINING_MODE = 14


def gemm(node: Node) -> Value:
    """Alpha A B + beta C, A and B transposed if so said."""
    left, right = (_turned(node.tensor(index), node.integer(name, 0)) for index, name in ((0, "transA"), (1, "transB")))
    if len(left.shape) != 2 or len(right.shape) != 2:
        raise FileFormatError(f"A and B have {len(left.shape)} and {len(right.shape)} axes; give each two")
    product = _product(left, right).times(scalar(node.number("alpha", 1.0)))
    if not node.has(2):
        return product
    bias = node.tensor(2).times(scalar(node.number("beta", 1.0)))
    check_shape(np.broadcast_shapes(product.shape, bias.shape))
    return product + bias


def matmul(node: Node) -> Value:
    """The product of arrays, of which one is a constant."""
    return _product(node.tensor(0), node.tensor(1))


def conv(node: Node) -> Value:
    """A convolution."""
    x, weight, groups = node.tensor(0), node.constant(1), node.integer("group", 1)
    dimensions = _dimensions(node, x, weight)
    sizes, kernel = x.shape[2:], weight.shape[2:]
    if groups < 1 or weight.shape[0] % groups or x.shape[1] != groups * weight.shape[1]:
        raise FileFormatError(f"{x.shape[1]} channels do not fit weights of shape {list(weight.shape)} in {groups} groups")
    strides, dilations = node.per_axis("strides", dimensions, 1), node.per_axis("dilations", dimensions, 1)
    before, after = padding(node, sizes, kernel, strides, dilations)
    windows = Windows(sizes, kernel, strides, dilations, before, after)
    shape = (x.shape[0], weight.shape[0], *windows.outputs)
    check_shape(shape, times=math.prod(weight.shape[1:]))
    return _with_bias(node, x.mapped(convolution(x.shape[0], weight, groups, windows), shape))


def conv_transpose(node: Node) -> Value:
    """The transpose of a convolution."""
    x, weight, groups = node.tensor(0), node.constant(1), node.integer("group", 1)
    dimensions = _dimensions(node, x, weight)
    if groups < 1 or x.shape[1] % groups or x.shape[1] != weight.shape[0]:
        raise FileFormatError(f"{x.shape[1]} channels do not fit weights of shape {list(weight.shape)} in {groups} groups")
    kernel = weight.shape[2:]
    strides, dilations = node.per_axis("strides", dimensions, 1), node.per_axis("dilations", dimensions, 1)
    extents = tuple((length - 1) * dilation + 1 for length, dilation in zip(kernel, dilations, strict=True))
    reach = [stride * (size - 1) + extent for stride, size, extent in zip(strides, x.shape[2:], extents, strict=True)]
    sizes, before = _outputs(node, x.shape[2:], reach, strides)
    after = tuple(whole - size - first for whole, size, first in zip(reach, sizes, before, strict=True))
    if min(sizes) < 1:
        raise FileFormatError(f"its output would have the sizes {list(sizes)}; give less padding")
    windows = Windows(sizes, kernel, strides, dilations, before, after)
    shape = (x.shape[0], groups * weight.shape[1], *sizes)
    check_shape(shape)
    check_shape(x.shape, times=math.prod(weight.shape[1:]))
    return _with_bias(node, x.mapped(transposed_convolution(x.shape[0], weight, groups, windows), shape))


def batch_normalization(node: Node) -> Value:
    """The affine map of each channel that training has left."""
    # Before opset 14 more outputs than one, the statistics of the batch, are what asks for training.
    in_training = node.opset < _FIRST_WITH_TRAINING_MODE and node.outputs > 1 and not node.integer("is_test", 0)
    if node.integer("training_mode", 0) or in_training:
        raise FileFormatError(
            "it normalises by its own input (training_mode), which is not piecewise linear; export for inference"
        )
    x = node.tensor(0)
    scale, bias, mean, variance = (node.constant(index) for index in range(1, 5))
    channels = x.shape[1] if len(x.shape) > 1 else 1
    for array in (scale, bias, mean, variance):
        if array.shape != (channels,):
            raise FileFormatError(
                f"a parameter has the shape {list(array.shape)}; give one number for each of {channels} channels"
            )
    epsilon = node.number("epsilon", 1e-5)
    factors = [_factor(*pair) for pair in zip(scale.entries(), [entry + epsilon for entry in variance.entries()], strict=True)]
    node.notes.append(ROUNDED)
    factor = RationalArray.of_rationals(factors)
    shift = bias - mean * factor
    axes = (-1, *(1,) * max(0, len(x.shape) - 2))
    return x.times(factor.moved(lambda table: table.reshape(axes))) + Tensor.of_constants(
        shift.moved(lambda table: table.reshape(axes))
    )


def _factor(scale: fmpq, variance: fmpq) -> fmpq:
    root = math.sqrt(nearest_float(variance)) if variance > 0 else 0.0
    if not 0 < root < math.inf:
        raise FileFormatError("a variance plus epsilon is not positive, or beyond all doubles; correct it")
    return rational(nearest_float(scale / rational(root)))


def _turned(tensor: Tensor, transposed: int) -> Tensor:
    return tensor.moved(np.transpose) if transposed else tensor


def _product(left: Tensor, right: Tensor) -> Tensor:
    for tensor in (left, right):
        if not tensor.shape:
            raise FileFormatError("a factor has no axis; give it one at least")
    if not (left.is_constant or right.is_constant):
        raise FileFormatError("both factors depend on the input of the net, so their product is not piecewise linear")
    columns = right.shape[-1] if len(right.shape) > 1 else 1
    rows = math.prod(left.shape[:-1])
    check_shape(np.broadcast_shapes(left.shape[:-2], right.shape[:-2]), times=left.shape[-1] * columns * rows)
    if right.is_constant:
        return left.mapped(*product_with(left.shape, right.values))
    return right.mapped(*product_with(right.shape, left.values, on_the_left=True))


def _dimensions(node: Node, x: Tensor, weight: RationalArray) -> int:
    """The number of axes that a window moves along."""
    rank = len(x.shape)
    if rank < 3 or len(weight.shape) != rank:
        raise FileFormatError(f"input and weights have {rank} and {len(weight.shape)} axes; give both as many, 3 at least")
    if tuple(node.integers("kernel_shape") or weight.shape[2:]) != weight.shape[2:] or 0 in weight.shape:
        raise FileFormatError(f"kernel_shape does not fit weights of shape {list(weight.shape)}; make them equal")
    return rank - 2


def _with_bias(node: Node, x: Tensor) -> Tensor:
    if not node.has(2):
        return x
    bias = node.constant(2)
    if bias.shape != (x.shape[1],):
        raise FileFormatError(f"the bias has the shape {list(bias.shape)}; give one number for each of {x.shape[1]} channels")
    return x + Tensor.of_constants(bias.moved(lambda table: table.reshape(-1, *(1,) * (len(x.shape) - 2))))


def _outputs(
    node: Node, inputs: tuple[int, ...], reach: list[int], strides: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sizes of the output of a transposed convolution, and how much is cut off before it."""
    count = len(reach)
    extra = node.per_axis("output_padding", count, 0, least=0)
    wanted, mode = node.integers("output_shape"), node.text("auto_pad", "NOTSET")
    if wanted is None and mode in ("NOTSET", "VALID"):
        pads = node.integers("pads") if mode == "NOTSET" else None
        pads = [0] * (2 * count) if pads is None else pads
        if len(pads) != 2 * count:
            raise FileFormatError(f"pads are {pads}; give {2 * count} integers")
        sizes = [
            whole + more - pads[axis] - pads[count + axis] for axis, (whole, more) in enumerate(zip(reach, extra, strict=True))
        ]
        return tuple(sizes), tuple(pads[:count])
    if wanted is None:
        wanted = [size * stride for size, stride in zip(inputs, strides, strict=True)]
    if len(wanted) not in (count, count + 2):
        raise FileFormatError(f"output_shape is {wanted}; give {count} integers")
    sizes = wanted[-count:]
    total = [max(0, whole + more - size) for whole, more, size in zip(reach, extra, sizes, strict=True)]
    return tuple(sizes), tuple(cut // 2 if mode == "SAME_UPPER" else cut - cut // 2 for cut in total)
