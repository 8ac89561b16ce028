"""Files of safetensors: read and written by the format's own rules, without the package."""

import json
from itertools import pairwise

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.tensor_files import raw_safetensors, safetensors
from refusal import check_refused, reads_or_refuses

from relupoly.disk.sizes import size_limit
from relupoly.errors import FileFormatError, RoundingError
from relupoly.files import read_network, write_network
from relupoly.files.network_format import ReaderOptions
from relupoly.files.tensors.safetensors import decode, encode
from relupoly.networks.network import Layer, Network

RNG = np.random.default_rng(6)
W, B, V, C = (RNG.normal(size=shape).astype(np.float32) for shape in ((4, 3), (4,), (2, 4), (2,)))
NAMED = {"0.weight": W, "0.bias": B, "2.weight": V, "2.bias": C}
NETWORK = Network.from_rows([(W, B), (V, C)])


def test_linear_layers(tmp_path):
    (tmp_path / "net.safetensors").write_bytes(safetensors(NAMED, metadata={"format": "pt"}))
    assert read_network(tmp_path / "net.safetensors") == NETWORK
    assert not read_network(tmp_path / "net.safetensors").metadata


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "i4", "u1"])
def test_types(dtype):
    array = np.array([[1, 0, 100], [3, 7, 50]], dtype=dtype)
    assert decode(safetensors({"weight": array})) == Network.from_rows([(array.astype(float), None)])


def test_bfloat16():
    bits = np.array([0x3FC0, 0xBB80, 0x7F61, 0], dtype="<u2")
    entries = [fmpq(3, 2), fmpq(-1, 256), fmpq(0xE1) * fmpq(2) ** 120, 0]  # sign, eight bits of exponent, seven of mantissa
    assert decode(safetensors({"weight": ("BF16", [2, 2], bits.tobytes())})).layers[0].weight.entries() == entries


def test_the_order_is_that_of_the_numbers_wherever_the_tensors_stand():
    layers = [RNG.normal(size=(3, 3)) for _ in range(12)]
    named = {f"net.{number}.weight": layer for number, layer in enumerate(layers)}
    network = Network.from_rows([(layer, None) for layer in layers])
    assert decode(safetensors(named)) == network
    assert decode(safetensors(named, order=list(RNG.permutation(list(named))))) == network


def chain(*widths):
    return [RNG.normal(size=(two, one)) for one, two in pairwise(widths)]


@pytest.mark.parametrize("names", [("hidden", "out"), ("stem", "a", "z"), ("in", "hidden.2", "hidden.10", "out")])
def test_names_without_numbers_where_only_one_order_fits(names):
    layers = chain(2, 5, 5, 5, 3) if len(names) == 4 else chain(2, *range(6, 5 + len(names)), 3)
    named = {f"{name}.weight": layer for name, layer in zip(names, layers, strict=True)}
    assert decode(safetensors(named)) == Network.from_rows([(layer, None) for layer in layers])


@pytest.mark.parametrize(
    ("named", "why"),
    [
        (dict(zip(("in.weight", "mid.weight", "out.weight"), chain(4, 4, 4, 4), strict=True)), "fit in more than one order"),
        (
            dict(zip(("in.weight", "out.weight"), chain(2, 3), strict=False))
            | {"b.weight": chain(7, 2)[0], "c.weight": chain(9, 9)[0]},
            "are in no order",
        ),
        ({f"{letter}.weight": np.ones((1, 1)) for letter in "abcdefghijklmnopqrstuvwxyz"}, "are in no order that is certain"),
    ],
)
def test_an_order_that_is_not_certain_is_refused(named, why, tmp_path):
    check_refused(read_network, tmp_path / "net.safetensors", safetensors(named), "the layers ")
    with pytest.raises(FileFormatError, match=f"have no order by number, and {why}.*; name them by numbers in their order$"):
        decode(safetensors(named))


def test_convolutions_come_before_linear_layers():
    named = {
        "conv1.weight": np.ones((2, 1, 2, 2)),
        "conv2.weight": np.ones((3, 2, 2, 2)),
        "fc1.weight": np.ones((3, 3)),
        "head.weight": np.ones((1, 3)),
    }
    options = ReaderOptions(input_shape=(1, 3, 3), convolutions=((1, 0),))
    assert decode(safetensors(named), options).widths == (8, 3, 3)


