"""The native file: what its numbers mean, and what is refused where."""

import json

import pytest
from flint import fmpq

from relupoly.errors import InputError
from relupoly.files import read_network
from relupoly.files.json_network import decode, encode
from relupoly.networks.network import Network


def document(*layers, **extra):
    return json.dumps({"format": "relupoly-network", "version": 1, "layers": list(layers), **extra}).encode()


def single(entry: str) -> bytes:
    return b'{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[%s]]}]}' % entry.encode()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", fmpq(0x1999999999999A, 2**56)),
        ('"0.1"', fmpq(1, 10)),
        ('"1/3"', fmpq(1, 3)),
        ('" -6/4 "', fmpq(-3, 2)),
        ("-0.0", fmpq(0)),
        ("1e2", fmpq(100)),
        ("9007199254740993", fmpq(2**53 + 1)),
        ("1e23", fmpq(int(1e23))),
        ("1" + "0" * 400, fmpq(10**400)),
        ('"1e-400"', fmpq(1, 10**400)),
    ],
)
def test_what_an_entry_means(text, value):
    assert decode(single(text)).layers[0].weight[0, 0] == value
    assert decode(encode(decode(single(text)))).layers[0].weight[0, 0] == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**53, "9007199254740992"),
        (2**53 + 1, '"9007199254740993"'),
        (2**60, "1.152921504606847e+18"),
        (0.1, "0.1"),
        ("0.1", '"1/10"'),
        (-3, "-3"),
        (5e-324, "5e-324"),
        (10**400, '"1' + "0" * 400 + '"'),
    ],
)
def test_how_an_entry_is_written(value, text):
    assert f"[{text}]]" in encode(Network.from_rows([([[value]], None)])).decode()


def test_a_bias_may_be_left_out():
    assert decode(document({"weight": [[1, 2]]})).layers[0].bias.entries() == [0]


def test_metadata_is_kept():
    metadata = {"family": "x", "claims": {"pieces": "12345678901234567890"}, "é": [None, True, 0.1]}
    network = decode(document({"weight": [[1]]}, metadata=metadata))
    assert network.metadata == metadata
    assert decode(encode(network)).metadata == metadata


def test_a_byte_order_mark_is_no_error():
    assert decode(b"\xef\xbb\xbf" + document({"weight": [[1]]})).input_dim == 1


REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n", "empty"),
    "not JSON": (b'{"format": 1,\n oops}', "line 2, column 2: not JSON"),
    "cut off": (document({"weight": [[1]]})[:-4], ": not JSON: "),
    "not UTF-8": (b'{\n"\xff": 1}', "line 2: byte 4 of the file is not UTF-8"),
    "UTF-16": (document({"weight": [[1]]}).decode().encode("utf-16"), "not UTF-8"),
    "a list": (b"[1, 2]", 'not an object; write {"format": ..., "version": ..., "layers": ...}'),
    "another format": (
        b'{"format": "x", "version": 1, "layers": []}',
        '"format" is "x"; a network file has "relupoly-network"',
    ),
    "format is a number": (b'{"format": 7, "version": 1, "layers": []}', '"format" is no text'),
    "version 2": (
        b'{"format": "relupoly-network", "version": 2, "layers": []}',
        '"version" is "2"; this program reads version 1',
    ),
    "version true": (b'{"format": "relupoly-network", "version": true, "layers": []}', '"version" is "True"'),
    "version 1.0": (b'{"format": "relupoly-network", "version": 1.0, "layers": []}', '"version" is "1.0"'),
    "no version": (b'{"format": "relupoly-network", "layers": []}', 'the key "version" is missing'),
    "misspelt key": (document({"weight": [[1]], "biases": [0]}), 'layer 1: unknown key "biases"; did you mean "bias"?'),
    "unknown key": (document({"weight": [[1]]}, zzz=1), 'unknown key "zzz"; known keys are "format", "version", "layers"'),
    "a key twice": (b'{"format": "relupoly-network", "format": "relupoly-network"}', 'the key "format" twice'),
    "layers an object": (b'{"format": "relupoly-network", "version": 1, "layers": {}}', '"layers" is not a list'),
    "no layers": (document(), "the network has no layer"),
    "layer a list": (document([[1]]), "layer 1: it is not an object"),
    "no weight": (document({"weight": [[1]]}, {"bias": [1]}), 'layer 2: the key "weight" is missing'),
    "weight a number": (document({"weight": 1}), "layer 1: weight is not a list of rows"),
    "weight a text": (document({"weight": "12"}), "layer 1: weight is not a list of rows"),
    "row a number": (document({"weight": [[1], 2]}), "layer 1: row 2 of weight is not a list of numbers"),
    "bias null": (document({"weight": [[1]], "bias": None}), "layer 1: bias is not a list of numbers; leave it out"),
    "bias a number": (document({"weight": [[1]], "bias": 3}), "layer 1: bias is not a list of numbers"),
    "widths do not chain": (
        document({"weight": [[1], [2]]}, {"weight": [[1, 2, 3]]}),
        "layer 2: weight has 3 columns, but layer 1 has 2 outputs",
    ),
    "ragged": (document({"weight": [[1, 2], [3]]}), "layer 1: row 2 of weight has 1 entries, but row 1 has 2"),
    "short bias": (document({"weight": [[1], [2]], "bias": [0]}), "layer 1: bias has 1 entries, but weight has 2 rows"),
    "empty layer": (document({"weight": [[1]]}, {"weight": []}), "layer 2: it is empty"),
    "no input": (document({"weight": [[], []]}), "layer 1: the network has no input"),
    "NaN": (document({"weight": [[1]]}, {"weight": [[float("nan")]]}), "layer 2: weight[1][1]: nan is not a finite number"),
    "Infinity": (document({"weight": [[1], [2]], "bias": [0, float("-inf")]}), "layer 1: bias[2]: -inf is not a finite number"),
    "1e999": (single("1e999"), "layer 1: weight[1][1]: inf is not a finite number"),
    "true": (single("true"), "layer 1: weight[1][1]: True is not a number"),
    "null": (single("null"), "layer 1: weight[1][1]: None is not a number"),
    "a list as entry": (single("[1]"), "layer 1: weight[1][1]: [1] is not a number"),
    "a word": (single('"one\\nhalf"'), 'layer 1: weight[1][1]: "one half" is not a number'),
    "denominator 0": (single('"1/0"'), 'layer 1: weight[1][1]: "1/0" has the denominator 0'),
    "huge exponent": (single('"1e999999999"'), "has an exponent beyond"),
    "an endless integer": (single("1" * 5000), "an integer has thousands of digits"),
    "deep nesting": (single("[" * 100_000 + "]" * 100_000), "nested too deeply"),
    "deep entry": (single("[" * 900 + "]" * 900), ""),
    "metadata a list": (document({"weight": [[1]]}, metadata=[1]), '"metadata" is not an object'),
    "metadata NaN": (document({"weight": [[1]]}, metadata={"x": float("nan")}), '"metadata" cannot be written as JSON'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    data, message = REFUSED[name]
    path = tmp_path / "net.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_network(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert text.count(str(path)) == 1
    assert "\n" not in text
    assert message in text


def test_metadata_that_json_cannot_hold_is_refused_on_writing():
    for value in (float("inf"), object(), {1, 2}):
        with pytest.raises(InputError, match='"metadata" cannot be written as JSON'):
            encode(Network.from_rows([([[1]], None)], {"x": value}))
