"""Random ONNX models over the operators that are piecewise linear, with odd shapes, and helpers that make small ones.

Weights are quarters, so that single precision is exact for most models, and runtimes can be held to their outputs.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st
from oracles import onnx_reference

SEED = st.integers(0, 2**32 - 1)
POSITIVE = st.integers(1, 3)


def model(
    nodes: list[Any], inputs: list[Any], outputs: list[Any], stored: dict[str, Any] | None = None, opset: int = 17
) -> Any:
    """A model of these nodes; the stored arrays are its initializers."""
    from onnx import helper, numpy_helper

    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in (stored or {}).items()]
    graph = helper.make_graph(nodes, "graph", inputs, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def floats(name: str, shape: Any, kind: int = 1) -> Any:
    """An input or output."""
    from onnx import helper

    return helper.make_tensor_value_info(name, kind, shape)


def single(operator: str, size: Any, stored: Any = (), opset: int = 17, outputs: int = 1, **attributes: Any) -> Any:
    """A model with one node on an input of this shape; its further inputs are stored arrays, None where one is left out."""
    from onnx import helper

    names = [f"c{number}" if array is not None else "" for number, array in enumerate(stored)]
    given = [f"y{number}" if number else "y" for number in range(outputs)]
    node = helper.make_node(operator, ["x", *names], given, "the node", **attributes)
    arrays = {name: array for name, array in zip(names, stored, strict=True) if name}
    return model([node], [floats("x", size)], [floats("y", None)], arrays, opset)


class Builder:
    """A model that grows node by node; the oracle's values at one point tell the shapes."""

    def __init__(self, shape: tuple[int, ...], draw: Any) -> None:
        self.draw, self.random = draw, np.random.default_rng(draw(SEED))
        self.shape = shape
        self.nodes: list[Any] = []
        self.stored: dict[str, Any] = {}
        self.values = {"x": onnx_reference.rationals(np.zeros(shape))}
        self.name = "x"

    def quarters(self, shape: Any, least: int = -8) -> Any:
        return (self.random.integers(least, 9, size=shape) / 4).astype(np.float32)

    def keep(self, array: Any) -> str:
        name = f"c{len(self.stored)}"
        self.stored[name] = np.asarray(array)
        return name

    def node(self, operator: str, inputs: list[str], outputs: int = 1, **attributes: Any) -> list[str]:
        from onnx import helper

        names = [f"t{len(self.nodes)}_{number}" for number in range(outputs)]
        node = helper.make_node(operator, inputs, names, **attributes)
        self.nodes.append(node)
        found = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        arrays = [self.values[name] if name in self.values else self._exact(name) for name in inputs]
        results = onnx_reference.OPERATORS[operator](arrays, found, outputs)
        for name, result in zip(names, results if isinstance(results, tuple) else (results,), strict=True):
            self.values[name] = np.asarray(result)
        self.name = names[0]
        return names

    def _exact(self, name: str) -> Any:
        array = self.stored[name] if name else None
        return onnx_reference.rationals(array) if array is not None and array.dtype.kind == "f" else array

    @property
    def now(self) -> tuple[int, ...]:
        return self.values[self.name].shape

    def model(self) -> Any:
        return model(self.nodes, [floats("x", self.shape)], [floats(self.name, None)], self.stored)


def _pointwise(b: Builder) -> None:
    kind = b.draw(st.sampled_from(["Relu", "LeakyRelu", "Abs", "Neg", "HardSigmoid", "Identity", "Dropout"]))
    extra = {"alpha": b.draw(st.sampled_from([0.25, 1.0, -0.5, 2.0]))} if kind in ("LeakyRelu", "HardSigmoid") else {}
    b.node(kind, [b.name], **extra)


def _prelu(b: Builder) -> None:
    rank = len(b.now)
    shape = b.now[b.draw(st.integers(0, rank)) :]
    b.node("PRelu", [b.name, b.keep(b.quarters([length if b.draw(st.booleans()) else 1 for length in shape]))])


def _clip(b: Builder) -> None:
    low, high = (b.draw(st.none() | st.integers(-4, 4)) for _ in range(2))
    low, high = (None if bound is None else b.keep(np.float32(bound / 4)) for bound in (low, high))
    b.node("Clip", [b.name, low or "", high or ""] if high else [b.name, low] if low else [b.name])


def _arithmetic(b: Builder) -> None:
    kind = b.draw(st.sampled_from(["Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"]))
    shape = [length if b.draw(st.booleans()) else 1 for length in b.now]
    constant = np.full(shape, 0.5, dtype=np.float32) if kind == "Div" else b.quarters(shape)
    other = b.keep(constant)
    b.node(kind, [other, b.name] if kind != "Div" and b.draw(st.booleans()) else [b.name, other])


