"""Machine code that is ready to run: object code that was linked here, and is loaded without LLVM.

To import LLVM's binding takes as long as a small count, and its linker does little: it lays out sections, and writes addresses
into them. For what LLVM emits on x86-64 (ELF files, in which code and constants are never written to) that is done here, once;
what depends on the place in memory, and the addresses of the functions of the C library, are noted, and written when the image
is loaded. Whatever else there may be in object code is not linked here, but by LLVM, as on other processors.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import struct
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Native: TypeAlias = Callable[[int], int]

MAGIC = b"relupoly image 1\n"

# Of the ELF format: a file to be linked, for x86-64; sections, and what symbols stand in.
_HEADER = struct.Struct("<4sBB10xHH20xQ10xHHH")
_LINKABLE_X86_64 = (b"\x7fELF", 2, 1, 1, 62)
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_PROGBITS, _RELA, _NOBITS = 1, 4, 8
_WRITE, _ALLOC = 1, 2
_UNDEFINED, _FIRST_RESERVED = 0, 0xFF00
_LOCAL = 0
# Relocations: an address; the distance to one, in 64 and in 32 bits.
_ABSOLUTE, _DISTANCE_64, _DISTANCES_32 = 1, 24, (2, 4)
_WORD, _DISTANCE, _SHORT_DISTANCE = struct.Struct("<Q"), struct.Struct("<q"), struct.Struct("<i")


class _Other(Exception):
    """Object code that is not linked here."""


@dataclass
class _Object:
    """The parts of an object file.

    Attributes
    ----------
    content : bytes
    sections, symbols : list of tuple
        As the format has them.
    names : bytes
        The names of symbols, each ended by 0.
    starts : dict of int to int
        Where in the image each section begins that is in it.
    """

    content: bytes
    sections: list[tuple[int, ...]]
    symbols: list[tuple[int, ...]] = field(default_factory=list)
    names: bytes = b""
    starts: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> _Object:
        """Take an object file apart."""
        *kind, start, size, count, _ = _HEADER.unpack_from(content)
        if tuple(kind) != _LINKABLE_X86_64 or size != _SECTION.size:
            raise _Other
        one = cls(content, [_SECTION.unpack_from(content, start + number * size) for number in range(count)])
        for section in one.sections:
            if section[1] == 2:  # the table of symbols
                one.symbols = list(_SYMBOL.iter_unpack(one.bytes_of(section)))
                one.names = one.bytes_of(one.sections[section[6]])
        return one

    def bytes_of(self, section: tuple[int, ...]) -> bytes:
        """What a section holds."""
        return self.content[section[4] : section[4] + section[5]]

    def name(self, symbol: tuple[int, ...]) -> str:
        """The name of a symbol."""
        return self.names[symbol[0] : self.names.index(b"\0", symbol[0])].decode()

    def relocations(self) -> Iterator[tuple[int, int, tuple[int, ...], int]]:
        """What is to be written into the image: where, in which form, the symbol, and what is added to its address."""
        for section in self.sections:
            if section[1] == _RELA and section[7] in self.starts:
                for place, info, more in _RELOCATION.iter_unpack(self.bytes_of(section)):
                    yield self.starts[section[7]] + place, info & 0xFFFFFFFF, self.symbols[info >> 32], more


def linked(objects: Sequence[bytes], entry: str, outside: Collection[str]) -> bytes | None:
    """Link object files; None if there is anything in them that is not linked here.

    Parameters
    ----------
    objects : sequence of bytes
    entry : str
        The function that is called from outside.
    outside : collection of str
        The functions that may be called which are in none of them.
    """
    try:
        parts = [_Object.of(content) for content in objects]
        image = _laid_out(parts)
        known = {
            part.name(symbol): part.starts[symbol[3]] + symbol[4]
            for part in parts
            for symbol in part.symbols
            if symbol[1] >> 4 != _LOCAL and symbol[3] in part.starts
        }
        addresses: list[tuple[int, int]] = []
        calls: list[tuple[int, str]] = []
        for part in parts:
            for place, form, symbol, more in part.relocations():
                target = _target(part, symbol, known)
                if target is None:
                    if form != _ABSOLUTE or more or part.name(symbol) not in outside:
                        raise _Other
                    calls.append((place, part.name(symbol)))
                elif form == _ABSOLUTE:
                    addresses.append((place, target + more))
                else:
                    _write_distance(image, form, place, target + more - place)
    except (_Other, struct.error, IndexError, ValueError):
        return None
    if entry not in known:
        return None
    header = {"entry": known[entry], "addresses": addresses, "calls": calls}
    return MAGIC + json.dumps(header).encode() + b"\n" + image


def _laid_out(parts: Sequence[_Object]) -> bytearray:
    """The sections of all parts, one after another."""
    image = bytearray()
    for part in parts:
        for number, section in enumerate(part.sections):
            _, kind, flags, _, _, size, _, _, align, _ = section
            if not flags & _ALLOC or not size or kind not in (_PROGBITS, _NOBITS):
                continue
            if flags & _WRITE or kind == _NOBITS or align > mmap.PAGESIZE:
                raise _Other
            image += bytes(-len(image) % max(align, 1))
            part.starts[number] = len(image)
            image += part.bytes_of(section)
    return image


def _target(part: _Object, symbol: tuple[int, ...], known: dict[str, int]) -> int | None:
    """Where in the image a symbol is; None if it is outside."""
    section = symbol[3]
    if section == _UNDEFINED:
        return known.get(part.name(symbol))
    if section >= _FIRST_RESERVED or section not in part.starts:
        raise _Other
    return part.starts[section] + symbol[4]


def _write_distance(image: bytearray, form: int, place: int, distance: int) -> None:
    if form == _DISTANCE_64:
        _DISTANCE.pack_into(image, place, distance)
    elif form in _DISTANCES_32:
        _SHORT_DISTANCE.pack_into(image, place, distance)
    else:
        raise _Other


def loaded(content: bytes, outside: dict[str, int]) -> Native:
    """An image as a function of the address of a table.

    Parameters
    ----------
    content : bytes
        What `linked` has made.
    outside : dict of str to int
        The addresses of the functions outside.

    Raises
    ------
    OSError
        If the system does not let memory be executed.
    """
    end = content.index(b"\n", len(MAGIC))
    header, image = json.loads(content[len(MAGIC) : end]), bytearray(content[end + 1 :])
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_void_p
    library.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    library.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    start = library.mmap(None, len(image), mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    if start in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "no memory for machine code")
    for place, target in header["addresses"]:
        _WORD.pack_into(image, place, start + target)
    for place, name in header["calls"]:
        _WORD.pack_into(image, place, outside[name])
    ctypes.memmove(start, bytes(image), len(image))
    # It stays there as long as the process lives; from now on nobody can write it.
    if library.mprotect(start, len(image), mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), "memory cannot be made executable")
    return ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64)(start + header["entry"])