def test_kernels_of_flax():
    named = {"Dense_0.kernel": W.T, "Dense_0.bias": B, "Dense_1.kernel": V.T, "Dense_1.bias": C}
    assert decode(safetensors(named)) == NETWORK
    with pytest.raises(FileFormatError, match=r'"Conv_0\.kernel" is a convolution of Keras; export the whole model to ONNX'):
        decode(
            safetensors({"Conv_0.kernel": np.ones((1, 3, 3, 1))}), ReaderOptions(input_shape=(1, 3, 3), convolutions=((1, 0),))
        )


BODY = 4 * (12 + 4 + 8 + 2)
GOOD = {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}


def described(**changes):
    return raw_safetensors(json.dumps({"w": GOOD["w"] | changes}).encode(), bytes(24))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "its header would have 0 bytes, but 0 are there: it is no safetensors file, or it is cut off; save it again"),
        (b"1234567", "its header would have "),
        ((2**63).to_bytes(8, "little") + b"{}", f"its header would have {2**63} bytes, but 2 are there"),
        ((2**64 - 1).to_bytes(8, "little"), f"its header would have {2**64 - 1} bytes, but 0 are there"),
        (safetensors(NAMED)[:50], "its header would have "),
        (
            safetensors(NAMED)[:-1],
            f'tensor "2.weight": its bytes {BODY - 32} to {BODY} are not among the {BODY - 1} of the file',
        ),
        (safetensors(NAMED) + b"\0", f"bytes {BODY} to {BODY + 1} belong to no tensor; save the file again"),
        (raw_safetensors(b" {}", b""), "the header: it does not begin with {: this is no safetensors file; save it again"),
        (raw_safetensors(b"[]", b""), "the header: it does not begin with {"),
        (raw_safetensors(b"", b""), "the header: it does not begin with {"),
        (raw_safetensors(b"{", b""), "the header: line 1, column 2: not JSON"),
        (raw_safetensors(b'{"a": 1, "a": 2}', b""), 'the header: an object has the key "a" twice; keep one'),
        (raw_safetensors(b'{"a": "\xff"}', b""), "the header: line 1: byte 8 of the file is not UTF-8"),
        (raw_safetensors(b'{"a":' + b"[" * 10**5, b""), "it is nested too deeply; flatten it"),
        (raw_safetensors(b"{}", b""), "it holds no tensor; save the weights and biases of linear layers and convolutions"),
        (
            raw_safetensors(b'{"w": 3}', b""),
            'tensor "w": it is not an object; write {"dtype": ..., "shape": ..., "data_offsets"',
        ),
        (raw_safetensors(b'{"w": {"dtype": "F32"}}', b""), 'tensor "w": the key "shape" is missing; add it'),
        (described(other=1), 'tensor "w": unknown key "other"'),
        (
            described(dtype="F8_E4M3"),
            'tensor "w": numbers of type "F8_E4M3" are not supported; store floats or integers of 8 to 64',
        ),
        (described(dtype=["F32"]), 'tensor "w": numbers of type "[\'F32\']" are not supported'),
        (described(dtype="F64"), 'tensor "w": 24 bytes do not fit the shape [2, 3] of type F64; save it again'),
        (described(shape=[2, 4]), 'tensor "w": 24 bytes do not fit the shape [2, 4] of type F32'),
        (described(shape=[10**30, 6]), 'tensor "w": 24 bytes do not fit the shape'),
        (described(shape=[-2, -3]), 'tensor "w": shape is not a list of at most 8 integers, none of them negative'),
        (described(shape=[2.0, 3]), 'tensor "w": shape is not a list of at most 8 integers'),
        (described(shape=[True, 6]), 'tensor "w": shape is not a list of at most 8 integers'),
        (described(shape=[1] * 9), 'tensor "w": shape is not a list of at most 8 integers'),
        (described(shape="23"), 'tensor "w": shape is not a list of at most 8 integers'),
        (described(data_offsets=[0]), 'tensor "w": data_offsets is not a list of 2 integers'),
        (described(data_offsets=[24, 0]), 'tensor "w": its bytes 24 to 0 are not among the 24 of the file'),
        (described(data_offsets=[0, 25]), 'tensor "w": its bytes 0 to 25 are not among the 24 of the file'),
        (described(data_offsets=[0, 20]), "bytes 20 to 24 belong to no tensor"),
        (described(data_offsets=[4, 24]), 'bytes 0 to 4, before tensor "w", belong to none'),
        (described(data_offsets=[-4, 20]), 'tensor "w": data_offsets is not a list of 2 integers, none of them negative'),
        (
            safetensors({"0.weight": W, "1.weight": V[:1]}, **{"1.weight": {"data_offsets": [48, 60]}}),
            "bytes 60 to 64 belong to no",
        ),
        (
            safetensors({"a.weight": W, "b.weight": W}, **{"b.weight": {"data_offsets": [40, 96]}}),
            'the tensors "a.weight" and "b.weight" overlap',
        ),
        (safetensors({"weight": W, "bias": np.zeros(0)}), 'tensor "bias": the shape [0] has no entry; leave it out'),
        (safetensors(NAMED, metadata=[]), "__metadata__: it is no object of texts; correct it"),
        (safetensors(NAMED, metadata={"a": 1}), "__metadata__: it is no object of texts; correct it"),
        (safetensors(NAMED, metadata={"relupoly-metadata": "{"}), "__metadata__: line 1, column 2: not JSON"),
        (safetensors({"weight": np.array([[np.nan]])}), "layer 1: weight[1][1]: nan is not a finite number"),
        (safetensors({"weight": W, "x\x1b[2J": W}), 'unknown array "x\\u001b[2J"; name the arrays'),
    ],
)
def test_files_that_are_refused(data, message, tmp_path):
    check_refused(read_network, tmp_path / "net.safetensors", data, message)


