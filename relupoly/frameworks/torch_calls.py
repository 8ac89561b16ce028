"""`Call`: one call of an operator of ATen, as the functions that lower it see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.errors import ModelError
from relupoly.exact.rationals import rational
from relupoly.files.onnx.nodes import Node, as_tensor, scalar
from relupoly.files.onnx.operators import OPERATORS as ONNX
from relupoly.files.onnx.tensors import Value
from relupoly.frameworks.parts import exact
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor


@dataclass(frozen=True)
class Call:
    """One call of an operator.

    Attributes
    ----------
    lowering : Lowering
        Where neurons are made.
    target : callable
        The operator.
    kind : str
        Its name.
    arguments : sequence
        Lowered tensors, tensors of PyTorch, which are constants, numbers, and lists of these.
    options : mapping
        The arguments that are given by name.
    meta : Any
        What PyTorch says of the result: a tensor without numbers.
    notes : list of str
        What there is to say about the way in which it was read; an operator appends.
    """

    lowering: Lowering
    target: Any
    kind: str
    arguments: Sequence[Any]
    options: Any
    meta: Any
    notes: list[str]

    @cached_property
    def named(self) -> dict[str, Any]:
        """All arguments by their names, the ones that are left out included."""
        found = {}
        for place, argument in enumerate(self.target._schema.arguments):
            default = argument.default_value if argument.has_default_value() else None
            given = self.arguments[place] if place < len(self.arguments) else default
            found[argument.name] = self.options.get(argument.name, given)
        return found

    @cached_property
    def single(self) -> bool:
        """Whether it computes in single precision or less, so that numbers are rounded to that."""
        meta = self.meta[0] if isinstance(self.meta, (list, tuple)) else self.meta
        return str(getattr(meta, "dtype", "")) != "torch.float64"

    def rounded(self, value: Any) -> Any:
        """A number as the operator uses it, as a number of Python."""
        if not self.single or isinstance(value, bool):
            return value
        with np.errstate(over="ignore"):
            return float(np.float32(value))

    def number(self, value: Any) -> fmpq:
        """A number as the operator uses it."""
        return rational(self.rounded(value))

    def value(self, name: str) -> Tensor | None:
        """An argument as a tensor; None where there is none."""
        value = self.named[name]
        if value is None or isinstance(value, Tensor):
            return value
        if isinstance(value, (bool, int, float)):
            return Tensor.of_constants(scalar(self.number(int(value) if isinstance(value, bool) else value)))
        return Tensor.of_constants(exact(array_of(value), name))

    def tensor(self, name: str) -> Tensor:
        """An argument that must be there."""
        value = self.value(name)
        if value is None:
            raise ModelError(f"{name} is missing; give it")
        return value

    def sizes(self, name: str, count: int) -> tuple[int, ...]:
        """One integer for each of so many axes; a single one is for all of them."""
        value = self.named[name]
        values = [value] if isinstance(value, int) else list(value)
        return tuple(values * count if len(values) == 1 else values)

    def onnx(self, operator: str, *inputs: Value | None, **attributes: Any) -> Tensor:
        """What an operator of ONNX gives."""
        result = ONNX[operator](Node(self.lowering, operator, inputs, attributes, notes=self.notes))
        assert not isinstance(result, tuple)
        return as_tensor(result)


def name_of(target: Any) -> str:
    """The name of an operator, without its library and the types of its arguments.

    Examples
    --------
    >>> import operator
    >>> name_of(operator.getitem)
    'getitem'
    """
    schema = getattr(target, "_schema", None)
    return str(schema.name.partition("::")[2] if schema is not None else getattr(target, "__name__", target))


def array_of(value: Any) -> Any:
    """A constant tensor as an array; what numpy does not have, such as bfloat16, is a double, too."""
    import torch

    return (value.detach().to("cpu", torch.float64) if value.is_floating_point() else value.detach().cpu()).numpy()
