"""ONNX models: real ones, and each quirk of the format in a small one."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

pytest.importorskip("onnx", reason="the package onnx is not installed")
import onnx
from onnx import helper, numpy_helper
from oracles import onnx_graphs, onnx_reference
from oracles.onnx_graphs import floats, model, single
from oracles.tables import REASON, SHARED

from relupoly.errors import FileFormatError
from relupoly.exact.sparse import SparseMatrix
from relupoly.files import read_network
from relupoly.files.onnx.model import decode
from relupoly.networks.evaluation import evaluate, evaluate_floats
from relupoly.networks.network import Network

REAL = sorted((SHARED / "nets" / "onnx").glob("*.onnx")) or [
    pytest.param(None, marks=pytest.mark.skip(reason=REASON)),
]
SMALL = ("test_nano", "test_small", "test_sat", "acasxu_like_5_in_10_out")


def rational(entry: Fraction) -> fmpq:
    return fmpq(entry.numerator, entry.denominator)


def value(network, point):
    return [Fraction(int(entry.p), int(entry.q)) for entry in evaluate(network, [rational(Fraction(x)) for x in point])]


def read(proto, **options) -> Network:
    from relupoly.files.network_format import ReaderOptions

    return decode(proto.SerializeToString(), ReaderOptions(**options))


def runtime(path_or_bytes):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(path_or_bytes, options, providers=["CPUExecutionProvider"])


def counts_what_is_behind_the_padding():
    """Whether an average of a window that ends behind the padding is divided by its whole size: so until version 1.29."""
    onnxruntime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    return tuple(map(int, onnxruntime.__version__.split(".")[:2])) < (1, 29)


def agrees_with_loops(proto, count=4, seed=0):
    """The network of a model, which at random points is what loops over rationals say."""
    network = read(proto)
    shape = tuple(network.metadata["onnx"]["input"]["shape"])
    for point in onnx_graphs.points(seed, count, shape):
        expected = onnx_reference.run(proto, onnx_reference.rationals(point)).ravel()
        assert value(network, point.ravel().tolist()) == list(expected)
    return network


@pytest.mark.parametrize("path", REAL, ids=lambda path: getattr(path, "stem", None))
def test_real_models_are_what_onnxruntime_says(path):
    network = read_network(path)
    about = network.metadata["onnx"]["input"]
    points = np.random.default_rng(1).normal(size=(3, *about["shape"])).astype(np.float32)
    ours = evaluate_floats(network, points.reshape(3, -1).astype(np.float64))
    for point, mine in zip(points, ours, strict=True):
        (theirs,) = runtime(str(path)).run(None, {about["name"]: point})
        np.testing.assert_allclose(theirs.ravel(), mine, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("path", [path for path in REAL if getattr(path, "stem", None) in (*SMALL, None)], ids=str)
def test_small_real_models_are_what_rationals_say(path):
    network, proto = read_network(path), onnx.load(path)
    shape = tuple(network.metadata["onnx"]["input"]["shape"])
    for point in onnx_graphs.points(2, 2, shape):
        expected = onnx_reference.run(proto, onnx_reference.rationals(point)).ravel()
        assert value(network, point.ravel().tolist()) == list(expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Convnet_avgpool", "Convnet_maxpool", "mnist_0.1", "resnet_2b"])
def test_large_real_models_are_what_rationals_say(shared, name):
    path = shared / "nets" / "onnx" / f"{name}.onnx"
    network, proto = read_network(path), onnx.load(path)
    (point,) = onnx_graphs.points(3, 1, tuple(network.metadata["onnx"]["input"]["shape"]))
    expected = onnx_reference.run(proto, onnx_reference.rationals(point)).ravel()
    assert value(network, point.ravel().tolist()) == list(expected)


def test_shapes_of_real_models(shared):
    nets = {path.stem: read_network(path) for path in REAL}
    assert {name: net.widths for name, net in nets.items() if name.startswith(("test", "acas", "mnist"))} == {
        "test_nano": (1,),
        "test_small": (2, 2),
        "test_sat": (50,) * 6,
        "acasxu_like_5_in_10_out": (100,) * 6,
        "mnist_0.1": (6272, 3136, 100),
    }
    assert nets["resnet_2b"].relus == (2048, 1024, 1024, 1024, 1024, 100)
    assert nets["Convnet_avgpool"].relus == (18432,)
    assert nets["Convnet_maxpool"].relus == (18432, 1152 * 8, 1152 * 4, 1152 * 2, 1152)
    assert not any(layer.linear for name in SMALL for layer in nets[name].layers)
    kinds = [isinstance(layer.weight, SparseMatrix) for layer in nets["mnist_0.1"].layers]
    assert kinds == [True, True, False, False]


def test_the_onnx_file_of_acas_xu_is_the_nnet_file_in_single_precision(shared):
    """Each weight and bias is that of the .nnet file, rounded to single precision; the mean that is subtracted first is 0."""
    folder = shared / "nets" / "acasxu"
    ours = read_network(folder / "ACASXU_run2a_3_3_batch_2000.onnx")
    plain = read_network(folder / "ACASXU_run2a_3_3_batch_2000.nnet")
    assert ours.widths == plain.widths
    for mine, theirs in zip(ours.layers, plain.layers, strict=True):
        for one, two in zip(
            mine.weight.entries() + mine.bias.entries(), theirs.weight.entries() + theirs.bias.entries(), strict=True
        ):
            assert float(one.p) / float(one.q) == np.float32(float(two.p) / float(two.q))


def test_names_of_the_metadata():
    proto = single("Relu", ["samples", 2])
    proto.producer_name, proto.producer_version = "pytorch", "2.1"
    assert read(proto).metadata == {
        "onnx": {
            "producer": "pytorch 2.1",
            "opset": 17,
            "input": {"name": "x", "shape": [1, 2]},
            "output": {"name": "y", "shape": [1, 2]},
            "operators": {"Relu": 1},
            "nodes": [{"operator": "Relu", "name": "the node", "shape": [1, 2], "layers": [1]}],
        }
    }


def test_a_dense_net_is_the_network_one_expects():
    rows, columns = [[1.0, 2.0], [-0.5, 0.25], [0.0, 3.0]], [[1.0, -1.0, 2.0]]
    nodes = [
        helper.make_node("Gemm", ["x", "W1", "b1"], ["h"], transB=1),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Gemm", ["r", "W2", "b2"], ["y"], transB=1),
    ]
    arrays = {"W1": np.float32(rows), "b1": np.float32([1, 2, 3]), "W2": np.float32(columns), "b2": np.float32([0.5])}
    network = read(model(nodes, [floats("x", [1, 2])], [floats("y", [1, 1])], arrays))
    assert network == Network.from_rows([(rows, [1, 2, 3]), (columns, [0.5])])


@pytest.mark.parametrize("first", [0, -1, "N", None])
def test_a_batch_without_a_length_is_one_sample(first):
    assert read(single("Relu", [first, 3])).input_dim == 3


def test_initializers_may_be_inputs_too():
    proto = single("Add", [2], [np.float32([1, 2])])
    proto.graph.input.append(floats("c0", [2]))
    assert value(read(proto), [1, 1]) == [2, 3]


def test_numbers_in_lists_are_those_in_raw_data():
    array = np.float32([0.1, -3.5])
    proto = single("Mul", [2], [array])
    listed = onnx.TensorProto(name="c0", dims=[2], data_type=1, float_data=array.tolist())
    other = single("Mul", [2])
    other.graph.node[0].input.append("c0")
    other.graph.initializer.append(listed)
    assert read(proto) == read(other)


@pytest.mark.parametrize(
    ("code", "field", "stored", "expected"),
    [
        (10, "int32_data", [15360, 49152], [1, -2]),
        (16, "int32_data", [16256, 49152], [1, -2]),
        (11, "double_data", [0.1, -2], [Fraction(0.1), -2]),
        (10, "raw_data", np.float16([1, -2]).tobytes(), [1, -2]),
        (16, "raw_data", np.array([16256, 49152], dtype=np.uint16).tobytes(), [1, -2]),
        (1, "raw_data", np.float32([0.1, -2]).tobytes(), [Fraction(float(np.float32(0.1))), -2]),
    ],
)
def test_floats_are_the_dyadic_rationals_that_they_are(code, field, stored, expected):
    proto = single("Mul", [2])
    proto.graph.node[0].input.append("c")
    proto.graph.initializer.append(onnx.TensorProto(name="c", dims=[2], data_type=code, **{field: stored}))
    assert value(read(proto), [1, 1]) == expected


def test_products_of_constants_are_exact():
    nodes = [helper.make_node("Mul", ["a", "a"], ["b"]), helper.make_node("Mul", ["b", "a"], ["c"])]
    nodes += [helper.make_node("Add", ["x", "c"], ["y"])]
    tenth = np.float32(0.1)
    assert value(read(model(nodes, [floats("x", [1])], [floats("y", [1])], {"a": [tenth]})), [0]) == [
        Fraction(float(tenth)) ** 3
    ]


def test_only_batch_normalization_rounds_and_says_so():
    arrays = [np.float32([2]), np.float32([1]), np.float32([0.5]), np.float32([3])]
    network = agrees_with_loops(single("BatchNormalization", [1, 1, 2], arrays))
    (said,) = network.metadata["onnx"]["rounded"]
    assert said.startswith("BatchNormalization: scale / sqrt(variance + epsilon) is rounded to a double")
    assert "rounded" not in read(single("Relu", [2])).metadata["onnx"]


AXES = np.array([1])
OLD_AND_NEW = {
    "Unsqueeze": (single("Unsqueeze", [2, 3], [AXES], 13), single("Unsqueeze", [2, 3], opset=11, axes=[1])),
    "Squeeze": (single("Squeeze", [2, 1], [AXES], 13), single("Squeeze", [2, 1], opset=11, axes=[1])),
    "Clip": (single("Clip", [3], [np.float32(-1), np.float32(2)]), single("Clip", [3], opset=6, min=-1.0, max=2.0)),
    "Pad": (single("Pad", [2], [np.array([1, 2])]), single("Pad", [2], opset=2, pads=[1, 2])),
    "Pad 1": (single("Pad", [2], [np.array([1, 2])]), single("Pad", [2], opset=1, paddings=[1, 2])),
    "Slice": (
        single("Slice", [4, 3], [np.array([1]), np.array([3]), np.array([0])]),
        single("Slice", [4, 3], opset=9, starts=[1], ends=[3], axes=[0]),
    ),
    "Split": (single("Split", [4], [np.array([1, 3])], outputs=2), single("Split", [4], opset=11, outputs=2, split=[1, 3])),
    "ReduceSum": (single("ReduceSum", [2, 3], [AXES], 13), single("ReduceSum", [2, 3], opset=11, axes=[1])),
    "ReduceMean": (single("ReduceMean", [2, 3], [AXES], 18), single("ReduceMean", [2, 3], opset=13, axes=[1])),
    "Reshape": (single("Reshape", [2, 3], [np.array([3, 2])]), single("Reshape", [2, 3], opset=1, shape=[3, 2])),
    "Dropout": (single("Dropout", [2]), single("Dropout", [2], opset=6, ratio=0.5)),
    "Add": (
        single("Add", [2, 3, 2], [np.float32([[1], [2], [3]])]),
        single("Add", [2, 3, 2], [np.float32([1, 2, 3])], opset=6, broadcast=1, axis=1),
    ),
    "PRelu": (
        single("PRelu", [1, 2, 3], [np.float32([[2], [3]])]),
        single("PRelu", [1, 2, 3], [np.float32([2, 3])], opset=6),
    ),
}


@pytest.mark.parametrize("name", OLD_AND_NEW)
def test_versions_of_an_operator_mean_the_same(name):
    new, old = OLD_AND_NEW[name]
    assert read(new) == agrees_with_loops(new)
    assert read(old) == read(new)


HUGE = float(np.finfo(np.float32).max)
CLIPS = [(None, None, 0), (0.0, 6.0, 2), (2.0, 1.0, 0), (1.0, 1.0, 0), (None, 1.0, 1), (-1.0, None, 1)]
CLIPS += [(-np.inf, np.inf, 0), (-HUGE, HUGE, 0), (-np.inf, 1.0, 1), (0.0, np.inf, 1)]


@pytest.mark.parametrize(("low", "high", "relus"), CLIPS)
def test_clip_needs_a_neuron_for_each_finite_bound(low, high, relus):
    proto = single("Clip", [1], [None if bound is None else np.float32(bound) for bound in (low, high)])
    network = read(proto)
    assert sum(network.relus) == relus
    for x in (-3, -1, 0, Fraction(3, 2), 4, 7):
        clipped = max(Fraction(x), Fraction(low)) if low is not None and np.isfinite(low) else Fraction(x)
        assert value(network, [x]) == [min(clipped, Fraction(high)) if high is not None and np.isfinite(high) else clipped]


@pytest.mark.parametrize("opset", [12, 22])
@pytest.mark.parametrize("operator", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize("size", [4, 5, 7])
@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_pools_with_ceil_mode(operator, size, kernel, stride, opset):
    for pads in ([0, 0], [1, 0], [0, 1], [1, 1]):
        for include in (0, 1) if operator == "AveragePool" else (None,):
            extra = {} if include is None else {"count_include_pad": include}
            window = {"kernel_shape": [kernel], "strides": [stride], "pads": pads}
            proto = single(operator, [1, 1, size], opset=opset, ceil_mode=1, **window, **extra)
            network = agrees_with_loops(proto, 1)
            if operator == "AveragePool" and counts_what_is_behind_the_padding():
                continue
            point = np.arange(size, dtype=np.float32).reshape(1, 1, size) ** 2 - 3
            (found,) = runtime(proto.SerializeToString()).run(None, {"x": point})
            np.testing.assert_allclose(evaluate_floats(network, point.reshape(1, -1))[0], found.ravel(), rtol=1e-5)


def test_transposed_convolutions_with_a_given_output():
    weight = np.float32([[[1, 2, -1]]])
    for extra in ({"output_shape": [7]}, {"auto_pad": "SAME_UPPER"}, {"auto_pad": "SAME_LOWER"}, {"auto_pad": "VALID"}):
        proto = single("ConvTranspose", [1, 1, 4], [weight], strides=[2], **extra)
        point = np.float32([[[1, 2, 4, 8]]])
        (found,) = runtime(proto.SerializeToString()).run(None, {"x": point})
        assert evaluate_floats(read(proto), point.reshape(1, -1))[0].tolist() == found.ravel().tolist(), extra


def test_shapes_that_the_graph_computes_are_folded():
    nodes = [
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Constant", [], ["zero"], value=numpy_helper.from_array(np.array(0))),
        helper.make_node("Gather", ["s", "zero"], ["n"]),
        helper.make_node("Unsqueeze", ["n", "axes"], ["n1"]),
        helper.make_node("Constant", [], ["rest"], value_ints=[-1]),
        helper.make_node("Concat", ["n1", "rest"], ["shape"], axis=0),
        helper.make_node("Reshape", ["x", "shape"], ["flat"]),
        helper.make_node("ConstantOfShape", ["shape2"], ["ones"], value=numpy_helper.from_array(np.float32([1]))),
        helper.make_node("Cast", ["s"], ["sizes"], to=1),
        helper.make_node("ReduceSum", ["sizes"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["ones", "sum"], ["scale"]),
        helper.make_node("Mul", ["flat", "scale"], ["y"]),
    ]
    network = read(model(nodes, [floats("x", ["N", 2, 3])], [floats("y", None)], {"axes": [0], "shape2": np.array([6])}))
    assert value(network, range(6)) == [6 * x for x in range(6)]
    assert network.metadata["onnx"]["output"]["shape"] == [1, 6]
    assert network.metadata["onnx"]["operators"] == {"Reshape": 1, "Mul": 1}


def test_truncated_division_of_integers():
    nodes = [
        helper.make_node("Div", ["a", "b"], ["q"]),
        helper.make_node("Cast", ["q"], ["c"], to=1),
        helper.make_node("Add", ["x", "c"], ["y"]),
    ]
    proto = model(nodes, [floats("x", [2])], [floats("y", [2])], {"a": np.array([-7, 7]), "b": np.array([2, 2])})
    assert value(read(proto), [0, 0]) == [-3, 3]


def test_minima_and_maxima_of_integers_are_integers():
    nodes = [
        helper.make_node("Max", ["a", "b"], ["most"]),
        helper.make_node("Min", ["most", "c"], ["index"]),
        helper.make_node("Gather", ["x", "index"], ["y"]),
    ]
    arrays = {"a": np.array([0, 4]), "b": np.array(2), "c": np.array([3, 3])}
    assert value(read(model(nodes, [floats("x", [5])], [floats("y", [2])], arrays)), [10, 11, 12, 13, 14]) == [12, 13]


def test_padding_along_no_axis_changes_nothing():
    nothing = np.zeros(0, dtype=np.int64)
    assert value(read(single("Pad", [2], [nothing, None, nothing], 18)), [3, -4]) == [3, -4]


def test_an_output_that_is_named_twice_is_one():
    proto = single("Relu", [2])
    proto.graph.output.append(proto.graph.output[0])
    assert read(proto).widths == (2,)


def test_statistics_of_a_batch_that_are_not_computed():
    """Before opset 7 an attribute says whether they are; the outputs may be there all the same."""
    arrays = [np.float32([2]), np.float32([1]), np.float32([0.5]), np.float32([3])]
    old = single("BatchNormalization", [1, 1], arrays, 6, outputs=5, is_test=1)
    assert read(old) == read(single("BatchNormalization", [1, 1], arrays, 9))


ODD = {
    "a number": (single("Relu", []), 1, []),
    "a number and a constant": (single("Add", [], [np.float32(2)]), 1, []),
    "an empty part": (single("Concat", [3], [np.zeros(0, np.float32)], axis=0), 3, [3]),
    "axes from the end": (single("Unsqueeze", [2], [np.array([-1, 0])], 13), 2, [1, 2, 1]),
    "an axis before all": (single("Flatten", [2, 3], axis=0), 6, [1, 6]),
    "a step from the end": (
        single("Slice", [5], [np.array([-1]), np.array([-(2**63)]), np.array([-1]), np.array([-2])]),
        3,
        [3],
    ),
    "an end beyond all": (single("Slice", [5], [np.array([1]), np.array([2**63 - 1])]), 4, [4]),
    "axes that are none": (single("ReduceSum", [2, 3], [np.zeros(0, np.int64)], 13, keepdims=0), 1, []),
    "a single maximum": (single("Max", [2]), 2, [2]),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_shapes_are_what_onnxruntime_says(name):
    proto, outputs, shape = ODD[name]
    network = read(proto)
    about = network.metadata["onnx"]
    assert (network.output_dim, about["output"]["shape"]) == (outputs, shape)
    point = np.random.default_rng(3).normal(size=about["input"]["shape"]).astype(np.float32)
    (found,) = runtime(proto.SerializeToString()).run(None, {"x": point})
    assert list(np.shape(found)) == shape
    np.testing.assert_allclose(np.ravel(found), evaluate_floats(network, np.reshape(point, (1, -1)))[0], rtol=1e-6)


@pytest.mark.parametrize("inside", ["input", "initializer"])
def test_outputs_that_no_node_gives(inside):
    proto = single("Relu", [2], [np.float32([7, 8])])
    del proto.graph.node[0].input[1:]
    proto.graph.output[0].name = "x" if inside == "input" else "c0"
    network = read(proto)
    assert (network.widths, value(network, [-3, 4])) == ((), [-3, 4] if inside == "input" else [7, 8])


def test_nodes_that_are_not_needed_are_not_read():
    proto = single("Relu", [2])
    proto.graph.node.append(helper.make_node("Strange", ["y"], ["z"]))
    assert read(proto).widths == (2,)


def test_nodes_in_another_order_are_sorted():
    nodes = [helper.make_node("Relu", ["h"], ["y"]), helper.make_node("Neg", ["x"], ["h"])]
    assert value(read(model(nodes, [floats("x", [1])], [floats("y", [1])])), [-2]) == [2]


@pytest.mark.parametrize("last", ["Softmax", "Sigmoid", "Tanh", "LogSoftmax"])
def test_a_last_activation_is_left_off_when_asked(last, tmp_path):
    nodes = [
        helper.make_node("Relu", ["x"], ["h"]),
        helper.make_node(last, ["h"], ["s"], "the last"),
        helper.make_node("Reshape", ["s", "shape"], ["y"]),
    ]
    proto = model(nodes, [floats("x", [1, 2])], [floats("y", [2])], {"shape": np.array([2])})
    onnx.save(proto, tmp_path / "net.onnx")
    with pytest.raises(FileFormatError) as caught:
        read_network(tmp_path / "net.onnx")
    assert str(caught.value) == (
        f'{tmp_path / "net.onnx"}: node "the last" ({last}): its function is not piecewise linear; --drop-last '
        "(drop_last=True) leaves a last activation off, and --output-node NAME (output_node=NAME) cuts the net before it"
    )
    network = read_network(tmp_path / "net.onnx", drop_last=True)
    assert value(network, [-1, 3]) == [0, 3]
    assert network.metadata["onnx"]["dropped"] == last


def test_an_inner_activation_is_not_left_off():
    nodes = [helper.make_node("Tanh", ["x"], ["h"]), helper.make_node("Relu", ["h"], ["y"])]
    proto = model(nodes, [floats("x", [2])], [floats("y", [2])])
    with pytest.raises(FileFormatError, match=r"node 1 \(Tanh\): its function is not piecewise linear; --output-node NAME"):
        read(proto)
    with pytest.raises(FileFormatError, match="its last node is none of LogSoftmax, Sigmoid, Softmax, Tanh, so"):
        read(proto, drop_last=True)


def test_an_inner_tensor_may_be_the_output():
    nodes = [
        helper.make_node("Relu", ["x"], ["h"], "first"),
        helper.make_node("Split", ["h"], ["one", "two"], "halves"),
        helper.make_node("Exp", ["one"], ["y"]),
    ]
    proto = model(nodes, [floats("x", [2])], [floats("y", [1]), floats("two", [1])], opset=13)
    with pytest.raises(FileFormatError, match=r'^it has 2 outputs \("y", "two"\); choose one: --output-node NAME'):
        read(proto)
    assert value(read(proto, output_node="two"), [1, 4]) == [4]
    assert value(read(proto, output_node="first"), [1, 4]) == [1, 4]
    with pytest.raises(FileFormatError, match='the node "halves" has several outputs'):
        read(proto, output_node="halves")
    with pytest.raises(FileFormatError, match=r'there is no tensor and no node "tow"; did you mean "two"\?'):
        read(proto, output_node="tow")


def test_several_inputs():
    proto = model(
        [helper.make_node("Relu", ["x"], ["h"]), helper.make_node("Add", ["h", "z"], ["y"])],
        [floats("x", [2]), floats("z", [2])],
        [floats("y", [2])],
    )
    with pytest.raises(FileFormatError, match=r'^it has 2 inputs \("x", "z"\), and a network has one; cut .*--output-node'):
        read(proto)
    assert read(proto, output_node="h").widths == (2,)


def external(folder, location, array, **more):
    """A model whose constant is in another file."""
    proto = single("Add", [2])
    tensor = onnx.TensorProto(name="c0", dims=[2], data_type=1, data_location=1)
    for key, entry in {"location": location, **more}.items():
        tensor.external_data.add(key=key, value=str(entry))
    proto.graph.node[0].input.append("c0")
    proto.graph.initializer.append(tensor)
    folder.mkdir(exist_ok=True)
    (folder / "net.onnx").write_bytes(proto.SerializeToString())
    return folder / "net.onnx"


def test_data_beside_the_model(tmp_path):
    array = np.float32([9, 1, 2])
    path = external(tmp_path / "a", "sub/data.bin", array, offset=4, length=8)
    (path.parent / "sub").mkdir()
    (path.parent / "sub" / "data.bin").write_bytes(array.tobytes())
    assert value(read_network(path), [0, 0]) == [1, 2]
    with pytest.raises(FileFormatError, match="beside the model; read the model from its folder"):
        decode(path.read_bytes())


@pytest.mark.parametrize("location", ["../secret", "/etc/hostname", "sub/../../secret", "link", "", ".", "folder/secret"])
def test_data_are_never_followed_out_of_the_folder(tmp_path, location):
    (tmp_path / "secret").write_bytes(np.float32([1, 2]).tobytes())
    path = external(tmp_path / "a", location, None)
    (path.parent / "sub").mkdir()
    (path.parent / "link").symlink_to(tmp_path / "secret")
    (path.parent / "folder").symlink_to(tmp_path)
    with pytest.raises(FileFormatError, match="which is not in the model's folder; put the file there"):
        read_network(path)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "and there is no such file; put it beside the model"),
        ({"offset": 4}, "its 4 bytes|it has 1 numbers, but the shape"),
        ({"offset": 4, "length": 8}, "bytes 4 to 12 of .* are not there"),
        ({"offset": -1, "length": 8}, "are not there"),
        ({"length": "many"}, "offset or length of its data in .* are no numbers"),
    ],
)
def test_data_that_are_not_there(tmp_path, more, message):
    path = external(tmp_path / "a", "data", None, **more)
    if more:
        (path.parent / "data").write_bytes(np.float32([1, 2]).tobytes())
    with pytest.raises(FileFormatError, match=message):
        read_network(path)
