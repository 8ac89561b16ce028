"""State dictionaries of PyTorch: read and written without it, and without running anything that a file holds."""

import io
import struct
import zipfile
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from oracles.tensor_files import Tensor, archive, state_dict, with_pickle
from refusal import check_refused

from relupoly.disk.sizes import size_limit
from relupoly.errors import FileFormatError, RoundingError
from relupoly.files import read_network, write_network
from relupoly.files.network_format import ReaderOptions
from relupoly.files.tensors.state_dict import decode, encode
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network

RNG = np.random.default_rng(5)
W, B, V, C = (RNG.normal(size=shape).astype(np.float32) for shape in ((4, 3), (4,), (2, 4), (2,)))
NAMED = {"0.weight": W, "0.bias": B, "2.weight": V, "2.bias": C}
NETWORK = Network.from_rows([(W, B), (V, C)])
SAVE = "save the module's state_dict() alone, or export the model to ONNX"


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_linear_layers(protocol):
    assert decode(state_dict(NAMED, protocol)) == NETWORK


@pytest.mark.parametrize("name", ["net.pt", "net.pth"])
def test_by_suffix(name, tmp_path):
    (tmp_path / name).write_bytes(state_dict(NAMED, folder="model"))
    assert read_network(tmp_path / name) == NETWORK


def test_parameters_and_layers_without_bias():
    named = {"a.weight": Tensor.of(W, parameter=True), "b.weight": Tensor.of(V, parameter=True)}
    assert decode(state_dict(named)) == Network.from_rows([(W, None), (V, None)])


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u1"])
@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_types(dtype, byteorder):
    array = np.array([[1, 0, 100], [3, 7, 50]], dtype=dtype)
    assert decode(state_dict({"weight": array}, byteorder=byteorder)) == Network.from_rows([(array.astype(float), None)])


def test_bfloat16():
    numbers = np.array([1.5, -0.00390625, 3e38, 0], dtype=np.float32)
    numbers = (numbers.view(np.uint32) >> 16 << 16).view(np.float32)  # eight bits of a mantissa
    halves = (numbers.view(np.uint32) >> 16).astype("u2").view("i2")
    stored = Tensor(halves, (2, 2), (2, 1), kind="BFloat16Storage")
    assert decode(state_dict({"weight": stored})) == Network.from_rows([(numbers.reshape(2, 2), None)])


def test_views_of_one_storage():
    flat = np.arange(24, dtype=np.float64)
    named = {
        "0.weight": Tensor(flat, (3, 2), (1, 4), 5),
        "0.bias": Tensor(flat, (3,), (0,), 2),
        "2.weight": Tensor(flat, (1, 3), (9, 8), 7),
    }
    rows = [[5, 9], [6, 10], [7, 11]]
    assert decode(state_dict(named)) == Network.from_rows([(rows, [2, 2, 2]), ([[7, 15, 23]], None)])


def test_order_by_number_and_by_place():
    layers = [RNG.normal(size=(3, 3)) for _ in range(12)]
    shuffled = {f"net.{number}.weight": layers[number] for number in RNG.permutation(12)}
    assert decode(state_dict(shuffled)) == Network.from_rows([(layer, None) for layer in layers])
    named = {"first.weight": W, "first.bias": B, "behind.weight": V, "behind.bias": C}
    assert decode(state_dict(named)) == NETWORK


