"""`Node`: one node of a graph with its inputs, as the operators see it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.rationals import rational
from relupoly.files.onnx.tensors import Value
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor

_ENTRY = 8  # bytes of an entry, at least: a numerator


@dataclass(frozen=True)
class Node:
    """One node.

    Attributes
    ----------
    lowering : Lowering
        Where neurons are made.
    operator : str
    inputs : tuple of Value or None
        None where one is left out.
    attributes : mapping
        Numbers, texts, lists and values by their names.
    opset : int
    outputs : int
        How many outputs are named.
    notes : list of str
        What there is to say about the way in which it was read; an operator appends.
    """

    lowering: Lowering
    operator: str
    inputs: tuple[Value | None, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    opset: int = 17
    outputs: int = 1
    notes: list[str] = field(default_factory=list)

    def has(self, index: int) -> bool:
        """Whether an input is given; they are counted from 0."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def value(self, index: int) -> Value:
        """An input."""
        value = self.inputs[index] if index < len(self.inputs) else None
        if value is None:
            raise FileFormatError(f"input {index + 1} is missing; give it")
        return value

    def values(self) -> list[Value]:
        """All inputs."""
        if not self.inputs:
            raise FileFormatError("it has no input; give one")
        return [self.value(index) for index in range(len(self.inputs))]

    def tensor(self, index: int) -> Tensor:
        """An input of numbers; integers are numbers, too."""
        return as_tensor(self.value(index), f"input {index + 1}")

    def constant(self, index: int) -> RationalArray:
        """An input that does not depend on the net's input."""
        tensor = self.tensor(index)
        if not tensor.is_constant:
            raise FileFormatError(f"input {index + 1} depends on the input of the net; here it must be a constant")
        return tensor.values

    def integers(self, name: str, index: int | None = None) -> list[int] | None:
        """A list of integers: an attribute in old models, an input in new ones; None where it is left out."""
        if name in self.attributes:
            found = self.attributes[name]
            found = [found] if isinstance(found, int) else found
            if not isinstance(found, list) or not all(isinstance(entry, int) for entry in found):
                raise FileFormatError(f"{name} is no list of integers; give one")
            return found
        if index is None or not self.has(index):
            return None
        array = self.value(index)
        if isinstance(array, Tensor) or array.dtype.kind != "i":
            raise FileFormatError(f"{name} (input {index + 1}) is no constant list of integers; give one")
        return [int(entry) for entry in array.ravel().tolist()]

    def integer(self, name: str, default: int) -> int:
        """An attribute that is an integer."""
        value = self.attributes.get(name, default)
        if not isinstance(value, int):
            raise FileFormatError(f"{name} is no integer; give one")
        return value

    def text(self, name: str, default: str) -> str:
        """An attribute that is a text."""
        value = self.attributes.get(name, default)
        if not isinstance(value, str):
            raise FileFormatError(f"{name} is no text; give one")
        return value

    def number(self, name: str, default: float) -> fmpq:
        """An attribute that is a number: the float that the file stores, or the single-precision one that is the default."""
        value = self.attributes.get(name)
        if value is None:
            value = float(np.float32(default))
        if not isinstance(value, (int, float)):
            raise FileFormatError(f"{name} is no number; give one")
        return rational(value)

    def axis(self, axis: int, rank: int) -> int:
        """An axis, counted from the end where it is negative."""
        if not -rank <= axis < rank:
            raise FileFormatError(f"axis {axis} is not there: the tensor has {rank} axes")
        return axis % rank

    def axes(self, axes: Sequence[int], rank: int) -> list[int]:
        """Several axes, each once."""
        found = [self.axis(axis, rank) for axis in axes]
        if len(set(found)) < len(found):
            raise FileFormatError(f"the axes {list(axes)} name one twice; name each once")
        return found

    def per_axis(self, name: str, count: int, default: int, least: int = 1) -> tuple[int, ...]:
        """An attribute with one integer for each of so many axes."""
        found = self.integers(name)
        found = [default] * count if found is None else found
        if len(found) != count or min(found, default=least) < least:
            raise FileFormatError(f"{name} is {found}; give {count} integers, {least} or more")
        return tuple(found)


def as_tensor(value: Value, what: str = "it") -> Tensor:
    """A value as a tensor of numbers.

    Raises
    ------
    FileFormatError
        If a number is not finite.
    """
    if isinstance(value, Tensor):
        return value
    if value.dtype.kind == "f":
        raise FileFormatError(f"{what} holds a number that is not finite; only bounds may be")
    return Tensor.of_constants(RationalArray.of_integers(value))


def check_shape(shape: Sequence[int], times: int = 1) -> None:
    """Raise if an array of this shape takes more memory than a file may."""
    check_size(math.prod(int(length) for length in shape) * _ENTRY * times, f"a tensor of shape {list(shape)} takes")


def scalar(value: fmpq | int) -> RationalArray:
    """A number as an array without axes."""
    return RationalArray.of_rationals([fmpq(value)], ())


def only_integers(values: Sequence[Value]) -> list[NDArray[Any]] | None:
    """The arrays, if all values are integers or truth values; then numpy computes with them."""
    arrays = [value for value in values if not isinstance(value, Tensor) and value.dtype.kind in "ib"]
    return arrays if len(arrays) == len(values) else None
