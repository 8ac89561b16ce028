"""The table of operators: which function lowers which one, and which ones cannot be lowered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from relupoly.files.onnx import activations, elementwise, pools, products, shapes
from relupoly.files.onnx.nodes import Node
from relupoly.files.onnx.tensors import Value

Operator: TypeAlias = Callable[[Node], Value | tuple[Value, ...]]

OPERATORS: dict[str, Operator] = {
    "Abs": activations.absolute,
    "Add": elementwise.add,
    "AveragePool": pools.average_pool,
    "BatchNormalization": products.batch_normalization,
    "Cast": shapes.cast,
    "Clip": activations.clip,
    "Concat": shapes.concat,
    "Constant": shapes.constant,
    "ConstantOfShape": shapes.constant_of_shape,
    "Conv": products.conv,
    "ConvTranspose": products.conv_transpose,
    "Div": elementwise.divide,
    "Dropout": shapes.dropout,
    "Equal": elementwise.equal,
    "Expand": shapes.expand,
    "Flatten": shapes.flatten,
    "Gather": shapes.gather,
    "Gemm": products.gemm,
    "GlobalAveragePool": pools.global_average_pool,
    "GlobalMaxPool": pools.global_max_pool,
    "HardSigmoid": activations.hard_sigmoid,
    "Identity": shapes.identity,
    "LeakyRelu": activations.leaky_relu,
    "MatMul": products.matmul,
    "Max": elementwise.largest,
    "MaxPool": pools.max_pool,
    "Mean": elementwise.average,
    "Min": elementwise.smallest,
    "Mul": elementwise.multiply,
    "Neg": elementwise.negate,
    "PRelu": activations.prelu,
    "Pad": shapes.pad,
    "Range": shapes.arange,
    "ReduceMax": pools.reduce_max,
    "ReduceMean": pools.reduce_mean,
    "ReduceMin": pools.reduce_min,
    "ReduceProd": pools.reduce_product,
    "ReduceSum": pools.reduce_sum,
    "Relu": activations.relu,
    "Reshape": shapes.reshape,
    "Shape": shapes.shape_of,
    "Size": shapes.size_of,
    "Slice": shapes.slice_of,
    "Split": shapes.split,
    "Squeeze": shapes.squeeze,
    "Sub": elementwise.subtract,
    "Sum": elementwise.add_all,
    "Tile": shapes.tile,
    "Transpose": shapes.transpose,
    "Unsqueeze": shapes.unsqueeze,
    "Where": elementwise.where,
}

# fmt: off
SMOOTH = frozenset((
    "Celu", "Cos", "Elu", "Erf", "Exp", "Gelu", "GroupNormalization", "HardSwish", "InstanceNormalization", "LRN",
    "LayerNormalization", "Log", "LogSoftmax", "LpNormalization", "Mish", "Pow", "Reciprocal", "ReduceL2", "Selu",
    "Sigmoid", "Sin", "Softmax", "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh",
))
# fmt: on
"""Operators whose functions are not piecewise linear."""

PASSING = frozenset(("Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"))
"""Operators that may stand between a last activation and the output: they give all entries of their input, in its order."""
