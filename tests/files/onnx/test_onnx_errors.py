"""Models that cannot be read, or whose function is not piecewise linear: one line that names the node, and nothing else."""

import builtins
import random

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the package onnx is not installed")
import onnx
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper
from oracles import onnx_graphs
from oracles.onnx_graphs import floats, model, single

from relupoly.disk.sizes import size_limit
from relupoly.errors import FileFormatError, InputError, MissingPackageError
from relupoly.files.onnx.model import decode
from relupoly.networks.network import Network

MATRIX = np.ones((2, 2), dtype=np.float32)
NAMED = 'node "the node" ({}): '


def with_constant(**tensor):
    """A model that adds a constant of two numbers."""
    proto = single("Add", [2])
    proto.graph.node[0].input.append("c")
    proto.graph.initializer.append(onnx.TensorProto(name="c", **{"dims": [2], "data_type": 1, **tensor}))
    return proto


def with_input(kind, shape):
    proto = single("Relu", [2])
    proto.graph.input[0].CopyFrom(floats("x", shape, kind))
    return proto


def of_nodes(*nodes, opset=17):
    return model([helper.make_node(*node) for node in nodes], [floats("x", [2])], [floats("y", [2])], opset=opset)


def changed(change):
    proto = single("Relu", [2])
    change(proto)
    return proto


def several(values):
    return np.array(values)