def test_numbers_take_more_memory_than_bytes(tmp_path):
    data = safetensors({"weight": np.ones((1, 4000), dtype="u1")})
    with size_limit(10**4):
        check_refused(
            read_network, tmp_path / "net.safetensors", data, 'tensor "weight": as numbers, it takes more than 10000 bytes'
        )


@given(st.data())
def test_any_change_is_read_or_refused(data):
    good = safetensors({"weight": np.ones((1, 2), dtype="f4")}, metadata={"a": "b"})
    place = data.draw(st.integers(0, len(good) - 1))
    changed = good[:place] + data.draw(st.binary(max_size=3)) + good[place + data.draw(st.integers(0, 3)) :]
    reads_or_refuses(decode, changed)


# What is written.


def test_single_precision_where_it_suffices_else_double():
    for entry, kind in ((0.5, b'"F32"'), (0.1, b'"F64"')):
        network = Network.from_rows([([[entry, 1]], [0.25])])
        assert kind in encode(network)
        assert decode(encode(network)) == network


def test_numbers_are_aligned_and_metadata_are_kept():
    for text in ("", "a", "ab", "abc", "\u202e\ud800"):
        network = Network(NETWORK.layers, {"name": text})
        data = encode(network)
        assert int.from_bytes(data[:8], "little") % 8 == 0
        assert decode(data).metadata == {"name": text}
    assert b"__metadata__" not in encode(NETWORK)


def test_rounding_needs_leave(tmp_path):
    with pytest.raises(RoundingError, match=r"net\.safetensors: 1 of the 2 weights and biases would be rounded"):
        write_network(Network.from_rows([([["1/3"]], None)]), tmp_path / "net.safetensors")


def test_linear_neurons_are_refused_or_expanded(tmp_path):
    first, last = NETWORK.layers
    network = Network((Layer(first.weight, first.bias, (1,)), last))
    with pytest.raises(FileFormatError, match=r"layer 1: neuron 2 is linear, and \.safetensors files know ReLU alone"):
        write_network(network, tmp_path / "net.safetensors")
    write_network(network, tmp_path / "net.safetensors", expand=True)
    assert read_network(tmp_path / "net.safetensors").widths == (5,)


def test_the_package_reads_what_is_written_and_writes_what_is_read():
    package = pytest.importorskip("safetensors.numpy", reason="the package safetensors is not installed")
    found = package.load(encode(NETWORK))
    assert {name: array.tolist() for name, array in found.items()} == {name: array.tolist() for name, array in NAMED.items()}
    assert decode(package.save(NAMED, {"format": "np"})) == NETWORK
