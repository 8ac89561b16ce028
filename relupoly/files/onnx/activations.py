"""Operators on each entry by itself that bend: ReLU and what is made of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import rational
from relupoly.files.onnx.nodes import Node, only_integers, scalar
from relupoly.files.onnx.tensors import Value
from relupoly.networks.lowering.activations import absolute as absolute_of
from relupoly.networks.lowering.activations import clip as clip_of
from relupoly.networks.lowering.activations import leaky
from relupoly.networks.lowering.tensor import Tensor

_FIRST_WITH_BROADCASTING = 7
_UNBOUNDED = rational(float(np.finfo(np.float32).max))


def relu(node: Node) -> Value:
    """max(x, 0)."""
    return node.lowering.relu(node.tensor(0))


def leaky_relu(node: Node) -> Value:
    """Leave x as it is where it is positive, and multiply it by alpha elsewhere."""
    return leaky(node.lowering, node.tensor(0), scalar(node.number("alpha", 0.01)))


def prelu(node: Node) -> Value:
    """The same with a slope for each entry, or each channel."""
    x, slope = node.tensor(0), node.constant(1)
    if node.opset < _FIRST_WITH_BROADCASTING and len(slope.shape) == 1 and len(x.shape) > 2:
        slope = slope.moved(lambda table: table.reshape(-1, *(1,) * (len(x.shape) - 2)))
    return leaky(node.lowering, x, slope)


def absolute(node: Node) -> Value:
    """|x|."""
    value = node.value(0)
    return (
        np.abs(value)
        if isinstance(value, np.ndarray) and only_integers([value])
        else absolute_of(node.lowering, node.tensor(0))
    )


def clip(node: Node) -> Value:
    """min(max(x, min), max); a bound that is left out, infinite, or the largest of single precision is none."""
    low, high = _bound(node, "min", 1, -1), _bound(node, "max", 2, 1)
    return clip_of(node.lowering, node.tensor(0), low, high)


def hard_sigmoid(node: Node) -> Value:
    """max(0, min(1, alpha x + beta))."""
    inner = node.tensor(0).times(scalar(node.number("alpha", 0.2)))
    offset = Tensor.of_constants(scalar(node.number("beta", 0.5)))
    return clip_of(node.lowering, inner + offset, fmpq(0), fmpq(1))


def _bound(node: Node, name: str, index: int, sign: int) -> fmpq | None:
    """A bound, an attribute in old models; it bounds from below where the sign is negative."""
    if name in node.attributes:
        value = node.attributes[name]
        if not isinstance(value, (int, float)):
            raise FileFormatError(f"{name} is no number; give one")
        entries: list[Any] = [value]
    elif node.has(index):
        given = node.value(index)
        if isinstance(given, Tensor) and not given.is_constant:
            raise FileFormatError(f"{name} depends on the input of the net; here it must be a constant")
        entries = given.constant.entries() if isinstance(given, Tensor) else given.ravel().tolist()
    else:
        return None
    if len(entries) != 1:
        raise FileFormatError(f"{name} has {len(entries)} numbers; give one")
    if isinstance(entries[0], float) and entries[0] == sign * float("inf"):
        return None
    if isinstance(entries[0], float) and not math.isfinite(entries[0]):
        raise FileFormatError(f"{name} is {entries[0]}; give a number, or leave it out for no bound")
    bound = rational(entries[0])
    return None if bound * sign >= _UNBOUNDED else bound
