"""From a table to a net and back: `evaluate` finds in a table what `train` has used, by Python's csv and fractions."""

import csv
import hashlib
import io
import json
import random
import signal
from fractions import Fraction

import numpy as np
import pytest
from command import assert_refused, lines, run, save

from relupoly.files import read_network

HOUSES = """\
id;size;city;pool;weight;price
1;50;Oslo;yes;1;1/2
2;80;"Bergen; west";no;2;3
3;NA;Oslo;no;1;4
4;30;Oslo;?;1;1
5;65;"Bergen; west";no;1/2;2.5
6;90;"Vik ""n"" x";yes;1;5
"""

LOSSES = {
    "squared": lambda costs: sum(weight * error * error for weight, error in costs),
    "absolute": lambda costs: sum(weight * abs(error) for weight, error in costs),
    "max": lambda costs: max(abs(error) for _, error in costs),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "houses.csv").write_text(HOUSES)
    return tmp_path


def train(*arguments, exit_code=0):
    result = run("train", *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def rows_of(text, separator=","):
    return list(csv.DictReader(io.StringIO(text), delimiter=separator))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "options",
    [
        ["--inputs", "size"],
        ["--inputs", "city,size", "--one-hot", "--dropna"],
        ["--exclude", "id,weight", "--one-hot", "--dropna"],
        ["--exclude", "1", "--weights", "weight", "--one-hot", "--dropna", "--output-bias"],
        ["--inputs", "4:pool,id", "--categories", "id,pool", "--dropna"],
    ],
    ids=lambda options: " ".join(options),
)
def test_the_loss_is_that_of_the_predictions(here, loss, options):
    weighted = "--weights" in options
    if loss == "max":
        options = [option for option in options if option not in ("--weights", "weight")]
        weighted = False
    answer = train("houses.csv", "-w", 1, "--loss", loss, "-o", "net.json", "--dropna", *options)
    result = run("evaluate", "net.json", "houses.csv", "--dropna")
    assert result.exit_code == 0, result.output
    predicted = rows_of(result.stdout)
    assert list(predicted[0]) == ["id", "size", "city", "pool", "weight", "price", "y"]
    known = {row["id"]: row for row in rows_of(HOUSES, ";")}
    for row in predicted:
        assert {name: entry for name, entry in row.items() if name != "y"} == known[row["id"]]
    costs = [
        (Fraction(row["weight"]) if weighted else Fraction(1), Fraction(row["y"]) - Fraction(row["price"])) for row in predicted
    ]
    total = LOSSES[loss](costs)
    assert Fraction(answer["loss_sum_exact"]) == total
    mean = total if loss == "max" else total / sum(weight for weight, _ in costs)
    assert Fraction(answer["loss_exact"]) == mean
    assert answer["samples"] == len(predicted)


def test_the_net_says_where_it_comes_from(here):
    answer = train("houses.csv", "-w", 1, "--exclude", "id,weight", "--one-hot", "--dropna", "-o", "net.json", "--output-bias")
    said = read_network("net.json").metadata["training"]
    assert said == {
        "schema": 1,
        "loss_function": "squared",
        "loss": answer["loss_exact"],
        "loss_sum": answer["loss_sum_exact"],
        "lower_bound": answer["lower_bound_exact"],
        "status": "optimal",
        "certified": True,
        "optimal": True,
        "width": 1,
        "bias": True,
        "output_bias": True,
        "samples": 4,
        "inputs": [
            {"name": "size", "number": 2},
            {"name": "city", "number": 3, "categories": ["Bergen; west", "Oslo", 'Vik "n" x']},
            {"name": "pool", "number": 4, "categories": ["no", "yes"]},
        ],
        "target": {"name": "price", "number": 6},
        "data": {"file": "houses.csv", "sha256": hashlib.sha256(HOUSES.encode()).hexdigest(), "columns": 6, "left_out": 2},
    }
    assert answer["network"]["metadata"] == {"training": said}
    assert run("convert", "net.json", "net.npz", "--round").exit_code == 0


