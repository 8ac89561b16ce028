"""Operators that combine tensors entry by entry."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import FileFormatError
from relupoly.files.onnx.nodes import Node, as_tensor, check_shape, only_integers, scalar
from relupoly.files.onnx.tensors import Value
from relupoly.networks.lowering.activations import maximum, minimum
from relupoly.networks.lowering.tensor import Tensor, chosen

_FIRST_WITH_BROADCASTING = 7


def add(node: Node) -> Value:
    """A + B."""
    return _binary(node, np.add, node.lowering.added)


def subtract(node: Node) -> Value:
    """A - B."""
    return _binary(node, np.subtract, lambda one, two: node.lowering.added(one, -two))


def multiply(node: Node) -> Value:
    """A B, where one of them is a constant."""
    return _binary(node, np.multiply, _product)


def divide(node: Node) -> Value:
    """A / B, where B is a constant; integers are truncated."""
    return _binary(node, _truncated, _quotient)


def negate(node: Node) -> Value:
    """-A."""
    value = node.value(0)
    return -value if only_integers([value]) else -node.tensor(0)


def add_all(node: Node) -> Value:
    """The sum of all inputs."""
    return functools.reduce(_checked(node.lowering.added), _tensors(node))


def average(node: Node) -> Value:
    """The mean of all inputs."""
    return add_all(node).times(scalar(len(node.inputs)).reciprocal())  # type: ignore[union-attr]


def largest(node: Node) -> Value:
    """The maximum of all inputs, entry by entry."""
    if arrays := only_integers(node.values()):
        return np.asarray(functools.reduce(np.maximum, arrays))
    return functools.reduce(_checked(functools.partial(maximum, node.lowering)), _tensors(node))


def smallest(node: Node) -> Value:
    """The minimum of all inputs, entry by entry."""
    if arrays := only_integers(node.values()):
        return np.asarray(functools.reduce(np.minimum, arrays))
    return functools.reduce(_checked(functools.partial(minimum, node.lowering)), _tensors(node))


def where(node: Node) -> Value:
    """One of two inputs, as a constant says."""
    condition = node.value(0)
    if isinstance(condition, Tensor) or condition.dtype.kind != "b":
        raise FileFormatError("its condition is no constant of truth values; only such a choice is piecewise linear")
    one, two = node.value(1), node.value(2)
    if arrays := only_integers([one, two]):
        return np.where(condition, *arrays)
    shape = np.broadcast_shapes(condition.shape, one.shape, two.shape)
    check_shape(shape)
    tensors = [as_tensor(value).broadcast(shape) for value in (one, two)]
    return chosen(np.broadcast_to(condition, shape), *tensors)


def equal(node: Node) -> Value:
    """Whether integers are equal."""
    arrays = only_integers([node.value(0), node.value(1)])
    if arrays is None:
        raise FileFormatError("it compares what are no constant integers; that is not piecewise linear")
    return np.asarray(arrays[0] == arrays[1])


def _tensors(node: Node) -> list[Tensor]:
    return [as_tensor(value, f"input {number}") for number, value in enumerate(node.values(), 1)]


def _binary(node: Node, of_integers: Callable[..., NDArray[Any]], of_tensors: Callable[[Tensor, Tensor], Tensor]) -> Value:
    one, two = node.value(0), _aligned(node)
    if arrays := only_integers([one, two]):
        return np.asarray(of_integers(*arrays))
    return _checked(of_tensors)(as_tensor(one, "input 1"), as_tensor(two, "input 2"))


def _checked(combine: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    def checked(one: Tensor, two: Tensor) -> Tensor:
        check_shape(np.broadcast_shapes(one.shape, two.shape))
        return combine(one, two)

    return checked


def _aligned(node: Node) -> Value:
    """The second input; before opset 7 its axes begin at the one that an attribute names."""
    two = node.value(1)
    if node.opset >= _FIRST_WITH_BROADCASTING or "axis" not in node.attributes:
        return two
    rank = len(node.value(0).shape)
    axis = node.axis(node.integer("axis", 0), rank)
    shape = (*two.shape, *(1,) * (rank - axis - len(two.shape)))
    return two.reshaped(shape) if isinstance(two, Tensor) else two.reshape(shape)


def _product(one: Tensor, two: Tensor) -> Tensor:
    if two.is_constant:
        return one.times(two.values)
    if one.is_constant:
        return two.times(one.values)
    raise FileFormatError("both factors depend on the input of the net, so their product is not piecewise linear")


def _quotient(one: Tensor, two: Tensor) -> Tensor:
    if not two.is_constant:
        raise FileFormatError("the divisor depends on the input of the net, so the quotient is not piecewise linear")
    if not two.constant.numerator.all():
        raise FileFormatError("it divides by 0; correct the divisor")
    return one.times(two.values.reciprocal())


def _truncated(one: NDArray[Any], two: NDArray[Any]) -> NDArray[Any]:
    if not np.all(two):
        raise FileFormatError("it divides by 0; correct the divisor")
    return np.asarray(np.sign(one) * np.sign(two) * (np.abs(one) // np.abs(two)))
