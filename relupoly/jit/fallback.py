"""Plain numba: what is left where its private parts fail; what it compiles is kept in the same safe places.

Numba's own cache loads pickles from wherever it finds them, which can do anything. So it is not used: what it would write is
kept with the rest of our machine code (`code_cache`), if the parts of numba that this takes are there.
"""

from __future__ import annotations

import contextlib
import dis
import hashlib
import json
import pickle
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from relupoly.jit import code_cache
from relupoly.jit.numba_parts import PARTS, part


def kept_by_us(dispatcher: Any) -> Any:
    """A function compiled by numba, whose machine code is kept where nobody else can write, or nowhere."""
    function = dispatcher.py_func if hasattr(dispatcher, "py_func") else None
    if function is None:
        return dispatcher  # Numba has been told not to compile.
    beginning = code_cache.stem(Path(function.__code__.co_filename), function.__name__)
    with contextlib.suppress(Exception):
        setattr(dispatcher, PARTS["cache"], _cache(beginning))
    return dispatcher


def with_plain_callees(function: Callable[..., Any], plain: Callable[[Any], Any | None]) -> Callable[..., Any]:
    """The same function, which calls others as `plain` has them; that is None for what stays as it is."""
    names = function.__globals__
    # The code's own list of names has those of attributes, too, which may be what functions are called.
    asked = {step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"}
    found = {name: plain(names[name]) for name in sorted(asked & names.keys())}
    known = {name: other for name, other in found.items() if other is not None}
    same = types.FunctionType(function.__code__, names | known, function.__name__, function.__defaults__, function.__closure__)
    same.__qualname__, same.__module__ = function.__qualname__, function.__module__
    return same


def _cache(beginning: str) -> Any:
    """What numba asks for kept code, and tells of new code."""
    base: Any = part("no cache")

    class Kept(base):  # type: ignore[misc]
        """Whatever goes wrong, there is no kept code."""

        def load_overload(self, signature: Any, target: Any) -> Any:
            with contextlib.suppress(Exception):
                part("refresh", target)()
                content = code_cache.kept(_name(beginning, signature, part("code generator", target)()))
                if content is not None:
                    return part("from data", part("result"))(target, *pickle.loads(content))
            return None

        def save_overload(self, signature: Any, result: Any) -> None:
            with contextlib.suppress(Exception):
                if not result.lifted and not part("has addresses", result.library):
                    content = part("pickle")(part("as data", result)())
                    code_cache.keep(_name(beginning, signature, part("code generator", result.target_context)()), content)

    return Kept()


def _name(beginning: str, signature: Any, generator: Any) -> str:
    """The file of a function's code for some types, on this processor, for this Python and numba."""
    import llvmlite
    import numba

    versions = [sys.implementation.cache_tag, numba.__version__, llvmlite.__version__]
    place = json.dumps([[str(one) for one in signature], repr(part("processor", generator)()), versions])
    return f"{beginning}-{hashlib.sha256(place.encode()).hexdigest()[: code_cache.DIGITS]}.nb"