def test_info_tells_on_what_a_net_was_trained(here):
    train("houses.csv", "-w", 1, "--inputs", "id,pool", "--categories", "pool", "--dropna", "-o", "net.json")
    assert "  trained on      houses.csv: id, pool\n" in run("info", "net.json").stdout
    document = json.loads(run("info", "net.json", "--json").stdout)
    assert document["training"] == read_network("net.json").metadata["training"]
    damaged = json.loads((here / "net.json").read_text())
    damaged["metadata"]["training"]["inputs"] = 5
    (here / "net.json").write_text(json.dumps(damaged))
    assert "trained on" not in run("info", "net.json").stdout


def test_columns_are_found_by_name_wherever_they_are(here):
    train("houses.csv", "-w", 1, "--inputs", "size,city", "--one-hot", "--dropna", "-o", "net.json")
    whole = run("evaluate", "net.json", "houses.csv", "--dropna")
    assert whole.stderr.splitlines() == [
        'inputs found by the names on which the network was trained: column 2 ("size"), 3 ("city"); 4 other columns kept',
        "1 row with missing values left out",
    ]
    expected = {row["id"]: row["y"] for row in rows_of(whole.stdout)}
    (here / "moved.csv").write_text('city,id,size\nOslo,1,50\n"Bergen; west",2,80\n')
    moved = run("evaluate", "net.json", "moved.csv")
    assert [row["y"] for row in rows_of(moved.stdout)] == [expected["1"], expected["2"]]
    records = [
        {"city": "Oslo", "size": 50, "old": True, "note": None},
        {"city": "Oslo", "size": "50", "old": [True], "note": 0.5},
    ]
    (here / "records.json").write_text(json.dumps(records))
    found = rows_of(run("evaluate", "net.json", "records.json").stdout)
    assert [list(row.values()) for row in found] == [
        ["Oslo", "50", "true", "", expected["1"]],
        ["Oslo", "50", "[true]", "0.5", expected["1"]],
    ]
    exact = rows_of(run("evaluate", "net.json", "-", stdin="size,city\n50,Oslo\n").stdout)
    assert exact == [{"size": "50", "city": "Oslo", "y": expected["1"]}]
    # Without names the columns stand in the order of the net's inputs, or are named.
    plain = run("evaluate", "net.json", "-", "--no-header", stdin="50,Oslo\n")
    assert (plain.stdout, plain.stderr) == (f"x1,x2,y\n50,Oslo,{expected['1']}\n", "")
    named = run("evaluate", "net.json", "-", "--inputs", "3,town", "--quiet", stdin="town,a,b\nOslo,1,50\n")
    assert named.stdout == f"town,a,b,y\nOslo,1,50,{expected['1']}\n"
    assert run("evaluate", "net.json", "--at", "50,Oslo").stdout == f"x1,x2,y\n50,Oslo,{expected['1']}\n"
    # --at takes the inputs themselves, too: size, Bergen, Oslo, Vik
    assert run("evaluate", "net.json", "--at", "50,0,1,0").stdout.splitlines()[1] == f"50,0,1,0,{expected['1']}"


def test_gradients_and_json_are_about_the_inputs(here):
    train("houses.csv", "-w", 1, "--inputs", "size,city", "--one-hot", "--dropna", "-o", "net.json")
    result = run("evaluate", "net.json", "houses.csv", "--dropna", "--show", "gradient")
    assert result.stdout.splitlines()[0].split(",")[6:] == [
        "dy/dsize",
        "dy/dcity=Bergen; west",
        "dy/dcity=Oslo",
        '"dy/dcity=Vik ""n"" x"',
    ]
    document = json.loads(run("evaluate", "net.json", "houses.csv", "--dropna", "--json").stdout)
    assert document["columns"] == ["id", "size", "city", "pool", "weight", "price"]
    assert document["inputs"] == ["size", "city=Bergen; west", "city=Oslo", 'city=Vik "n" x']
    assert document["rows"][0]["row"] == ["1", "50", "Oslo", "yes", "1", "1/2"]
    assert document["rows"][0]["point"] == ["50", "0", "1", "0"]
    net = read_network("net.json")
    for row in document["rows"]:
        assert row["value"] == [str(value) for value in net(row["point"])]


