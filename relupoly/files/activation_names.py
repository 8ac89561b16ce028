"""What stands between the layers of a file that holds weights alone: an activation by its name, as `--activation` gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.rationals import nearest_float, parse_rational, rational
from relupoly.files.json_text import quoted
from relupoly.networks.lowering.activations import absolute, clip, leaky
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor

Numbers = tuple[fmpq, ...]


@dataclass(frozen=True)
class _Kind:
    """An activation.

    Attributes
    ----------
    defaults : tuple of str
        Its numbers, where none are given.
    lower : callable
        The neurons that it is.
    """

    defaults: tuple[str, ...]
    lower: Callable[[Lowering, Tensor, Numbers], Tensor]


def _hard_sigmoid(lowering: Lowering, x: Tensor, _: Numbers) -> Tensor:
    inner = x.times(_scalar(fmpq(1, 6))) + Tensor.of_constants(_scalar(fmpq(1, 2)))
    return clip(lowering, inner, fmpq(0), fmpq(1))


_KINDS = {
    "relu": _Kind((), lambda lowering, x, _: lowering.relu(x)),
    "identity": _Kind((), lambda lowering, x, _: x),
    "leaky_relu": _Kind(("0.01",), lambda lowering, x, numbers: leaky(lowering, x, _scalar(numbers[0]))),
    "relu6": _Kind((), lambda lowering, x, _: clip(lowering, x, fmpq(0), fmpq(6))),
    "hardtanh": _Kind(("-1", "1"), lambda lowering, x, numbers: clip(lowering, x, *numbers)),
    "hardsigmoid": _Kind((), _hard_sigmoid),
    "abs": _Kind((), lambda lowering, x, _: absolute(lowering, x)),
}
_SMOOTH = ("celu", "elu", "gelu", "hardswish", "mish", "selu", "sigmoid", "silu", "softplus", "softsign", "swish", "tanh")


@dataclass(frozen=True)
class Activation:
    """An activation with its numbers.

    Attributes
    ----------
    name : str
    numbers : tuple of str
        As they were written: a fraction p/q is exact; a decimal is rounded to the type in which the weights are stored, single
        or double precision, as the program rounds it that computes with them.

    Examples
    --------
    >>> Activation.parse("leaky_relu:0.2")
    Activation(name='leaky_relu', numbers=('0.2',))
    >>> Activation.parse("leaky_rule")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: there is no activation "leaky_rule"; did you mean "leaky_relu"?
    """

    name: str
    numbers: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Activation:
        """The activation that a text names: NAME, or NAME:NUMBER:... with numbers of its own.

        Raises
        ------
        FileFormatError
            If there is no such activation, it is not piecewise linear, or its numbers are not as many or none.
        """
        name, *given = text.strip().lower().split(":")
        name = name.replace("-", "_")
        if name in _SMOOTH:
            raise FileFormatError(f"the activation {quoted(name)} is not piecewise linear; {_known()}")
        if name not in _KINDS:
            near = get_close_matches(name, _KINDS, n=1)
            hint = f"did you mean {quoted(near[0])}?" if near else _known()
            raise FileFormatError(f"there is no activation {quoted(name)}; {hint}")
        numbers = tuple(given) or _KINDS[name].defaults
        if len(numbers) != len(_KINDS[name].defaults):
            wanted = ":".join([name, *_KINDS[name].defaults])
            raise FileFormatError(f"the activation {quoted(name)} has {len(given)} numbers; write it as {quoted(wanted)}")
        for number in numbers:
            parse_rational(number)
        return cls(name, numbers)

    def lower(self, lowering: Lowering, x: Tensor, single: bool) -> Tensor:
        """The activation of each entry.

        Parameters
        ----------
        lowering : Lowering
        x : Tensor
        single : bool
            Whether decimals are rounded to single precision, or to double precision.
        """
        return _KINDS[self.name].lower(lowering, x, tuple(_stored(number, single) for number in self.numbers))


def _known() -> str:
    return "known are " + ", ".join(":".join([name, *kind.defaults]) for name, kind in _KINDS.items())


def _stored(text: str, single: bool) -> fmpq:
    value = parse_rational(text)
    if "/" in text:
        return value
    number = nearest_float(value)
    return rational(float(np.float32(number)) if single else number)


def _scalar(value: fmpq) -> RationalArray:
    return RationalArray.of_rationals([value], ())
