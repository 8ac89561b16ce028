"""ONNX graphs in rationals, operator by operator, by loops over indices: arrays of `Fraction`, and what the standard says.

It shares nothing with the library, and knows no shape that is not there: what is slow here is plain.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray


def rationals(array: Any) -> Array:
    """The exact rationals of an array of floats or Fractions."""
    array = np.asarray(array)
    return np.array([Fraction(entry) for entry in array.ravel().tolist()], dtype=object).reshape(array.shape)


def run(model: Any, value: Array) -> Array:
    """The only output of a model at its only input, an array of Fractions."""
    from onnx import numpy_helper

    graph = model.graph
    known: dict[str, Array] = {"": None}
    for tensor in graph.initializer:
        known[tensor.name] = _stored(numpy_helper.to_array(tensor))
    (name,) = [one.name for one in graph.input if one.name not in known]
    known[name] = value
    for node in graph.node:
        attributes = {}
        for one in node.attribute:
            from onnx import helper

            found = helper.get_attribute_value(one)
            attributes[one.name] = _stored(numpy_helper.to_array(found)) if one.type == 4 else found
        results = OPERATORS[node.op_type]([known[one] for one in node.input], attributes, len(node.output))
        results = results if isinstance(results, tuple) else (results,)
        known |= {out: np.asarray(result) for out, result in zip(node.output, results, strict=False)}
    return known[graph.output[0].name]


def _stored(array: Array) -> Array:
    return rationals(array.astype(np.float64)) if array.dtype.kind == "f" and np.isfinite(array).all() else array


def _each(function: Callable[..., Any]) -> Callable[..., Array]:
    return np.frompyfunc(function, function.__code__.co_argcount, 1)


def _fraction(value: Any) -> Fraction:
    return Fraction(float(np.float32(value)))


def _bound(inputs: list[Array], attributes: dict[str, Any], name: str, index: int) -> Any:
    if name in attributes:
        return Fraction(attributes[name])
    if len(inputs) > index and inputs[index] is not None:
        entry = inputs[index].ravel()[0]
        return entry if isinstance(entry, Fraction) else float(entry)
    return None


def clip(inputs, attributes, _):
    low, high = _bound(inputs, attributes, "min", 1), _bound(inputs, attributes, "max", 2)

    def one(x):
        x = x if low is None else max(x, low)
        return x if high is None else min(x, high)

    return _each(one)(inputs[0])


def leaky(x, slope):
    return _each(lambda a, s: a if a >= 0 else s * a)(x, slope)


def hard_sigmoid(inputs, attributes, _):
    alpha, beta = _fraction(attributes.get("alpha", 0.2)), _fraction(attributes.get("beta", 0.5))
    return _each(lambda x: max(Fraction(0), min(Fraction(1), alpha * x + beta)))(inputs[0])


def gemm(inputs, attributes, _):
    a, b = (np.transpose(m) if attributes.get(f"trans{t}", 0) else m for m, t in zip(inputs, "AB", strict=False))
    product = _fraction(attributes.get("alpha", 1.0)) * a.dot(b)
    return product + _fraction(attributes.get("beta", 1.0)) * inputs[2] if len(inputs) > 2 else product


def matmul(inputs, attributes, _):
    a, b = inputs
    left, right = a[None] if a.ndim == 1 else a, b[:, None] if b.ndim == 1 else b
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left, right = np.broadcast_to(left, (*batch, *left.shape[-2:])), np.broadcast_to(right, (*batch, *right.shape[-2:]))
    out = np.empty((*batch, left.shape[-2], right.shape[-1]), dtype=object)
    for index in np.ndindex(*batch):
        out[index] = left[index].dot(right[index])
    if b.ndim == 1:
        out = out[..., 0]
    if a.ndim == 1:
        out = out[..., 0] if b.ndim == 1 else out[..., 0, :]
    return out


def _geometry(attributes, sizes, kernel):
    """Strides, dilations, first and last padding of each axis."""
    count = len(sizes)
    strides, dilations = attributes.get("strides", [1] * count), attributes.get("dilations", [1] * count)
    mode = attributes.get("auto_pad", b"NOTSET").decode()
    pads = list(attributes.get("pads", [0] * 2 * count))
    if mode == "VALID":
        pads = [0] * 2 * count
    if mode.startswith("SAME"):
        for axis in range(count):
            outputs = math.ceil(sizes[axis] / strides[axis])
            total = max(0, (outputs - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - sizes[axis])
            small, large = total // 2, total - total // 2
            pads[axis], pads[count + axis] = (small, large) if mode == "SAME_UPPER" else (large, small)
    return strides, dilations, pads[:count], pads[count:]


def _positions(attributes, sizes, kernel):
    """For each output position the list of (kernel index, input position or None, whether it is padded input)."""
    strides, dilations, first, last = _geometry(attributes, sizes, kernel)
    counts = []
    for axis, size in enumerate(sizes):
        room = size + first[axis] + last[axis] - (kernel[axis] - 1) * dilations[axis] - 1
        count = (math.ceil if attributes.get("ceil_mode", 0) else math.floor)(Fraction(room, strides[axis])) + 1
        if attributes.get("ceil_mode", 0) and (count - 1) * strides[axis] >= size + first[axis]:
            count -= 1
        counts.append(count)
    found = {}
    for output in itertools.product(*map(range, counts)):
        cells = []
        for k in itertools.product(*map(range, kernel)):
            place = tuple(o * s - p + i * d for o, s, p, i, d in zip(output, strides, first, k, dilations, strict=True))
            inside = all(0 <= x < size for x, size in zip(place, sizes, strict=True))
            padded = all(x < size + more for x, size, more in zip(place, sizes, last, strict=True))
            cells.append((k, place if inside else None, padded))
        found[output] = cells
    return tuple(counts), found


def conv(inputs, attributes, _):
    x, weight = inputs[:2]
    groups = attributes.get("group", 1)
    counts, positions = _positions(attributes, x.shape[2:], weight.shape[2:])
    out = np.empty((x.shape[0], weight.shape[0], *counts), dtype=object)
    per, filters = weight.shape[1], weight.shape[0] // groups
    for n, m in itertools.product(range(x.shape[0]), range(weight.shape[0])):
        for output, cells in positions.items():
            total = inputs[2][m] if len(inputs) > 2 else Fraction(0)
            for c in range(per):
                for k, place, _padded in cells:
                    if place is not None:
                        total += weight[(m, c, *k)] * x[(n, m // filters * per + c, *place)]
            out[(n, m, *output)] = total
    return out


def conv_transpose(inputs, attributes, _):
    x, weight = inputs[:2]
    groups, count = attributes.get("group", 1), x.ndim - 2
    sizes, kernel = x.shape[2:], weight.shape[2:]
    strides, dilations = attributes.get("strides", [1] * count), attributes.get("dilations", [1] * count)
    extra, pads = attributes.get("output_padding", [0] * count), attributes.get("pads", [0] * 2 * count)
    full = [s * (i - 1) + (k - 1) * d + 1 for s, i, k, d in zip(strides, sizes, kernel, dilations, strict=True)]
    outs = [full[a] + extra[a] - pads[a] - pads[count + a] for a in range(count)]
    filters = weight.shape[1]
    out = np.full((x.shape[0], groups * filters, *outs), Fraction(0), dtype=object)
    if len(inputs) > 2:
        out = out + inputs[2].reshape(-1, *(1,) * count)
    per = x.shape[1] // groups
    for n, c in itertools.product(range(x.shape[0]), range(x.shape[1])):
        for place in itertools.product(*map(range, sizes)):
            for k in itertools.product(*map(range, kernel)):
                to = tuple(p * s + i * d - a for p, s, i, d, a in zip(place, strides, k, dilations, pads, strict=False))
                if all(0 <= t < size for t, size in zip(to, outs, strict=True)):
                    for m in range(filters):
                        out[(n, c // per * filters + m, *to)] += x[(n, c, *place)] * weight[(c, m, *k)]
    return out


def _pool(inputs, attributes, reduce):
    x = inputs[0]
    counts, positions = _positions(attributes, x.shape[2:], attributes["kernel_shape"])
    out = np.empty((*x.shape[:2], *counts), dtype=object)
    for n, c in itertools.product(*map(range, x.shape[:2])):
        for output, cells in positions.items():
            there = [x[(n, c, *place)] for _, place, _padded in cells if place is not None]
            out[(n, c, *output)] = reduce(there, sum(padded for *_, padded in cells))
    return out


def average_pool(inputs, attributes, _):
    padding_counts = attributes.get("count_include_pad", 0)
    return _pool(inputs, attributes, lambda there, padded: sum(there) / Fraction(padded if padding_counts else len(there)))


def max_pool(inputs, attributes, _):
    return _pool(inputs, attributes, lambda there, padded: max(there))


def batch_normalization(inputs, attributes, _):
    """Scale / sqrt(variance + epsilon) is the one number that is rounded: to a double, as the library says."""
    x, scale, bias, mean, variance = inputs
    epsilon = Fraction(attributes.get("epsilon", float(np.float32(1e-5))))
    shape = (1, -1, *(1,) * (x.ndim - 2))
    factor = [Fraction(float(s / Fraction(math.sqrt(float(v + epsilon))))) for s, v in zip(scale, variance, strict=True)]
    factor = np.array(factor, dtype=object).reshape(shape)
    return (x - mean.reshape(shape)) * factor + bias.reshape(shape)


def _reduce(function):
    def reduced(inputs, attributes, _):
        x = inputs[0]
        axes = attributes.get("axes", inputs[1].tolist() if len(inputs) > 1 else None)
        axes = tuple(range(x.ndim)) if axes is None else tuple(axis % x.ndim for axis in axes)
        return function(x, axes, bool(attributes.get("keepdims", 1)))

    return reduced


def _mean(x, axes, keep):
    return np.sum(x, axis=axes, keepdims=keep) / Fraction(math.prod(x.shape[axis] for axis in axes))


def _listed(inputs, attributes, name, index):
    return list(attributes[name]) if name in attributes else inputs[index].tolist()


def reshape(inputs, attributes, _):
    shape = [inputs[0].shape[i] if s == 0 else s for i, s in enumerate(_listed(inputs, attributes, "shape", 1))]
    return inputs[0].reshape(shape)


def flatten(inputs, attributes, _):
    axis = attributes.get("axis", 1)
    return inputs[0].reshape(math.prod(inputs[0].shape[:axis]), -1)


def slices(inputs, attributes, _):
    x, starts, ends = inputs[:3]
    axes = inputs[3].tolist() if len(inputs) > 3 else range(len(starts))
    steps = inputs[4].tolist() if len(inputs) > 4 else [1] * len(starts)
    for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes, steps, strict=True):
        size = x.shape[axis]
        start, end = (value + size if value < 0 else value for value in (start, end))
        if step > 0:
            chosen = range(min(max(start, 0), size), min(max(end, 0), size), step)
        else:
            chosen = range(min(max(start, 0), size - 1), min(max(end, -1), size - 1), step)
        x = np.take(x, list(chosen), axis)
    return x


def pad(inputs, attributes, _):
    x = inputs[0]
    pads = _listed(inputs, attributes, "pads", 1)
    mode = attributes.get("mode", b"constant").decode()
    fill = inputs[2].ravel()[0] if len(inputs) > 2 and inputs[2] is not None else Fraction(attributes.get("value", 0.0))
    for axis in range(x.ndim):
        before, after, size = pads[axis], pads[x.ndim + axis], x.shape[axis]
        parts = []
        for place in range(-before, size + after):
            if 0 <= place < size:
                parts.append(np.take(x, [place], axis))
            elif mode == "constant":
                parts.append(np.full_like(np.take(x, [0], axis), fill))
            elif mode == "edge":
                parts.append(np.take(x, [0 if place < 0 else size - 1], axis))
            else:
                parts.append(np.take(x, [-place if place < 0 else 2 * (size - 1) - place], axis))
        x = np.concatenate(parts, axis)
    return x


def split(inputs, attributes, outputs):
    x, axis = inputs[0], attributes.get("axis", 0)
    sizes = _listed(inputs, attributes, "split", 1)
    parts, start = [], 0
    for size in sizes:
        parts.append(np.take(x, range(start, start + size), axis))
        start += size
    return tuple(parts)


def unsqueeze(inputs, attributes, _):
    x = inputs[0]
    axes = _listed(inputs, attributes, "axes", 1)
    for axis in sorted(a % (x.ndim + len(axes)) for a in axes):
        x = np.expand_dims(x, axis)
    return x


def squeeze(inputs, attributes, _):
    x = inputs[0]
    axes = attributes.get("axes", inputs[1].tolist() if len(inputs) > 1 else [a for a, s in enumerate(x.shape) if s == 1])
    return x.reshape([s for a, s in enumerate(x.shape) if a not in [b % x.ndim for b in axes]])


def concat(inputs, attributes, _):
    return np.concatenate(inputs, attributes["axis"])


def _folded(function):
    def folded(inputs, attributes, _):
        result = inputs[0]
        for other in inputs[1:]:
            result = function(result, other)
        return result

    return folded


LARGER, SMALLER = _each(lambda a, b: max(a, b)), _each(lambda a, b: min(a, b))
OPERATORS: dict[str, Callable[[list[Array], dict[str, Any], int], Any]] = {
    "Abs": lambda i, a, n: abs(i[0]),
    "Add": lambda i, a, n: i[0] + i[1],
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Cast": lambda i, a, n: i[0],
    "Clip": clip,
    "Concat": concat,
    "Constant": lambda i, a, n: a["value"],
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Div": lambda i, a, n: i[0] / i[1],
    "Dropout": lambda i, a, n: i[0],
    "Expand": lambda i, a, n: i[0] + np.full(i[1].tolist(), Fraction(0), dtype=object),
    "Flatten": flatten,
    "Gather": lambda i, a, n: np.take(i[0], i[1], a.get("axis", 0)),
    "Gemm": gemm,
    "GlobalAveragePool": lambda i, a, n: _mean(i[0], tuple(range(2, i[0].ndim)), True),
    "GlobalMaxPool": lambda i, a, n: np.max(i[0], axis=tuple(range(2, i[0].ndim)), keepdims=True),
    "HardSigmoid": hard_sigmoid,
    "Identity": lambda i, a, n: i[0],
    "LeakyRelu": lambda i, a, n: leaky(i[0], _fraction(a.get("alpha", 0.01))),
    "MatMul": matmul,
    "Max": _folded(LARGER),
    "MaxPool": max_pool,
    "Mean": lambda i, a, n: _folded(lambda x, y: x + y)(i, a, n) / Fraction(len(i)),
    "Min": _folded(SMALLER),
    "Mul": lambda i, a, n: i[0] * i[1],
    "Neg": lambda i, a, n: -i[0],
    "PRelu": lambda i, a, n: leaky(i[0], i[1]),
    "Pad": pad,
    "ReduceMax": _reduce(lambda x, axes, keep: np.max(x, axis=axes, keepdims=keep)),
    "ReduceMean": _reduce(_mean),
    "ReduceMin": _reduce(lambda x, axes, keep: np.min(x, axis=axes, keepdims=keep)),
    "Shape": lambda i, a, n: np.array(i[0].shape),
    "ReduceSum": _reduce(lambda x, axes, keep: np.sum(x, axis=axes, keepdims=keep)),
    "Relu": lambda i, a, n: LARGER(i[0], Fraction(0)),
    "Reshape": reshape,
    "Slice": slices,
    "Split": split,
    "Squeeze": squeeze,
    "Sub": lambda i, a, n: i[0] - i[1],
    "Sum": _folded(lambda x, y: x + y),
    "Tile": lambda i, a, n: np.tile(i[0], i[1].tolist()),
    "Transpose": lambda i, a, n: np.transpose(i[0], a.get("perm")),
    "Unsqueeze": unsqueeze,
}
