"""Object code from numba, by parts of it that are private, and may change with each of its versions.

`PARTS` names all of them, and nothing else here asks numba for anything that it does not document. Whatever goes wrong with
one, the caller lets numba do all by itself; the tests take them away one by one. So a new version costs time at worst, and
pyproject.toml says which ones were tested.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

from relupoly.jit.arguments import Arguments
from relupoly.jit.object_code import FROM_C, entry, joined, llvm

# Our word for a part: numba's. What is not in a module is an attribute of some object.
PARTS = {
    "library class": "numba.core.codegen:JITCodeLibrary",
    "compiler lock": "numba.core.compiler_lock:global_compiler_lock",
    "dispatcher type": "numba.core.types:Dispatcher",
    "target context": "targetctx",
    "code generator": "codegen",
    "class of libraries": "_library_class",
    "description": "fndesc",
    "symbol": "llvm_func_name",
    "finalize": "_ensure_finalized",
    "optimize": "_optimize_final_module",
    "module": "_final_module",
    "machine": "_tm",
    "linked": "_linking_libraries",
    "for linking": "_get_module_for_linking",
    "is final": "_finalized",
    "generator of a library": "_codegen",
    "without references": "_nrt",
    "without wrapper": "no_cpython_wrapper",
    "without C wrapper": "no_cfunc_wrapper",
    "no cache": "numba.core.caching:NullCache",
    "result": "numba.core.compiler:CompileResult",
    "pickle": "numba.core.serialize:dumps",
    "cache": "_cache",
    "as data": "_reduce",
    "from data": "_rebuild",
    "refresh": "refresh",
    "processor": "magic_tuple",
    "has addresses": "has_dynamic_globals",
}


def part(name: str, owner: Any = None) -> Any:
    """A private part of numba: of an object, or of the module that it is in."""
    where, _, attribute = PARTS[name].rpartition(":")
    return getattr(importlib.import_module(where) if where else owner, attribute)


def dispatcher_type(callee: Any) -> Any:
    """What compiled code takes a function for that numba compiles."""
    return part("dispatcher type")(callee)


def lean(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    """A function that only compiled code calls: without reference counts, as nothing is allocated, and without wrappers."""
    import numba

    private = {PARTS["without references"]: False, PARTS["without wrapper"]: True, PARTS["without C wrapper"]: True}
    every: dict[str, Any] = options | private
    return numba.njit(**every)(function)


def made(callee: Any, arguments: Arguments, values: tuple[Any, ...]) -> bytes | None:
    """The object code of a `lean` function and of its entry; None if it is not as expected."""
    import numba

    types = tuple(map(numba.typeof, values))
    with _drafts(callee):
        callee.compile(types)
    compiled = callee.overloads[types]
    library, symbol = compiled.library, part("symbol", part("description", compiled))
    part("finalize", library)()
    part("optimize", library)()
    module = part("module", library)
    functions = {function.name: function for function in module.functions}
    needed = {name for name, found in functions.items() if found.is_declaration and not name.startswith("llvm.")}
    takes = ["ptr" if str(one.type).endswith("*") else str(one.type) for one in functions[symbol].arguments]
    if (
        compiled.signature.return_type != numba.types.int64
        or takes != ["ptr", "ptr", *arguments.types]
        or not needed <= set(FROM_C)
    ):
        return None
    binding, emit = llvm(), part("machine", library.codegen).emit_object
    entry_code = emit(binding.parse_assembly(entry(symbol, arguments.types, binding.llvm_version_info)))
    return joined(emit(module), entry_code)


@contextlib.contextmanager
def _drafts(callee: Any) -> Iterator[None]:
    """Let numba compile functions without optimising each, and without machine code for it.

    Numba optimises a function together with all that it calls, on every level anew: that took most of the time. Here it is
    enough to do so once, for the function that contains the others.
    """
    base: Any = part("library class")

    class Draft(base):  # type: ignore[misc]
        """The code of a function that only others of its kind call."""

        def finalize(self) -> None:
            if part("is final", self):
                return
            for library in dict.fromkeys(part("linked", self)):
                part("module", self).link_in(part("for linking", library)(), preserve=True)
            setattr(self, PARTS["is final"], True)

        def get_pointer_to_function(self, _: str) -> int:
            return 0

        @property
        def codegen(self) -> Any:
            return _Quiet(part("generator of a library", self))

    # Nothing else may be compiled meanwhile, as it would have no machine code.
    with part("compiler lock"):
        generator = part("code generator", part("target context", callee))()
        name, usual = PARTS["class of libraries"], part("class of libraries", generator)
        # It belongs to the generator's class; what the generator itself has goes before that.
        if name in vars(generator) or not issubclass(Draft, usual):
            raise TypeError(f"numba's {name} is not what it was")
        setattr(generator, name, Draft)
        try:
            yield
        finally:
            delattr(generator, name)


class _Quiet:
    """A code generator that is not told of functions' environments: code without machine code has none."""

    def __init__(self, generator: Any) -> None:
        self._generator = generator

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator, name)

    def set_env(self, name: str, env: Any) -> None:
        """Do nothing."""
