"""Machine code without its compiler: what numba has compiled is kept, and later loaded by LLVM alone.

Importing numba, and letting it prepare itself for all that it may be asked to compile, takes half a second, several times
what a small net needs. But compiled code that neither counts references nor raises needs nothing of numba. So its object code
is written to a file, named after all that it depends on: the source (a file, or all files of a folder `kernel`), the types,
LLVM, the processor. Where that file is there, LLVM's own binding (llvmlite) loads it in milliseconds, and the function is
called through ctypes.

Numba passes a named tuple as its members, one after another, and an array as a row of numbers: hundreds of arguments, which
ctypes would take long to convert. So they stay in a table, and an entry, some lines of LLVM's own language, loads them from
there. What numba does is not promised, so it is compared with the types that the compiled function takes, as are the functions
of the C library that it calls. If anything differs, numba does all by itself, as usual.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import json
import os
import secrets
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Function = Callable[..., Any]

_OPTIONS: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "nogil": True}
_BARE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_FROM_C = {"numba_ldexp": "ldexp", "numba_frexp": "frexp", "memset": "memset", "memcpy": "memcpy", "memmove": "memmove"}
_SCALARS = {bool: "i8", int: "i64", float: "double"}
_CHECKSUM = 32
_ENTRY = "relupoly_entry"
_PACKAGE = "kernel"
_OPAQUE_POINTERS = 15
_RESULTS = 2

Native: TypeAlias = Callable[[int], int]

_engines: list[Any] = []


def caches() -> list[Path]:
    """Where compiled code may be: beside the source, or elsewhere if that is asked for or not writable."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen)]
    return [Path(__file__).parent / "__pycache__", _user_cache() / "relupoly"]


def is_kept(source: Path, name: str) -> bool:
    """Whether machine code of a function, as its source is now, seems to be on disk; nothing heavy is asked."""
    return any(found for cache in caches() for found in cache.glob(f"{_stem(source, name)}-*.o"))


