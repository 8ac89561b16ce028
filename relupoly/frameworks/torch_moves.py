"""Operators of ATen that PyTorch itself carries out: those on constants, and those that only move entries.

The latter are carried out on an array of the numbers of the entries, which says where each of them goes.
"""

from __future__ import annotations

from typing import Any

from relupoly.errors import ModelError
from relupoly.files.onnx.nodes import check_shape
from relupoly.frameworks.parts import exact
from relupoly.frameworks.torch_calls import Call, array_of
from relupoly.networks.lowering.tensor import Tensor, concatenated

# fmt: off
MOVES = frozenset((
    "_unsafe_view", "alias", "cat", "channel_shuffle", "chunk", "clone", "concat", "contiguous", "copy", "detach",
    "diagonal", "diagonal_scatter", "expand", "expand_as", "flatten", "flip", "hstack", "index", "index_select",
    "lift_fresh_copy", "movedim", "narrow", "numpy_T", "permute", "pixel_shuffle", "pixel_unshuffle", "repeat",
    "repeat_interleave", "reshape", "reshape_as", "roll", "select", "select_scatter", "slice", "slice_scatter", "split",
    "split_with_sizes", "squeeze", "stack", "swapaxes", "t", "tile", "transpose", "unbind", "unflatten", "unfold",
    "unsqueeze", "upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d", "view", "view_as", "vstack",
))
# fmt: on
"""Operators that only move entries."""


def folded(call: Call) -> Any:
    """What PyTorch computes of constants."""
    import torch

    if torch.Tag.nondeterministic_seeded in getattr(call.target, "tags", ()):
        raise ModelError("it is random; give a module without chance")
    return call.target(*call.arguments, **call.options)


def moved(call: Call) -> Any:
    """What an operator makes of arrays by moving their entries: it is done on their numbers."""
    import torch

    tensors: list[Tensor] = []
    kind = torch.float64 if call.kind.startswith("upsample") else torch.int64  # where integers are not supported

    def numbers(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(numbers, value))
        if not isinstance(value, Tensor):
            joined = (
                isinstance(value, torch.Tensor) and value.is_floating_point()
            )  # a constant beside what depends on the input
            return numbers(Tensor.of_constants(exact(array_of(value), "a constant"))) if joined else value
        start = sum(tensor.size for tensor in tensors)
        tensors.append(value)
        return torch.arange(start, start + value.size, dtype=kind).reshape(value.shape)

    def chosen(places: Any) -> Any:
        if isinstance(places, (list, tuple)):
            return [chosen(one) for one in places]
        check_shape(places.shape)
        return source.taken(places.long().numpy())

    arguments = numbers(tuple(call.arguments))
    options = {name: value for name, value in call.options.items() if name != "memory_format"}
    source = concatenated([tensor.flat for tensor in tensors], 0)
    return chosen(call.target(*arguments, **options))
