"""Bad input: exit code 3 and one clear line, for every command that reads it; nothing on stdout, no traceback, no hang."""

import json
from importlib.util import find_spec

import numpy as np
import pytest
from command import assert_refused, count, run, save


def network(*layers):
    return json.dumps({"format": "relupoly-network", "version": 1, "layers": list(layers)})


def layer(weight, bias=None):
    return {"weight": weight} | ({} if bias is None else {"bias": bias})


def native(text):
    """A native file whose only layer has this text as its weight: for what json.dumps would not write."""
    return network(layer("@")).replace('"@"', text)


NETWORKS = {
    "not-json.json": ("hello", "line 1, column 1: not JSON"),
    "cut.json": (network(layer([[1]]))[:-1], "not JSON"),
    "empty.json": ("", "the file is empty"),
    "blank.json": (" \n\n", "the file is empty"),
    "garbage.json": (bytes(range(128, 256)), "line 1: byte 1 of the file is not UTF-8"),
    "binary.json": (b"{}\0\n\xff", "not UTF-8"),
    "number.json": ("3", "it is not an object"),
    "other.json": ('{"format": "onnx", "version": 1, "layers": []}', '"format" is "onnx"'),
    "newer.json": ('{"format": "relupoly-network", "version": 3, "layers": []}', "this program reads versions 1 and 2"),
    "no-format.json": ('{"layers": []}', 'the key "format" is missing'),
    "misspelt.json": (network({"wieght": [[1]]}), 'unknown key "wieght"; did you mean "weight"?'),
    "no-layers.json": (network(), "the network has no layer"),
    "layers.json": (network().replace("[]", "{}"), '"layers" is not a list'),
    "layer.json": (network([1, 2]), "layer 1: it is not an object"),
    "chain.json": (
        network(layer([[1, 2], [3, 4]]), layer([[1]]), layer([[1]])),
        "layer 2: weight has 1 columns, but layer 1 has 2 outputs; make them equal",
    ),
    "ragged.json": (
        network(layer([[1]]), layer([[1], [1, 2]])),
        "layer 2: row 2 of weight has 2 entries, but row 1 has 1; give every row the same length",
    ),
    "bias.json": (network(layer([[1, 2]], [1, 2])), "layer 1: bias has 2 entries, but weight has 1 rows"),
    "rows.json": (network(layer([1, 2])), "layer 1: "),
    "nan.json": (native("[[0, NaN]]"), "layer 1: weight[1][2]: nan is not a finite number"),
    "infinity.json": (native("[[Infinity]]"), "layer 1: weight[1][1]: inf is not a finite number"),
    "minus-infinity.json": (native('[[1]], "bias": [-Infinity]'), "layer 1: bias[1]: -inf is not a finite number"),
    "overflow.json": (native("[[1e999]]"), "layer 1: weight[1][1]: inf is not a finite number"),
    "nan-text.json": (network(layer([["nan"]])), 'layer 1: weight[1][1]: "nan" is not a number'),
    "true.json": (native("[[true]]"), "layer 1: weight[1][1]: True is not a number"),
    "null.json": (native("[[null]]"), "layer 1: weight[1][1]: None is not a number"),
    "list.json": (native("[[[]]]"), "layer 1: weight[1][1]: [] is not a number"),
    "division.json": (network(layer([["1/0"]])), "the denominator 0"),
    "huge.json": (network(layer([["1e99999999"]])), 'layer 1: weight[1][1]: "1e99999999" has an exponent beyond'),
    "digits.json": (native("[[" + "9" * 5000 + "]]"), "an integer has thousands of digits"),
    "digits-text.json": (native('[["' + "9" * 200_000 + '"]]'), "a number of 200000 characters is too long"),
    "empty-layer.json": (network(layer([]), layer([[1]])), "layer 1: it is empty; give at least one row of weights"),
    "empty-output.json": (network(layer([[1]]), layer([])), "layer 2: it is empty"),
    "no-input.json": (network(layer([[], []])), "layer 1: the network has no input"),
    "deep.json": ("[" * 100_000, "nested too deeply"),
    "deep-weight.json": (native("[" * 100_000 + "]" * 100_000), "nested too deeply"),
    "twice.json": ('{"format": "relupoly-network", "format": "x"}', 'the key "format" twice'),
    "net.onnx": ("x", "it is no ONNX model, or it is damaged" if find_spec("onnx") else "pip install relupoly[onnx]"),
    "net.pb": ("x", 'unknown suffix ".pb"; known are .json, .npz, .nnet, .onnx'),
    "net.jsn": ("x", 'unknown suffix ".jsn"; did you mean ".json"?'),
    "net": ("x", "it has no suffix that says what it is"),
    "garbage.npz": (bytes(range(256)), "it is not a numpy file"),
    "magic.npz": (b"PK\x03\x04 and no more", "it is not a numpy file, or it is damaged"),
    "empty.npz": ("", "it is not a numpy file"),
    "garbage.nnet": (bytes(range(128, 256)), "not UTF-8"),
    "empty.nnet": ("", "line 1: the file ends before four sizes"),
    "words.nnet": ("hello\n", "line 1: four sizes (layers, inputs, outputs, greatest width): 1 entries, but 4 are needed"),
    "cut.nnet": ("// a net\n2,2,1,5,\n", "line 3: the file ends before the widths of all layers"),
    "sizes.nnet": ("99999999999,1,1,1,\n", "is not a size"),
}