def convolved(weight, bias, x, stride, padding):
    """A convolution over fractions, by loops."""
    filters, channels, *kernel = weight.shape
    groups = x.shape[0] // channels
    sizes = [(x.shape[1 + axis] + 2 * padding - kernel[axis]) // stride + 1 for axis in range(len(kernel))]
    out = np.empty((filters, *sizes), dtype=object)
    for place in np.ndindex(filters, *sizes):
        total = Fraction(float(bias[place[0]]))
        for entry in np.ndindex(channels, *kernel):
            where = [place[1 + axis] * stride - padding + entry[1 + axis] for axis in range(len(kernel))]
            channel = place[0] // (filters // groups) * channels + entry[0]
            if all(0 <= one < size for one, size in zip(where, x.shape[1:], strict=True)):
                total += Fraction(float(weight[(place[0], *entry)])) * x[(channel, *where)]
        out[place] = total
    return out


@pytest.mark.parametrize(
    ("shape", "kernels", "windows"),
    [
        ((2, 5, 4), [(4, 1, 3, 3), (2, 4, 2, 2)], ((2, 1), (1, 0))),
        ((1, 6), [(2, 1, 3), (2, 2, 3)], ((1, 1),)),
        ((1, 3, 3, 3), [(2, 1, 2, 2, 2)], ((1, 0),)),
    ],
)
def test_convolutions(shape, kernels, windows):
    convolutions = [(RNG.integers(-4, 5, size=kernel) / 4, RNG.integers(-4, 5, size=kernel[0]) / 4) for kernel in kernels]
    points = RNG.integers(-4, 5, size=(3, *shape))
    every = windows * len(kernels) if len(windows) == 1 else windows

    def forward(x):
        x = x.astype(object) * Fraction(1)
        for (weight, bias), (stride, padding) in zip(convolutions, every, strict=True):
            x = np.maximum(convolved(weight, bias, x, stride, padding), 0)
        return x.ravel()

    last = RNG.integers(-4, 5, size=(2, forward(points[0]).size)) / 2
    named = {
        f"{2 * number}.{kind}": array
        for number, pair in enumerate(convolutions)
        for kind, array in zip(("weight", "bias"), pair, strict=True)
    }
    named["head.weight"] = last
    network = decode(state_dict(named), ReaderOptions(input_shape=shape, convolutions=windows))
    for point in points:
        expected = [sum(Fraction(float(w)) * v for w, v in zip(row, forward(point), strict=True)) for row in last]
        found = evaluate(network, [fmpq(int(entry)) for entry in point.ravel()])
        assert [Fraction(int(value.p), int(value.q)) for value in found] == expected


CONVOLUTION = {"0.weight": np.ones((1, 1, 3, 3)), "1.weight": np.ones((1, 4))}


@pytest.mark.parametrize(
    ("named", "options", "message"),
    [
        (
            CONVOLUTION,
            {},
            '"0.weight" is a convolution, and its stride and padding are not in the file; give --input-shape C,H,W '
            "(input_shape) and --convolutions STRIDE:PADDING,... (convolutions), or export the whole model to ONNX, or give "
            "the module to from_torch",
        ),
        (
            CONVOLUTION,
            {"input_shape": (1, 4, 4)},
            '"0.weight" is a convolution, and its stride and padding are not in the file',
        ),
        (NAMED, {"input_shape": (3,)}, "it has no convolution; leave out --input-shape"),
        (NAMED, {"convolutions": [(1, 0)]}, "it has no convolution; leave out --input-shape"),
        (
            CONVOLUTION,
            {"input_shape": (1, 4, 4), "convolutions": [(1, 0), (1, 1)]},
            "there are 1 convolutions, but 2 strides and paddings; give one for all, or 1",
        ),
        (
            CONVOLUTION,
            {"input_shape": (1, 4, 4), "convolutions": [(1, 1)]},
            '"1.weight": it reads 4 inputs, but before it there are 16 (1 x 4 x 4); give the right --input-shape',
        ),
        (
            CONVOLUTION,
            {"input_shape": (4, 4), "convolutions": [(1, 1)]},
            '"0.weight": a convolution of shape [1, 1, 3, 3] does not fit 4 x 4; give the right --input-shape',
        ),
        (CONVOLUTION, {"input_shape": (1, 4, 0), "convolutions": [(1, 1)]}, "the input shape [1, 4, 0] has a length below 1"),
        (
            CONVOLUTION,
            {"input_shape": (1, 10**5, 10**5), "convolutions": [(1, 1)]},
            "a tensor of shape [1, 100000, 100000] takes",
        ),
        (CONVOLUTION, {"input_shape": (1, 4, 4), "convolutions": [(0, 0)]}, '"0.weight": strides is [0, 0]; give 2 integers'),
        (
            {"bn.weight": np.ones(3), "bn.running_mean": np.ones(3)},
            {},
            '"bn.running_mean" is of a batch normalisation, whose epsilon is not in the file; export the whole model',
        ),
        ({"norm.weight": np.ones(3)}, {}, '"norm.weight" has 1 axis: it is of no linear layer and no convolution'),
        ({"weight": np.ones((1, 1, 1, 1, 1, 1))}, {}, '"weight" has 6 axes: it is of no linear layer and no convolution'),
        ({}, {}, "it holds no tensor; save the weights and biases of linear layers and convolutions"),
        (
            {"0.weight": W, "1.weight": np.ones((5, 2))},
            {},
            "layer 2: weight has 2 columns, but layer 1 has 4 outputs; make them",
        ),
        ({"0.weight": W, "scale": B}, {}, 'unknown array "scale"; name the arrays 0.weight, 0.bias, ... (PyTorch)'),
        (
            NAMED,
            {"activation": "tanh"},
            'the activation "tanh" is not piecewise linear; known are relu, identity, leaky_relu:0.01',
        ),
        (NAMED, {"normalize": True}, "pt files have no normalisation to fold in; only .nnet files do"),
    ],
)
def test_layers_that_a_file_does_not_tell(named, options, message, tmp_path):
    check_refused(lambda path: read_network(path, **options), tmp_path / "net.pt", state_dict(named), message)


FLAT = np.arange(6, dtype=np.float32)
AGAIN = "save it again with torch.save"
# Instructions that put on the stack what names a storage.
STORAGE, ZERO, CPU = b"X\x07\0\0\0storage", b"X\x01\0\0\x000", b"X\x03\0\0\0cpu"
FLOATS = b"ctorch\nFloatStorage\n"


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (Tensor(FLAT, (2, 3), (3, 2)), "by its strides, it reaches to number 8 of 6"),
        (Tensor(FLAT, (2, 3), (3, 1), 1), "by its strides, it reaches to number 7 of 6"),
        (Tensor(FLAT, (2, 3), (3, 1), 10**30), f"by its strides, it reaches to number {10**30 + 6} of 6"),
        (Tensor(FLAT, (2, 3), (-3, 1), 3), "size, stride and offset are no integers from 0"),
        (Tensor(FLAT, (2, 3), (3, 1), -1), "size, stride and offset are no integers from 0"),
        (Tensor(FLAT, (2, 3), (3,)), "size, stride and offset are no integers from 0"),
        (Tensor(FLAT, (2.0, 3), (3, 1)), "size, stride and offset are no integers from 0"),
        (Tensor(FLAT, (True, 3), (3, 1)), "size, stride and offset are no integers from 0"),
        (Tensor(FLAT, ("2", 3), (3, 1)), "size, stride and offset are no integers from 0"),
        (Tensor(FLAT, (1,) * 9, (1,) * 9), "size, stride and offset are no integers from 0, at most 8 for size and stride"),
        (Tensor(FLAT, (0, 3), (3, 1)), "its size [0, 3] has no entry; leave it out"),
        (Tensor(FLAT, (10**5, 10**5), (0, 0)), "as numbers, it takes more than 64 MiB"),
        (Tensor(FLAT, (2, 3), (3, 1), kind="ComplexFloatStorage"), 'numbers of "torch.ComplexFloatStorage" are not supported'),
        (Tensor(FLAT, (2, 3), (3, 1), kind="DoubleStorage"), 'its record "data/0" has 24 bytes for 6 numbers of 8 bytes'),
    ],
)
def test_tensors_that_are_refused(tensor, message, tmp_path):
    check_refused(read_network, tmp_path / "net.pt", state_dict({"weight": tensor}), f'tensor "weight": {message}')