def test_a_table_without_a_header(here):
    text = "".join(f"{number},word,{number * number}\n" for number in (1, 3, 2))
    (here / "plain.csv").write_text(text)
    assert_refused(run("train", "plain.csv", "-w", 1, "--exclude", 2), "line 1 has numbers, and texts such as", "--no-header")
    train("plain.csv", "-w", 1, "--exclude", 2, "--no-header", "-o", "net.json")
    result = run("evaluate", "net.json", "plain.csv")
    assert result.stderr == ("inputs found by the numbers on which the network was trained: column 1; 2 other columns kept\n")
    assert [row[:3] for row in csv.reader(io.StringIO(result.stdout))] == [["x1", "x2", "x3"], *csv.reader(io.StringIO(text))]
    assert run("evaluate", "net.json", "-", stdin="1\n3\n").stdout.startswith("x,y\n1,")
    assert_refused(run("evaluate", "net.json", "-", stdin="1,2\n"), "line 1 has 2 numbers, but the network has 1 input; give 1")


def test_a_net_of_texts_alone_takes_a_first_line_of_texts(here):
    (here / "plain.csv").write_text("red,1\nblue,3\n")
    train("plain.csv", "-w", 1, "--one-hot", "--no-header", "-o", "net.json")
    assert run("evaluate", "net.json", "-", stdin="blue\nred\n").stdout == "x,y\nblue,3\nred,1\n"


def test_names_that_are_numbers_need_no_header_option_again(here):
    (here / "years.csv").write_text("city,2019,2020\nOslo,1,2\nBergen,3,5\n")
    train("years.csv", "-w", 1, "--header", "--inputs", "2019", "-o", "net.json")
    assert [row["y"] for row in rows_of(run("evaluate", "net.json", "years.csv").stdout)] == ["2", "5"]


def test_names_that_occur_twice(here):
    (here / "twice.csv").write_text("a,a,y\n1,5,2\n2,7,4\n")
    train("twice.csv", "-w", 1, "--inputs", "1", "-o", "net.json")
    assert [row["y"] for row in rows_of(run("evaluate", "net.json", "twice.csv").stdout)] == ["2", "4"]
    assert_refused(run("evaluate", "net.json", "-", stdin="b,a,a\n1,2,3\n"), '2 columns have the name "a"; name the columns')


REFUSED = {
    ("size,town\n50,Oslo\n",): ['there is no column "city", on which the network was trained', "--inputs"],
    ("size,city,x\n5,Oslo,1\n", "--exclude", "city"): ['the column "city" is excluded, but the network was trained on it'],
    ("size,city\n50,Bodo\n",): ['line 2, column 2 ("city"): "Bodo" is not among the categories', 'known are "Bergen; west"'],
    ("size,city\n,Oslo\n",): ['line 2, column 1 ("size"): it is missing; write a number, or give --dropna'],
    ("size,city\nNA,Oslo\n",): ['line 2, column 1 ("size"): it is missing ("NA")'],
    ("size,city\n5,\n",): ['line 2, column 2 ("city"): it is missing'],
    ("size,city\nbig,Oslo\n",): ['line 2, column 1 ("size"): "big" is not a number'],
    ("size;city\n1,5;Oslo\n",): ['line 2, column 1 ("size"): "1,5" has a decimal comma; write a point, 1.5'],
    ("size,city,x\n5,Oslo\n",): ["line 2 has 2 entries, but there are 3 columns"],
    ("a,b,c\n5,Oslo,1\n", "--inputs", "a"): ["1 column is chosen, but the network has 4 inputs from 2 columns; give 2"],
    ("a,b,c\n5,Oslo,1\n", "--inputs", "a,d"): ['there is no column "d"'],
    ("a,b,c\n5,Oslo,1\n", "--inputs", "1-3"): ["the header has 3 names, but the network has 4 inputs from 2 columns; give 2"],
    ("5,Oslo,3\n", "--inputs", "1,2"): [],
    ("4,Oslo,word\n", "--inputs", "1,2"): ["line 1 has numbers, and texts such as", "--header"],
}