ARCHIVES = {
    "pickled.npz": ({"W1": np.array([[{}]], dtype=object)}, 'the array "W1" is damaged or holds Python objects'),
    "nan.npz": ({"W1": np.array([[1, np.nan]])}, "layer 1: weight[1][2]: nan is not a finite number"),
    "infinity.npz": ({"W1": np.ones((1, 1)), "b1": np.array([np.inf])}, "layer 1: bias[1]: inf is not a finite number"),
    "chain.npz": ({"W1": np.ones((2, 2)), "W2": np.ones((1, 3))}, "layer 2: weight has 3 columns, but layer 1 has 2 outputs"),
    "gap.npz": ({"W1": np.ones((1, 1)), "W3": np.ones((1, 1))}, "the array W2 is missing"),
    "complex.npz": ({"W1": np.array([[1j]])}, "W1 has entries of type complex128"),
    "axes.npz": ({"W1": np.ones(3)}, "W1 has 1 axes; give it 2"),
    "names.npz": ({"x": np.ones(3)}, 'unknown array "x"'),
    "nothing.npz": ({}, "the archive has no array"),
    "no-rows.npz": ({"W1": np.ones((0, 2))}, "layer 1: it is empty"),
    "no-input.npz": ({"W1": np.ones((2, 0))}, "layer 1: the network has no input"),
}

IN_A_PLANE = '{"A": [[1, 0], [-1, 0]], "b": [0, 0]}'
DOMAINS = {
    "dimension.json": ('{"A": [[1, 0, 0]], "b": [0]}', "the domain has dimension 3, but there are 2 inputs; make them equal"),
    "dimension.ine": ("H-representation\nbegin\n1 2 integer\n1 1\nend\n", "the domain has dimension 1, but there are 2 inputs"),
    "dimension.vnnlib": (
        "(declare-const X_0 Real)(assert (<= X_0 1))(assert (>= X_0 0))",
        "the domain has dimension 1, but there are 2 inputs",
    ),
    "fixed.vnnlib": (
        "(declare-const X_0 Real)(assert (<= X_0 1))(assert (>= X_0 1))",
        "every input is held fixed, so the domain is one point",
    ),
    "empty.json": ('{"A": [[1, 0], [-1, 0]], "b": [0, -1]}', "the domain is empty"),
    "never.json": ('{"A": [[0, 0]], "b": [-1]}', "the domain is empty"),
    "empty.ine": ("H-representation\nbegin\n2 3 rational\n0 1 0\n-1 -1 0\nend\n", "the domain is empty"),
    "empty.vnnlib": (
        "(declare-const X_0 Real)(assert (<= X_0 1))(assert (>= X_0 2))",
        "so the domain is empty; swap the bounds",
    ),
    "plane.json": (IN_A_PLANE, "the domain has no interior"),
    "point.json": ('{"A": [[1, 0], [0, 1], [-1, -1]], "b": [0, 0, 0]}', "the domain has no interior"),
    "network.json": (network(layer([[1, 2]])), 'it is a network; here write {"A": ..., "b": ...}'),
    "part.json": ('{"format": "relupoly-part"}', 'it is a part of a count; here write {"A": ..., "b": ...}'),
    "format.json": ('{"format": "of my own"}', 'unknown key "format"; known keys are "A", "b", "C", "d"'),
    "no-rows.json": ('{"A": [], "b": []}', "A has no row"),
    "ragged.json": ('{"A": [[1, 0], [1]], "b": [0, 0]}', "row 2 of A has 1 entries, but row 1 has 2"),
    "bounds.json": ('{"A": [[1, 0]], "b": [0, 0]}', "b has 2 entries, but A has 1 rows"),
    "no-b.json": ('{"A": [[1, 0]]}', 'the key "b" is missing'),
    "nan.json": ('{"A": [[NaN, 0]], "b": [0]}', "nan is not a finite number"),
    "infinity.json": ('{"A": [[1, 0]], "b": [Infinity]}', "b[1]: inf is not a finite number"),
    "huge.json": ('{"A": [[1, 0]], "b": [1e99999999]}', 'b[1]: "1e99999999" has an exponent beyond'),
    "not-json.json": ("A x <= b", "line 1, column 1: not JSON"),
    "empty-file.ine": ("", "there are 0 lines that say begin"),
    "words.vnnlib": ("hello", 'line 1: "hello" is not understood'),
    "deep.vnnlib": ("(" * 100_000, "deep.vnnlib: "),
    "generators.ine": ("V-representation\nbegin\n1 3 integer\n1 0 0\nend\n", "it lists vertices and rays"),
    "half.txt": ("", 'unknown suffix ".txt"; did you mean ".ext"? Known are .json, .ine, .ext, .vnnlib'),
}