def is_cached(kernel: Path, name: str) -> bool:
    """Whether numba itself seems to have kept a function of a folder of compiled code; nothing heavy is asked."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(chosen)] if chosen else [kernel / "__pycache__", _user_cache() / "numba"]
    text = digest(kernel / "__init__.py")
    return any(found for place in places for found in place.rglob(f"*.{name}_{text}-*.nbi"))


def njit(**_: Any) -> Callable[[Function], Kernel]:
    """Mark a function to be compiled when it is called; without reference counts: nothing is allocated in compiled code."""
    return Kernel


def loose(function: Function) -> Kernel:
    """The same for a function whose sums may be taken in any order: whoever calls it allows for the rounding of all orders."""
    return Kernel(function, {"fastmath": {"reassoc", "contract"}})


@dataclass(frozen=True)
class Arguments:
    """Arguments laid out for compiled code.

    Attributes
    ----------
    kind : str
        What tells these types from others; empty if compiled code cannot take them without numba.
    types : tuple of str
        LLVM's types, of which there are several for each array.
    values : tuple of int or float
    """

    kind: str
    types: tuple[str, ...]
    values: tuple[int | float, ...]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Arguments:
        """Lay out arguments: numbers, arrays, named tuples of these, and None."""
        parts = [cls._of(value) for value in values]
        return cls(
            ",".join(part.kind for part in parts) if all(part.kind for part in parts) else "",
            tuple(name for part in parts for name in part.types),
            tuple(value for part in parts for value in part.values),
        )

    @classmethod
    def _of(cls, value: Any) -> Arguments:
        if isinstance(value, np.ndarray):
            if not (value.flags.carray and value.dtype.isnative):
                return cls("", (), ())
            rank = value.ndim
            numbers = (0, 0, value.size, value.itemsize, value.ctypes.data, *value.shape, *value.strides)
            return cls(f"{value.dtype.str}{rank}", ("ptr", "ptr", "i64", "i64", "ptr", *["i64"] * (2 * rank)), numbers)
        if isinstance(value, tuple):
            inner = cls.of(value)
            return cls(f"{type(value).__name__}({inner.kind})" if inner.kind else "", inner.types, inner.values)
        if value is None:
            return cls("none", ("ptr",), (0,))
        name = _SCALARS.get(type(value), "")
        return cls(name, (name,), (value,))

    def table(self) -> NDArray[np.int64]:
        """Room for the results, then all values, bit for bit."""
        words = [np.float64(value).view(np.int64) if isinstance(value, float) else value for value in self.values]
        return np.array([0] * _RESULTS + words, dtype=np.int64)


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
        self._options = _OPTIONS | (options or {})
        self.__doc__ = function.__doc__
        self._native: dict[str, Native | None] = {}
        self._lock = threading.Lock()

    @property
    def _numba_type_(self) -> Any:
        """What numba takes this for where compiled code calls it."""
        from numba.core.types import Dispatcher

        return Dispatcher(self.callee)

    @cached_property
    def callee(self) -> Any:
        """What other compiled functions call."""
        import numba

        return numba.njit(**self._options, **_BARE)(self.py_func)

    @cached_property
    def usual(self) -> Any:
        """The function as numba compiles and keeps it."""
        import numba

        named = types.FunctionType(self.py_func.__code__, self.py_func.__globals__)
        # Numba goes by the file of this function, and would not see changes in others.
        named.__qualname__ += f"_{digest(Path(named.__code__.co_filename))}"
        return numba.njit(cache=True, **self._options)(named)

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
                return self.usual(*first, *rest)
            table[len(table) - len(rest) :] = rest
            if native(table.ctypes.data):
                raise RuntimeError("compiled code failed")
            return int(table[0])

        return call

    def _compiled(self, arguments: Arguments, values: tuple[Any, ...]) -> Native | None:
        """The machine code for arguments of some kind; None if numba has to do all by itself."""
        with self._lock:
            if arguments.kind not in self._native:
                self._native[arguments.kind] = _obtained(self, arguments, values) if arguments.kind else None
            return self._native[arguments.kind]


def _obtained(kernel: Kernel, arguments: Arguments, values: tuple[Any, ...]) -> Native | None:
    """Machine code from disk; else from numba, and then on disk, too."""
    name = _file_name(kernel.py_func, arguments)
    for cache in caches():
        with contextlib.suppress(OSError):
            kept = (cache / name).read_bytes()
            if hashlib.sha256(kept[_CHECKSUM:]).digest() == kept[:_CHECKSUM]:
                return _loaded(kept[_CHECKSUM:])
    made = _made(kernel, arguments, values)
    if made is None:
        return None
    _keep(name, hashlib.sha256(made).digest() + made)
    return _loaded(made)


def _made(kernel: Kernel, arguments: Arguments, values: tuple[Any, ...]) -> bytes | None:
    """The object code of a function and of its entry, from numba; None if it is not as expected."""
    import numba

    types, callee = tuple(map(numba.typeof, values)), kernel.callee
    if not hasattr(callee, "compile"):
        return None  # Numba has been told not to compile.
    with _drafts(callee):
        callee.compile(types)
    compiled = callee.overloads[types]
    library, symbol = compiled.library, compiled.fndesc.llvm_func_name
    library._ensure_finalized()
    library._optimize_final_module()
    functions = {part.name: part for part in library._final_module.functions}
    needed = {name for name, part in functions.items() if part.is_declaration and not name.startswith("llvm.")}
    takes = ["ptr" if str(one.type).endswith("*") else str(one.type) for one in functions[symbol].arguments]
    if (
        compiled.signature.return_type != numba.types.int64
        or takes != ["ptr", "ptr", *arguments.types]
        or not needed <= set(_FROM_C)
    ):
        return None
    llvm, emit = _llvm(), library.codegen._tm.emit_object
    code = emit(library._final_module)
    entry = emit(llvm.parse_assembly(_entry(symbol, arguments.types, llvm.llvm_version_info)))
    content: bytes = f"{len(code)}\n".encode() + code + entry
    return content


@contextlib.contextmanager
def _drafts(callee: Any) -> Iterator[None]:
    """Let numba compile functions without optimising each, and without machine code for it.

    Numba optimises a function together with all that it calls, on every level anew: that took most of the time. Here it is
    enough to do so once, for the function that contains the others.
    """
    from numba.core.codegen import JITCodeLibrary
    from numba.core.compiler_lock import global_compiler_lock

    class Draft(JITCodeLibrary):
        """The code of a function that only others of its kind call."""

        def finalize(self) -> None:
            for library in dict.fromkeys(self._linking_libraries):
                self._final_module.link_in(library._get_module_for_linking(), preserve=True)
            self._finalized = True

        def get_pointer_to_function(self, _: str) -> int:
            return 0

        @property
        def codegen(self) -> Any:
            return _Quiet(self._codegen)

    # Nothing else may be compiled meanwhile, as it would have no machine code.
    with global_compiler_lock:
        codegen = callee.targetctx.codegen()
        before = codegen._library_class
        codegen._library_class = Draft
        try:
            yield
        finally:
            codegen._library_class = before


class _Quiet:
    """A code generator that is not told of functions' environments: code without machine code has none."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, env: Any) -> None:
        """Do nothing."""


