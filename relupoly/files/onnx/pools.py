"""Operators that take means, sums or maxima over windows or axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.errors import FileFormatError
from relupoly.files.onnx.nodes import Node, check_shape, only_integers, scalar
from relupoly.files.onnx.tensors import Value
from relupoly.networks.lowering.linear_maps import average, sums
from relupoly.networks.lowering.pooling import largest_of
from relupoly.networks.lowering.tensor import ABSENT, Tensor
from relupoly.networks.lowering.windows import Windows, same_padding

Sizes = tuple[int, ...]


def padding(node: Node, sizes: Sizes, kernel: Sizes, strides: Sizes, dilations: Sizes) -> tuple[Sizes, Sizes]:
    """By how much each axis is padded before and after, from pads or auto_pad."""
    count, mode = len(sizes), node.text("auto_pad", "NOTSET")
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        extents = [(length - 1) * dilation + 1 for length, dilation in zip(kernel, dilations, strict=True)]
        total = same_padding(sizes, extents, strides)
        first = tuple(pad // 2 if mode == "SAME_UPPER" else pad - pad // 2 for pad in total)
        return first, tuple(pad - before for pad, before in zip(total, first, strict=True))
    if mode not in ("NOTSET", "VALID"):
        raise FileFormatError(f"auto_pad is none of NOTSET, VALID, SAME_UPPER and SAME_LOWER, but {mode[:20]!r}")
    pads = (0,) * (2 * count) if mode == "VALID" else node.per_axis("pads", 2 * count, 0, least=0)
    return pads[:count], pads[count:]


def average_pool(node: Node) -> Value:
    """The mean over windows."""
    x, windows = _pooled(node)
    matrix = average(math.prod(x.shape[:2]), windows, bool(node.integer("count_include_pad", 0)))
    return x.mapped(matrix, (*x.shape[:2], *windows.outputs))


def max_pool(node: Node) -> Value:
    """The maximum over windows."""
    x, windows = _pooled(node)
    places = windows.places
    if (places == ABSENT).all(axis=1).any():
        raise FileFormatError("a window sees nothing but padding, so it has no maximum; give less padding")
    blocks = np.arange(math.prod(x.shape[:2]))[:, None, None] * math.prod(windows.sizes)
    every = np.where(places == ABSENT, ABSENT, places + blocks)
    return largest_of(node.lowering, x, every).reshaped((*x.shape[:2], *windows.outputs))


def global_average_pool(node: Node) -> Value:
    """The mean of each channel."""
    x = _with_positions(node)
    return _reduced(node, x, list(range(2, len(x.shape))), True, "mean")


def global_max_pool(node: Node) -> Value:
    """The maximum of each channel."""
    x = _with_positions(node)
    return _reduced(node, x, list(range(2, len(x.shape))), True, "max")


def reduce_mean(node: Node) -> Value:
    """The mean over axes."""
    return _along_axes(node, "mean")


def reduce_sum(node: Node) -> Value:
    """The sum over axes."""
    return _along_axes(node, "sum")


def reduce_max(node: Node) -> Value:
    """The maximum over axes."""
    return _along_axes(node, "max")


def reduce_min(node: Node) -> Value:
    """The minimum over axes."""
    return _along_axes(node, "min")


def reduce_product(node: Node) -> Value:
    """The product of integers over axes: shapes are computed so."""
    return _along_axes(node, "prod")


def _along_axes(node: Node, kind: str) -> Value:
    value = node.value(0)
    rank = len(value.shape)
    axes = node.integers("axes", 1)
    if not axes and node.integer("noop_with_empty_axes", 0):
        return value
    along = node.axes(axes, rank) if axes else list(range(rank))
    keep = bool(node.integer("keepdims", 1))
    if arrays := only_integers([value]):
        return _of_integers(arrays[0], tuple(along), keep, kind)
    if kind == "prod":
        raise FileFormatError("it multiplies what are no constant integers; that is not piecewise linear")
    return _reduced(node, node.tensor(0), along, keep, kind)


def _of_integers(array: NDArray[Any], axes: Sizes, keep: bool, kind: str) -> Value:
    if kind == "mean":
        raise FileFormatError("it takes the mean of integers; give floats")
    return np.asarray(getattr(np, kind)(array, axis=axes, keepdims=keep))


def _reduced(node: Node, x: Tensor, axes: list[int], keep: bool, kind: str) -> Tensor:
    kept = [axis for axis in range(len(x.shape)) if axis not in axes]
    shape = tuple(1 if axis in axes else length for axis, length in enumerate(x.shape) if keep or axis not in axes)
    length = math.prod(x.shape[axis] for axis in axes)
    if not length:
        raise FileFormatError(f"there is nothing along the axes {axes} of a tensor of shape {list(x.shape)}")
    windows = x.places.transpose(kept + axes).reshape(-1, length)
    if kind in ("max", "min"):
        signed = -x if kind == "min" else x
        found = largest_of(node.lowering, signed, windows).reshaped(shape)
        return -found if kind == "min" else found
    target = np.zeros(x.size, dtype=np.int64)
    target[windows] = np.arange(len(windows))[:, None]
    total = x.mapped(sums(target, len(windows)), shape)
    return total.times(scalar(fmpq(1, length))) if kind == "mean" else total


def _with_positions(node: Node) -> Tensor:
    x = node.tensor(0)
    if len(x.shape) < 3:
        raise FileFormatError(f"its input has {len(x.shape)} axes; give samples, channels, and one axis more at least")
    return x


def _pooled(node: Node) -> tuple[Tensor, Windows]:
    x = _with_positions(node)
    sizes = x.shape[2:]
    kernel = node.integers("kernel_shape")
    if kernel is None:
        raise FileFormatError("kernel_shape is missing; give it")
    lengths = node.per_axis("kernel_shape", len(sizes), 1)
    strides, dilations = node.per_axis("strides", len(sizes), 1), node.per_axis("dilations", len(sizes), 1)
    before, after = padding(node, sizes, lengths, strides, dilations)
    windows = Windows(sizes, lengths, strides, dilations, before, after, bool(node.integer("ceil_mode", 0)))
    check_shape((*x.shape[:2], *windows.outputs), times=math.prod(lengths))
    return x, windows