def _with_earlier(b: Builder) -> None:
    others = [name for name, value in b.values.items() if value.shape == b.now]
    kind = b.draw(st.sampled_from(["Add", "Sub", "Max", "Min", "Concat"]))
    extra = {"axis": b.draw(st.integers(0, len(b.now) - 1))} if kind == "Concat" else {}
    if len(b.now) or kind != "Concat":
        b.node(kind, [b.name, b.draw(st.sampled_from(others))], **extra)


def _dense(b: Builder) -> None:
    size = b.draw(POSITIVE)
    if len(b.now) == 2 and b.draw(st.booleans()):
        turned = b.draw(st.booleans())
        shape = (size, b.now[1]) if turned else (b.now[1], size)
        bias = b.draw(st.sampled_from([(size,), (1, size), (1,)]))
        extra = {"alpha": 0.5, "beta": 2.0} if b.draw(st.booleans()) else {}
        b.node("Gemm", [b.name, b.keep(b.quarters(shape)), b.keep(b.quarters(bias))], transB=int(turned), **extra)
    elif b.draw(st.booleans()):
        b.node("MatMul", [b.name, b.keep(b.quarters((b.now[-1], size) if b.draw(st.booleans()) else (b.now[-1],)))])
    else:
        length = b.now[-2] if len(b.now) > 1 else b.now[0]
        b.node("MatMul", [b.keep(b.quarters((size, length))), b.name])


def _window(b: Builder, pool: bool = False) -> dict[str, Any]:
    """Attributes of a window that fits."""
    sizes, count = b.now[2:], len(b.now) - 2
    kernel = [b.draw(st.integers(1, min(3, size))) for size in sizes]
    dilations = [b.draw(st.integers(1, 2)) if (k - 1) * 2 < size else 1 for k, size in zip(kernel, sizes, strict=True)]
    pads = [b.draw(st.integers(0, min(1, k - 1) if pool else 1)) for k in kernel * 2]
    strides = [b.draw(st.integers(1, 2)) for _ in range(count)]
    return {"kernel_shape": kernel, "dilations": dilations, "pads": pads, "strides": strides}


