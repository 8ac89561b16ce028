"""The variables of a property: X_0, X_1, ... and Y_0, Y_1, ... in VNN-LIB 1, tensors of any name in VNN-LIB 2.0.

An input that is not declared is an error. An output says nothing about the inputs, so whether it is declared matters only to
who asks which one it is.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Protocol

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import parse_count
from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.sexpr import Expression
from relupoly.plain_text import MOST_SHOWN

# A row of a domain is dense and exact: with more inputs than this, one row would fill a gigabyte.
_MOST_ENTRIES = 10**7
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

    def output_dimension(self) -> int:
        """The number of outputs."""
        ...

    def output_of(self, name: str, place: Expression) -> int | None:
        """The number of the output that has a name, counted from 0; None for everything else."""
        ...

    def label(self, index: int) -> str:
        """The name of an input."""
        ...


class ScalarVariables:
    """Inputs X_0, X_1, ... and outputs Y_0, Y_1, ..., each declared by itself."""

    def __init__(self) -> None:
        # By name, the type that is declared.
        self._names: dict[str, str] = {}

    def declare(self, command: Expression) -> None:
        """Read (declare-const X_0 Real)."""
        name = command.arguments[0].atom if command.arguments else None
        if name is None or _number(name) is None:
            raise command.error(f"{quoted(name or '')} is neither an input X_0, X_1, ... nor an output Y_0, Y_1, ...")
        if name in self._names:
            raise command.error(f"{name} is declared twice; keep one")
        kind = command.arguments[-1].atom or ""
        self._names[name] = "Real" if kind == name else kind
        if name.startswith("X_"):
            self._check_real(name, "inputs", command)

    def dimension(self) -> int:
        """The number of inputs."""
        return self._count("X_", "input")

    def input_of(self, name: str, place: Expression) -> int | None:
        """The number i of an input X_i."""
        return self._number_of(name, "X_", place)

    def is_output(self, name: str) -> bool:
        """Whether it is Y_j."""
        return name.startswith("Y_")

    def output_dimension(self) -> int:
        """The number of outputs."""
        return self._count("Y_", "output")

    def output_of(self, name: str, place: Expression) -> int | None:
        """The number j of an output Y_j."""
        number = self._number_of(name, "Y_", place)
        if number is not None:
            self._check_real(name, "outputs", place)
        return number

    def _count(self, prefix: str, noun: str) -> int:
        """How many variables of a kind are declared, numbered from 0."""
        numbers = {_number(name) for name in self._names if name.startswith(prefix)}
        if not numbers:
            raise FileFormatError(f"no {noun} {prefix}0 is declared; add (declare-const {prefix}0 Real)")
        missing = next((index for index in range(len(numbers)) if index not in numbers), None)
        if missing is not None:
            raise FileFormatError(
                f"{len(numbers)} {noun}s are declared, but {prefix}{missing} is not one of them; number them from {prefix}0"
            )
        return len(numbers)

    def _number_of(self, name: str, prefix: str, place: Expression) -> int | None:
        if not name.startswith(prefix):
            return None
        if name not in self._names:
            raise place.error(f"{quoted(name)} is not declared; add (declare-const {name} Real) above")
        return int(name[2:])

    def _check_real(self, name: str, nouns: str, place: Expression) -> None:
        if not _is_real(self._names[name]):
            raise place.error(f"{name} is of type {quoted(self._names[name])}, but {nouns} are real numbers here; write Real")

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
        # By name, the declaration of each tensor but the input.
        self._others: dict[str, Expression] = {}
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
        base = name.partition("[")[0]
        if base != self._input:
            if base[:1].isalpha() and base not in self._others:
                raise place.error(f"{quoted(name)} is not declared; declare it in (declare-network ...)")
            return None
        return _place(name, self._shape, place)

    def is_output(self, name: str) -> bool:
        """Whether it is an entry of an output or of a hidden tensor."""
        return name.partition("[")[0] in self._others

    def output_dimension(self) -> int:
        """The number of entries of the output."""
        return math.prod(self._output[1])

    def output_of(self, name: str, place: Expression) -> int | None:
        """The place of an entry of the output among all of them."""
        base = name.partition("[")[0]
        if base not in self._others:
            return None
        if self._others[base].head == "declare-hidden":
            raise place.error(f"{quoted(name)} is a value inside the network; properties are about inputs and outputs here")
        output, shape = self._output
        assert base == output, "there is one output"
        return _place(name, shape, place)

    def label(self, index: int) -> str:
        """The entry of a given place."""
        return _entry(self._input, self._shape, index)

    @cached_property
    def _output(self) -> tuple[str, tuple[int, ...]]:
        """The output, and its shape."""
        outputs = [(name, part) for name, part in self._others.items() if part.head == "declare-output"]
        if not outputs:
            raise FileFormatError("the network has no output; add (declare-output Y Real [2])")
        if len(outputs) > 1:
            name, part = outputs[1]
            raise part.error(f"{name} is a second output, but networks have one here; join the outputs in one tensor")
        [(name, part)] = outputs
        return name, _shape(part, "outputs")

    def _declare(self, part: Expression) -> None:
        """Read (declare-input X float32 [1,5]), or that of another tensor, perhaps with its name in ONNX."""
        words = [item.atom or "" for item in part.arguments]
        if len(words) not in (2, 3) or not words[0][:1].isalpha() or "[" not in words[1]:
            raise part.error(f"it is no declaration of a tensor; write ({part.head} X Real [2])")
        name = words[0]
        if name == self._input or name in self._others:
            raise part.error(f"{name} is declared twice; keep one")
        if part.head != "declare-input":
            self._others[name] = part
            return
        if self._input:
            raise part.error(f"{name} is a second input, but networks have one here; join the inputs in one tensor")
        self._input, self._shape = name, _shape(part, "inputs")


def _shape(part: Expression, nouns: str) -> tuple[int, ...]:
    """The shape of a tensor of real numbers, from its declaration."""
    name, declared = (item.atom or "" for item in part.arguments[:2])
    kind, _, shape = declared.partition("[")
    if not _is_real(kind):
        raise part.error(f"{name} has entries of type {quoted(kind)}, but {nouns} are real numbers here; write Real")
    sizes = _sizes(shape.removesuffix("]"))
    if sizes is None or not all(sizes) or math.prod(sizes) > _MOST_ENTRIES:
        raise part.error(f"[{shape[:MOST_SHOWN]} is no shape; write positive whole numbers, {_MOST_ENTRIES} entries at most")
    return tuple(sizes)


def _place(name: str, shape: tuple[int, ...], place: Expression) -> int:
    """The place of the entry X[i,j,...] of a tensor among all of them."""
    base, _, indices = name.partition("[")
    numbers = _sizes(indices.removesuffix("]"))
    if numbers is None or len(numbers) != len(shape):
        raise place.error(f"{quoted(name)} needs {len(shape)} indices, such as {_entry(base, shape, 0)}")
    result = 0
    for number, size in zip(numbers, shape, strict=True):
        if number >= size:
            raise place.error(f"{quoted(name)} is beyond the shape {list(shape)}; indices begin with 0")
        result = result * size + number
    return result


def _entry(name: str, shape: tuple[int, ...], index: int) -> str:
    """The name of the entry that has a given place."""
    numbers: list[int] = []
    for size in reversed(shape):
        index, number = divmod(index, size)
        numbers.insert(0, number)
    return f"{name}[{','.join(map(str, numbers))}]" if numbers else name


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