MODELS = {
    "an operator that nobody knows": (single("Strange", [2]), NAMED.format("Strange") + "the operator is not supported"),
    "an operator of another domain": (
        single("Relu", [2], domain="com.microsoft"),
        NAMED.format("Relu") + 'the operator of "com.microsoft" is not supported',
    ),
    "a function that bends everywhere": (single("Exp", [2]), NAMED.format("Exp") + "its function is not piecewise linear; "),
    "a product of inputs": (of_nodes(("Mul", ["x", "x"], ["y"])), "node 1 (Mul): both factors depend on the input of the net"),
    "a matrix product of inputs": (of_nodes(("MatMul", ["x", "x"], ["y"])), "node 1 (MatMul): both factors depend"),
    "a quotient of inputs": (of_nodes(("Div", ["x", "x"], ["y"])), "node 1 (Div): the divisor depends on the input of the net"),
    "a division by 0": (single("Div", [2], [np.float32([1, 0])]), NAMED.format("Div") + "it divides by 0"),
    "weights that depend on the input": (
        model([helper.make_node("Conv", ["x", "x"], ["y"])], [floats("x", [1, 1, 2])], [floats("y", None)]),
        "node 1 (Conv): input 2 depends on the input of the net; here it must be a constant",
    ),
    "a missing initializer": (
        of_nodes(("Add", ["x", "W"], ["y"])),
        'node 1 (Add) needs "W", which nothing gives; add the node or the initializer',
    ),
    "a missing output": (of_nodes(("Relu", ["x"], ["z"])), 'the output needs "y", which nothing gives'),
    "a cycle": (
        of_nodes(("Add", ["x", "z"], ["y"]), ("Relu", ["y"], ["z"])),
        "node 1 (Add) needs what it gives: a cycle; cut it",
    ),
    "a name given twice": (
        of_nodes(("Relu", ["x"], ["y"]), ("Neg", ["x"], ["y"])),
        'node 2 (Neg) gives "y", which is given elsewhere',
    ),
    "no output": (changed(lambda proto: proto.graph.ClearField("output")), "it has no output; choose one"),
    "no input": (
        changed(lambda proto: proto.graph.ClearField("input")),
        'node "the node" (Relu) needs "x", which nothing gives',
    ),
    "an opset of the future": (
        single("Relu", [2], opset=99),
        "it uses version 99 of the ONNX operators; export it for a version",
    ),
    "an opset of no time": (single("Relu", [2], opset=0), "it uses version 0 of the ONNX operators"),
    "integers as input": (with_input(7, [2]), 'the input "x": its entries are INT64; a network\'s input consists of floats'),
    "texts as input": (with_input(8, [2]), 'the input "x": its entries are STRING'),
    "an input without a shape": (with_input(1, None), 'the input "x": it has no shape; give its axes a length'),
    "an axis without a length": (
        with_input(1, [1, "C"]),
        'the input "x": the length of axis 1 is "C", which is no positive number',
    ),
    "a negative length": (with_input(1, [1, -3]), 'the input "x": the length of axis 1 is -3, which is no positive number'),
    "an enormous input": (
        with_input(1, [1, 2**40]),
        'the input "x": a tensor of shape [1, 1099511627776] takes more than 64 MiB',
    ),
    "texts as weights": (with_constant(data_type=8), "numbers of type STRING are not supported"),
    "complex weights": (with_constant(data_type=14), "numbers of type COMPLEX64 are not supported"),
    "weights of a type that is none": (with_constant(data_type=1000), "numbers of type number 1000 are not supported"),
    "too few numbers": (with_constant(float_data=[1]), 'tensor "c": it has 1 numbers, but the shape [2] has 2'),
    "half a number": (with_constant(raw_data=b"12345"), 'tensor "c": its 5 bytes are no whole number of entries of type FLOAT'),
    "negative dims": (with_constant(dims=[-2], float_data=[1, 2]), "its shape [-2] has a negative length"),
    "enormous dims": (with_constant(dims=[2**62, 8], float_data=[1, 2]), "it has 2 numbers, but the shape"),
    "a number that is none": (with_constant(float_data=[1, float("nan")]), "input 2 holds a number that is not finite"),
    "an infinite number": (with_constant(float_data=[1, float("inf")]), "input 2 holds a number that is not finite"),
    "a reshape that does not fit": (
        single("Reshape", [2, 3], [several([4, 2])]),
        NAMED.format("Reshape") + "a tensor of shape [2, 3] has 6 entries, which do not fit the shape [4, 2]",
    ),
    "a reshape to two unknown lengths": (single("Reshape", [2], [several([-1, -1])]), "[-1, -1] is no shape"),
    "a reshape by the input": (of_nodes(("Reshape", ["x", "x"], ["y"])), "shape (input 2) is no constant list of integers"),
    "factors that do not fit": (
        single("MatMul", [3], [MATRIX]),
        NAMED.format("MatMul") + "inputs of the shapes [3], [2, 2] do not fit",
    ),
    "summands that do not fit": (single("Add", [3], [np.float32([1, 2])]), "inputs of the shapes [3], [2] do not fit it"),
    "a Gemm of vectors": (single("Gemm", [2], [MATRIX]), NAMED.format("Gemm") + "A and B have 1 and 2 axes; give each two"),
    "channels that do not fit": (
        single("Conv", [1, 2, 4], [np.ones((1, 3, 2), np.float32)]),
        "2 channels do not fit weights of shape [1, 3, 2] in 1 groups",
    ),
    "a kernel that does not fit": (
        single("Conv", [1, 1, 4], [np.ones((1, 1, 2), np.float32)], kernel_shape=[3]),
        "kernel_shape does not fit weights of shape [1, 1, 2]",
    ),
    "strides of 0": (single("MaxPool", [1, 1, 4], kernel_shape=[2], strides=[0]), "strides is [0]; give 1 integers, 1 or more"),
    "a window of padding": (
        single("MaxPool", [1, 1, 4], kernel_shape=[1], pads=[1, 0]),
        "a window sees nothing but padding",
    ),
    "an enormous padding": (
        single("Pad", [2], [several([2**40, 0])]),
        NAMED.format("Pad") + "a tensor of shape [1099511627778] takes",
    ),
    "an enormous expansion": (
        single("Expand", [1], [several([2**20, 2**20])]),
        "a tensor of shape [1048576, 1048576] takes more",
    ),
    "an enormous tile": (single("Tile", [2], [several([2**40])]), "takes more than 64 MiB"),
    "an enormous product": (
        single("Add", [2**12, 1], [np.ones((1, 2**12), np.float32)]),
        "a tensor of shape [4096, 4096] takes more than 64 MiB",
    ),
    "an enormous convolution": (
        single("Conv", [1, 1, 2**12, 2**10], [np.ones((1, 1, 2, 2), np.float32)]),
        "takes more than 64 MiB",
    ),
    "an index that is not there": (single("Gather", [2], [several([2])]), "an index is outside of axis 0, whose length is 2"),
    "an axis that is not there": (single("Transpose", [2], perm=[1]), "perm is [1]; give each of the axes 0 to 0 once"),
    "an axis twice": (single("ReduceSum", [2, 3], [several([0, -2])]), "the axes [0, -2] name one twice"),
    "a step of 0": (single("Slice", [2], [several([entry]) for entry in (0, 2, 0, 0)]), "or a step is 0"),
    "an attribute of another kind": (
        single("Flatten", [2], axis="first"),
        NAMED.format("Flatten") + "axis is no integer; give one",
    ),
    "an attribute that is a graph": (
        single("Relu", [2], body=helper.make_graph([], "g", [], [])),
        'the attribute "body" is of a kind that is not supported',
    ),
    "no input of a node": (of_nodes(("Relu", [], ["y"])), "node 1 (Relu): input 1 is missing; give it"),
    "a second output": (
        of_nodes(("Dropout", ["x"], ["h", "mask"]), ("Add", ["h", "mask"], ["y"])),
        'node 1 (Dropout): only its first output is supported, but "mask" is read, too',
    ),
    "training": (single("Dropout", [2], [np.float32(0.5), np.array(True)]), "it drops entries at random (training_mode)"),
    "statistics of a batch before opset 14": (
        single("BatchNormalization", [1, 1], [np.ones(1, np.float32)] * 4, 9, outputs=5),
        "it normalises by its own input (training_mode)",
    ),
    "a bound that is none": (single("Clip", [2], [np.float32("nan")]), "min is nan; give a number, or leave it out"),
    "a lower bound above all numbers": (single("Clip", [2], [np.float32("inf")]), "min is inf; give a number, or leave it out"),
    "an initializer twice": (
        changed(lambda proto: proto.graph.initializer.extend([onnx.TensorProto(name="c", dims=[0], data_type=1)] * 2)),
        'the initializer "c" is there twice; keep one',
    ),
    "a constant that is a root": (
        model(
            [helper.make_node("Sqrt", ["c"], ["r"], "root"), helper.make_node("Add", ["x", "r"], ["y"])],
            [floats("x", [2])],
            [floats("y", [2])],
            {"c": np.float32([2, 3])},
        ),
        'node "root" (Sqrt): it computes a constant that need not be rational; fold constants when you export, or ',
    ),
    "a batch that normalises itself": (
        single("BatchNormalization", [1, 1], [np.ones(1, np.float32)] * 4, training_mode=1),
        "it normalises by its own input (training_mode)",
    ),
    "a negative variance": (
        single("BatchNormalization", [1, 1], [np.ones(1, np.float32)] * 3 + [-np.ones(1, np.float32)]),
        "a variance plus epsilon is not positive",
    ),
    "rounding to integers": (single("Cast", [2], to=7), "it rounds what depends on the input of the net to INT64"),
    "numbers as texts": (single("Cast", [2], to=8), "it casts to STRING"),
    "an output of integers": (of_nodes(("Shape", ["x"], ["y"])), None),
}


