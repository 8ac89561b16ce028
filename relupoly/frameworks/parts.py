"""What readers of models share: a program's arrays in exact numbers, affine maps, and errors that name the place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.errors import InputError, ModelError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.files.onnx.tensors import from_floats
from relupoly.networks.lowering.linear_maps import product_with
from relupoly.networks.lowering.tensor import Tensor


@contextmanager
def at(place: str) -> Iterator[None]:
    """Put a place in a model in front of the message of every `InputError`, as a `ModelError`.

    Examples
    --------
    >>> with at("layer 1 (Linear)"):
    ...     raise InputError("the weight is missing")
    Traceback (most recent call last):
    relupoly.errors.ModelError: layer 1 (Linear): the weight is missing
    """
    try:
        yield
    except InputError as error:
        raise ModelError(f"{place}: {error}") from None
    except MemoryError:
        raise ModelError(f"{place}: it takes more memory than there is; give a smaller model") from None


def is_of(kind: type, program: str) -> bool:
    """Whether a class is one of a program's own."""
    return kind.__module__.split(".")[0] == program


def check_own(value: Any, program: str, methods: Iterable[str]) -> None:
    """Raise if somebody's class that inherits from a program's has methods of its own for what the program would compute.

    Raises
    ------
    ModelError
        It names the method.
    """
    for kind in type(value).__mro__:
        if is_of(kind, program):
            return
        for method in methods:
            if method in vars(kind):
                raise ModelError(
                    f"its method {method} is not that of {program}, so its function is not known; give a plain one"
                )


def exact(array: Any, name: str) -> RationalArray:
    """An array of numbers as the rationals that they are.

    Raises
    ------
    ModelError
        If it does not consist of finite real numbers.

    Examples
    --------
    >>> exact([0.5, 3], "scale_").entries()
    [1/2, 3]
    """
    numbers = np.asarray(array.toarray() if hasattr(array, "toarray") else array)
    if numbers.dtype.kind in "iub":
        return RationalArray.of_integers(numbers)
    if numbers.dtype.kind != "f" or numbers.dtype.itemsize > 8:
        raise ModelError(f"{name} has entries of type {numbers.dtype}; give real numbers of up to 64 bits")
    found = from_floats(numbers)
    if not isinstance(found, Tensor):
        raise ModelError(f"{name} has an entry that is not finite; train the model anew")
    return found.values


def affine(x: Tensor, weight: RationalArray, bias: RationalArray | None) -> Tensor:
    """The product of a row and a matrix of shape (inputs, outputs), plus a bias.

    Raises
    ------
    ModelError
        If the sizes do not fit.
    """
    if len(weight.shape) != 2 or weight.shape[0] != x.size:
        raise ModelError(f"a weight of shape {list(weight.shape)} does not fit {x.size} inputs; train the model anew")
    product = x.mapped(*product_with((x.size,), weight))
    return product if bias is None else product + constants(bias)


def constants(values: RationalArray) -> Tensor:
    """Constants with one axis."""
    return Tensor.of_constants(values.moved(np.ravel))


def number(value: Any, name: str) -> fmpq:
    """One number of a model."""
    [entry] = exact(np.asarray(value).reshape(-1), name).entries()
    return entry
