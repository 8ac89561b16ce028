"""Object code: what is linked (`image`), or loaded by LLVM, and called with a table of arguments."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from relupoly.jit import image
from relupoly.jit.arguments import RESULTS
from relupoly.jit.image import Native

# The functions that compiled code may call, by the names that numba and LLVM have for them.
FROM_C = {"numba_ldexp": "ldexp", "numba_frexp": "frexp", "memset": "memset", "memcpy": "memcpy", "memmove": "memmove"}

_ENTRY = "relupoly_entry"
_OPAQUE_POINTERS = 15  # from this version of LLVM on, pointers have no types

_engines: list[Any] = []


def llvm() -> Any:
    """LLVM's binding, ready to load code for this processor."""
    import llvmlite.binding as binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def entry(symbol: str, types: Sequence[str], version: tuple[int, ...]) -> str:
    """LLVM's text of a function that calls another one with the arguments in a table, of which it is given the address.

    The first words of the table are for what the other one returns.
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
        text.append(f"%p{number} = getelementptr i64, {pointer} %start, i64 {number + RESULTS}")
        text.append(f"%w{number} = load i64, {pointer} %p{number}")
        convert = {"i64": "add i64 0, %w{}", "i8": "trunc i64 %w{} to i8", "double": "bitcast i64 %w{} to double"}[name]
        text.append(f"%a{number} = {convert.format(number)}")
    passed = ", ".join(["i64 %table", "i64 %error", *(f"{name} %a{number}" for number, name in enumerate(words))])
    return "\n".join([*text, f'%status = call i32 @"{symbol}"({passed})', "ret i32 %status", "}", ""])


def joined(code: bytes, entry_code: bytes) -> bytes:
    """The object code of a function and of its entry, as one: linked, or else one after the other, for LLVM to link."""
    return image.linked([code, entry_code], _ENTRY, FROM_C) or f"{len(code)}\n".encode() + code + entry_code


def loaded(made: bytes) -> Native:
    """Object code as a function of the address of a table."""
    library = ctypes.CDLL(None)
    outside = {name: ctypes.cast(getattr(library, own), ctypes.c_void_p).value or 0 for name, own in FROM_C.items()}
    return image.loaded(made, outside) if made.startswith(image.MAGIC) else _loaded_by_llvm(made, outside)


def _loaded_by_llvm(made: bytes, outside: dict[str, int]) -> Native:
    binding = llvm()
    for name, address in outside.items():
        binding.add_symbol(name, address)
    target = binding.Target.from_triple(binding.get_process_triple())
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), target.create_target_machine())
    size, code = made.split(b"\n", 1)
    for part in (code[: int(size)], code[int(size) :]):
        engine.add_object_file(binding.ObjectFileRef.from_data(part))
    engine.finalize_object()
    _engines.append(engine)
    return ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64)(engine.get_function_address(_ENTRY))
