"""The lines of a certificate: plain or compressed, whole or damaged."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from oracles.forger import SPIKE, checked

from relupoly.certificates.lines import read_lines
from relupoly.errors import CheckFailed, FileFormatError

TEXT = "".join(f"{line}\n" for line in SPIKE.lines).encode()
PACKED = gzip.compress(TEXT, mtime=0)


def test_plain_or_compressed(tmp_path: Path) -> None:
    for data in (TEXT, PACKED, PACKED + gzip.compress(b"\n", mtime=0)):
        (tmp_path / "proof").write_bytes(data)
        assert checked(SPIKE, read_lines(str(tmp_path / "proof"))).optimal


@pytest.mark.parametrize("data", [TEXT, PACKED])
@pytest.mark.parametrize("peeking", [True, False])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, peeking: bool) -> None:
    raw = io.BytesIO(data)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(raw) if peeking else raw))
    assert checked(SPIKE, read_lines("-")).optimal


def test_a_file_that_is_none(tmp_path: Path) -> None:
    for place, message in (
        (tmp_path / "missing", "there is no such file"),
        (tmp_path, "it is a directory"),
        ("a\0b", "it cannot be read .embedded null byte.; give a readable file"),
        (tmp_path / "proof" / "below", "it cannot be read .Not a directory.; give a readable file"),
    ):
        (tmp_path / "proof").write_bytes(b"")
        with pytest.raises(FileFormatError, match=message):
            list(read_lines(str(place)))


DAMAGED = "the file is damaged: it cannot be decoded to its end"


@pytest.mark.parametrize("length", range(2, len(PACKED), 7))
def test_a_compressed_file_that_ends_early(tmp_path: Path, length: int) -> None:
    (tmp_path / "proof").write_bytes(PACKED[:length])
    with pytest.raises(CheckFailed, match=DAMAGED):
        list(read_lines(str(tmp_path / "proof")))


def test_a_bit_of_any_byte_of_a_compressed_file(tmp_path: Path) -> None:
    """A date or a name may be another one; all else is noticed, by the checksum at the latest, and nothing else is raised."""
    place = tmp_path / "proof"
    unnoticed = []
    for byte in range(len(PACKED)):
        data = bytearray(PACKED)
        data[byte] ^= 1 << byte % 8
        place.write_bytes(data)
        try:
            assert checked(SPIKE, read_lines(str(place))).optimal
            unnoticed.append(byte)
        except (CheckFailed, FileFormatError):
            pass
    assert set(unnoticed) <= set(range(3, 10))


@pytest.mark.parametrize("byte", [b"\xff", b"\xc3", b"\xed\xa0\x80"])
def test_what_is_not_utf_8(tmp_path: Path, byte: bytes) -> None:
    (tmp_path / "proof").write_bytes(TEXT.replace(b"}\n", byte + b"}\n", 1))
    with pytest.raises(CheckFailed, match=DAMAGED):
        list(read_lines(str(tmp_path / "proof")))


def test_lines_as_long_as_allowed_and_longer(tmp_path: Path) -> None:
    place = tmp_path / "certificate"
    place.write_text("12345\n12\n")
    assert list(read_lines(str(place), 6)) == ["12345\n", "12\n"]
    with pytest.raises(FileFormatError, match="a line has more than 5 characters"):
        list(read_lines(str(place), 5))