def _conv(b: Builder) -> None:
    window = _window(b)
    groups = b.draw(st.sampled_from([g for g in (1, 2, 3) if b.now[1] % g == 0]))
    filters = groups * b.draw(st.integers(1, 2))
    if b.draw(st.integers(0, 3)) == 0:
        window |= {
            "auto_pad": b.draw(st.sampled_from(["SAME_UPPER", "SAME_LOWER", "VALID"])),
            "dilations": [1] * (len(b.now) - 2),
        }
        del window["pads"]
    weight = b.quarters((filters, b.now[1] // groups, *window["kernel_shape"]))
    bias = [b.keep(b.quarters(filters))] if b.draw(st.booleans()) else []
    b.node("Conv", [b.name, b.keep(weight), *bias], group=groups, **window)


def _conv_transpose(b: Builder) -> None:
    count = len(b.now) - 2
    groups = b.draw(st.sampled_from([g for g in (1, 2, 3) if b.now[1] % g == 0]))
    kernel, strides = ([b.draw(st.integers(1, 2)) for _ in range(count)] for _ in range(2))
    weight = b.quarters((b.now[1], b.draw(st.integers(1, 2)), *kernel))
    extra = [b.draw(st.integers(0, s - 1)) for s in strides]
    pads = [b.draw(st.integers(0, k - 1 if size > 1 else 0)) for k, size in zip(kernel, b.now[2:], strict=True)] + [0] * count
    bias = [b.keep(b.quarters(groups * weight.shape[1]))] if b.draw(st.booleans()) else []
    inputs = [b.name, b.keep(weight), *bias]
    b.node("ConvTranspose", inputs, group=groups, strides=strides, output_padding=extra, pads=pads, kernel_shape=kernel)


def _max_pool(b: Builder) -> None:
    b.node("MaxPool", [b.name], ceil_mode=0, **_window(b, pool=True))


def _average_pool(b: Builder) -> None:
    window = _window(b, pool=True)
    del window["dilations"]
    b.node("AveragePool", [b.name], count_include_pad=int(b.draw(st.booleans())), **window)


def _normalization(b: Builder) -> None:
    channels = b.now[1]
    arrays = [b.quarters(channels), b.quarters(channels), b.quarters(channels), b.quarters(channels, least=0)]
    b.node("BatchNormalization", [b.name, *map(b.keep, arrays)])


def _global(b: Builder) -> None:
    b.node(b.draw(st.sampled_from(["GlobalAveragePool", "GlobalMaxPool"])), [b.name])


def _reduce(b: Builder) -> None:
    kind = b.draw(st.sampled_from(["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"]))
    axes = b.draw(st.lists(st.integers(0, len(b.now) - 1), min_size=1, max_size=2, unique=True))
    keep = 1 if len(axes) == len(b.now) else int(b.draw(st.booleans()))
    if kind == "ReduceSum":
        b.node(kind, [b.name, b.keep(np.array(axes))], keepdims=keep)
    else:
        b.node(kind, [b.name], axes=axes, keepdims=keep)


def _moved(b: Builder) -> None:
    rank, now = len(b.now), b.now
    axis = b.draw(st.integers(0, rank - 1))
    length = now[axis]
    kind = b.draw(
        st.sampled_from(
            ["Transpose", "Flatten", "Reshape", "Unsqueeze", "Squeeze", "Slice", "Pad", "Gather", "Expand", "Split", "Tile"]
        )
    )
    if kind == "Transpose":
        b.node(kind, [b.name], perm=b.draw(st.permutations(range(rank))))
    elif kind == "Flatten":
        b.node(kind, [b.name], axis=axis)
    elif kind == "Reshape":
        b.node(kind, [b.name, b.keep(np.array([0, -1] if rank > 1 and now[0] else [-1]))])
    elif kind == "Unsqueeze" and rank < 4:
        b.node(kind, [b.name, b.keep(np.array([b.draw(st.integers(-1, rank))]))])
    elif kind == "Squeeze" and length == 1 and rank > 1:
        b.node(kind, [b.name, b.keep(np.array([axis]))])
    elif kind == "Slice":
        forward = b.draw(st.booleans())
        start, end = (
            (b.draw(st.integers(0, length - 1)), 2**40)
            if forward
            else (length - 1 - b.draw(st.integers(0, length - 1)), -(2**40))
        )
        step = b.draw(st.integers(1, 2)) * (1 if forward else -1)
        b.node(kind, [b.name, *(b.keep(np.array([value])) for value in (start, end, axis, step))])
    elif kind == "Pad":
        mode = b.draw(st.sampled_from(["constant", "edge", *(["reflect"] if min(now) > 1 else [])]))
        pads = np.array([b.draw(st.integers(0, 1)) for _ in range(2 * rank)])
        b.node(kind, [b.name, b.keep(pads), *([b.keep(np.float32(0.75))] if mode == "constant" else [])], mode=mode)
    elif kind == "Gather":
        b.node(
            kind,
            [b.name, b.keep(b.random.integers(-length, length, size=b.draw(st.sampled_from([(2,), (3,), (1, 2)]))))],
            axis=axis,
        )
    elif kind == "Expand":
        b.node(kind, [b.name, b.keep(np.array([2 if size == 1 else size for size in now]))])
    elif kind == "Tile":
        b.node(kind, [b.name, b.keep(np.array([b.draw(st.integers(1, 2)) for _ in now]))])
    elif kind == "Split" and length > 1:
        size = b.draw(st.integers(1, length - 1))
        names = b.node(kind, [b.name, b.keep(np.array([size, length - size]))], outputs=2, axis=axis)
        b.name = b.draw(st.sampled_from(names))


ANY = [_pointwise, _pointwise, _prelu, _clip, _arithmetic, _with_earlier, _dense, _reduce, _moved, _moved]
IMAGES = [_conv, _conv, _conv_transpose, _max_pool, _average_pool, _normalization, _global]
MOST = 40
"""Entries of a tensor, above which no operator makes more of it."""


@st.composite
def models(draw) -> Any:
    """A model over several random operators."""
    shape = draw(st.sampled_from([(3,), (1, 4), (2, 3), (1, 2, 5), (1, 1, 3, 4), (1, 2, 3, 3), (1, 3, 2, 4)]))
    b = Builder(shape, draw)
    for _ in range(draw(st.integers(1, 6))):
        if math.prod(b.now) > MOST:
            break
        if not b.now:
            b.node("Abs", [b.name])
            continue
        draw(st.sampled_from(ANY + (IMAGES * 2 if len(b.now) in (3, 4) else [])))(b)
    if not b.nodes or math.prod(b.now) == 0:
        b.name = "x"
        b.node("Identity", [b.name])
    return b.model()


def points(seed: int, count: int, shape: tuple[int, ...]) -> list[np.ndarray]:
    """Random points of quarters, in single precision."""
    random = np.random.default_rng(seed)
    return [(random.integers(-12, 13, size=shape) / 4).astype(np.float32) for _ in range(count)]


def exact(array: np.ndarray) -> list[Fraction]:
    """The entries as rationals."""
    return [Fraction(entry) for entry in array.ravel().tolist()]
