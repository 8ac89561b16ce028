"""The pickle of a state dictionary, read by an interpreter that can do nothing else: no code of a file runs.

A pickle is a program for a stack machine, which may call any function of Python. This machine knows the few instructions that
PyTorch writes for a dictionary of tensors, and the few names that occur there; each of these stands for something of our own.
All else is refused by its name. Python's own unpickler, restricted or not, is not used, and PyTorch is not needed.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted

WANTED = "save the module's state_dict() alone, or export the model to ONNX"


@dataclass(frozen=True)
class Name:
    """A name of Python that a pickle mentions; it stands for itself."""

    text: str


@dataclass(frozen=True)
class Stored:
    """A tensor as the pickle describes it.

    Attributes
    ----------
    storage : tuple
        What names the storage: "storage", its type, the name of its record, a device, the number of entries.
    offset : int
    size, stride : tuple of int
    """

    storage: tuple[Any, ...]
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


class _Mark:
    """The place on the stack from which an instruction takes all."""


_MARK = _Mark()
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_NUMBERS_AND_TEXTS = frozenset(
    ("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8")
)
_PASSED = frozenset(("PROTO", "FRAME"))
ORDERED = "collections.OrderedDict"
_REBUILD, _PARAMETER = "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter"


def load(data: bytes) -> Any:
    """The value of a pickle: dictionaries, lists, tuples, texts and numbers, `Stored` tensors, and the names of storage types.

    Raises
    ------
    FileFormatError
        If it has another instruction or name, or is damaged.
    """
    machine = _Machine()
    try:
        for operation, argument, _ in pickletools.genops(data):
            if operation.name == "STOP":
                return machine.result()
            machine.do(operation.name, argument)
    except FileFormatError:
        raise
    except Exception:  # damage comes out in too many ways for a list
        pass
    raise FileFormatError("data.pkl is damaged; save it again")


class _Machine:
    """A stack, and what was written down to be used again."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def result(self) -> Any:
        """What is left."""
        [value] = self.stack
        return value

    def do(self, name: str, argument: Any) -> None:
        """One instruction."""
        if name in _NUMBERS_AND_TEXTS:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.memo[argument] = self.stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1]
        elif name in _INSTRUCTIONS:
            _INSTRUCTIONS[name](self)
        elif name == "GLOBAL":
            self.push_name(*argument.split(" ", 1))
        elif name not in _PASSED:
            raise FileFormatError(f"data.pkl has the instruction {name}, which no state dictionary needs; {WANTED}")

    def push_name(self, module: str, name: str) -> None:
        """A name of Python, if it is one of those that are known."""
        text = f"{module}.{name}"
        if text not in (ORDERED, _REBUILD, _PARAMETER) and not (module == "torch" and name.endswith("Storage")):
            raise FileFormatError(f"it holds the Python object {quoted(text)}, not only tensors, and no code is run; {WANTED}")
        self.stack.append(Name(text))

    def stack_name(self) -> None:
        """The same, module and name being on the stack."""
        name, module = self.stack.pop(), self.stack.pop()
        self.push_name(str(module), str(name))

    def since_mark(self) -> list[Any]:
        """What was put on the stack after the last mark."""
        place = len(self.stack) - 1
        while not isinstance(self.stack[place], _Mark):  # where there is none, an IndexError comes out
            place -= 1
        values = self.stack[place + 1 :]
        del self.stack[place:]
        return values

    def last(self, count: int) -> None:
        """The last values as a tuple."""
        values = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        if len(values) != count:
            raise IndexError("the stack is too short")
        self.stack.append(values)

    def set_items(self, pairs: list[Any]) -> None:
        """Put keys and values into the dictionary on the stack."""
        target = self.stack[-1]
        keys, values = pairs[::2], pairs[1::2]
        if not isinstance(target, dict) or len(keys) != len(values) or not all(isinstance(key, (str, int)) for key in keys):
            raise FileFormatError(f"a dictionary has a key that is no text; {WANTED}")
        target.update(zip(keys, values, strict=True))

    def set_item(self) -> None:
        """Put one key and value into the dictionary below them."""
        value, key = self.stack.pop(), self.stack.pop()
        self.set_items([key, value])

    def add(self, values: list[Any]) -> None:
        """Put values into the list on the stack."""
        self.stack[-1].extend(values)

    def append(self) -> None:
        """Put one value into the list below it."""
        value = self.stack.pop()
        self.add([value])

    def call(self) -> None:
        """What a known name makes of its arguments."""
        arguments, function = self.stack.pop(), self.stack.pop()
        if function == Name(ORDERED) and arguments == ():
            self.stack.append({})
        elif function == Name(_REBUILD):
            storage, offset, size, stride = arguments[:4]
            if not isinstance(storage, tuple) or not isinstance(size, tuple) or not isinstance(stride, tuple):
                raise TypeError("no tensor")
            self.stack.append(Stored(storage, offset, size, stride))
        elif function == Name(_PARAMETER) and isinstance(arguments[0], Stored):
            self.stack.append(arguments[0])
        else:
            raise TypeError("no call that is known")

    def build(self) -> None:
        """Attributes of a dictionary, which say nothing about the tensors in it."""
        self.stack.pop()
        if not isinstance(self.stack[-1], dict):
            raise TypeError("no dictionary")


_INSTRUCTIONS: dict[str, Callable[[_Machine], None]] = {
    "MARK": lambda machine: machine.stack.append(_MARK),
    "EMPTY_DICT": lambda machine: machine.stack.append({}),
    "EMPTY_LIST": lambda machine: machine.stack.append([]),
    "EMPTY_TUPLE": lambda machine: machine.stack.append(()),
    "TUPLE": lambda machine: machine.stack.append(tuple(machine.since_mark())),
    "TUPLE1": lambda machine: machine.last(1),
    "TUPLE2": lambda machine: machine.last(2),
    "TUPLE3": lambda machine: machine.last(3),
    "SETITEM": _Machine.set_item,
    "SETITEMS": lambda machine: machine.set_items(machine.since_mark()),
    "APPEND": _Machine.append,
    "APPENDS": lambda machine: machine.add(machine.since_mark()),
    "BINPERSID": lambda machine: None,  # what names a storage stands for it
    "STACK_GLOBAL": _Machine.stack_name,
    "REDUCE": _Machine.call,
    "BUILD": _Machine.build,
}