BOXES = {
    ("1", "0"): "coordinate 1 of the box: lo = 1 > hi = 0; swap them",
    ("0,1", "1,0"): "coordinate 2 of the box: lo = 1 > hi = 0; swap them",
    ("0", "0"): "coordinate 1 of the box: lo = hi = 0, so the box has no interior",
    ("0,1/3", "1,1/3"): "coordinate 2 of the box: lo = hi = 1/3, so the box has no interior",
    ("0,0,0", "1"): "LO has 3 numbers, but there are 2 inputs; give 1 number, or 2",
    ("0", "1,1,1"): "HI has 3 numbers, but there are 2 inputs; give 1 number, or 2",
    ("a", "1"): '"a" is not a number; write an integer, a decimal or a fraction "p/q"',
    ("nan", "1"): '"nan" is not a number',
    ("-inf", "inf"): '"-inf" is not a number',
    ("0", "1e99999999"): '"1e99999999" has an exponent beyond',
    ("", "1"): '"" is not a number',
    ("0,", "1"): '"" is not a number',
    ("0 0", "1"): '"0 0" is not a number',
    ("1/0", "1"): "the denominator 0",
    ("0", "0x1p3"): '"0x1p3" is not a number',
}

POINTS = {
    "network.json": (network(layer([[1, 2]])), 'it is a network; here write {"points": ...}'),
    "same.csv": ("1,2\n1,2\n", "2 points span only dimension 0; give affinely independent points"),
    "line.csv": ("0,0\n1,1\n2,2\n", "3 points span only dimension 1"),
    "many.csv": ("0,0\n1,0\n0,1\n1,1\n", "4 points span only dimension 2"),
    "single.csv": ("1,2\n", "a single point spans no subspace; give at least two points"),
    "empty.csv": ("", "no point is given"),
    "header.csv": ("x,y\n", "no point is given"),
    "dimension.csv": ("1,2,3\n2,3,4\n", "the points of the subspace have dimension 3, but there are 2 inputs"),
    "ragged.csv": ("1,2\n3\n", "point 2 has 1 coordinates, but point 1 has 2"),
    "nan.csv": ("1,nan\n2,3\n", 'line 1, column 2: "nan" is not a number'),
    "words.csv": ("1,2\n2,three\n", 'line 2, column 2: "three" is not a number'),
    "garbage.csv": (bytes(range(128, 256)), "not UTF-8"),
    "key.json": ('{"p": []}', 'unknown key "p"'),
    "words.json": ('[["a", 1], [2, 3]]', 'row 1, column 1: "a" is not a number'),
    "garbage.npy": (b"garbage", "it is not a numpy file"),
    "points.xls": ("", 'unknown suffix ".xls"; known are .csv, .tsv, .txt, .dat, .json, .npy'),
}


@pytest.fixture
def net(tmp_path):
    """A good network with two inputs."""
    return save(tmp_path / "good.json", ([[1, 2], [2, 1]], None), ([[1, 1]], None))


