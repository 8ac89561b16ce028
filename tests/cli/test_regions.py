"""`relupoly regions`: cells and pieces as lines of JSON, as a table, as one document; and which of them are told."""

import csv
import io
import json
import os
import signal
from fractions import Fraction

import pytest
from command import PROGRAM, all_shown, assert_refused, count, lines, on_terminal, random_layers, run, save, start

NETS = {
    "cross": [([[1, 0], [0, 1]], None), ([[1, 2]], None)],
    "hat": [([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)],
    # |x| has one kink, and a neuron that changes nothing
    "absolute": [([[1], [-1], [1]], [0, 0, 1]), ([[1, 1, 0]], None)],
    # relu(x) + relu(-x - 1): zero on [-1, 0], and |x| beyond; the outputs are it and x
    "two": [([[1], [-1]], [0, -1]), ([[1, 1], [1, -1]], None)],
    "affine": [([[1, 2, 3]], [4])],
    "deep": random_layers([2, 6, 6, 1]),
    "huge": random_layers([6, 40, 40, 40, 1]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    for name, layers in NETS.items():
        save(folder / f"{name}.json", *layers)
    (folder / "left.json").write_text('{"lower": [-2, -2], "upper": [-1, 2]}')
    (folder / "right.json").write_text('{"lower": [1, -2], "upper": [2, 2]}')
    (folder / "line.csv").write_text("0,1\n2,1\n")
    (folder / "plane.csv").write_text("0,0,1\n1,0,1\n0,1,1\n")
    return folder


@pytest.fixture
def here(folder, tmp_path, monkeypatch):
    """The folder of a test, with the files."""
    monkeypatch.chdir(tmp_path)
    for file in folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    return tmp_path


def regions(*arguments, exit_code=0, **options):
    result = run("regions", *arguments, **options)
    assert result.exit_code == exit_code, result.output
    return result


def records(*arguments, **options):
    return lines(regions(*arguments, **options).stdout)


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_cells(here):
    result = regions("cross.json", "--cells", "--box", "-1", "1")
    assert result.stderr == ""
    found = {record["pattern"][0]: record for record in lines(result.stdout)}
    assert sorted(record["number"] for record in found.values()) == [1, 2, 3, 4]
    cell = found["+-"]
    facets = {(*map(int, facet["normal"]), int(facet["offset"])): facet for facet in cell["facets"]}
    assert {key: (facet["neurons"], facet["sides"]) for key, facet in facets.items()} == {
        (-1, 0, 0): ([[1, 1]], []),
        (0, 1, 0): ([[1, 2]], []),
        (1, 0, 1): ([], [3]),
        (0, -1, 1): ([], [2]),
    }
    beyond = dict(zip([facet["normal"][0] + facet["normal"][1] for facet in cell["facets"]], cell["neighbours"], strict=True))
    assert beyond == {"-10": ["--"], "01": ["++"], "10": None, "0-1": None}
    assert (cell["gradient"], cell["constant"], cell["rays"], cell["bounded"]) == (["1", "0"], "0", [], True)
    assert {tuple(vertex) for vertex in cell["vertices"]} == {("0", "0"), ("1", "0"), ("0", "-1"), ("1", "-1")}
    assert (cell["point"], cell["volume"]) == (["1/2", "-1/2"], "1")


def test_pieces(here):
    """-1, 0, 0, 1: the kink at -1 changes nothing, so that [-2, 0] is one piece of two cells."""
    [left, right] = sorted(records("absolute.json", "--box", "-2", "2"), key=lambda one: len(one["cells"]), reverse=True)
    assert left["notion"] == "open"
    assert sorted(left["patterns"]) == [["-++"], ["-+-"]]
    assert (left["gradient"], left["constant"], left["volume"], left["convex"]) == (["-1"], "0", "2", True)
    assert (right["patterns"], right["volume"]) == ([["+-+"]], "2")
    assert sorted([*left["cells"], *right["cells"]]) == [1, 2, 3]
    assert sorted(facet["offset"] for facet in left["facets"]) == ["0", "2"]


def test_several_outputs_have_lists(here):
    found = {record["pattern"][0]: record for record in records("two.json", "--cells")}
    assert found["-+"]["gradient"] == [["-1"], ["1"]]
    assert found["-+"]["constant"] == ["-1", "1"]
    assert found["--"]["gradient"] == [["0"], ["0"]]


def test_a_network_without_hidden_layer_is_one_piece(here):
    [record] = records("affine.json")
    assert (record["cells"], record["gradient"], record["constant"]) == ([1], ["1", "2", "3"], "4")
    assert (record["facets"], record["bounded"], record["volume"]) == ([], False, None)


@pytest.mark.parametrize("notion", ["open", "activation", "closed", "affine"])
@pytest.mark.parametrize(
    "words",
    [
        ["hat.json"],
        ["two.json", "--box", "-3", "1/2"],
        ["deep.json", "--box", "-1", "1"],
        ["deep.json", "--through", "line.csv", "--box", "-1", "3"],
        ["deep.json", "--domain", "left.json", "--domain", "right.json"],
    ],
    ids=" ".join,
)
def test_as_many_as_count_pieces_counts(here, notion, words):
    found = records(*words, "--notion", notion, "--fields", "number,notion")
    expected = json.loads(count(*words, "--notion", notion, "--json").stdout)["pieces"]
    assert found == [{"number": number, "notion": notion} for number in range(1, expected + 1)]


def test_volumes_add_up_to_the_box(here):
    for more in (["--cells"], []):
        volumes = [Fraction(record["volume"]) for record in records("deep.json", "--box", "-1", "1", *more)]
        assert sum(volumes) == 4


class TestForms:
    def test_fields_are_told_in_their_order_with_the_number(self, here):
        [first, *_] = records("cross.json", "--cells", "--fields", " volume,pattern , gradient")
        assert list(first) == ["number", "pattern", "gradient", "volume"]
        [first, *_] = records("cross.json", env={"RELUPOLY_REGIONS_FIELDS": "pattern"})
        assert list(first) == ["number", "patterns"]

    def test_one_document(self, here):
        document = json.loads(regions("cross.json", "--json", "--cells", "--box", "-1", "1").stdout)
        assert document.pop("records") == records("cross.json", "--cells", "--box", "-1", "1")
        assert document == {
            "schema": 1,
            "file": "cross.json",
            "domain": "box -1 1",
            "notion": None,
            "inputs": 2,
            "outputs": 1,
            "complete": True,
            "stopped": None,
        }
        closed = json.loads(regions("hat.json", "--json", "--notion", "closed", "--fields", "number").stdout)
        assert (closed["notion"], closed["records"]) == ("closed", [{"number": number} for number in range(1, 5)])

    def test_a_table_says_what_records_say(self, here):
        words = ["deep.json", "--cells", "--box", "-1", "1"]
        rows = table(regions(*words, "--csv").stdout)
        assert list(rows[0]) == [
            *("number", "pattern", "dy/dx1", "dy/dx2", "constant", "facets", "neighbours", "vertices", "rays", "x1", "x2"),
            *("bounded", "volume"),
        ]
        for row, record in zip(rows, records(*words), strict=True):
            assert row == {
                "number": str(record["number"]),
                "pattern": "|".join(record["pattern"]),
                **{f"dy/dx{place}": entry for place, entry in enumerate(record["gradient"], 1)},
                "constant": record["constant"],
                "facets": str(len(record["facets"])),
                "neighbours": str(len([one for one in record["neighbours"] if one is not None])),
                "vertices": str(len(record["vertices"])),
                "rays": str(len(record["rays"])),
                **{f"x{place}": entry for place, entry in enumerate(record["point"], 1)},
                "bounded": str(record["bounded"]).lower(),
                "volume": record["volume"],
            }

    def test_a_table_of_pieces_and_several_outputs(self, here):
        [*rows] = table(regions("two.json", "--csv", "--box", "-3", "1", "--at", "-1").stdout)
        assert [list(row) for row in rows] == [
            [
                *("at", "number", "notion", "cells", "patterns", "dy1/dx", "dy2/dx", "constant1", "constant2", "facets"),
                *("neighbours", "convex", "x", "bounded", "volume"),
            ]
        ] * 2
        assert {(row["at"], row["dy1/dx"], row["dy2/dx"], row["constant2"], row["volume"]) for row in rows} == {
            ("-1", "-1", "1", "1", "2"),
            ("-1", "0", "0", "0", "1"),
        }

    def test_unbounded_and_empty_tables(self, here):
        rows = table(regions("cross.json", "--csv", "--fields", "bounded,volume").stdout)
        assert {(row["bounded"], row["volume"]) for row in rows} == {("false", "")}
        assert regions("cross.json", "--csv", "--bounded", "--fields", "patterns,volume").stdout == "number,patterns,volume\n"

    @pytest.mark.parametrize(
        ("suffix", "option"), [("csv", "--csv"), ("json", "--json"), ("jsonl", "--jsonl"), ("tsv", "--csv"), ("txt", "--jsonl")]
    )
    def test_files_are_what_their_suffix_says(self, here, suffix, option):
        target = here / f"list.{suffix}"
        assert regions("hat.json", "--output", target.name).output == ""
        expected = regions("hat.json", option).stdout
        assert target.read_text() == (expected.replace(",", "\t") if suffix == "tsv" else expected)
        assert_refused(run("regions", "hat.json", "--output", target.name), "the file exists")
        assert regions("hat.json", "--output", target.name, "--force").output == ""
        assert sorted(os.listdir()) == sorted(
            [*(f"{name}.json" for name in NETS), "left.json", "right.json", "line.csv", "plane.csv", target.name]
        )

    def test_the_network_may_be_standard_input(self, here):
        assert lines(regions("-", stdin=(here / "hat.json").read_text()).stdout) == records("hat.json")


class TestFilters:
    def test_numbers_are_those_of_the_full_list(self, here):
        every = records("hat.json", "--cells")
        assert records("hat.json", "--cells", "--bounded") == [record for record in every if record["bounded"]]
        assert 0 < len(records("hat.json", "--cells", "--bounded")) < len(every)

    def test_volumes(self, here):
        every = records("deep.json", "--box", "-1", "1")
        chosen = sorted(Fraction(record["volume"]) for record in every)[len(every) // 2]
        found = records("deep.json", "--box", "-1", "1", "--min-volume", str(chosen), "--fields", "number")
        assert found == [{"number": one["number"]} for one in every if Fraction(one["volume"]) >= chosen]

    def test_an_unbounded_piece_has_any_volume(self, here):
        assert len(records("hat.json", "--min-volume", "1e9")) == 2
        assert records("hat.json", "--min-volume", "1e9", "--bounded") == []

    @pytest.mark.parametrize(
        ("level", "patterns"),
        [("0", ["+--", "+++", "---"]), ("1/2", ["+--", "++-"]), ("1", ["+--", "++-"]), ("1.01", []), ("-1e-9", [])],
    )
    def test_levels(self, here, level, patterns):
        """The hat is 0 outside of (-1, 1), and 1 at 0."""
        found = records("hat.json", "--cells", "--crossing", level, "--fields", "pattern")
        assert sorted(record["pattern"][0] for record in found) == sorted(patterns + (["++-"] if level == "0" else []))
        assert len(records("hat.json", "--crossing", level)) == len(found)

    def test_levels_of_one_of_several_outputs(self, here):
        assert len(records("two.json", "--cells", "--crossing", "1:5")) == 2
        assert len(records("two.json", "--cells", "--crossing", "2:5")) == 1

    def test_a_limit(self, here):
        result = regions("hat.json", "--limit", "2", exit_code=4)
        assert [record["number"] for record in lines(result.stdout)] == [1, 2]
        assert result.stderr == "Error: the list is not complete: 2 pieces so far, stopped by the limit\n"
        document = json.loads(regions("hat.json", "--limit", "1", "--json", "--cells", exit_code=4).stdout)
        assert (len(document["records"]), document["complete"], document["stopped"]) == (1, False, "limit")

    def test_a_limit_that_is_the_number_of_all(self, here):
        result = regions("hat.json", "--limit", "4")
        assert (len(lines(result.stdout)), result.stderr) == (4, "")
        assert regions("hat.json", "--limit", "0", exit_code=4).stdout == ""

    def test_a_deadline(self, here):
        result = regions("hat.json", "--deadline", "0", exit_code=4)
        assert result.stdout == ""
        assert result.stderr == "Error: the list is not complete: 0 pieces so far, stopped by the deadline\n"


class TestAPoint:
    def test_inside(self, here):
        [record] = records("cross.json", "--cells", "--at", "1,-1/2")
        assert (record["number"], record["at"], record["pattern"]) == (1, ["1", "-1/2"], ["+-"])

    def test_on_a_border_all_are_told(self, here):
        found = records("cross.json", "--at", "0,0", "--at", "0,5", "--fields", "gradient")
        assert sorted(record["gradient"] for record in found if record["at"] == ["0", "0"]) == [
            ["0", "0"],
            ["0", "2"],
            ["1", "0"],
            ["1", "2"],
        ]
        assert sorted(record["gradient"] for record in found if record["at"] == ["0", "5"]) == [["0", "2"], ["1", "2"]]

    def test_filters_hold_there_too(self, here):
        assert records("hat.json", "--at", "1", "--bounded", "--fields", "bounded") == [
            {"number": record["number"], "at": ["1"], "bounded": True}
            for record in records("hat.json", "--at", "1")
            if record["bounded"]
        ]

    def test_outside_of_the_domain(self, here):
        result = regions("cross.json", "--box", "0", "1", "--at", "2,0", "--at", "1,1", "--fields", "volume", exit_code=3)
        assert lines(result.stdout) == [{"number": 1, "at": ["1", "1"], "volume": "1"}]
        assert result.stderr == "Error: --at 2,0: it lies outside of the domain, box 0 1\n"

    def test_each_piece_that_was_listed_is_found_at_its_point(self, here):
        for record in records("deep.json", "--box", "-1", "1"):
            [found] = records("deep.json", "--box", "-1", "1", f"--at={','.join(record['point'])}")
            kept = ("gradient", "constant", "volume", "convex", "bounded")
            assert [found[key] for key in kept] == [record[key] for key in kept]
            assert sorted(found["patterns"]) == sorted(record["patterns"])


class TestASubspace:
    def test_records_have_a_point_among_the_inputs(self, here):
        for record in records("cross.json", "--cells", "--through", "line.csv", "--box", "-1", "1"):
            [t] = record["point"]
            assert [Fraction(entry) for entry in record["input"]] == [2 * Fraction(t), 1]
            assert record["volume"] == "1"
        header = regions("cross.json", "--through", "line.csv", "--csv", "--fields", "gradient,point").stdout.splitlines()[0]
        assert header == "number,dy/dt,t,x1,x2"

    def test_a_point_is_a_parameter_or_an_input(self, here):
        [by_parameter] = records("cross.json", "--cells", "--through", "line.csv", "--at", "1/2")
        [by_input] = records("cross.json", "--cells", "--through", "line.csv", "--at", "1,1")
        assert by_parameter == by_input
        assert by_input["at"] == ["1/2"]
        [inside] = records("affine.json", "--through", "plane.csv", "--at", "3,4,1", "--fields", "gradient")
        assert inside == {"number": 1, "at": ["3", "4"], "gradient": ["1", "2"]}

    def test_other_points(self, here):
        assert_refused(
            run("regions", "cross.json", "--through", "line.csv", "--at", "1,2"),
            "--at 1,2 does not lie on the 1-dimensional subspace; give a point on it, or its parameters t",
        )
        assert_refused(
            run("regions", "cross.json", "--through", "line.csv", "--at", "1,2,3"),
            "--at 1,2,3 has 3 numbers, but the network has 2 inputs; give 1, the parameters t, or 2",
        )


class TestManyInputs:
    """Cells of boxes of many inputs have neither vertices nor volumes."""

    WORDS = ("wide.json", "--box", "-1/8", "1/8", "--cells")

    def test_cells(self, here):
        save(here / "wide.json", *random_layers([20, 3, 1]))
        found = records(*self.WORDS)
        assert len(found) == json.loads(count(*self.WORDS[:-1], "--notion", "activation", "--json").stdout)["pieces"]
        assert {(record["vertices"], record["volume"], record["bounded"]) for record in found} == {(None, None, True)}
        for record in found:
            [same] = records(*self.WORDS, f"--at={','.join(record['point'])}", "--fields", "pattern")
            assert same["pattern"] == record["pattern"]

    def test_filters(self, here):
        save(here / "wide.json", *random_layers([20, 3, 1]))
        assert_refused(run("regions", *self.WORDS, "--min-volume", "1"), "volumes of cells of so many inputs are not known")
        every = records(*self.WORDS, "--bounded")
        values = [sum(Fraction(a) * Fraction(x) for a, x in zip(one["gradient"], one["point"], strict=True)) for one in every]
        level = values[0] + Fraction(every[0]["constant"])
        found = records(*self.WORDS, "--crossing", str(level), "--fields", "number")
        assert {"number": every[0]["number"]} in found
        assert records(*self.WORDS, "--crossing", "1e9") == []


REFUSED = {
    ("missing.json",): (3, "missing.json: there is no such file"),
    ("cross.json", "--at", "1"): (3, "--at 1 has 1 number, but the network has 2 inputs; give 2"),
    ("cross.json", "--at", "1,x"): (3, '--at 1,x, coordinate 2: "x" is not a number'),
    ("cross.json", "--at", "1,"): (3, '--at 1,, coordinate 2: "" is not a number'),
    ("cross.json", "--box", "0", "1,2,3"): (3, "--box: HI has 3 numbers"),
    ("two.json", "--crossing", "0"): (3, "--crossing 0: the network has 2 outputs; say which, as in --crossing 1:0"),
    ("two.json", "--crossing", "3:0"): (3, "--crossing 3:0: the network has 2 outputs; they are numbered from 1"),
    ("cross.json", "--crossing", "2:1/2"): (3, "--crossing 2:1/2: the network has 1 output; they are numbered from 1"),
    ("cross.json", "--output", "no/list"): (3, "there is no folder"),
    ("cross.json", "--output", "cross.json", "--force"): (3, "it is the same file as NET"),
    ("cross.json", "--at", "1", "2"): (2, "a point is one word, with commas between its coordinates: --at 1,2"),
    ("cross.json", "--crossing", "x"): (2, '"x" is not a number'),
    ("cross.json", "--crossing", "0:1"): (2, "'0' is no number of an output; write LEVEL, or K:LEVEL with K from 1"),
    ("cross.json", "--crossing", "a:1"): (2, "'a' is no number of an output"),
    ("cross.json", "--min-volume", "-1"): (2, "'-1' is negative, and no volume is"),
    ("cross.json", "--min-volume", "1/0"): (2, "has the denominator 0"),
    ("cross.json", "--limit", "-1"): (2, "-1"),
    ("cross.json", "--fields", "volum"): (2, "'volum' is no field; choose from number, pattern, piece"),
    ("cross.json", "--fields", "volume,volume"): (2, "names something twice"),
    ("cross.json", "--fields", "vertices"): (2, "--fields: vertices is told of cells; add --cells"),
    ("cross.json", "--cells", "--fields", "convex"): (2, "--fields: convex is told of pieces; leave --cells out"),
    ("cross.json", "--cells", "--notion", "open"): (2, "--cells lists activation cells, whatever the notion"),
    ("cross.json", "--notion", "strict"): (2, "'strict' is not one of"),
    ("cross.json", "--json", "--csv"): (2, "--json and --csv exclude each other"),
    ("cross.json", "--vertices"): (2, "--vertices finds those of cells; add --cells"),
    ("cross.json", "--explain"): (2, "--explain tells of a point; add --at POINT"),
    ("cross.json", "--explain", "--at", "1,2", "--csv"): (2, "leave --json, --jsonl or --csv out"),
    ("cross.json", "--explain", "--at", "1,2", "--fields", "volume"): (2, "leave --fields out"),
    ("cross.json", "--explain", "--at", "1,2", "--limit", "1"): (2, "leave --limit out"),
    ("cross.json", "--explain", "--at", "1,2", "--cells", "--vertices"): (2, "leave --vertices out"),
    ("cross.json", "--ine", ""): (2, "--ine '': it is no name; give one of a file *.ine, or of a folder"),
    ("cross.json", "--level", "0"): (2, "--level is about a surface; add --obj, --ply or --stl"),
    ("cross.json", "--output-number", "1"): (2, "--output-number is for --obj, --ply or --stl without --level"),
    ("cross.json", "--formula", "text", "--json"): (2, "--formula takes the place of records; leave --json"),
    ("cross.json", "--formula", "fortran"): (2, "'fortran' is not one of"),
    ("cross.json", "--graph", "-"): (2, "--graph names a file, since the list goes to standard output"),
    ("cross.json", "--at", "1,2", "--graph", "g.json"): (2, "--at tells of points, and --graph writes a whole list"),
    ("cross.json", "--at", "1,2", "--formula", "text"): (2, "--at tells of points, and --formula writes a whole list"),
    ("-", "--domain", "-"): (2, "standard input can be read once only"),
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_is_refused(arguments, here):
    before = sorted(os.listdir())
    code, message = REFUSED[arguments]
    result = regions(*arguments, exit_code=code)
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert message in errors[0]
    assert result.stdout == ""
    assert sorted(os.listdir()) == before


# Gives three cells, then looks for the next one without end.
ENDLESS = f"""
import itertools, sys
import relupoly.parallel.each_cell as module
from relupoly.pieces.listing.look import look_alone

def three(parts, fields, work, *, jobs, run):
    yield list(itertools.islice(look_alone(parts, fields, work, run), 3))
    print("waiting", file=sys.stderr, flush=True)
    while True:
        run.tick()

module.each_cell = three
{PROGRAM}"""


def test_a_reader_that_has_enough_costs_no_further_record(here):
    process = start("regions", "huge.json", "--cells", "--fields", "pattern", program=ENDLESS)
    assert process.stderr.readline() == "waiting\n"
    found = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert [record["number"] for record in found] == [1, 2, 3]
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"], ["--output", "o.jsonl"]])
def test_ctrl_c_leaves_whole_records(options, here):
    process = start("regions", "huge.json", "--cells", "--fields", "pattern", *options, program=ENDLESS)
    assert process.stderr.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stderr == "Error: the list is not complete: 3 cells so far, stopped by Ctrl-C\n"
    if "--json" in options:
        document = json.loads(stdout)
        assert (document["complete"], document["stopped"], len(document["records"])) == (False, "interrupted", 3)
    elif "--csv" in options:
        assert len(table(stdout)) == 3
    else:
        text = stdout if not options else (here / "o.jsonl").read_text()
        assert [record["number"] for record in lines(text)] == [1, 2, 3]


def test_a_deadline_while_the_next_record_is_looked_for(here):
    struck = "relupoly.run.run.time = types.SimpleNamespace(perf_counter=lambda: time.perf_counter() + 1000)"
    program = ENDLESS.replace("import itertools, sys", "import itertools, sys, time, types\nimport relupoly.run.run").replace(
        "    while True:", f"    {struck}\n    while True:"
    )
    process = start("regions", "huge.json", "--cells", "--deadline", "900", "--fields", "number", program=program)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 4
    assert stdout == "".join(f'{{"number": {number}}}\n' for number in (1, 2, 3))
    assert stderr == "waiting\nError: the list is not complete: 3 cells so far, stopped by the deadline\n"


def test_progress_is_not_drawn_between_records(here):
    program = f"from relupoly_cli.output import progress\nprogress._SECONDS_BETWEEN = 0\n{PROGRAM}"
    for target, drawn in ((None, False), ("o.jsonl", True)):
        more = ["--output", target] if target else []
        process, terminal = on_terminal("regions", "deep.json", *more, streams=["stdout", "stderr"], program=program)
        shown = all_shown(terminal)
        assert process.wait(60) == 0
        assert (b" pieces, " in shown) is drawn
        assert (b'{"number": 1,' in shown) is not drawn
