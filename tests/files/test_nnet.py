"""The .nnet format and its normalisation."""

from pathlib import Path

import pytest
from command import document
from flint import fmpq
from refusal import check_refused

from relupoly.errors import InputError, RoundingError
from relupoly.files import read_network, write_network
from relupoly.files.nnet import decode, encode, fold_normalization
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network

CASES = Path(__file__).parent / "cases"
TEXT = """// A comment
2,2,1,3,
2,3,1,
0,
-1.0,0.0,
1.0,10.0,
0.1,5.0,7.5,
2.0,1e1,-3.0,
1.0,0.1,
-2.5e-1,3,
0.0,-1.0,
0.5,
0.0,
-1,
1.0,-1.0,2.0,
0.25,
"""


def test_decimals_are_exact():
    network = decode(TEXT.encode())
    assert network == Network.from_rows([([[1, "1/10"], ["-1/4", 3], [0, -1]], ["1/2", 0, -1]), ([[1, -1, 2]], ["1/4"])])
    assert network.metadata == {
        "nnet": {
            "comments": ["A comment"],
            "minima": ["-1.0", "0.0"],
            "maxima": ["1.0", "10.0"],
            "means": ["0.1", "5.0", "7.5"],
            "ranges": ["2.0", "1e1", "-3.0"],
        }
    }


@pytest.mark.parametrize(
    "text", [TEXT.replace(",\n", "\n"), TEXT.replace("\n", "\r\n"), TEXT + "\n\n", TEXT.replace(",", " , ")]
)
def test_layout_does_not_matter(text):
    assert decode(text.encode()) == decode(TEXT.encode())


@pytest.mark.parametrize("point", [["0", "0"], ["1/3", "-2/7"], ["0.9", "10"]])
def test_normalisation_is_folded_in_exactly(point):
    """The oracle is the definition: normalise the point, evaluate, undo the output's normalisation."""
    network = decode(TEXT.encode())
    folded = fold_normalization(network)
    x = [fmpq(*map(int, text.split("/"))) if "/" in text else fmpq(int(float(text) * 10), 10) for text in point]
    inner = [(x[0] - fmpq(1, 10)) / 2, (x[1] - 5) / 10]
    [value] = evaluate(network, inner)
    assert evaluate(folded, x) == [value * -3 + fmpq(15, 2)]


def test_folding_leaves_its_argument_alone_and_is_not_done_twice():
    network = decode(TEXT.encode())
    folded = fold_normalization(network)
    assert network == decode(TEXT.encode())
    assert network.metadata == decode(TEXT.encode()).metadata
    assert folded != network
    assert fold_normalization(folded) == folded
    assert decode(encode(folded)).metadata == folded.metadata
    assert folded.metadata["nnet"]["minima"] == ["-1.0", "0.0"]


def test_normalisation_of_acas_xu(shared):
    path = shared / "nets" / "acasxu" / "ACASXU_run2a_3_3_batch_2000.nnet"
    stored, folded = read_network(path), read_network(path, normalize=True)
    means = [fmpq(19791091, 1000), fmpq(0), fmpq(0), fmpq(650), fmpq(600)]
    ranges = [fmpq(60261), fmpq(628318530718, 10**11), fmpq(628318530718, 10**11), fmpq(1100), fmpq(1200)]
    point = [fmpq(1600), fmpq(1, 50), fmpq(3), fmpq(1000), fmpq(1100)]
    inner = [(x - mean) / scale for x, mean, scale in zip(point, means, ranges, strict=True)]
    scale, shift = fmpq(37394992, 10**5), fmpq(75188840201005975, 10**16)
    assert evaluate(folded, point) == [y * scale + shift for y in evaluate(stored, inner)]


def test_a_network_from_elsewhere_gets_a_neutral_normalisation(tmp_path):
    network = Network.from_rows([([[1, 0.5]], None), ([[3]], ["0.1"])], {"name": "é", "claims": {"pieces": 2}})
    write_network(network, tmp_path / "a.nnet")
    again = read_network(tmp_path / "a.nnet")
    assert again == network == read_network(tmp_path / "a.nnet", normalize=True)
    assert again.metadata == network.metadata
    lines = (tmp_path / "a.nnet").read_text().splitlines()
    assert lines[2:9] == ["2,2,1,2,", "2,1,1,", "0,", "-1e30,-1e30,", "1e30,1e30,", "0.0,0.0,0.0,", "1.0,1.0,1.0,"]


