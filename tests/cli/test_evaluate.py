"""`relupoly evaluate`: exact values, doubles, patterns and gradients at points, row by row."""

import csv
import io
import json
import os
import signal
import subprocess
from fractions import Fraction

import numpy as np
import pytest
from command import PROGRAM, all_shown, assert_refused, lines, on_terminal, random_layers, run, save, start
from hypothesis import given
from hypothesis import strategies as st
from oracles.derivatives import are_differentiable, derivatives, values
from oracles.strategies import linear_nets

from relupoly.files import write_network
from relupoly.networks.network import Layer, Network

ALL = "value,float,pattern,gradient"
# |x| and 2 y; and two outputs that are -1/3 and beyond all doubles
NETS = {
    "folds": [([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 0, 0], [0, 0, 2, -2]], None)],
    "line": [([["1/3"]], ["-0.1"])],
    "huge": [([["1e400"], ["-1e400"], ["-1e-400"], [0]], None)],
    "deep": random_layers([2, 8, 8, 1]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluate")
    for name, layers in NETS.items():
        save(folder / f"{name}.json", *layers)
    return folder


@pytest.fixture
def here(folder, tmp_path, monkeypatch):
    """The folder of a test, with the nets."""
    monkeypatch.chdir(tmp_path)
    for name in NETS:
        (tmp_path / f"{name}.json").symlink_to(folder / f"{name}.json")
    return tmp_path


def evaluate(*arguments, exit_code=0, **options):
    result = run("evaluate", *arguments, **options)
    assert result.exit_code == exit_code, result.output
    return result


def table(text):
    return list(csv.reader(io.StringIO(text)))


def test_values(here):
    (here / "points.csv").write_text("width, height\n1/3, 0.5\n-2,1e1\n")
    result = evaluate("folds.json", "points.csv")
    assert result.stdout == "width,height,y1,y2\n1/3,0.5,1/3,1\n-2,1e1,2,20\n"
    assert result.stderr == ""


def test_everything(here):
    result = evaluate("folds.json", "--at", "1/3,2", "--at", "-1,-1/7", "--show", ALL)
    assert table(result.stdout) == [
        ["x1", "x2", "y1", "y2", "y1_float", "y2_float", "pattern", "dy1/dx1", "dy1/dx2", "dy2/dx1", "dy2/dx2"],
        ["1/3", "2", "1/3", "4", repr(1 / 3), "4.0", "+-+-", "1", "0", "0", "2"],
        ["-1", "-1/7", "1", "-2/7", "1.0", repr(-2 / 7), "-+-+", "-1", "0", "0", "2"],
    ]
    assert result.stderr == ""


def test_the_order_is_that_of_the_list(here):
    assert evaluate("line.json", "--at", "1", "--show", " gradient, value").stdout == "x,dy/dx,y\n1,1/3,7/30\n"


def test_one_input_and_one_output(here):
    assert evaluate("line.json", "-", stdin="0\n0.3\n").stdout == "x,y\n0,-1/10\n0.3,0\n"
    assert evaluate("line.json", "-", stdin="0\n", env={"RELUPOLY_EVALUATE_SHOW": "float"}).stdout == "x,y_float\n0,-0.1\n"


def test_doubles_are_rounded_once(here):
    result = evaluate("huge.json", "--at", "1", "--show", "float")
    assert result.stdout == "x,y1_float,y2_float,y3_float,y4_float\n1,inf,-inf,-0.0,0.0\n"
    answer = json.loads(evaluate("huge.json", "--at", "1", "--show", "float", "--json").stdout)
    assert answer["rows"][0]["float"] == ["inf", "-inf", -0.0, 0.0]


def test_kinks(here):
    """At 0 the first output has a kink, and the second one has not, though all preactivations vanish."""
    result = evaluate("folds.json", "--at", "0,0", "--at", "1,0", "--at", "0,1", "--show", "pattern,gradient")
    assert table(result.stdout)[1:] == [
        ["0", "0", "0000", "undefined", "undefined", "0", "2"],
        ["1", "0", "+-00", "1", "0", "0", "2"],
        ["0", "1", "00+-", "undefined", "undefined", "0", "2"],
    ]
    assert result.stderr == "Warning: at 2 points an output has a kink; its derivatives there are undefined\n"
    assert evaluate("folds.json", "--at", "0,0", "--show", "gradient", "--quiet").stderr == ""
    answer = json.loads(evaluate("folds.json", "--at", "0,0", "--show", "gradient", "--json").stdout)
    assert answer["rows"] == [{"point": ["0", "0"], "gradient": [None, ["0", "2"]]}]


def test_patterns_of_layers_and_linear_neurons(here):
    layers = Network.from_rows([([[1], [2], [-1]], None), ([[1, 0, 0], [0, 0, 1]], [-1, 0]), ([[1, 1]], None)]).layers
    net = Network((Layer(layers[0].weight, layers[0].bias, (1,)), Layer(layers[1].weight, layers[1].bias, (0, 1)), layers[2]))
    write_network(net, here / "net.json")
    assert evaluate("net.json", "--at", "1", "--show", "pattern").stdout == "x,pattern\n1,+-|\n"
    assert evaluate("line.json", "--at", "1", "--show", "pattern").stdout == "x,pattern\n1,\n"
    answer = json.loads(evaluate("net.json", "--at", "1", "--show", "pattern", "--json").stdout)
    assert answer["rows"] == [{"point": ["1"], "pattern": ["+-", ""]}]


CLASHES = {
    "x,y": ["x", "y", "y1", "y2", "pattern", "dy1/dx", "dy1/dy", "dy2/dx", "dy2/dy"],
    "y1,f2": ["y1", "f2", "f_1", "f_2", "pattern", "df_1/dy1", "df_1/df2", "df_2/dy1", "df_2/df2"],
    "a,dy1/da": ["a", "dy1/da", "f1", "f2", "pattern", "df1/da", "df1/ddy1/da", "df2/da", "df2/ddy1/da"],
    "a,pattern": ["a", "pattern", "y1", "y2", "y1_pattern", "dy1/da", "dy1/dpattern", "dy2/da", "dy2/dpattern"],
    "a,a": ["a", "a", "y1", "y2", "pattern", "dy1/dx1", "dy1/dx2", "dy2/dx1", "dy2/dx2"],
    '"a,b",c': ["a,b", "c", "y1", "y2", "pattern", "dy1/da,b", "dy1/dc", "dy2/da,b", "dy2/dc"],
}


@pytest.mark.parametrize("header", CLASHES)
def test_names_that_the_points_have_already(header, here):
    result = evaluate("folds.json", "-", "--show", "value,pattern,gradient", stdin=f"{header}\n1,2\n")
    assert table(result.stdout)[0] == CLASHES[header]


def test_y_is_an_input(here):
    result = evaluate("deep.json", "-", "--show", "value,float,gradient", stdin="x,y\n1,2\n")
    assert table(result.stdout)[0] == ["x", "y", "f", "f_float", "df/dx", "df/dy"]


def test_names_do_nothing_to_a_terminal(here):
    result = evaluate("folds.json", "-", stdin="a\x1b[2J\tb\n1\t2\n")
    assert result.stdout == "a\\x1b[2J,b,y1,y2\n1,2,1,4\n"


@given(linear_nets(inputs=2), st.data())
def test_every_number_against_the_definition(tmp_path_factory, net, data):
    entries = st.one_of(st.integers(-2, 2).map(Fraction), st.fractions(-3, 3, max_denominator=5))
    points = data.draw(st.lists(st.tuples(*[entries] * net.input_dim), min_size=1, max_size=3))
    path = tmp_path_factory.mktemp("net") / "net.json"
    write_network(net, path)
    text = "".join(",".join(map(str, point)) + "\n" for point in points)
    answer = json.loads(evaluate(path, "-", "--show", ALL, "--json", stdin=text).stdout)
    for point, row in zip(points, answer["rows"], strict=True):
        outputs, signs = values(net, point)
        assert list(map(Fraction, row["point"])) == list(point)
        assert list(map(Fraction, row["value"])) == outputs
        assert row["float"] == list(map(float, outputs))
        assert row["pattern"] == ["".join("0+-"[sign] for sign in layer) for layer in signs]
        slopes = [derivatives(net, point, [Fraction(i == j) for j in range(len(point))]) for i in range(len(point))]
        expected = [list(column) for column in zip(*slopes, strict=True)]
        smooth = are_differentiable(net, point)
        assert [gradient and list(map(Fraction, gradient)) for gradient in row["gradient"]] == [
            column if defined else None for column, defined in zip(expected, smooth, strict=True)
        ]


def test_the_table_says_what_json_says(here):
    arguments = ["deep.json", "--at", "1/3,2", "--at", "0,-5", "--show", ALL]
    rows = json.loads(evaluate(*arguments, "--json").stdout)["rows"]
    assert lines(evaluate(*arguments, "--jsonl").stdout) == rows
    flat = [
        [*row["point"], *row["value"], *map(repr, row["float"]), "|".join(row["pattern"]), *row["gradient"][0]] for row in rows
    ]
    assert table(evaluate(*arguments).stdout)[1:] == flat


def test_document(here):
    (here / "points.json").write_text('[{"a": 0.5, "b": "1/3"}]')
    assert json.loads(evaluate("folds.json", "points.json", "--json").stdout) == {
        "schema": 1,
        "file": "folds.json",
        "points": "points.json",
        "inputs": ["a", "b"],
        "outputs": ["y1", "y2"],
        "rows": [{"point": ["1/2", "1/3"], "value": ["1/2", "2/3"]}],
        "complete": True,
        "stopped": None,
    }


def test_an_answer_is_a_file_of_points(here):
    """Floats of an array become fractions in the table, so that nothing is rounded on the way."""
    np.save("points.npy", np.array([[0.1], [-2.5]], dtype=np.float32))
    first = table(evaluate("line.json", "points.npy").stdout)
    assert [Fraction(x) for x, _ in first[1:]] == [Fraction(float(np.float32(0.1))), Fraction(-5, 2)]
    again = "".join(f"{x}\n" for x, _ in first[1:])
    assert table(evaluate("line.json", "-", stdin=again).stdout)[1:] == first[1:]


@pytest.mark.parametrize("name", ["json", "npy"])
def test_formats_of_standard_input(name, here):
    stream = io.BytesIO()
    np.save(stream, np.array([[1, 2]]))
    data = {"json": b"[[1, 2]]", "npy": stream.getvalue()}[name]
    assert evaluate("folds.json", "-", "--points-format", name, stdin=data).stdout == "x1,x2,y1,y2\n1,2,1,4\n"


def test_the_network_may_be_standard_input(here):
    text = (here / "line.json").read_text()
    assert evaluate("-", "--at", "3", stdin=text).stdout == "x,y\n3,9/10\n"


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "jsonl", "txt"])
def test_files_are_what_their_suffix_says(suffix, here):
    arguments = ["folds.json", "--at", "1,2", "--show", "value,gradient"]
    target = here / f"answer.{suffix}"
    assert evaluate(*arguments, "--output", target.name).output == ""
    direct = {"json": ["--json"], "jsonl": ["--jsonl"]}.get(suffix, [])
    expected = evaluate(*arguments, *direct).stdout
    assert target.read_text() == (expected.replace(",", "\t") if suffix == "tsv" else expected)
    assert_refused(run("evaluate", *arguments, "--output", target.name), "the file exists")
    assert evaluate(*arguments, "--output", target.name, "--force").output == ""


