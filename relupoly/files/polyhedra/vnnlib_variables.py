"""The variables of a property: X_0, X_1, ... and Y_0, Y_1, ... in VNN-LIB 1, tensors of any name in VNN-LIB 2.0.

An output says nothing about the inputs, so whether it is declared does not matter; an input that is not declared is an error.
"""

from __future__ import annotations

import math
from typing import Protocol

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import parse_count
from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.sexpr import Expression
from relupoly.plain_text import MOST_SHOWN

# A row of a domain is dense and exact: with more inputs than this, one row would fill a gigabyte.
_MOST_INPUTS = 10**7
_TENSORS = ("declare-input", "declare-hidden", "declare-output")
_CONGRUENCES = ("isomorphic-to", "equal-to")


class Variables(Protocol):
    """What the names in a claim mean."""

    def dimension(self) -> int:
        """The number of inputs."""
        ...

    def input_of(self, name: str, place: Expression) -> int | None:
        """The number of the input that has a name, counted from 0; None for everything else."""
        ...

    def is_output(self, name: str) -> bool:
        """Whether a name means an output, or another value inside the net."""
        ...

    def label(self, index: int) -> str:
        """The name of an input."""
        ...


class ScalarVariables:
    """Inputs X_0, X_1, ... and outputs Y_0, Y_1, ..., each declared by itself."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def declare(self, command: Expression) -> None:
        """Read (declare-const X_0 Real)."""
        name = command.arguments[0].atom if command.arguments else None
        if name is None or _number(name) is None:
            raise command.error(f"{quoted(name or '')} is neither an input X_0, X_1, ... nor an output Y_0, Y_1, ...")
        if name in self._names:
            raise command.error(f"{name} is declared twice; keep one")
        kind = command.arguments[-1].atom or ""
        if name.startswith("X_") and kind != name and not _is_real(kind):
            raise command.error(f"{name} is of type {quoted(kind)}, but inputs are real numbers here; write Real")
        self._names.add(name)

    def dimension(self) -> int:
        """The number of inputs."""
        inputs = {_number(name) for name in self._names if name.startswith("X_")}
        if not inputs:
            raise FileFormatError("no input X_0 is declared; add (declare-const X_0 Real)")
        missing = next((index for index in range(len(inputs)) if index not in inputs), None)
        if missing is not None:
            raise FileFormatError(
                f"{len(inputs)} inputs are declared, but X_{missing} is not one of them; number them from X_0"
            )
        return len(inputs)

    def input_of(self, name: str, place: Expression) -> int | None:
        """The number i of an input X_i."""
        if not name.startswith("X_"):
            return None
        if name not in self._names:
            raise place.error(f"{quoted(name)} is not declared; add (declare-const {name} Real) above")
        return int(name[2:])

    def is_output(self, name: str) -> bool:
        """Whether it is Y_j."""
        return name.startswith("Y_")

    def label(self, index: int) -> str:
        """X_i."""
        return f"X_{index}"


class TensorVariables:
    """The tensors of one network, their entries in row-major order.

    Examples
    --------
    >>> from relupoly.files.polyhedra.sexpr import parse_expressions
    >>> text = "(declare-network f (declare-input X float32 [2,3]) (declare-output Y float32 [1]))"
    >>> variables = TensorVariables(parse_expressions(text)[0])
    >>> variables.dimension(), variables.label(4), variables.is_output("Y[0]")
    (6, 'X[1,1]', True)
    """

    def __init__(self, network: Expression) -> None:
        self._others: set[str] = set()
        self._input, self._shape = "", ()  # type: tuple[str, tuple[int, ...]]
        for part in network.arguments[1:]:
            if part.head in _TENSORS:
                self._declare(part)
            elif part.head not in _CONGRUENCES:
                raise part.error(
                    f"{quoted(part.head or part.atom or '()')} is not understood; a network has {', '.join(_TENSORS)}"
                )
        if not self._input:
            raise network.error("the network has no input; add (declare-input X Real [2])")

    def dimension(self) -> int:
        """The number of entries of the input."""
        return math.prod(self._shape)

    def input_of(self, name: str, place: Expression) -> int | None:
        """The place of X[i,j,...] among the entries of X; a scalar X stands without index."""
        base, _, indices = name.partition("[")
        if base != self._input:
            if base[:1].isalpha() and base not in self._others:
                raise place.error(f"{quoted(name)} is not declared; declare it in (declare-network ...)")
            return None
        numbers = _sizes(indices.removesuffix("]"))
        if numbers is None or len(numbers) != len(self._shape):
            raise place.error(f"{quoted(name)} needs {len(self._shape)} indices, such as {self.label(0)}")
        result = 0
        for number, size in zip(numbers, self._shape, strict=True):
            if number >= size:
                raise place.error(f"{quoted(name)} is beyond the shape {list(self._shape)}; indices begin with 0")
            result = result * size + number
        return result

    def is_output(self, name: str) -> bool:
        """Whether it is an entry of an output or of a hidden tensor."""
        return name.partition("[")[0] in self._others

    def label(self, index: int) -> str:
        """The entry of a given place."""
        numbers: list[int] = []
        for size in reversed(self._shape):
            index, number = divmod(index, size)
            numbers.insert(0, number)
        return f"{self._input}[{','.join(map(str, numbers))}]" if numbers else self._input

    def _declare(self, part: Expression) -> None:
        """Read (declare-input X float32 [1,5]), or that of another tensor, perhaps with its name in ONNX."""
        words = [item.atom or "" for item in part.arguments]
        if len(words) not in (2, 3) or not words[0][:1].isalpha() or "[" not in words[1]:
            raise part.error(f"it is no declaration of a tensor; write ({part.head} X Real [2])")
        name, (kind, _, shape) = words[0], words[1].partition("[")
        if name == self._input or name in self._others:
            raise part.error(f"{name} is declared twice; keep one")
        if part.head != "declare-input":
            self._others.add(name)
            return
        if self._input:
            raise part.error(f"{name} is a second input, but networks have one here; join the inputs in one tensor")
        if not _is_real(kind):
            raise part.error(f"{name} has entries of type {quoted(kind)}, but inputs are real numbers here; write Real")
        sizes = _sizes(shape.removesuffix("]"))
        if sizes is None or not all(sizes) or math.prod(sizes) > _MOST_INPUTS:
            raise part.error(f"[{shape[:MOST_SHOWN]} is no shape; write positive whole numbers, {_MOST_INPUTS} entries at most")
        self._input, self._shape = name, tuple(sizes)


def _is_real(kind: str) -> bool:
    """Whether a type has, but for rounding, all real numbers: not whole numbers alone, nor truth values."""
    return kind.lower().startswith(("real", "float", "bfloat"))


def _number(name: str) -> int | None:
    """The number of an input X_i or an output Y_j; None for any other name."""
    digits = name[2:]
    number = parse_count(digits) if name[:2] in ("X_", "Y_") else None
    return number if number is not None and str(number) == digits else None


def _sizes(text: str) -> list[int] | None:
    """The whole numbers between commas; none in an empty text."""
    sizes = [parse_count(word) for word in text.split(",")] if text else []
    return None if None in sizes else [size for size in sizes if size is not None]