@pytest.mark.parametrize("arguments", REFUSED, ids=str)
def test_what_evaluate_refuses(here, arguments):
    train("houses.csv", "-w", 1, "--inputs", "size,city", "--one-hot", "--dropna", "-o", "net.json")
    text, *options = arguments
    result = run("evaluate", "net.json", "-", *options, stdin=text)
    if REFUSED[arguments]:
        lines_said = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert (result.exit_code, result.stdout, len(lines_said)) == (3, "", 1)
        for part in REFUSED[arguments]:
            assert part in lines_said[0]
    else:
        assert result.exit_code == 0


DAMAGED = {
    "no list": ({"inputs": 3}, '"inputs" is not a list of columns'),
    "no object": ({"inputs": ["a"]}, "input 1 is not an object"),
    "name": ({"inputs": [{"name": 1, "number": 1}]}, 'input 1: "name" is no text'),
    "number": ({"inputs": [{"name": "a", "number": 0}]}, 'input 1: "number" is no column'),
    "truth": ({"inputs": [{"name": "a", "number": True}]}, 'input 1: "number" is no column'),
    "categories": ({"inputs": [{"number": 1, "categories": []}]}, 'input 1: "categories" is not a list of texts'),
    "twice": ({"inputs": [{"number": 1, "categories": ["a", "a"]}]}, 'input 1: "categories" has a text twice'),
    "count": ({"inputs": [{"number": 1}, {"number": 2}]}, '"inputs" are 2 inputs, but the network has 1'),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_metadata_that_are_damaged(here, name):
    said, message = DAMAGED[name]
    layers = [{"weight": [[1]]}, {"weight": [[1]]}]
    document = {"format": "relupoly-network", "version": 1, "layers": layers, "metadata": {"training": {"schema": 1, **said}}}
    (here / "net.json").write_text(json.dumps(document))
    assert_refused(run("evaluate", "net.json", "--at", "1"), "net.json: its metadata about the training are damaged", message)


@pytest.mark.parametrize("training", ["Adam, 100 epochs", {"epochs": 5}, {"schema": 1}, {"schema": 2, "inputs": 3}, None])
def test_metadata_of_others_say_nothing(here, training):
    layers = [{"weight": [[1]]}, {"weight": [[1]]}]
    document = {"format": "relupoly-network", "version": 1, "layers": layers, "metadata": {"training": training}}
    (here / "net.json").write_text(json.dumps(document))
    assert run("evaluate", "net.json", "-", stdin="a\n1\n").stdout == "a,y\n1,1\n"


def test_options_about_files_are_no_use_at_points(here):
    train("houses.csv", "-w", 1, "--inputs", "id", "-o", "net.json")
    for option in (["--inputs", "1"], ["--exclude", "1"], ["--dropna"], ["--no-header"]):
        assert_usage(run("evaluate", "net.json", "--at", "1", *option), "is for POINTS; leave it out")


def assert_usage(result, part):
    assert (result.exit_code, result.stdout) == (2, "")
    assert part in " ".join(result.stderr.split())


def test_a_certificate_is_checked_on_the_same_columns(here):
    options = ["--exclude", "id,weight", "--one-hot", "--dropna"]
    train("houses.csv", "-w", 1, "--certificate", "proof.jsonl", *options)
    assert run("check", "proof.jsonl", "houses.csv", *options).exit_code == 0
    assert run("check", "proof.jsonl", "houses.csv", "--inputs", "id").exit_code == 5


def test_rows_that_are_left_out_are_told(here):
    result = run("train", "houses.csv", "-w", 1, "--inputs", "size", "--dropna")
    assert result.stderr == "1 row with missing values left out, 5 rows kept\n"
    assert run("train", "houses.csv", "-w", 1, "--inputs", "size", "--dropna", "--quiet").stderr == ""


@pytest.mark.parametrize(("output", "place"), [("net.json", "net-{}.json"), ("w{width}_net.json", "w{}_net.json")])
@pytest.mark.parametrize("widths", ["1..9", "1-9"])
def test_one_file_for_each_width(here, output, place, widths):
    result = run("train", "houses.csv", "-w", widths, "--inputs", "id", "-o", output, "--jsonl")
    assert result.exit_code == 0, result.output
    answers = lines(result.stdout)
    assert [answer["width"] for answer in answers] == list(range(1, len(answers) + 1))
    assert len(answers) < 9
    for answer in answers:
        net = read_network(place.format(answer["width"]))
        assert (answer["output"], net.widths) == (place.format(answer["width"]), (answer["width"],))
        assert net.metadata["training"]["loss"] == answer["loss_exact"]
    assert sorted(path.name for path in here.glob("*.json")) == [place.format(answer["width"]) for answer in answers]
    assert result.stderr == f"nets wider than {len(answers)} are not written: none fits the samples better\n"
    again = run("train", "houses.csv", "-w", widths, "--inputs", "id", "-o", output)
    assert_refused(again, f"--output {place.format(1)}: the file exists")
    (here / place.format(1)).unlink()
    again = run("train", "houses.csv", "-w", widths, "--inputs", "id", "-o", output)
    assert_refused(again, f"{place.format(2)}: the file exists")
    assert not (here / place.format(1)).exists()


def test_one_width_in_a_name(here):
    train("houses.csv", "-w", 2, "--inputs", "id", "-o", "net{width}.json")
    assert (here / "net2.json").exists()
    (here / "1").mkdir()
    refused = run("train", "houses.csv", "-w", "1..2", "--inputs", "id", "-o", "{width}/net.json")
    assert_refused(refused, "--output 2/net.json: there is no folder")
    (here / "net-3.json").write_text("[[1, 2]]")
    refused = run("train", "net-3.json", "-w", "1..5", "-o", "net.json", "--force")
    assert_refused(refused, "--output net-3.json: it is the same file as DATA")
    assert_usage(run("train", "houses.csv", "-w", "1..2", "-o", "net{width}"), "which only native .json files hold")


def test_a_table_of_widths(here):
    arguments = ["houses.csv", "-w", "1..9", "--inputs", "id", "-o", "net.json", "--force"]
    table = rows_of(run("train", *arguments, "--csv").stdout)
    answers = lines(run("train", *arguments, "--jsonl").stdout)
    assert len(table) == len(answers) > 1
    for row, answer in zip(table, answers, strict=True):
        for key in ("loss_exact", "loss_sum_exact", "lower_bound_exact", "status", "output"):
            assert row[key] == answer[key]
        assert (row["width"], float(row["loss"]), row["optimal"]) == (str(answer["width"]), answer["loss"], "true")
    assert len(run("train", "houses.csv", "-w", "1", "--inputs", "id", "--csv").stdout.splitlines()) == 2
    for other in ("--json", "--jsonl"):
        assert_usage(run("train", "houses.csv", "-w", "1", "--inputs", "id", "--csv", other), "exclude each other")
    text = run("train", *arguments).stdout.splitlines()
    assert [line.split()[-1] for line in text[2:]] == [answer["output"] for answer in answers]


def said(text):
    """What a text for people says, by its first words."""
    return {line[2:13].strip(): line[14:] for line in text.splitlines()[1:] if line[2:13].strip()}


def test_a_stopped_run_says_what_the_loss_lies_between(here):
    result = run("train", "houses.csv", "-w", 2, "--inputs", "id", "--deadline", 0)
    assert result.exit_code == 4
    told = said(result.stdout)
    assert told["loss"].startswith("at best ")
    assert ", at least 0 on average (squared)" in told["loss"]
    assert told["loss_sum"].endswith(", at least 0: no net of width 2 has a smaller sum")
    assert told["certified"] == "no: nothing is proved"
    assert "bound" not in told
    answer = json.loads(run("train", "houses.csv", "-w", 2, "--inputs", "id", "--deadline", 0, "--json").stdout)
    assert (answer["optimal"], answer["certified"], answer["gap"]) == (False, True, 1.0)


def test_a_bound_that_is_proved_is_no_optimum(here):
    """Two samples with one input and different targets: no net, whatever its width, has a smaller loss than 1/2."""
    (here / "clash.csv").write_text("a,y\n1,0\n1,1\n2,5\n3,-4\n4,2\n")
    result = run("train", "clash.csv", "-w", 1, "--method", "local")
    told = said(result.stdout)
    assert ", at least 0.1 on average" in told["loss"]
    assert ", at least 0.5: no net" in told["loss_sum"]
    assert told["certified"] == "no: proved is the bound alone"
    assert said(run("train", "clash.csv", "-w", 1).stdout)["certified"] == "yes: bound and loss are exact"


@pytest.mark.parametrize(
    ("option", "value", "proved"),
    [
        ("--deadline", 0, "nothing is proved"),
        ("--memory", "4kB", "nothing is proved"),
        ("--method", "local", "nothing is proved"),
        ("--gap", 0.99, "proved is the bound alone"),
    ],
)
def test_nothing_is_certified_beside_a_gap(here, option, value, proved):
    told = said(run("train", "houses.csv", "-w", 2, "--exclude", "city,pool,size", option, value).stdout)
    assert told["gap"] != "0 %"
    assert told["certified"] == f"no: {proved}"


def test_ctrl_c_says_so_too(here, search):
    chance = random.Random(5)
    rows = [",".join(f"{chance.gauss(0, 1):.2f}" for _ in range(4)) for _ in range(60)]
    (here / "long.csv").write_text("\n".join(rows) + "\n")
    process = search("long.csv", "-w", 6, "-o", "net.json")
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    told = said(stdout)
    assert told["loss"].startswith("at best ")
    assert told["certified"].startswith("no: ")
    kept = read_network(here / "net.json").metadata["training"]
    assert (kept["status"], kept["optimal"]) == ("interrupted", False)


class TestSamplesThatSayWhatTheyAre:
    """What `train` takes as X and y, `evaluate` takes, too: y stays beside the predictions."""

    POINTS = ((1, 5), (2, 7), (3, 6), (4, 9))
    TARGETS = (1, 2, 2, 4)

    @pytest.fixture(params=["json", "npz", "weighted.json"])
    def samples(self, request, here):
        path = here / f"samples.{request.param}"
        parts = {"X": self.POINTS, "y": self.TARGETS} | ({"weights": [1, 2, 1, 1]} if "weighted" in request.param else {})
        if path.suffix == ".json":
            path.write_text(json.dumps(parts))
        else:
            np.savez(path, **parts)
        return path

    @pytest.mark.parametrize(("options", "places"), [([], [0, 1]), (["--inputs", "2"], [1]), (["--exclude", "1"], [1])])
    def test_the_inputs_of_the_training_are_found_again(self, samples, here, options, places):
        train(samples, *options, "--width", "1", "--output", "net.json")
        answer = rows_of(run("evaluate", "net.json", samples).stdout)
        network = read_network(here / "net.json")
        for row, point, target in zip(answer, self.POINTS, self.TARGETS, strict=True):
            assert [row["x1"], row["x2"], row["y"]] == [str(entry) for entry in (*point, target)]
            assert row["f"] == str(network([point[place] for place in places])[0])

    @pytest.mark.parametrize("samples", ["json", "weighted.json"], indirect=True)
    def test_rows_of_standard_input(self, samples, here):
        train(samples, "--width", "1", "--output", "net.json")
        piped = run("evaluate", "net.json", "-", "--points-format", "json", stdin=samples.read_text())
        assert piped.stdout == run("evaluate", "net.json", samples).stdout

    def test_points_without_targets(self, here):
        (here / "samples.json").write_text(json.dumps({"X": self.POINTS, "y": self.TARGETS}))
        (here / "new.json").write_text(json.dumps({"X": [[8, 8]]}))
        train("samples.json", "--width", "1", "--output", "net.json")
        [row] = rows_of(run("evaluate", "net.json", "new.json").stdout)
        assert row == {"x1": "8", "x2": "8", "y": str(read_network(here / "net.json")([8, 8])[0])}


def test_a_network_in_the_place_of_a_table(tmp_path):
    save(tmp_path / "net.json", ([[1]], None))
    assert_refused(run("train", tmp_path / "net.json", "--width", 1), 'it is a network; here write {"X": ..., "y": ...}')
