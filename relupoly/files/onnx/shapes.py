"""Operators that move entries, or compute with shapes: none of them changes a number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import FileFormatError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.files.onnx.nodes import Node, as_tensor, check_shape, only_integers
from relupoly.files.onnx.tensors import FLOATS, INTEGERS, Value, from_floats, type_name
from relupoly.networks.lowering.tensor import ABSENT, Tensor, concatenated

Move = Callable[[NDArray[Any]], NDArray[Any]]

_BOOL = 9
_FILLS = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


def identity(node: Node) -> Value:
    """The input itself."""
    return node.value(0)


def dropout(node: Node) -> Value:
    """The input itself: in inference nothing is dropped."""
    training = node.value(2) if node.has(2) else np.zeros((), dtype=np.bool_)
    if isinstance(training, Tensor) or training.any():
        raise FileFormatError("it drops entries at random (training_mode); export the model for inference")
    return node.value(0)


def cast(node: Node) -> Value:
    """The input as another type; numbers stay what they are, constants become integers where that is asked for."""
    code, value = node.integer("to", 0), node.value(0)
    if code in FLOATS:
        return value if isinstance(value, np.ndarray) and value.dtype.kind == "f" else as_tensor(value)
    if code not in INTEGERS and code != _BOOL:
        raise FileFormatError(f"it casts to {type_name(code)}; only floats, integers and truth values are supported")
    if isinstance(value, Tensor):
        if not value.is_constant:
            raise FileFormatError(f"it rounds what depends on the input of the net to {type_name(code)}: not piecewise linear")
        whole = [
            int(entry.p) // int(entry.q) if entry > 0 else -(int(-entry.p) // int(entry.q))
            for entry in value.constant.entries()
        ]
        if code == _BOOL:
            return np.asarray(value.values.numerator != 0, dtype=np.bool_)
        value = np.array(whole, dtype=np.int64).reshape(value.shape)
    return value.astype(np.bool_ if code == _BOOL else np.int64)


def constant(node: Node) -> Value:
    """What its attribute holds."""
    for name, value in node.attributes.items():
        if name == "value" and isinstance(value, (Tensor, np.ndarray)):
            return value
        if name in ("value_float", "value_floats"):
            return from_floats(np.array(value, dtype=np.float64))
        if name in ("value_int", "value_ints"):
            return np.array(value, dtype=np.int64)
    raise FileFormatError("it has no value that is a number or an array of numbers; give one")


def constant_of_shape(node: Node) -> Value:
    """An array of equal entries."""
    shape = _shape(node, 0)
    fill = node.attributes.get("value", Tensor.of_constants(RationalArray.zeros(1)))
    if not isinstance(fill, (Tensor, np.ndarray)) or math.prod(fill.shape) != 1:
        raise FileFormatError("its value is no array of one number; give one")
    check_shape(shape)
    return _moved(fill, lambda table: np.broadcast_to(table.reshape(()), shape))


def shape_of(node: Node) -> Value:
    """The lengths of the axes."""
    shape = np.array(node.value(0).shape, dtype=np.int64)
    last = node.integer("end", len(shape))
    return shape[node.integer("start", 0) : last]


def size_of(node: Node) -> Value:
    """The number of entries."""
    return np.array(math.prod(node.value(0).shape), dtype=np.int64)


def arange(node: Node) -> Value:
    """The integers from a start to a limit."""
    arrays = only_integers(node.values())
    if arrays is None or len(arrays) != 3 or any(array.size != 1 for array in arrays):
        raise FileFormatError("start, limit and delta are no three constant integers; give integers")
    start, limit, delta = (int(array.item()) for array in arrays)
    if not delta:
        raise FileFormatError("delta is 0; give a step")
    steps = range(start, limit, delta)
    check_shape((len(steps),) if len(steps) < 2**40 else (2**40,))
    return np.array(steps, dtype=np.int64)


def reshape(node: Node) -> Value:
    """The same entries in another shape: 0 keeps a length, -1 takes what is left."""
    value = node.value(0)
    given = node.integers("shape", 1)
    if given is None:
        raise FileFormatError("the shape is missing; give it")
    if not node.integer("allowzero", 0):
        given = [value.shape[axis] if length == 0 else length for axis, length in enumerate(given)]
    size, known = math.prod(value.shape), math.prod(length for length in given if length != -1)
    if given.count(-1) > 1 or min(given, default=0) < -1:
        raise FileFormatError(f"{given} is no shape; give lengths, at most one of them -1")
    if given.count(-1):
        given[given.index(-1)] = size // known if known and size % known == 0 else -1
    if -1 in given or math.prod(given) != size:
        raise FileFormatError(f"a tensor of shape {list(value.shape)} has {size} entries, which do not fit the shape {given}")
    return _reshaped(value, tuple(given))


def flatten(node: Node) -> Value:
    """Two axes: those before one, and the others."""
    value = node.value(0)
    rank, axis = len(value.shape), node.integer("axis", 1)
    if not -rank <= axis <= rank:
        raise FileFormatError(f"axis {axis} is not there: the tensor has {rank} axes")
    axis += rank if axis < 0 else 0
    return _reshaped(value, (math.prod(value.shape[:axis]), math.prod(value.shape[axis:])))


def squeeze(node: Node) -> Value:
    """Without the axes of length 1 that are named, or without all of them."""
    value = node.value(0)
    axes = node.integers("axes", 1)
    named = [i for i, length in enumerate(value.shape) if length == 1] if axes is None else node.axes(axes, len(value.shape))
    for axis in named:
        if value.shape[axis] != 1:
            raise FileFormatError(f"axis {axis} has the length {value.shape[axis]}; only axes of length 1 are left out")
    return _reshaped(value, tuple(length for axis, length in enumerate(value.shape) if axis not in named))


def unsqueeze(node: Node) -> Value:
    """With new axes of length 1."""
    value, axes = node.value(0), node.integers("axes", 1)
    if axes is None:
        raise FileFormatError("axes are missing; give them")
    rank = len(value.shape) + len(axes)
    new = node.axes(axes, rank)
    rest = iter(value.shape)
    return _reshaped(value, tuple(1 if axis in new else next(rest) for axis in range(rank)))


def transpose(node: Node) -> Value:
    """The axes in another order."""
    value = node.value(0)
    rank = len(value.shape)
    order = node.integers("perm")
    order = list(reversed(range(rank))) if order is None else order
    if sorted(order) != list(range(rank)):
        raise FileFormatError(f"perm is {order}; give each of the axes 0 to {rank - 1} once")
    return _moved(value, lambda table: table.transpose(order))


def concat(node: Node) -> Value:
    """The inputs one after another along an axis."""
    values = node.values()
    axis = node.axis(node.integer("axis", 1), len(values[0].shape))
    if arrays := only_integers(values):
        return np.concatenate(arrays, axis)
    return concatenated([as_tensor(value, f"input {number}") for number, value in enumerate(values, 1)], axis)


def split(node: Node) -> tuple[Value, ...]:
    """Parts along an axis."""
    value = node.value(0)
    axis = node.axis(node.integer("axis", 0), len(value.shape))
    length, sizes = value.shape[axis], node.integers("split", 1)
    if sizes is None:
        parts = node.integer("num_outputs", node.outputs)
        step = -(-length // max(1, parts))
        sizes = [max(0, min(step, length - first * step)) for first in range(parts)]
    if sum(sizes) != length or min(sizes, default=-1) < 0:
        raise FileFormatError(f"parts of the lengths {sizes} do not make up axis {axis}, whose length is {length}")
    ends = np.cumsum(sizes).tolist()
    return tuple(_part(value, axis, slice(end - size, end)) for size, end in zip(sizes, ends, strict=True))


def slice_of(node: Node) -> Value:
    """From starts to ends, along axes, in steps."""
    value = node.value(0)
    starts, ends = node.integers("starts", 1), node.integers("ends", 2)
    if starts is None or ends is None:
        raise FileFormatError("starts or ends are missing; give both")
    given, steps = node.integers("axes", 3), node.integers("steps", 4)
    axes = node.axes(given if given is not None else list(range(len(starts))), len(value.shape))
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise FileFormatError("starts, ends, axes and steps are not equally many, or a step is 0; correct them")
    parts = [slice(None)] * len(value.shape)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        # An end before the first entry is the entry before it, which numpy would count from the end.
        length = value.shape[axis]
        before = end + length < 0 if end < 0 else False
        parts[axis] = slice(start, None if step < 0 and before else end, step)
        if step < 0 and start + length < 0:
            parts[axis] = slice(0, 0)
    return _moved(value, lambda table: table[tuple(parts)])


def pad(node: Node) -> Value:
    """With more entries before and behind along axes; negative ones cut off."""
    value = node.value(0)
    rank, mode = len(value.shape), node.text("mode", "constant")
    pads = node.integers("pads", 1) if "paddings" not in node.attributes else node.integers("paddings")
    named = node.integers("axes", 3)
    axes = node.axes(range(rank) if named is None else named, rank)
    if mode not in _FILLS:
        raise FileFormatError(f"mode is none of {', '.join(_FILLS)}")
    if pads is None or len(pads) != 2 * len(axes):
        raise FileFormatError(f"pads are {pads}; give two integers for each of {len(axes)} axes")
    widths = [(0, 0)] * rank
    for index, axis in enumerate(axes):
        widths[axis] = (pads[index], pads[len(axes) + index])
    cut = tuple(slice(max(0, -a), length - max(0, -b)) for (a, b), length in zip(widths, value.shape, strict=True))
    more = [(max(0, a), max(0, b)) for a, b in widths]
    check_shape([length + a + b for (a, b), length in zip(more, value.shape, strict=True)])
    tensor = as_tensor(value)
    places = tensor.places[cut]
    if mode != "constant":
        return tensor.taken(np.pad(places, more, mode=mode))  # type: ignore[call-overload]
    return tensor.taken(np.pad(places, more, constant_values=ABSENT), _fill(node))


def gather(node: Node) -> Value:
    """The entries of an axis at constant places."""
    value, index = node.value(0), node.value(1)
    axis = node.axis(node.integer("axis", 0), len(value.shape))
    if isinstance(index, Tensor) or index.dtype.kind != "i":
        raise FileFormatError("its indices are no constant integers; only such a choice is piecewise linear")
    length = value.shape[axis]
    if index.size and not -length <= int(index.min()) <= int(index.max()) < length:
        raise FileFormatError(f"an index is outside of axis {axis}, whose length is {length}")
    check_shape((*value.shape[:axis], *index.shape, *value.shape[axis + 1 :]))
    return _moved(value, lambda table: np.take(table, index, axis))


def expand(node: Node) -> Value:
    """The input, repeated to a shape."""
    value = node.value(0)
    shape = np.broadcast_shapes(value.shape, _shape(node, 1))
    check_shape(shape)
    return _moved(value, lambda table: np.broadcast_to(table, shape))


def tile(node: Node) -> Value:
    """The input, repeated along each axis."""
    value, times = node.value(0), _shape(node, 1)
    if len(times) != len(value.shape):
        raise FileFormatError(f"repeats are {list(times)}; give one for each of {len(value.shape)} axes")
    check_shape([length * count for length, count in zip(value.shape, times, strict=True)])
    return _moved(value, lambda table: np.tile(table, times))


def _part(value: Value, axis: int, part: slice) -> Value:
    return _moved(value, lambda table: table[(slice(None),) * axis + (part,)])


def _shape(node: Node, index: int) -> tuple[int, ...]:
    """An input that is a shape."""
    node.value(index)
    shape = node.integers("", index) or []
    if min(shape, default=0) < 0:
        raise FileFormatError(f"the shape {shape} has a negative length; correct it")
    return tuple(shape)


def _fill(node: Node) -> RationalArray:
    """What padding consists of."""
    if node.has(2):
        fill = node.constant(2)
        if fill.size != 1:
            raise FileFormatError(f"its fill has {fill.size} numbers; give one")
        return fill
    return RationalArray.of_rationals([node.number("value", 0.0)])


def _moved(value: Value, move: Move) -> Value:
    return value.moved(move) if isinstance(value, Tensor) else move(value)


def _reshaped(value: Value, shape: tuple[int, ...]) -> Value:
    return value.reshaped(shape) if isinstance(value, Tensor) else value.reshape(shape)
