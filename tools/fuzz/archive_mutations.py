"""Mutations of numpy's files: arrays of other types and shapes, headers that lie, archives that are no archives any more."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile

import numpy as np
from bytes_mutations import mutate_bytes

Chance = random.Random

_TYPES = (*"?bBhHiIlLefdgFDGSUVO", ">f8", "<M8[s]", "U1", "U0", "S0", "V0", "f8,f8", "<U4")
_SHAPES = (
    *("()", "(0,)", "(1,)", "(3,)", "(0, 0)", "(2, 0)", "(0, 3)", "(1, 1)", "(1, 2)", "(2, 2)", "(2, 2, 2)", "(-1, 2)"),
    *("(99999999999,)", "(2147483648, 2147483648)", "(9223372036854775807,)", "(1" + ",1" * 40 + ")", "(2.0, 2)", "(True,)"),
    *("2", "None", "(2, 2", "[2, 2]", "(1000000000, 0)"),
)
_TEXTS = (
    "{}",
    "{",
    "[]",
    '{"a": NaN}',
    '"a"',
    "\x00",
    "\r",
    "\ud800",
    "\U0010ffff",
    '{"nnet": {}}',
    '{"nnet": {"means": [[]]}}',
)
_NAMES = (
    "W1",
    "b1",
    "W2",
    "b2",
    "W0",
    "W10",
    "W999999999",
    "w1",
    "X",
    "y",
    "weights",
    "metadata",
    "",
    "../W1",
    "W1.npy",
    "a\x00b",
)
_SHAPE = re.compile(rb"'shape': (\([^)]*\))")
_DESCR = re.compile(rb"'descr': '([^']*)'")


def mutate_archive(data: bytes, chance: Chance) -> bytes | None:
    """One mutation of an .npz or .npy file; None where it is neither any more."""
    if data.startswith(b"\x93NUMPY"):
        return _mutate_array(data, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:
        # Damage comes out as any of a dozen exceptions.
        return None
    if not members:
        return None
    return _packed(_mutate_members(members, chance), chance)


def _mutate_members(members: list[tuple[str, bytes]], chance: Chance) -> list[tuple[str, bytes]]:
    place = chance.randrange(len(members))
    name, content = members[place]
    kind = chance.random()
    if kind < 0.1:
        return members[:place] + members[place + 1 :]
    if kind < 0.2:
        return [*members, (name, content)]
    if kind < 0.3:
        return [*members[:place], (chance.choice(_NAMES) + chance.choice((".npy", "")), content), *members[place + 1 :]]
    if kind < 0.4:
        return [*members, (f"{chance.choice(_NAMES)}.npy", _array(chance))]
    changed = _array(chance) if kind < 0.6 else _mutate_array(content, chance)
    return [*members[:place], (name, changed), *members[place + 1 :]]


def _mutate_array(data: bytes, chance: Chance) -> bytes:
    kind = chance.random()
    if kind < 0.3:
        return _header(data, _SHAPE, b"'shape': " + chance.choice(_SHAPES).encode())
    if kind < 0.5:
        return _header(data, _DESCR, b"'descr': '" + chance.choice(_TYPES).encode() + b"'")
    if kind < 0.6:
        return data.replace(b"'fortran_order': False", b"'fortran_order': True ")
    return mutate_bytes(
        data, [data], [b"'descr'", b"'shape'", b"'fortran_order'", b"|O", b"<f8", b"(2,)", b"\x93NUMPY"], chance
    )


def _header(data: bytes, what: re.Pattern[bytes], new: bytes) -> bytes:
    """An array whose header says something else, in a length that is right."""
    if len(data) < 10 or data[6] != 1:
        return data
    (length,) = struct.unpack("<H", data[8:10])
    header, body = what.sub(lambda found: new, data[10 : 10 + length]), data[10 + length :]
    return data[:8] + struct.pack("<H", len(header)) + header + body


def _array(chance: Chance) -> bytes:
    """A whole array that has no place in the file."""
    stream = io.BytesIO()
    kind = chance.random()
    shape = chance.choice(((), (0,), (1,), (2,), (3,), (2, 2), (1, 3), (0, 2), (2, 2, 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kind < 0.3:
            array = np.array(chance.choice(_TEXTS))
        elif kind < 0.5:
            array = np.full(shape, chance.choice((np.nan, np.inf, 1e308, 5e-324, -0.0, 0.1)))
        else:
            array = np.zeros(shape, dtype=chance.choice(_TYPES))
        np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def _packed(members: list[tuple[str, bytes]], chance: Chance) -> bytes:
    stream = io.BytesIO()
    how = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", how) as archive:
        warnings.simplefilter("ignore")  # about names that stand twice: that is meant
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, how)
    data = stream.getvalue()
    return _flagged(data) if chance.random() < 0.03 else data


def _flagged(data: bytes) -> bytes:
    """An archive that says it is encrypted."""
    place = data.find(b"PK\x01\x02")
    changed = bytearray(data)
    changed[6] |= 1
    if place >= 0:
        changed[place + 8] |= 1
    return bytes(changed)