@pytest.mark.parametrize(
    "storage",
    [
        b"X\x04\0\0\0disk" + FLOATS + ZERO + CPU + b"K\x06",
        STORAGE + b"X\x05\0\0\0float" + ZERO + CPU + b"K\x06",
        STORAGE + FLOATS + b"K\0" + CPU + b"K\x06",
        STORAGE + FLOATS + ZERO + CPU + b"\x88",
        STORAGE + FLOATS + ZERO + CPU,
    ],
)
def test_storages_that_are_refused(storage, tmp_path):
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n((" + storage + b"tQK\0K\x06\x85K\x01\x85tR"
    data = with_pickle(b"\x80\x02}X\x06\0\0\0weight" + tensor + b"s.")
    check_refused(read_network, tmp_path / "net.pt", data, f'tensor "weight": its storage has no type, name and size; {AGAIN}')


def test_a_storage_without_a_record(tmp_path):
    for data in (state_dict(NAMED, data_1=None), state_dict(NAMED, data_1=b"123")):
        check_refused(read_network, tmp_path / "net.pt", data, 'tensor "0.bias": its record "data/1" ')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", f"it is no zip archive, as torch.save writes it, or it is damaged; {AGAIN}"),
        (state_dict(NAMED)[:-40], f"it is no zip archive, as torch.save writes it, or it is damaged; {AGAIN}"),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", f"it is in the format of PyTorch before 1.6; load it there, and {AGAIN}"),
        (archive({"version": b"3"}), f"the archive has no record data.pkl, or several; {AGAIN}"),
        (archive({"constants.pkl": b"", "data.pkl": b""}), f"it is a program (TorchScript), and no code is run; {SAVE}"),
        (archive({"code/model.py": b"", "data.pkl": b""}), f"it is a program (TorchScript), and no code is run; {SAVE}"),
    ],
)
def test_archives_that_are_refused(data, message, tmp_path):
    check_refused(read_network, tmp_path / "net.pt", data, message, FileFormatError)