def put(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", NETWORKS)
def test_networks(tmp_path, name):
    content, message = NETWORKS[name]
    file = put(tmp_path / name, content)
    assert_refused(count(file), f"Error: {file}: ", message)
    assert_refused(run("info", file), f"Error: {file}: ", message)
    assert_refused(run("convert", file, tmp_path / "out.json"), f"Error: {file}: ", message)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(tmp_path, name):
    arrays, message = ARCHIVES[name]
    np.savez(tmp_path / name, **arrays)
    assert_refused(count(tmp_path / name), f"Error: {tmp_path / name}: ", message)


def test_damaged_archives(tmp_path):
    np.savez(tmp_path / "good.npz", W1=np.ones((20, 20)), W2=np.ones((1, 20)))
    data = (tmp_path / "good.npz").read_bytes()
    assert count(tmp_path / "good.npz").exit_code == 0
    for number in range(1, 10):
        cut = put(tmp_path / "cut.npz", data[: len(data) * number // 10])
        assert_refused(count(cut), "cut.npz: it is not a numpy file, or it is damaged")
    changed = put(tmp_path / "changed.npz", data[:300] + bytes(50) + data[350:])
    assert_refused(count(changed), 'changed.npz: the array "W1" is damaged')


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.json", "there is no such file"),
        ("no/folder/net.json", "there is no such file"),
        ("folder.json", "it is a directory; give a file"),
        ("two\nlines.json", "there is no such file"),
        ("good.json/net.json", "it cannot be read (Not a directory)"),
        ("x" * 300 + ".json", "it cannot be read (File name too long)"),
    ],
)
def test_paths(net, tmp_path, name, message):
    (tmp_path / "folder.json").mkdir()
    # A folder may hold networks; this one has none.
    assert_refused(count(tmp_path / name), "there is no network in this folder" if name == "folder.json" else message)
    assert_refused(count(net, "--domain", tmp_path / name), message)
    assert_refused(count(net, "--through", tmp_path / name), message)


def test_a_path_without_a_name():
    assert_refused(count(""), "Error: '': ")


@pytest.mark.parametrize("name", DOMAINS)
def test_domains(net, tmp_path, name):
    content, message = DOMAINS[name]
    file = put(tmp_path / name, content)
    assert_refused(count(net, "--domain", file), f"Error: {file}: ", message)
    assert_refused(run("info", net, "--domain", file), f"Error: {file}: ", message)


@pytest.mark.parametrize("bounds", BOXES, ids=" ".join)
def test_boxes(net, bounds):
    assert_refused(count(net, "--box", *bounds), "Error: --box: ", BOXES[bounds])


@pytest.mark.parametrize("name", POINTS)
def test_points(net, tmp_path, name):
    content, message = POINTS[name]
    file = put(tmp_path / name, content)
    assert_refused(count(net, "--through", file), f"Error: {file}: ", message)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array([{}, {}]), "holds Python objects"),
        (np.ones(3), "the array has 1 axes; give it 2"),
        (np.array([[0, np.nan], [1, 2]]), "row 1, column 2: nan is not a finite number"),
        (np.array([["a", "b"]]), "entries of type <U1"),
    ],
)
def test_arrays_of_points(net, tmp_path, array, message):
    np.save(tmp_path / "points.npy", array)
    assert_refused(count(net, "--through", tmp_path / "points.npy"), "points.npy: ", message)


def test_domains_on_the_parameters_of_a_subspace(net, tmp_path):
    line = put(tmp_path / "line.csv", "0,0\n1,1\n")
    assert_refused(
        count(net, "--through", line, "--box", "0,0", "1"), "--box: LO has 2 numbers, but there is 1 parameter; give 1 number"
    )
    assert_refused(count(net, "--through", line, "--box", "1", "0"), "--box: coordinate 1 of the box: lo = 1 > hi = 0")
    wide = put(tmp_path / "wide.json", '{"A": [[1, 0, 0]], "b": [0]}')
    assert_refused(count(net, "--through", line, "--domain", wide), "the domain has dimension 3, but there is 1 parameter")
    fixed = put(tmp_path / "fixed.vnnlib", "(declare-const X_0 Real)(declare-const X_1 Real)(assert (= X_0 1))")
    assert_refused(count(net, "--through", line, "--domain", fixed), "fixed.vnnlib: ")


def test_options_that_do_not_fit(net):
    assert_refused(count(net, "--format", "jsn"), 'unknown format "jsn"; did you mean "json"?')
    assert_refused(count(net, "--normalize"), "json files have no normalisation to fold in")


@pytest.mark.parametrize(
    ("data", "message"), [("", "the file is empty"), (b"\0\xff", "not UTF-8"), ("[" * 9999, "standard input: ")]
)
def test_standard_input(data, message):
    assert_refused(count("-", stdin=data), "Error: standard input: ", message)
