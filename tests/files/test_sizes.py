"""Files that hold more than they seem to: refused by one line that says what the limit is, before the memory is full."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from relupoly.certificates.lines import read_lines
from relupoly.disk.sizes import size_limit
from relupoly.errors import FileFormatError, InputError
from relupoly.files import read_arrangement, read_domain, read_network, read_vectors

# As attackers made them: 55 bytes that announce 10^9 columns, and a text with an entry that is no character.
PROMISES = b"H-representation\nbegin\n0 999999999 rational\nend\n"
NO_CHARACTER = b"{\x00\x00\r"


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return stream.getvalue()


def array(header: str, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def refusal(path: Path, data: bytes, read: object = read_network) -> str:
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(path)  # type: ignore[operator]
    return str(caught.value)


def test_an_archive_that_expands(tmp_path: Path) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 10000000), }\n"
    data = archive(W1=array(header, bytes(8 * 10**7)))
    assert len(data) < 100_000
    message = refusal(tmp_path / "bomb.npz", data)
    assert message.startswith(f"{tmp_path}/bomb.npz: expanded, it holds more than 64 MiB; if that is meant, raise the limit")


@pytest.mark.parametrize(
    "shape", ["(1000000000, 0)", "(0, 1000000000)", "(99999999999,)", "(-1, 2)", "(2147483648, 2147483648)"]
)
def test_shapes_that_are_not_there(shape: str, tmp_path: Path) -> None:
    data = array(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n", bytes(16))
    assert refusal(tmp_path / "a.npy", data, read_vectors)
    assert refusal(tmp_path / "a.npz", archive(W1=data))


def test_small_entries_become_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((100, 100), np.int8))
    with size_limit(20_000):
        assert "takes more than 20000 bytes" in refusal(tmp_path / "a.npy", (tmp_path / "a.npy").read_bytes(), read_vectors)
    assert len(read_vectors(tmp_path / "a.npy")) == 100


def test_a_text_that_is_none(tmp_path: Path) -> None:
    weight = array("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }\n", bytes(8))
    text = array("{'descr': '<U1', 'fortran_order': False, 'shape': (), }\n", NO_CHARACTER)
    message = refusal(tmp_path / "a.npz", archive(W1=weight, metadata=text))
    assert message == f"{tmp_path}/a.npz: the array metadata: it is no text; save it again"


def test_headers_promise_nothing(tmp_path: Path) -> None:
    place = tmp_path / "size.ine"
    assert "there is no hyperplane in it" in refusal(place, PROMISES, read_arrangement)
    assert "A has no row" in refusal(place, PROMISES, read_domain)
    for read in (read_arrangement, read_domain):
        assert "the rows that nonnegative stands for take more than" in refusal(place, PROMISES + b"nonnegative\n", read)


@pytest.mark.parametrize(("suffix", "begin", "end"), [("csv", b"", b""), ("json", b"[[", b"0]]")])
def test_exponents_are_small_texts_of_large_numbers(suffix: str, begin: bytes, end: bytes, tmp_path: Path) -> None:
    place = tmp_path / f"a.{suffix}"
    message = refusal(place, begin + b"1e9999," * 20_000 + end, read_vectors)
    assert "its numbers with large exponents take more than 64 MiB" in message
    place.write_bytes(begin + b"1e9999," * 10 + b"1e-9999" + end.replace(b"0", b""))
    assert len(read_vectors(place)[0]) == 11


def test_digests_are_no_exponents(tmp_path: Path) -> None:
    place = tmp_path / "a.json"
    place.write_text(
        '{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[1]]}], "metadata": {"sha": "%s"}}'
        % ("3e9999ab" * 5000)
    )
    assert read_network(place).input_dim == 1


def test_a_limit_is_given_back() -> None:
    with pytest.raises(FileFormatError, match="more than 10 bytes"), size_limit(10):
        read_network("/dev/zero", "json")
    with pytest.raises(FileFormatError, match="more than 64 MiB"):
        read_network("/dev/zero", "json")


def test_a_certificate_of_one_endless_line(tmp_path: Path) -> None:
    place = tmp_path / "a.jsonl.gz"
    with gzip.open(place, "wb", 1) as stream:
        stream.write(b"{}\n" + b"0" * 1001)
    lines = read_lines(str(place), 1000)
    assert next(lines) == "{}\n"
    with pytest.raises(FileFormatError, match="a line has more than 1000 characters"):
        next(lines)
    assert len(list(read_lines(str(place), 1001))) == 2