def test_damage_in_a_record(tmp_path):
    data = bytearray(state_dict(NAMED))
    place = data.index(W.tobytes())
    data[place] ^= 1
    check_refused(read_network, tmp_path / "net.pt", bytes(data), f"the archive is damaged; {AGAIN}", FileFormatError)


def test_records_that_stand_there_twice(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("archive/data.pkl", b"")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("archive/data.pkl", b"")
    check_refused(read_network, tmp_path / "net.pt", stream.getvalue(), f"the archive has a record twice; {AGAIN}")


def test_a_bomb_is_refused_before_it_is_expanded(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", bytes(2**20))
    with size_limit(2**18):
        check_refused(read_network, tmp_path / "net.pt", stream.getvalue(), "expanded, it holds more than 262144 bytes")


def test_a_record_that_holds_more_than_it_says(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", bytes(2**20))
    data = stream.getvalue()
    for short in (struct.pack("<I", 10),):
        data = data.replace(struct.pack("<I", 2**20), short)
    check_refused(read_network, tmp_path / "net.pt", data, f"the archive is damaged; {AGAIN}")


# What is written.


def test_single_precision_where_it_suffices_else_double():
    half = Network.from_rows([([[0.5, 1]], [0.25])])
    tenth = Network.from_rows([([[0.1, 1]], [0.25])])
    for network, kind in ((half, b"FloatStorage"), (tenth, b"DoubleStorage")):
        assert kind in encode(network)
        assert decode(encode(network)) == network


def test_what_is_written_does_not_change():
    assert encode(NETWORK) == encode(NETWORK)


def test_numbers_begin_where_they_may_be_mapped():
    data = encode(NETWORK)
    for array in (W, B, V, C):
        assert data.index(array.tobytes()) % 64 == 0


def test_rounding_needs_leave(tmp_path):
    network = Network.from_rows([([["1/3"]], None)])
    with pytest.raises(RoundingError, match=r"net\.pt: 1 of the 2 weights and biases would be rounded"):
        write_network(network, tmp_path / "net.pt")
    write_network(network, tmp_path / "net.pt", round=True)
    assert read_network(tmp_path / "net.pt").layers[0].weight[0, 0] == fmpq(*(1 / 3).as_integer_ratio())


def test_linear_neurons_are_refused(tmp_path):
    first, last = NETWORK.layers
    with pytest.raises(FileFormatError, match=r"layer 1: neuron 2 is linear, and \.pt files know ReLU alone; give --expand"):
        write_network(Network((Layer(first.weight, first.bias, (1,)), last)), tmp_path / "net.pt")


# Beside PyTorch itself, where it is installed.


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="the package torch is not installed")


def test_pytorch_reads_what_is_written(torch, tmp_path):
    write_network(NETWORK, tmp_path / "net.pt")
    for mapped in (False, True):
        state = torch.load(tmp_path / "net.pt", weights_only=True, mmap=mapped)
        module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
        module.load_state_dict(state)
        assert {name: array.tolist() for name, array in state.items()} == {
            name: array.tolist() for name, array in NAMED.items()
        }


def test_what_pytorch_writes_is_read(torch):
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
        stream = io.BytesIO()
        module.to(dtype)
        torch.save(module.state_dict(), stream)
        layers = [(module[place].weight.double().tolist(), module[place].bias.double().tolist()) for place in (0, 2)]
        assert decode(stream.getvalue()) == Network.from_rows(layers)


def test_a_whole_module_is_refused(torch):
    stream = io.BytesIO()
    torch.save(torch.nn.Linear(1, 1), stream)
    with pytest.raises(
        FileFormatError, match=r'it holds the Python object "torch\.nn\.modules\.linear\.Linear", not only tensors'
    ):
        decode(stream.getvalue())


def test_the_stand_in_writes_what_pytorch_reads(torch):
    state = torch.load(io.BytesIO(state_dict(NAMED)), weights_only=True)
    assert {name: array.tolist() for name, array in state.items()} == {name: array.tolist() for name, array in NAMED.items()}
