"""`Kernel`: a function that is compiled when it is called, or loaded if that was done before."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.jit import code_cache, image, numba_parts, object_code
from relupoly.jit.arguments import Arguments
from relupoly.jit.fallback import kept_by_us, with_plain_callees
from relupoly.jit.image import Native
from relupoly.jit.lock import alone
from relupoly.jit.processor import processor

Function = Callable[..., Any]

_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_PLAIN = "plain"

# What this process has loaded or compiled, by the beginnings of its files' names.
_in_memory: set[str] = set()


def njit(**_: Any) -> Callable[[Function], Kernel]:
    """Mark a function to be compiled when it is called; without reference counts: nothing is allocated in compiled code."""
    return Kernel


def loose(function: Function) -> Kernel:
    """The same for a function whose sums may be taken in any order: whoever calls it allows for the rounding of all orders."""
    return Kernel(function, {"fastmath": {"reassoc", "contract"}})


def is_compiled(source: Path, name: str) -> bool:
    """Whether a function's machine code, as its source is now, is in memory or seems to be on disk; nothing heavy is asked."""
    beginning = code_cache.stem(source, name)
    return beginning in _in_memory or code_cache.is_kept(beginning)


def needs_llvm(source: Path, name: str) -> bool:
    """Whether LLVM has to load the kept machine code of a function."""
    beginning = code_cache.stem(source, name)
    return beginning not in _in_memory and image.MAGIC not in code_cache.first_bytes(beginning, len(image.MAGIC))


class Kernel:
    """A function that is compiled when it is called.

    Parameters
    ----------
    function : callable
        It takes numbers, arrays and named tuples of these. Other such functions may call it.
    options : dict, optional
        More of what numba is told.
    """

    def __init__(self, function: Function, options: dict[str, Any] | None = None) -> None:
        self.py_func = function
        self.source = Path(function.__code__.co_filename)
        self._options = _OPTIONS | (options or {})
        self.__doc__ = function.__doc__
        self._native: dict[str, Native | None] = {}
        self._lock = threading.Lock()

    @property
    def _numba_type_(self) -> Any:
        """What numba takes this for where compiled code calls it."""
        return numba_parts.dispatcher_type(self.callee)

    @cached_property
    def callee(self) -> Any:
        """What other compiled functions call."""
        return numba_parts.lean(self.py_func, self._options)

    @cached_property
    def plain(self) -> Any:
        """The function as numba compiles it, with all that it calls."""
        import numba

        same = with_plain_callees(self.py_func, lambda other: other.plain if isinstance(other, Kernel) else None)
        return numba.njit(**self._options)(same)

    @cached_property
    def usual(self) -> Any:
        """The same, kept."""
        return kept_by_us(self.plain)

    def __call__(self, *values: Any) -> Any:
        """Call the function."""
        return self.partial(*values)()

    def partial(self, *first: Any) -> Function:
        """The function of the other arguments, which are whole numbers or truth values.

        The first ones are laid out once. What is returned is for one thread at a time.
        """
        native: Native | None = None
        table: NDArray[np.int64] | None = None

        def call(*rest: int) -> Any:
            nonlocal native, table
            if table is None:
                every = Arguments.of((*first, *rest))
                native, table = self._compiled(every, (*first, *rest)), every.table()
            if native is None:
                return self._by_numba(*first, *rest)
            table[len(table) - len(rest) :] = rest
            if native(table.ctypes.data):
                raise RuntimeError("compiled code failed")
            return int(table[0])

        return call

    @property
    def _beginning(self) -> str:
        return code_cache.stem(self.source, self.py_func.__name__)

    @property
    def _turn(self) -> str:
        """What processes that compile this take in turn."""
        return turn(self.source, self.py_func.__name__)

    def _by_numba(self, *values: Any) -> Any:
        """The result by numba alone; the first call, which compiles, waits for other processes that do so."""
        if self._beginning in _in_memory:
            return self.usual(*values)
        with alone(self._turn):
            found = self.usual(*values)
        _in_memory.add(self._beginning)
        return found

    def _compiled(self, arguments: Arguments, values: tuple[Any, ...]) -> Native | None:
        """The machine code for arguments of some kind; None if numba has to do all by itself."""
        with self._lock:
            if arguments.kind not in self._native:
                found = None
                if arguments.kind:
                    # Whatever has changed in what we rely on, and is no fault of ours: numba will do, or say why not.
                    with contextlib.suppress(Exception):
                        found = self._obtained(arguments, values)
                if found:
                    _in_memory.add(self._beginning)
                self._native[arguments.kind] = found
            return self._native[arguments.kind]

    def _obtained(self, arguments: Arguments, values: tuple[Any, ...]) -> Native | None:
        """Machine code from disk; else from numba, and then on disk, too."""
        name = f"{self._beginning}-{_place(arguments)}.o"
        if content := code_cache.kept(name):
            return object_code.loaded(content)
        with alone(self._turn):
            if content := code_cache.kept(name):
                return object_code.loaded(content)
            return self._made(name, arguments, values)

    def _made(self, name: str, arguments: Arguments, values: tuple[Any, ...]) -> Native | None:
        """Machine code from numba's private parts; where these fail, that is noted, so that they are not tried each time.

        Not noted is what another time may go well: there was no memory, a file or folder was missing, somebody pressed Ctrl-C.
        """
        import numba

        failed, version = f"{name}.{_PLAIN}", str(numba.__version__).encode()
        if code_cache.kept(failed) == version:
            return None
        try:
            content = numba_parts.made(self.callee, arguments, values)
        except (MemoryError, OSError):
            raise
        except Exception:
            code_cache.keep(failed, version)
            raise
        if content is None:
            code_cache.keep(failed, version)
            return None
        code_cache.keep(name, content)
        return object_code.loaded(content)


def turn(source: Path, name: str) -> str:
    """What processes that compile a function take in turn, whatever its text is."""
    return f"{source.stem}.{name}"


def _place(arguments: Arguments) -> str:
    """What tells the machine code for some types, on this processor, from others'."""
    import llvmlite

    target = [processor()]
    if not target[0]:
        llvm = object_code.llvm()
        target = [llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    place = json.dumps([arguments.kind, llvmlite.__version__, *target, os.environ.get("NUMBA_CPU_NAME")])
    return hashlib.sha256(place.encode()).hexdigest()[: code_cache.DIGITS]