@pytest.mark.parametrize("name", [name for name, (_, message) in MODELS.items() if message])
def test_a_model_that_is_refused(name):
    proto, message = MODELS[name]
    with pytest.raises(FileFormatError) as caught:
        decode(proto.SerializeToString())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_constant_output_is_a_constant_network():
    network = decode(MODELS["an output of integers"][0].SerializeToString())
    assert network == Network.from_rows([([[0, 0]], [2])])


@pytest.mark.parametrize("data", [b"", b"x", b"\xff" * 100, b'{"format": "relupoly-network"}', b"\x08\x07"])
def test_what_is_no_model(data):
    with pytest.raises(FileFormatError, match=r"it is no ONNX model, or it is damaged|it holds no ONNX graph"):
        decode(data)


def test_numbers_of_all_sizes_over_one_denominator_are_limited():
    proto = single("Add", [1000], [np.array([1e-300, 1e300] * 500)])
    decode(proto.SerializeToString())
    with (
        size_limit(20_000),
        pytest.raises(FileFormatError, match="over one denominator, the numbers of a tensor take more than"),
    ):
        decode(proto.SerializeToString())


def test_names_do_nothing_to_a_terminal():
    proto = single("Relu", [2])
    proto.graph.node[0].name, proto.graph.node[0].op_type = "a\x1b[2J\n", "b\x1b[2J"
    with pytest.raises(FileFormatError) as caught:
        decode(proto.SerializeToString())
    assert str(caught.value).isprintable()


def test_the_package_may_be_missing(monkeypatch):
    real = builtins.__import__

    def without_onnx(name, *arguments, **keywords):
        if name.split(".")[0] == "onnx":
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without_onnx)
    from relupoly.files.onnx.writer import encode

    with pytest.raises(MissingPackageError, match=r"ONNX files need the package onnx: pip install relupoly\[onnx\]"):
        decode(b"")
    with pytest.raises(MissingPackageError, match=r"pip install relupoly\[onnx\]"):
        encode(Network.from_rows([([[1]], None)]))


@given(onnx_graphs.models(), st.integers(0, 2**32), st.sampled_from([0, 1, 2, 5]))
def test_damaged_models_are_refused_or_read(proto, seed, changes):
    rng = random.Random(seed)
    data = bytearray(proto.SerializeToString())
    for _ in range(changes):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if not changes:
        del data[rng.randrange(len(data)) :]
    read_or_refused(bytes(data))


def read_or_refused(data):
    """A model gives a network, or an error of one line."""
    try:
        assert isinstance(decode(data), Network)
    except InputError as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message


ATTRIBUTES = [
    "axis",
    "axes",
    "pads",
    "strides",
    "kernel_shape",
    "group",
    "perm",
    "dilations",
    "alpha",
    "to",
    "split",
    "keepdims",
]


@given(
    onnx_graphs.models(),
    st.sampled_from(ATTRIBUTES),
    st.integers(-4, 9) | st.lists(st.integers(-3, 4), max_size=4) | st.just("x"),
)
def test_other_attributes_and_shapes_are_refused_or_read(proto, name, value):
    for node in proto.graph.node:
        kept = [one for one in node.attribute if one.name != name]
        del node.attribute[:]
        node.attribute.extend(kept)
        if value != []:
            node.attribute.append(helper.make_attribute(name, value))
    for tensor in proto.graph.initializer:
        if isinstance(value, list) and len(tensor.dims) == len(value):
            tensor.dims[:] = value
    read_or_refused(proto.SerializeToString())
