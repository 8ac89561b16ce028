"""Mutations that know nothing of a format: bytes turned, cut, doubled, moved, and texts that readers stumble over."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

Chance = random.Random

# What no reader may believe, or take long over, whatever the format: ends of ranges, texts that only look like numbers,
# numbers that would fill the memory, bytes that are no text, marks and separators that editors leave.
TOKENS = (
    *(b"0", b"-0", b"1", b"-1", b"00", b"2147483648", b"4294967296", b"-9223372036854775809", b"18446744073709551616"),
    *(b"999999999", b"9999999999", b"1" + b"0" * 400, b"7" * 5000, b"1e308", b"1e309", b"4.9e-324", b"1e9999", b"1e-9999"),
    *(b"1e999999999", b"1e-999999999", b"1e99999999999999999999", b"1/3", b"1/0", b"0/0", b"-1/-3", b"1/3/5", b"/", b"."),
    *(b"nan", b"inf", b"-inf", b"Infinity", b"NaN", b"None", b"true", b"null", b"0x10", b"1_000", b"1e", b"--1", b"+ 1"),
    *(b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf0\x9f", "\u0661".encode(), "\uff11".encode()),
    *(b"\r", b"\r\n", b"\n", b"\x0b", b"\x0c", b"\x1c", "\u2028".encode(), "\u00a0".encode(), b"\t", b" ", b"  "),
    *(b",", b";", b":", b"=", b'"', b"'", b"\\", b"|", b"#", b"*", b"//", b"(", b")", b"[", b"]", b"{", b"}", b"%s", b"{0}"),
    *(b"\x1b[31m", "\u202e".encode(), b"../", b"/dev/zero", b"-"),
)
_NUMBER = re.compile(rb"-?[0-9]+")
# Deep enough for every recursive reader, and still a small file.
_DEPTHS = (10, 1_000, 100_000)


def mutate_bytes(data: bytes, others: Sequence[bytes], tokens: Sequence[bytes], chance: Chance) -> bytes:
    """One mutation of some bytes.

    Parameters
    ----------
    data : bytes
    others : sequence of bytes
        Other inputs, for splices.
    tokens : sequence of bytes
        Words of the format.
    chance : Random
    """
    change = chance.choice(
        (_turn, _overwrite, _delete, _truncate, _double, _repeat, _move, _number, _number, _token, _token, _token, _nest)
    )
    if chance.random() < 0.06:
        return _splice(data, chance.choice(others), chance)
    return change(data, tokens, chance)


def _place(data: bytes, chance: Chance) -> int:
    return chance.randrange(len(data) + 1)


def _span(data: bytes, chance: Chance) -> tuple[int, int]:
    start = _place(data, chance)
    return start, min(len(data), start + int(chance.paretovariate(0.6)))


def _turn(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    if not data:
        return b"\x00"
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def _overwrite(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + chance.randbytes(end - start) + data[end:]


def _delete(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _truncate(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    return data[: _place(data, chance)]


def _double(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] + data[end:]


def _repeat(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end][:50] * chance.choice((2, 30, 1000)) + data[end:]


def _move(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    start, end = _span(data, chance)
    rest = data[:start] + data[end:]
    place = _place(rest, chance)
    return rest[:place] + data[start:end] + rest[place:]


def _number(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    """Another number where one stands, such as in a header."""
    found = list(_NUMBER.finditer(data[:100_000]))
    if not found:
        return _token(data, tokens, chance)
    start, end = chance.choice(found).span()
    near = str(int(data[start:end][:30]) + chance.choice((-1, 1))).encode()
    return data[:start] + (near if chance.random() < 0.4 else chance.choice(TOKENS)) + data[end:]


def _token(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    word = chance.choice(tokens) if tokens and chance.random() < 0.5 else chance.choice(TOKENS)
    start, end = _span(data, chance) if chance.random() < 0.5 else (_place(data, chance),) * 2
    return data[:start] + word + data[end:]


def _nest(data: bytes, tokens: Sequence[bytes], chance: Chance) -> bytes:
    opening, closing = chance.choice(((b"[", b"]"), (b"(", b")"), (b'{"a":', b"}"), (b"(- ", b")"), (b"(and ", b")")))
    depth, place = chance.choice(_DEPTHS), _place(data, chance)
    return data[:place] + opening * depth + data[place:] + closing * chance.choice((depth, 0))


def _splice(data: bytes, other: bytes, chance: Chance) -> bytes:
    return data[: _place(data, chance)] + other[_place(other, chance) :]
