"""Operators of ATen with windows: convolutions and pools. The axis of samples may be missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relupoly.errors import ModelError
from relupoly.frameworks.torch_calls import Call
from relupoly.networks.lowering.tensor import Tensor


def _batched(x: Tensor, dimensions: int) -> Tensor:
    """The tensor with an axis of samples."""
    return x.reshaped((1, *x.shape)) if len(x.shape) == dimensions + 1 else x


def _windowed(call: Call, operator: str, x: Tensor, dimensions: int, *others: Tensor | None, **attributes: Any) -> Tensor:
    """An operator with windows, on a tensor that may have no axis of samples."""
    result = call.onnx(operator, _batched(x, dimensions), *others, **attributes)
    return result.reshaped(result.shape[len(result.shape) - len(x.shape) :])


def convolution(call: Call) -> Tensor:
    """A convolution, or the transpose of one."""
    x, weight, bias, named = call.tensor("input"), call.tensor("weight"), call.value("bias"), call.named
    count = len(weight.shape) - 2
    attributes: dict[str, Any] = {"group": named["groups"]}
    attributes |= {onnx: list(call.sizes(name, count)) for onnx, name in (("strides", "stride"), ("dilations", "dilation"))}
    if isinstance(named["padding"], str):
        attributes["auto_pad"] = {"same": "SAME_UPPER", "valid": "VALID"}[named["padding"]]
    else:
        attributes["pads"] = list(call.sizes("padding", count)) * 2
    if named.get("transposed", "output_padding" in named):
        attributes["output_padding"] = list(call.sizes("output_padding", count))
        return _windowed(call, "ConvTranspose", x, count, weight, bias, **attributes)
    return _windowed(call, "Conv", x, count, weight, bias, **attributes)


def pool(operator: str, dimensions: int) -> Callable[[Call], Any]:
    """What lowers a pool over windows, by the operator of ONNX that it is."""

    def pooled(call: Call) -> Any:
        kernel = call.sizes("kernel_size", dimensions)
        strides = call.sizes("stride", dimensions) if call.named["stride"] else kernel
        attributes: dict[str, Any] = {
            "kernel_shape": list(kernel),
            "strides": list(strides),
            "pads": list(call.sizes("padding", dimensions)) * 2,
        }
        attributes["ceil_mode"] = int(call.named["ceil_mode"])
        if operator == "AveragePool":
            if call.named.get("divisor_override") is not None:
                raise ModelError("divisor_override is not supported; leave it out")
            attributes["count_include_pad"] = int(call.named["count_include_pad"])
        else:
            attributes["dilations"] = list(call.sizes("dilation", dimensions))
        result = _windowed(call, operator, call.tensor("self"), dimensions, **attributes)
        return (result, None) if call.kind.endswith("_with_indices") else result

    return pooled


def adaptive_pool(operator: str, dimensions: int) -> Callable[[Call], Any]:
    """The same for a pool whose windows follow from the size of its output."""

    def pooled(call: Call) -> Any:
        x = call.tensor("self")
        sizes = x.shape[-dimensions:]
        wanted = call.sizes("output_size", dimensions)
        if any(size % count for size, count in zip(sizes, wanted, strict=True)):
            raise ModelError(f"it pools {list(sizes)} to {list(wanted)} by windows of unequal sizes; give sizes that divide")
        kernel = [size // count for size, count in zip(sizes, wanted, strict=True)]
        result = _windowed(call, operator, x, dimensions, kernel_shape=kernel, strides=kernel)
        return (result, None) if operator == "MaxPool" else result

    return pooled