@pytest.mark.parametrize("name", ["n_ok", "n_extra", "n_emptyflag"])
def test_files_of_other_programs(name):
    assert document(CASES / f"{name}.nnet", "--box", "-1", "1")["pieces"] == 4


EXTRA = TEXT.replace("-1.0,0.0,", "-1.0,0.0,3,-4,").replace("1.0,10.0,", "1.0,10.0,7,8,")


def test_bounds_of_inputs_that_are_gone_are_kept():
    network = decode(EXTRA.encode())
    assert network == decode(TEXT.encode())
    assert network.metadata["nnet"]["minima"] == ["-1.0", "0.0", "3", "-4"]
    assert decode(encode(network)).metadata == network.metadata
    assert fold_normalization(network) == fold_normalization(decode(TEXT.encode()))


def test_means_of_inputs_that_are_gone_do_not_say_which_is_the_outputs():
    longer = decode(TEXT.replace("0.1,5.0,7.5", "0.1,5.0,7.5,7.5").encode())
    assert fold_normalization(longer) == fold_normalization(decode(TEXT.encode()))
    with pytest.raises(InputError, match="the means are 4 entries for 2 inputs and an output, so which one is the output's"):
        fold_normalization(decode(TEXT.replace("0.1,5.0,7.5", "0.1,5.0,7.5,0").encode()))


@pytest.mark.parametrize(("low", "high"), [("-inf", "inf"), ("-Infinity", "+inf"), ("-INF", "Infinity")])
def test_bounds_may_be_infinite(low, high):
    network = decode(TEXT.replace("-1.0,0.0,", f"{low},0.0,").replace("1.0,10.0,", f"1.0,{high},").encode())
    assert network == decode(TEXT.encode())
    assert network.metadata["nnet"]["maxima"] == ["1.0", high]
    assert decode(encode(network)).metadata == network.metadata


def one_input(flag, inner=""):
    """A net of one input: with it, the flag and the minima look the same."""
    return f"1,1,1,1,\n1,1,\n{flag}-1,\n{inner}1,\n0,0,\n1,1,\n2,\n3,\n".encode()


@pytest.mark.parametrize("flag", ["0,\n", "\n", "\n0,\n", "\n\n0,\n", ",\n", "0,\n\n"])
def test_the_flag_may_be_an_empty_line(flag):
    network = decode(one_input(flag, "\n"))
    assert network == Network.from_rows([([[2]], [3])])
    assert network.metadata["nnet"]["minima"] == ["-1"]
    assert decode(TEXT.replace("0,\n-1.0", f"{flag}-1.0").encode()) == decode(TEXT.encode())


def test_rounding_needs_leave():
    network = Network.from_rows([([["1/3"]], ["0.1"])])
    with pytest.raises(
        RoundingError, match=r"1 of the 2 weights .* layer 1: weight\[1\]\[1\] = 1/3, not a finite decimal; give --round"
    ):
        encode(network)
    assert decode(encode(network, round=True)) == Network.from_rows([([[1 / 3]], ["0.1"])])


def test_overflow_is_an_error_even_with_leave():
    network = Network.from_rows([([[f"1{'0' * 400}/3"]], None)])
    with pytest.raises(RoundingError, match="beyond the largest double"):
        encode(network, round=True)


