"""The operators of ATen, as `torch.export` writes them down, as affine forms and neurons.

`torch_calls.py` is one call of an operator, `torch_moves.py` has the operators that only move entries, `torch_windows.py`
convolutions and pools. What has an operator of ONNX with the same meaning goes through that one
(`relupoly.files.onnx.operators`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.errors import InputError, ModelError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.files.onnx.nodes import scalar
from relupoly.frameworks.torch_calls import Call, array_of
from relupoly.frameworks.torch_moves import MOVES, folded, moved
from relupoly.frameworks.torch_windows import adaptive_pool, convolution, pool
from relupoly.networks.lowering.activations import clip
from relupoly.networks.lowering.tensor import Tensor

# fmt: off
SMOOTH = frozenset((
    "celu", "cos", "elu", "erf", "exp", "gelu", "glu", "group_norm", "hardswish", "instance_norm", "layer_norm", "log",
    "log_sigmoid", "log_softmax", "logsumexp", "mish", "pow", "reciprocal", "rsqrt", "scaled_dot_product_attention", "selu",
    "sigmoid", "silu", "sin", "softmax", "softplus", "sqrt", "square", "tan", "tanh",
))
# fmt: on
"""Operators whose functions are not piecewise linear."""

PASSING = frozenset(("alias", "clone", "contiguous", "detach", "dropout", "flatten", "reshape", "squeeze", "unsqueeze", "view"))
"""Operators that may stand between a last activation and the output."""

_SIXTH, _HALF = fmpq(1, 6), fmpq(1, 2)


def _flat(values: Sequence[Any]) -> list[Any]:
    return [one for value in values for one in (_flat(value) if isinstance(value, (list, tuple)) else [value])]


def result_of(call: Call) -> Any:
    """What a call gives: lowered tensors, or what PyTorch gives where nothing depends on the input of the net.

    Raises
    ------
    ModelError
        If the operator is not supported, or its function is not piecewise linear.
    """
    if call.kind == "getitem":
        return call.arguments[0][call.arguments[1]]
    if not any(isinstance(one, Tensor) for one in _flat([*call.arguments, *call.options.values()])):
        return folded(call)
    operator = moved if call.kind in MOVES else OPERATORS.get(call.kind)
    if operator is None:
        raise ModelError("it is not supported, or not piecewise linear; give the module up to there")
    try:
        return operator(call)
    except InputError:
        raise
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        said = (str(error).splitlines() or [""])[0]
        raise ModelError(f"its arguments are not supported ({said[:80]}); give the module up to there") from error


def _pad(call: Call) -> Tensor:
    """More entries at the ends of the last axes; negative ones cut off."""
    named = call.named
    x, pads = call.tensor("self"), list(named["pad"])
    mode = {"replicate": "edge", "circular": "wrap"}.get(named.get("mode", "constant"), named.get("mode", "constant"))
    rank = len(x.shape)
    before, after = [0] * rank, [0] * rank
    for place in range(len(pads) // 2):
        before[rank - 1 - place], after[rank - 1 - place] = pads[2 * place], pads[2 * place + 1]
    fill = named.get("value")
    widths = np.array([*before, *after], dtype=np.int64)
    return call.onnx("Pad", x, widths, Tensor.of_constants(scalar(call.number(fill or 0))), mode=mode)


def _linear(call: Call) -> Tensor:
    weight, bias = call.tensor("weight"), call.value("bias")
    product = call.onnx("MatMul", call.tensor("input"), weight.moved(np.transpose))
    return product if bias is None else product + bias


def _product(call: Call) -> Tensor:
    second = next(name for name in ("other", "mat2", "vec") if name in call.named)
    return call.onnx("MatMul", call.tensor("self"), call.tensor(second))


def _addmm(call: Call) -> Tensor:
    alpha, beta = (float(call.number(call.named[name])) for name in ("alpha", "beta"))
    return call.onnx("Gemm", call.tensor("mat1"), call.tensor("mat2"), call.tensor("self"), alpha=alpha, beta=beta)


def _batch_norm(call: Call) -> Any:
    named = call.named
    if named.get("training") or named["running_mean"] is None or named["running_var"] is None:
        raise ModelError(
            "it normalises by its own input, which is not piecewise linear; give a module that has running statistics"
        )
    x = call.tensor("input")
    channels = x.shape[1]
    ones = Tensor.of_constants(RationalArray.of_integers(np.ones(channels, dtype=np.int64)))
    weight, bias = call.value("weight"), call.value("bias")
    inputs = (weight or ones, bias or ones - ones, call.tensor("running_mean"), call.tensor("running_var"))
    result = call.onnx("BatchNormalization", x, *inputs, epsilon=float(call.rounded(call.named["eps"])))
    return result if call.kind == "batch_norm" else (result, None, None)


def _dropout(call: Call) -> Tensor:
    if call.named["train"]:
        raise ModelError("it drops entries at random, also in evaluation mode; give its argument training=module.training")
    return call.tensor("input")


def _reduced(operator: str) -> Callable[[Call], Any]:
    def reduced(call: Call) -> Any:
        x, dim = call.tensor("self"), call.named.get("dim")
        axes = [dim] if isinstance(dim, int) else list(dim or range(len(x.shape)))
        result = call.onnx(operator, x, axes=axes, keepdims=int(bool(call.named.get("keepdim"))))
        return (result, None) if call.kind in ("max", "min") and dim is not None else result

    return reduced


def _extreme(operator: str, along: str) -> Callable[[Call], Any]:
    """The largest or smallest entries: of two tensors, or along axes."""
    reduced = _reduced(along)
    return lambda call: call.onnx(operator, *map(call.tensor, ("self", "other"))) if "other" in call.named else reduced(call)


def _entrywise(operator: str) -> Callable[[Call], Tensor]:
    def combined(call: Call) -> Tensor:
        one, two = call.tensor("self"), call.tensor("other")
        if call.named.get("rounding_mode"):
            raise ModelError("it rounds the quotient, which is not piecewise linear")
        if (alpha := call.named.get("alpha", 1)) != 1:
            factor = scalar(call.number(alpha))
            one, two = (one.times(factor), two) if call.kind == "rsub" else (one, two.times(factor))
        return call.onnx(operator, two, one) if call.kind == "rsub" else call.onnx(operator, one, two)

    return combined


def _clipped(low: str | None, high: str | None) -> Callable[[Call], Tensor]:
    """Bounds by the names of arguments; None is no bound."""

    def bounded(call: Call) -> Tensor:
        x = call.tensor("self")
        for name, operator in ((low, "Max"), (high, "Min")):
            if name and not isinstance(call.named[name], (int, float, type(None))):  # bounds for each entry
                x = call.onnx(operator, x, call.tensor(name))
        bounds = [call.named[name] if name else None for name in (low, high)]
        return clip(call.lowering, x, *(_bound(call, one, sign) for one, sign in zip(bounds, (-1, 1), strict=True)))

    return bounded


def _bound(call: Call, value: Any, sign: int) -> fmpq | None:
    if not isinstance(value, (int, float)) or call.rounded(value) == sign * math.inf:
        return None
    return call.number(value)


def _hard_sigmoid(call: Call) -> Tensor:
    inner = call.tensor("self").times(scalar(_SIXTH)) + Tensor.of_constants(scalar(_HALF))
    return clip(call.lowering, inner, fmpq(0), fmpq(1))


def _threshold(call: Call) -> Tensor:
    level, value = call.number(call.named["threshold"]), call.number(call.named["value"])
    if level != value:
        raise ModelError("it jumps where its threshold is another number than its value, so it is not continuous")
    return clip(call.lowering, call.tensor("self"), level, None)


def _soft_shrink(call: Call) -> Tensor:
    x, level = call.tensor("self"), call.number(call.named["lambd"])
    return call.onnx("Sub", x, clip(call.lowering, x, -level, level))


def _leaky(call: Call) -> Tensor:
    if call.kind == "rrelu":
        if call.named["training"]:
            raise ModelError("its slope is random, also in evaluation mode; give its argument training=module.training")
        slope = (call.number(call.named["lower"]) + call.number(call.named["upper"])) / 2
        return call.onnx("PRelu", call.tensor("self"), Tensor.of_constants(scalar(slope)))
    return call.onnx("PRelu", call.tensor("self"), Tensor.of_constants(scalar(call.number(call.named["negative_slope"]))))


def _prelu(call: Call) -> Tensor:
    x, slope = call.tensor("self"), call.tensor("weight")
    shape = (-1, *(1,) * (len(x.shape) - 2)) if slope.size > 1 else ()
    return call.onnx("PRelu", x, slope.moved(lambda places: places.reshape(shape)))


def _where(call: Call) -> Tensor:
    condition = call.named["condition"]
    if isinstance(condition, Tensor):
        raise ModelError("its condition depends on the input; only a constant one is piecewise linear")
    return call.onnx("Where", array_of(condition), call.tensor("self"), call.tensor("other"))


def _masked(call: Call) -> Tensor:
    if isinstance(call.named["mask"], Tensor):
        raise ModelError("its mask depends on the input; only a constant one is piecewise linear")
    return call.onnx("Where", array_of(call.named["mask"]), call.tensor("value"), call.tensor("self"))


def _converted(call: Call) -> Tensor:
    if call.meta is None or not call.meta.dtype.is_floating_point:
        raise ModelError("it rounds what depends on the input to integers, which is not piecewise linear")
    return call.tensor(call.target._schema.arguments[0].name)


def _simple(operator: str) -> Callable[[Call], Tensor]:
    return lambda call: call.onnx(operator, call.tensor("self"))


OPERATORS: dict[str, Callable[[Call], Any]] = {
    "_native_batch_norm_legit_no_training": _batch_norm,
    "_to_copy": _converted,
    "abs": _simple("Abs"),
    "add": _entrywise("Add"),
    "addmm": _addmm,
    "alpha_dropout": _dropout,
    "amax": _reduced("ReduceMax"),
    "amin": _reduced("ReduceMin"),
    "batch_norm": _batch_norm,
    "bmm": _product,
    "_assert_tensor_metadata": lambda call: None,
    "clamp": _clipped("min", "max"),
    "clamp_max": _clipped(None, "max"),
    "clamp_min": _clipped("min", None),
    "constant_pad_nd": _pad,
    "div": _entrywise("Div"),
    "convolution": convolution,
    "dropout": _dropout,
    "feature_alpha_dropout": _dropout,
    "feature_dropout": _dropout,
    "hardsigmoid": _hard_sigmoid,
    "hardtanh": _clipped("min_val", "max_val"),
    "leaky_relu": _leaky,
    "linear": _linear,
    "masked_fill": _masked,
    "matmul": _product,
    "max": _extreme("Max", "ReduceMax"),
    "maximum": _entrywise("Max"),
    "mean": _reduced("ReduceMean"),
    "min": _extreme("Min", "ReduceMin"),
    "minimum": _entrywise("Min"),
    "mm": _product,
    "mul": _entrywise("Mul"),
    "mv": _product,
    "neg": _simple("Neg"),
    "pad": _pad,
    "prelu": _prelu,
    "relu": _simple("Relu"),
    "relu6": lambda call: clip(call.lowering, call.tensor("self"), fmpq(0), fmpq(6)),
    "rrelu": _leaky,
    "rsub": _entrywise("Sub"),
    "softshrink": _soft_shrink,
    "sub": _entrywise("Sub"),
    "sum": _reduced("ReduceSum"),
    "threshold": _threshold,
    "to": _converted,
    "type_as": _converted,
    "where": _where,
}
"""What lowers an operator whose result depends on the input of the net, by its name."""

for _count in (1, 2, 3):
    OPERATORS |= {
        f"conv{_count}d": convolution,
        f"conv_transpose{_count}d": convolution,
        f"avg_pool{_count}d": pool("AveragePool", _count),
        f"max_pool{_count}d": pool("MaxPool", _count),
        f"max_pool{_count}d_with_indices": pool("MaxPool", _count),
        f"adaptive_avg_pool{_count}d": adaptive_pool("AveragePool", _count),
        f"adaptive_max_pool{_count}d": adaptive_pool("MaxPool", _count),
    }