def _entry(symbol: str, types: Sequence[str], version: tuple[int, ...]) -> str:
    """LLVM's text of a function that calls another one with the arguments in a table, of which it is given the address.

    The first two words of the table are for what numba's functions return, besides a status: the result, and the error.
    """
    pointer = "ptr" if version[0] >= _OPAQUE_POINTERS else "i64*"
    words = ["i64" if name == "ptr" else name for name in types]
    text = [
        f'declare i32 @"{symbol}"({", ".join(["i64", "i64", *words])})',
        f"define i32 @{_ENTRY}(i64 %table) {{",
        f"%start = inttoptr i64 %table to {pointer}",
        "%error = add i64 %table, 8",
    ]
    for number, name in enumerate(words):
        text.append(f"%p{number} = getelementptr i64, {pointer} %start, i64 {number + _RESULTS}")
        text.append(f"%w{number} = load i64, {pointer} %p{number}")
        convert = {"i64": "add i64 0, %w{}", "i8": "trunc i64 %w{} to i8", "double": "bitcast i64 %w{} to double"}[name]
        text.append(f"%a{number} = {convert.format(number)}")
    passed = ", ".join(["i64 %table", "i64 %error", *(f"{name} %a{number}" for number, name in enumerate(words))])
    return "\n".join([*text, f'%status = call i32 @"{symbol}"({passed})', "ret i32 %status", "}", ""])


def _loaded(made: bytes) -> Native:
    """Object code as a function of the address of a table."""
    llvm, library = _llvm(), ctypes.CDLL(None)
    for name, own in _FROM_C.items():
        llvm.add_symbol(name, ctypes.cast(getattr(library, own), ctypes.c_void_p).value)
    target = llvm.Target.from_triple(llvm.get_process_triple())
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target.create_target_machine())
    size, code = made.split(b"\n", 1)
    for part in (code[: int(size)], code[int(size) :]):
        engine.add_object_file(llvm.ObjectFileRef.from_data(part))
    engine.finalize_object()
    _engines.append(engine)
    return ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64)(engine.get_function_address(_ENTRY))


def _llvm() -> Any:
    """LLVM, ready to load code for this processor."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _stem(source: Path, name: str) -> str:
    return f"{source.stem}.{name}-{digest(source)}"


@functools.cache
def digest(source: Path) -> str:
    """What names the text that compiled code depends on: a source file's, or that of its folder if it is a `kernel`."""
    texts = sorted(source.parent.glob("*.py")) if source.parent.name == _PACKAGE else [source]
    return hashlib.sha256(b"".join(text.read_bytes() for text in (*texts, Path(__file__)))).hexdigest()[:16]


def _file_name(function: Function, arguments: Arguments) -> str:
    """The file of a function's machine code for some types, on this processor."""
    import llvmlite

    llvm = _llvm()
    target = [llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    place = json.dumps([arguments.kind, llvmlite.__version__, *target, os.environ.get("NUMBA_CPU_NAME")])
    ending = hashlib.sha256(place.encode()).hexdigest()[:16]
    return f"{_stem(Path(function.__code__.co_filename), function.__name__)}-{ending}.o"


def _keep(name: str, content: bytes) -> None:
    """Write a file to the first cache that lets itself be written to, whole or not at all."""
    for cache in caches():
        draft = cache / f".{secrets.token_hex(8)}.tmp"
        try:
            cache.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(cache / name)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            continue
        return
