"""The native file: what its numbers mean, and what is refused where."""

import json

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from oracles.strategies import linear_nets

from relupoly.errors import InputError
from relupoly.exact.sparse import SparseMatrix
from relupoly.files import read_network
from relupoly.files.json_network import decode, encode
from relupoly.networks.network import Layer, Network


def document(*layers, **extra):
    return json.dumps({"format": "relupoly-network", "version": 1, "layers": list(layers), **extra}).encode()


def single(entry: str) -> bytes:
    return b'{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[%s]]}]}' % entry.encode()


def second(*layers):
    return json.dumps({"format": "relupoly-network", "version": 2, "layers": list(layers)}).encode()


def sparse(shape, *rows):
    return {"weight": {"shape": shape, "rows": list(rows)}}


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
    "version 3": (
        b'{"format": "relupoly-network", "version": 3, "layers": []}',
        '"version" is "3"; this program reads versions 1 and 2',
    ),
    "linear in version 1": (
        document({"weight": [[1]], "linear": [0]}, {"weight": [[1]]}),
        'layer 1: files with linear neurons have "version": 2',
    ),
    "sparse in version 1": (
        document(sparse([1, 1], [0, 1])),
        'layer 1: weight is not a list of rows; files with sparse weights have "version": 2',
    ),
    "linear null": (
        second({"weight": [[1]], "linear": None}, {"weight": [[1]]}),
        "layer 1: linear is not a list of whole numbers",
    ),
    "linear a number": (
        second({"weight": [[1]], "linear": 0}, {"weight": [[1]]}),
        "layer 1: linear is not a list of whole numbers",
    ),
    "linear true": (
        second({"weight": [[1], [2]], "linear": [True]}, {"weight": [[1, 1]]}),
        "layer 1: linear is not a list of whole numbers",
    ),
    "linear beyond": (
        second({"weight": [[1]], "linear": [1]}, {"weight": [[1]]}),
        "layer 1: linear neurons are named by their numbers from 0 to 0",
    ),
    "linear negative": (
        second({"weight": [[1]], "linear": [-1]}, {"weight": [[1]]}),
        "layer 1: linear neurons are named by their numbers",
    ),
    "linear twice": (second({"weight": [[1]], "linear": [0, 0]}, {"weight": [[1]]}), "ascending, each once"),
    "linear descending": (second({"weight": [[1], [1]], "linear": [1, 0]}, {"weight": [[1, 1]]}), "ascending, each once"),
    "linear in the last layer": (
        second({"weight": [[1]]}, {"weight": [[1]], "linear": [0]}),
        "layer 2: no ReLU follows the last layer",
    ),
    "shape missing": (second({"weight": {"rows": [[]]}}), 'layer 1: weight: the key "shape" is missing'),
    "rows missing": (second({"weight": {"shape": [1, 1]}}), 'layer 1: weight: the key "rows" is missing'),
    "misspelt rows": (
        second({"weight": {"shape": [1, 1], "row": [[]]}}),
        'layer 1: weight: unknown key "row"; did you mean "rows"?',
    ),
    "shape a number": (
        second(sparse(1, [0, 1])),
        "layer 1: weight: shape is not a list of two whole numbers; write [rows, columns]",
    ),
    "shape of one": (second(sparse([1], [0, 1])), "layer 1: weight: shape is not a list of two whole numbers"),
    "shape of texts": (second(sparse(["1", "1"], [0, 1])), "layer 1: weight: shape is not a list of two whole numbers"),
    "shape negative": (second(sparse([1, -1], [])), "layer 1: weight: shape is not a list of two whole numbers"),
    "shape true": (second(sparse([True, 1], [])), "layer 1: weight: shape is not a list of two whole numbers"),
    "rows a number": (
        second({"weight": {"shape": [1, 1], "rows": 3}}),
        "layer 1: weight: rows is not a list; write [[column, entry,",
    ),
    "too few rows": (second(sparse([2, 1], [0, 1])), "layer 1: weight: there are 1 rows, but shape says 2; make them equal"),
    "huge shape": (
        second(sparse([10**300, 1], [0, 1])),
        "layer 1: weight: there are 1 rows, but shape says a number of 997 bits",
    ),
    "endless columns": (second(sparse([1, 10**12], [0, 1])), "one row of the weight of layer 1 takes more than 64 MiB"),
    "row a text": (
        second(sparse([2, 1], [0, 1], "ab")),
        "layer 1: row 2 of weight is not a list of pairs; write [column, entry,",
    ),
    "odd row": (second(sparse([1, 2], [0, 1, 1])), "layer 1: row 1 of weight is not a list of pairs"),
    "column beyond": (
        second(sparse([1, 2], [0, 1, 2, 1])),
        "layer 1: row 1 of weight: 2 is no column; columns are whole numbers from 0 to 1",
    ),
    "column negative": (second(sparse([1, 2], [-1, 1])), "layer 1: row 1 of weight: -1 is no column"),
    "column a text": (second(sparse([1, 2], ["0", 1])), 'layer 1: row 1 of weight: "0" is no column'),
    "column 0.0": (second(sparse([1, 2], [0.0, 1])), 'layer 1: row 1 of weight: "0.0" is no column'),
    "column true": (second(sparse([1, 2], [True, 1])), 'layer 1: row 1 of weight: "True" is no column'),
    "columns descending": (
        second(sparse([1, 2], [1, 1, 0, 1])),
        "layer 1: row 1 of weight: column 0 stands after column 1; let columns ascend",
    ),
    "a column twice": (
        second(sparse([1, 2], [1, 1, 1, 1])),
        "layer 1: row 1 of weight: column 1 stands after column 1; let columns ascend, each once",
    ),
    "a zero": (second(sparse([1, 2], [1, "0/3"])), "layer 1: row 1 of weight: column 1: the entry is 0; leave zeros out"),
    "a sparse word": (second(sparse([1, 2], [1, "x"])), 'layer 1: row 1 of weight: column 1: "x" is not a number'),
    "a sparse NaN": (
        second(sparse([1, 2], [1, float("nan")])),
        "layer 1: row 1 of weight: column 1: nan is not a finite number",
    ),
    "sparse without rows": (second({"weight": {"shape": [0, 1], "rows": []}}), "layer 1: it is empty"),
    "sparse without columns": (second({"weight": {"shape": [1, 0], "rows": [[]]}}), "layer 1: the network has no input"),
    "sparse that does not chain": (
        second({"weight": [[1]]}, sparse([1, 2], [0, 1])),
        "layer 2: weight has 2 columns, but layer 1 has 1 outputs",
    ),
    "sparse with a short bias": (
        second({**sparse([1, 2], [0, 1]), "bias": []}),
        "layer 1: bias has 0 entries, but weight has 1 rows",
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


VERSION_2 = """\
{"format": "relupoly-network", "version": 2,
 "layers": [
  {"weight": {"shape": [3, 2], "rows": [
    [1, "1/3"],
    [],
    [0, -2, 1, 0.5]]},
   "bias": [0, 1, "1/7"],
   "linear": [0, 2]},
  {"weight": [
    [1, 0, 2]],
   "bias": [0]}],
 "metadata": {"name": "small"}}
"""


def test_linear_neurons_and_sparse_weights():
    network = decode(VERSION_2.encode())
    first = SparseMatrix.from_dense(fmpq_mat([[0, fmpq(1, 3)], [0, 0], [-2, fmpq(1, 2)]]))
    assert network == Network(
        (
            Layer(first, fmpq_mat([[0], [1], [fmpq(1, 7)]]), linear=(0, 2)),
            Layer(fmpq_mat([[1, 0, 2]]), fmpq_mat([[0]])),
        )
    )
    assert isinstance(network.layers[0].weight, SparseMatrix)
    assert isinstance(network.layers[1].weight, fmpq_mat)
    assert encode(network).decode() == VERSION_2


def test_version_2_may_leave_both_out():
    data = document({"weight": [[1]], "bias": [2]}, {"weight": [[3]]})
    network = decode(data.replace(b'"version": 1', b'"version": 2'))
    assert network == decode(data)
    assert b'"version": 1' in encode(network)
    assert decode(second({"weight": [[1]], "linear": []}, {"weight": [[1]]})).layers[0].linear == ()


def test_linear_neurons_with_dense_weights():
    network = decode(second({"weight": [[1], [2]], "linear": [1]}, {"weight": [[3, 4]]}))
    assert network.relus == (1,)
    assert decode(encode(network)) == network


@given(linear_nets(sparse=True))
def test_round_trips(network):
    again = decode(encode(network))
    assert again == network
    kinds = [[type(layer.weight) for layer in net.layers] for net in (again, network)]
    assert kinds[0] == kinds[1]
    needed = any(layer.linear or isinstance(layer.weight, SparseMatrix) for layer in network.layers)
    assert json.loads(encode(network))["version"] == 1 + needed


def test_wide_sparse_layers_take_no_more_than_their_entries():
    size = 2_000_000
    data = second(sparse([1, size], [0, 1, size - 1, 2]))
    assert decode(data).layers[0].weight.count == 2
    assert len(encode(decode(data))) < 200
