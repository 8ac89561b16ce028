"""Numpy archives."""

import io
import zipfile

import numpy as np
import pytest
from flint import fmpq
from refusal import check_refused, npy, npz

from relupoly.errors import RoundingError
from relupoly.files import read_network, write_network
from relupoly.files.npz import decode, encode
from relupoly.networks.network import Network


def test_single_precision_is_exact():
    weight = np.array([[0.1, -1 / 3]], dtype=np.float32)
    network = decode(npz(W1=weight, b1=np.array([1e-45], dtype=np.float32)))
    assert network.layers[0].weight.entries() == [fmpq(*float(entry).as_integer_ratio()) for entry in weight[0]]
    assert network.layers[0].bias.entries() == [fmpq(1, 2**149)]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint64", ">f8", ">i4"])
def test_every_real_type_up_to_eight_bytes(dtype):
    network = decode(npz(W1=np.array([[3, 0]], dtype=dtype), W2=np.array([[7]], dtype=dtype)))
    assert network == Network.from_rows([([[3, 0]], None), ([[7]], None)])


def test_large_integers_are_exact():
    assert decode(npz(W1=np.array([[2**63 - 1]]))).layers[0].weight[0, 0] == 2**63 - 1


def test_npz_and_native_agree(tmp_path):
    rng = np.random.default_rng(7)
    arrays = {"W1": rng.normal(size=(4, 3)), "b1": rng.normal(size=4), "W2": rng.normal(size=(2, 4)), "b2": rng.normal(size=2)}
    copies = {key: array.copy() for key, array in arrays.items()}
    np.savez(tmp_path / "net.npz", **arrays)
    network = read_network(tmp_path / "net.npz")
    write_network(network, tmp_path / "net.json")
    assert read_network(tmp_path / "net.json") == network
    assert network == Network.from_rows([(arrays["W1"], arrays["b1"]), (arrays["W2"], arrays["b2"])])
    written = np.load(io.BytesIO(encode(network)))
    assert sorted(written.files) == ["W1", "W2", "b1", "b2"]
    for key, array in arrays.items():
        assert written[key].dtype == np.float64
        assert np.array_equal(written[key], array)
        assert np.array_equal(copies[key], array)


def test_compressed_archives_are_read():
    stream = io.BytesIO()
    np.savez_compressed(stream, W1=np.eye(3))
    assert decode(stream.getvalue()).output_dim == 3


def test_rounding_needs_leave():
    network = Network.from_rows([([[1, "1/3"], ["0.1", 2]], [0, "1/7"])])
    with pytest.raises(
        RoundingError, match=r"3 of the 6 weights and biases would be rounded, the first is layer 1: weight\[1\]\[2\] = 1/3"
    ):
        encode(network)
    assert decode(encode(network, round=True)) == Network.from_rows([([[1, 1 / 3], [0.1, 2]], [0, 1 / 7])])


def test_overflow_is_an_error_even_with_leave():
    network = Network.from_rows([([[1]], None), ([[1]], [10**400])])
    for leave in (False, True):
        with pytest.raises(RoundingError, match=r"layer 2: bias\[1\] is beyond the largest double"):
            encode(network, round=leave)


def with_member(name, data):
    stream = io.BytesIO(npz(W1=np.eye(2)))
    with zipfile.ZipFile(stream, "a") as members:
        members.writestr(name, data)
    return stream.getvalue()


GOOD = npz(W1=np.arange(2000.0).reshape(40, 50), b1=np.zeros(40))
REFUSED = {
    "empty": (b"", "it is not a numpy file"),
    "text": (b"W1 = 3", "it is not a numpy file"),
    "cut off": (GOOD[: len(GOOD) // 2], "it is not a numpy file"),
    "damaged": (GOOD[:500] + b"\x01" + GOOD[501:], 'the array "W1" is damaged'),
    "single array": (npy(np.eye(2)), "it is a single array"),
    "no array": (npz(), "the archive has no array"),
    "objects": (npz(W1=np.array([[None]])), 'the array "W1" is damaged or holds Python objects'),
    "pickle": (b"\x80\x04\x95\x00.", "it is not a numpy file"),
    "a gap": (npz(W1=np.eye(2), W3=np.eye(2)), "the array W2 is missing, but the archive goes on to layer 3"),
    "bias alone": (npz(W1=np.eye(2), b2=np.ones(2)), "the array W2 is missing"),
    "far": (npz(W999999999=np.eye(2)), "the array W1 is missing"),
    "stray": (npz(W1=np.eye(2), weights=np.eye(2)), 'unknown array "weights"'),
    "W0": (npz(W0=np.eye(2)), 'unknown array "W0"'),
    "W01": (npz(W01=np.eye(2)), 'unknown array "W01"'),
    "member": (with_member("readme.txt", b"hello"), 'unknown array "readme.txt"'),
    "member twice": (with_member("W1", npy(np.ones((2, 2)))), 'the archive holds the array "W1" twice; keep one'),
    "member b1": (with_member("b1", b"hello"), "b1 is not a numpy array"),
    "0-d": (npz(W1=np.float64(3)), "W1 has 0 axes; give it 2"),
    "1-d": (npz(W1=np.ones(3)), "W1 has 1 axes; give it 2"),
    "2-d bias": (npz(W1=np.eye(2), b1=np.ones((2, 1))), "b1 has 2 axes; give it 1"),
    "complex": (npz(W1=np.eye(2) * 1j), "W1 has entries of type complex128"),
    "bool": (npz(W1=np.eye(2) > 0), "W1 has entries of type bool"),
    "text entries": (npz(W1=np.array([["1"]])), "W1 has entries of type <U1"),
    "NaN": (npz(W1=np.array([[1.0, np.nan]])), "layer 1: weight[1][2]: nan is not a finite number"),
    "chain": (npz(W1=np.eye(2), W2=np.eye(3)), "layer 2: weight has 3 columns, but layer 1 has 2 outputs"),
    "empty layer": (npz(W1=np.zeros((0, 2))), "layer 1: it is empty"),
    "no input": (npz(W1=np.zeros((2, 0))), "layer 1: the network has no input"),
    "metadata": (npz(W1=np.eye(2), metadata=np.array("{")), "the array metadata: line 1, column 2: not JSON"),
    "metadata list": (npz(W1=np.eye(2), metadata=np.array("[]")), 'the array metadata: "metadata" is not an object'),
    "metadata number": (npz(W1=np.eye(2), metadata=np.array(3)), "the array metadata is not a single text"),
    "claimed size": (
        with_member("b1.npy", npy(np.ones(2)).replace(b"(2,), }", b"(2000000000000000,), }")),
        'the array "b1" is damaged',
    ),
}
if np.dtype(np.longdouble).itemsize > 8:
    REFUSED["long double"] = (npz(W1=np.eye(2, dtype=np.longdouble)), "W1 has entries of type float128")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    data, message = REFUSED[name]
    check_refused(read_network, tmp_path / "net.npz", data, message)