def test_arrays(here):
    (here / "points.csv").write_text("1/3,2\n-1,7\n0,0\n")
    evaluate("folds.json", "points.csv", "--show", "float", "--output", "answer.npy")
    found = np.load("answer.npy")
    assert (found.dtype, found.tolist()) == (np.float64, [[1 / 3, 4.0], [1.0, 14.0], [0.0, 0.0]])


def test_an_array_that_finds_no_room_is_printed(here, monkeypatch):
    def fsync(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    result = evaluate("folds.json", "--at", "1/3,2", "--show", "float", "--output", "answer.npy", exit_code=3)
    assert result.stdout == f"y1_float,y2_float\n{1 / 3!r},4.0\n"
    assert result.stderr.startswith("Error: answer.npy: it cannot be written")
    assert not (here / "answer.npy").exists()


REFUSED = {
    ("folds.json", "missing.csv"): (3, "missing.csv: there is no such file"),
    ("missing.json", "--at", "1,2"): (3, "missing.json"),
    ("folds.json", "bad.csv"): (3, 'bad.csv: line 3, column 2 ("b"): "x" is not a number'),
    ("folds.json", "hole.csv"): (3, 'hole.csv: line 2, column 1 ("a"): it is missing; write a number'),
    ("folds.json", "nan.csv"): (3, 'nan.csv: line 1, column 2: it is missing ("nan"); write a number'),
    ("folds.json", "inf.json"): (3, "inf.json: row 1, column 1: inf is not a finite number"),
    ("folds.json", "short.csv"): (3, "short.csv: line 1 has 1 number, but the network has 2 inputs; give 2"),
    ("folds.json", "empty.csv"): (3, "empty.csv: it holds no point; write one on each line"),
    ("folds.json", "bad.csv", "--json"): (3, "bad.csv: line 3"),
    ("folds.json", "bad.csv", "--output", "o.csv"): (3, "bad.csv: line 3"),
    ("folds.json", "bad.csv", "--points-format", "xyz"): (3, 'bad.csv: unknown format "xyz"'),
    ("folds.json", "--at", "1"): (3, "--at 1 has 1 number, but the network has 2 inputs; give 2"),
    ("folds.json", "--at", "1,two"): (3, '--at 1,two, column 2: "two" is not a number'),
    ("folds.json", "--at", "1,"): (3, "--at 1,, column 2: it is missing"),
    ("folds.json", "--at", "1,2", "--normalize"): (3, "json files have no normalisation"),
    ("folds.json", "--at", "1,2", "--output", "no/o.csv"): (3, "there is no folder"),
    ("folds.json", "bad.csv", "--output", "bad.csv", "--force"): (3, "it is the same file as POINTS"),
    ("folds.json", "folds.json"): (3, 'folds.json: it is a network; here write {"points": ...}'),
    ("folds.json",): (2, "give either POINTS or --at"),
    ("folds.json", "bad.csv", "--at", "1,2"): (2, "give either POINTS or --at"),
    ("folds.json", "1/3,2"): (2, "1/3,2 is no file; for a point give --at 1/3,2"),
    ("folds.json", "1", "2"): (2, "its coordinates: --at 1,2"),
    ("--deadline", "5", "folds.json", "1", "-2", "--show", "float"): (2, "its coordinates: --at 1,-2"),
    ("folds.json", "--at", "1", "2"): (2, "a point is one word, with commas between its coordinates: --at 1,2"),
    ("folds.json", "--at", "1", "-2", "3e-1", "1/3"): (2, "its coordinates: --at 1,-2,3e-1,1/3"),
    ("--at=1,", "-.5", "folds.json"): (2, "its coordinates: --at 1,-.5"),
    ("--show", "float", "--at", "0", "1", "--at", "1,1", "folds.json"): (2, "its coordinates: --at 0,1"),
    ("folds.json", "--at", "1,2", "--points-format", "csv"): (2, "--points-format is for POINTS"),
    ("-", "-"): (2, "standard input can be read once only"),
    ("folds.json", "--at", "1,2", "--show", "valu"): (
        2,
        "'valu' is nothing to show; choose from value, float, pattern, gradient",
    ),
    ("folds.json", "--at", "1,2", "--show", ""): (2, "'' is nothing to show"),
    ("folds.json", "--at", "1,2", "--show", "value,value"): (2, "names something twice"),
    ("folds.json", "--at", "1,2", "--json", "--jsonl"): (2, "exclude each other"),
    ("folds.json", "--at", "1,2", "--output", "o.npy"): (2, "an .npy file holds the outputs as doubles; add --show float"),
    ("folds.json", "--at", "1,2", "--output", "o.npy", "--show", "float", "--json"): (2, "leave --json and --jsonl out"),
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_is_refused(arguments, here):
    (here / "bad.csv").write_text("a,b\n1,2\n3,x\n")
    (here / "hole.csv").write_text("a,b\n,2\n")
    (here / "nan.csv").write_text("1,nan\n")
    (here / "inf.json").write_text("[[Infinity, 1]]")
    (here / "short.csv").write_text("1\n")
    (here / "empty.csv").write_text("")
    before = sorted(os.listdir())
    code, message = REFUSED[arguments]
    result = evaluate(*arguments, exit_code=code)
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert message in errors[0]
    if code == 3:
        assert result.stderr.splitlines() == errors
    streamed = arguments == ("folds.json", "bad.csv")
    assert result.stdout == ("a,b,y1,y2\n1,2,1,4\n" if streamed else ""), "what was answered before stays"
    assert sorted(os.listdir()) == before


def test_rows_are_answered_as_they_come(here):
    process = start("evaluate", "folds.json", "-", stdin=subprocess.PIPE)
    for text, answer in (("a,b\n1,2\n", ["a,b,y1,y2", "1,2,1,4"]), ("3,4\n", ["3,4,3,8"])):
        process.stdin.write(text)
        process.stdin.flush()
        assert [process.stdout.readline() for _ in answer] == [f"{line}\n" for line in answer]
    stdout, stderr = process.communicate()
    assert (process.returncode, stdout, stderr) == (0, "", "")


def test_a_reader_that_has_enough(here):
    process = start("evaluate", "folds.json", "-", stdin=subprocess.PIPE)
    process.stdin.write("1,2\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write("1,2\n" * 100)
    process.stdin.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


# Does something when it waits for more, after it has read something.
WAITING = f"""
import sys, time, types
import relupoly.files.tables.line_stream as lines
import relupoly.run.run

ready, heard = lines._is_ready, []

def announced(stream):
    found = ready(stream)
    heard.append(found)
    if heard[-2:] == [True, False]:
        {{deed}}
    return found

lines._is_ready = announced
{PROGRAM}"""


@pytest.mark.parametrize("options", [[], ["--json"], ["--output", "o.json"]])
def test_ctrl_c_while_nothing_comes(options, here):
    program = WAITING.format(deed='print("waiting", file=sys.stderr, flush=True)')
    process = start("evaluate", "folds.json", "-", *options, stdin=subprocess.PIPE, program=program)
    process.stdin.write("1,2\n3,4\n")
    process.stdin.flush()
    assert process.stderr.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.stdout.read(), process.stderr.read()
    assert process.wait(60) == 130
    assert stderr == "Error: not all points are answered: 2 points answered so far, stopped by Ctrl-C\n"
    process.communicate()
    if options:
        document = json.loads((here / "o.json").read_text() if "--output" in options else stdout)
        assert (document["complete"], document["stopped"], len(document["rows"])) == (False, "interrupted", 2)
    else:
        assert stdout == "x1,x2,y1,y2\n1,2,1,4\n3,4,3,8\n"


def test_a_deadline_while_nothing_comes(here):
    program = WAITING.format(
        deed="relupoly.run.run.time = types.SimpleNamespace(perf_counter=lambda: time.perf_counter() + 1000)"
    )
    process = start("evaluate", "folds.json", "-", "--deadline", "900", "--json", stdin=subprocess.PIPE, program=program)
    process.stdin.write("1,2\n")
    process.stdin.flush()
    stdout, stderr = process.stdout.read(), process.stderr.read()
    assert process.wait(60) == 4
    process.communicate()
    document = json.loads(stdout)
    assert (document["complete"], document["stopped"]) == (False, "deadline")
    assert [row["value"] for row in document["rows"]] == [["1", "4"]]
    assert stderr == "Error: not all points are answered: 1 point answered so far, stopped by the deadline\n"


def test_a_deadline_of_nothing(here):
    (here / "points.csv").write_text("1,2\n" * 10)
    result = evaluate("folds.json", "points.csv", "--deadline", "0", "--json", exit_code=4)
    document = json.loads(result.stdout)
    assert (document["inputs"], document["rows"], document["stopped"]) == (["x1", "x2"], [], "deadline")
    evaluate("folds.json", "points.csv", "--deadline", "0", "--show", "float", "--output", "o.npy", exit_code=4)
    assert np.load("o.npy").shape == (0, 2)


def test_progress_is_not_drawn_between_rows(here):
    """On a terminal rows come out; the line of progress would stand between them."""
    (here / "points.csv").write_text("1,2\n" * 3000)
    program = f"from relupoly_cli.output import progress\nprogress._SECONDS_BETWEEN = 0\n{PROGRAM}"
    for target, drawn in ((None, False), ("o.csv", True)):
        more = ["--output", target] if target else []
        process, terminal = on_terminal(
            "evaluate", "folds.json", "points.csv", *more, streams=["stdout", "stderr"], program=program
        )
        shown = all_shown(terminal)
        assert process.wait(60) == 0
        assert (b" points, " in shown) is drawn
        assert (shown.count(b"1,2,1,4") == 3000) is not drawn


def test_other_formats_of_networks(here, shared):
    net = shared / "nets" / "acasxu" / "ACASXU_run2a_3_3_batch_2000.nnet"
    plain, folded = (evaluate(net, "--at", "0,0,0,0,0", *more).stdout for more in ([], ["--normalize"]))
    assert plain.splitlines()[0] == folded.splitlines()[0] == "x1,x2,x3,x4,x5,y1,y2,y3,y4,y5"
    assert plain != folded


def test_an_image(here, shared):
    pytest.importorskip("onnx")
    rows = (shared / "nets" / "mnistfc" / "three_points.csv").read_text().splitlines()
    (here / "image.csv").write_text(f"{rows[0]}\n")
    net = shared / "nets" / "onnx" / "mnist_0.1.onnx"
    [_, row] = table(evaluate(net, "image.csv", "--show", "float").stdout)
    outputs = list(map(float, row[784:]))
    assert len(outputs) == 10
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(str(net))
    image = np.array([[float(Fraction(x)) for x in rows[0].split(",")]], dtype=np.float32)
    shape = [size if isinstance(size, int) else 1 for size in session.get_inputs()[0].shape]
    [expected] = session.run(None, {session.get_inputs()[0].name: image.reshape(shape)})
    assert np.allclose(outputs, expected.ravel(), atol=1e-3)