REFUSED = {
    "empty": ("", "line 1: the file ends before four sizes"),
    "only comments": ("// x\n", "line 2: the file ends before four sizes"),
    "three sizes": (
        TEXT.replace("2,2,1,3,", "2,2,1,"),
        "line 2: four sizes (layers, inputs, outputs, greatest width): 3 entries",
    ),
    "size zero": (TEXT.replace("2,3,1,\n", "2,0,1,\n"), 'line 3: entry 2: "0" is not a size'),
    "size a word": (TEXT.replace("2,2,1,3", "two,2,1,3"), 'line 2: entry 1: "two" is not a size'),
    "size negative": (TEXT.replace("2,2,1,3", "-2,2,1,3"), 'line 2: entry 1: "-2" is not a size'),
    "size huge": (TEXT.replace("2,2,1,3", f"{'9' * 5000},2,1,3"), "line 2: entry 1: "),
    "layers claimed": (
        TEXT.replace("2,2,1,3", "999999999,2,1,3"),
        "line 3: the widths of all layers: 3 entries, but 1000000000",
    ),
    "widths disagree": (
        TEXT.replace("2,2,1,3", "2,2,4,3"),
        "line 3: the widths go from 2 to 1, but there are 2 inputs and 4 outputs",
    ),
    "few means": (TEXT.replace("0.1,5.0,7.5", "0.1,5.0"), "line 7: the means of the inputs and the output: 2 entries, but 3"),
    "mean a word": (TEXT.replace("0.1,5.0,7.5", "0.1,mean,7.5"), 'line 7: entry 2: "mean" is not a number'),
    "few bounds": (TEXT.replace("1.0,10.0,", "1.0,"), "line 6: the greatest inputs: 1 entries, but 2 are needed"),
    "bound no number": (TEXT.replace("1.0,10.0,", "1.0,nan,"), 'line 6: entry 2: "nan" is not a number'),
    "extra bound a word": (TEXT.replace("1.0,10.0,", "1.0,10.0,x,"), 'line 6: entry 3: "x" is not a number'),
    "infinite mean": (TEXT.replace("0.1,5.0,7.5", "inf,5.0,7.5"), 'line 7: entry 1: "inf" is not a number'),
    "empty flag, cut off": (TEXT[: TEXT.index("0.25")].replace("0,\n-1.0", "\n-1.0"), "line 16: the file ends before bias 1"),
    "NaN": (TEXT.replace("-2.5e-1", "nan"), 'line 10: entry 1: "nan" is not a number'),
    "infinity": (TEXT.replace("-2.5e-1", "-inf"), 'line 10: entry 1: "-inf" is not a number'),
    "a fraction": (TEXT.replace("-2.5e-1", "1/3"), "line 10: entry 1: it is a fraction"),
    "a hole": (TEXT.replace("-2.5e-1", ""), 'line 10: entry 1: "" is not a number'),
    "huge exponent": (TEXT.replace("-2.5e-1", "1e99999999"), "line 10: entry 1: "),
    "ragged": (TEXT.replace("-2.5e-1,3", "-2.5e-1"), "line 10: row 2 of the weight of layer 1: 1 entries, but 2 are needed"),
    "cut off": (TEXT[: TEXT.index("0.25")], "line 16: the file ends before bias 1 of layer 2"),
    "goes on": (TEXT + "1.0,\n", "line 17: the network is complete, but the file goes on"),
    "not text": ("\udcff", "line 1: byte 1 of the file is not UTF-8"),
    "kept metadata": ("// relupoly-metadata: {\n" + TEXT, "the comment relupoly-metadata: line 1, column 2: not JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    text, message = REFUSED[name]
    check_refused(read_network, tmp_path / "net.nnet", text.encode("utf-8", "surrogateescape"), message)


def test_a_range_of_zero_cannot_be_folded_in(tmp_path):
    path = tmp_path / "net.nnet"
    path.write_text(TEXT.replace("2.0,1e1,-3.0", "2.0,0.0,-3.0"))
    assert read_network(path).input_dim == 2
    with pytest.raises(InputError, match="the range of input 2 is 0"):
        read_network(path, normalize=True)


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ("x", 'metadata "nnet" is not an object of lists'),
        ({"means": 3}, 'metadata "nnet" is not an object of lists'),
        ({"means": ["1"]}, "the means of the inputs and the output are 1, not 2"),
        ({"means": ["1", "one"]}, r'metadata "nnet": means\[2\]: "one" is not a number'),
        ({"means": ["1", None]}, r"means\[2\]: None is not a number"),
        ({"means": ["1", "1/3"]}, r"means\[2\]: it is a fraction"),
    ],
)
def test_metadata_that_is_no_normalisation_is_refused_on_writing(kept, message):
    with pytest.raises(InputError, match=message):
        encode(Network.from_rows([([[1]], None)], {"nnet": kept}))


def test_a_comment_cannot_break_the_file():
    network = Network.from_rows([([[1]], None)], {"nnet": {"comments": ["one\n9,9\r\ntwo", "\ud800"]}})
    assert decode(encode(network)) == network
