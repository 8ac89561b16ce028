"""`relupoly count-pieces`: its options and its answers."""

import csv
import json
import re
import time

import pytest
from command import assert_refused, count, document, lines, random_layers, run, save

from relupoly_cli.commands.count_pieces import count_pieces

HAT_COUNTS = {"open": 4, "activation": 4, "affine": 3, "closed": 4, "patterns": 4, "strict": 4}
IDENTITY_COUNTS = {"open": 1, "activation": 2, "affine": 1, "closed": 1, "patterns": 3, "strict": 2}

TEXT = """\
{file}: 4 affine pieces
  notion      open: maximal open connected sets on which the function is affine
  domain      R^n
  network     1 input, hidden layers: 3
  cells       4 full-dimensional activation cells
  certified   yes: every sign was proved
  time        S s
"""

TEXT_OF_ALL = """\
{file}: 1 affine piece
  open        1  maximal open connected sets on which the function is affine
  activation  2  full-dimensional activation cells
  affine      1  distinct affine functions
  closed      1  maximal closed connected sets on which the function is affine
  patterns    3  activation patterns that occur, on sets of any dimension
  strict      2  cells with a strict sign for every neuron
  domain      box -1 1
  network     1 input, hidden layers: 2
  cells       2 full-dimensional activation cells
  certified   yes: every sign was proved
  time        S s
  check       agrees: exact linear programs count 1 open, 2 activation, 1 affine, 1 closed, 3 patterns, 2 strict
"""


def timeless(text):
    return re.sub(r"\d+\.\d\d s$", "S s", text, flags=re.MULTILINE)


def test_text(nets):
    result = count(nets / "hat.json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert timeless(result.stdout) == TEXT.format(file=nets / "hat.json")


def test_text_of_all_notions_and_a_check(nets):
    result = count(nets / "identity.json", "--notion", "all", "--check", "--box", "-1", "1")
    assert (result.exit_code, result.stderr) == (0, "checking by exact linear programs; this is slow\n")
    assert timeless(result.stdout) == TEXT_OF_ALL.format(file=nets / "identity.json")


def test_document(nets):
    answer = document(nets / "hat.json")
    assert answer.pop("seconds") > 0
    assert answer == {
        "schema": 1,
        "file": str(nets / "hat.json"),
        "pieces": 4,
        "notion": "open",
        "counts": {"open": 4, "activation": 4},
        "domain": "R^n",
        "input_dim": 1,
        "widths": [3],
        "linear_neurons": 0,
        "cells": 4,
        "complete": True,
        "complete_notions": ["open", "activation"],
        "stopped": None,
        "certified": True,
    }


@pytest.mark.parametrize(("net", "counts"), [("hat", HAT_COUNTS), ("identity", IDENTITY_COUNTS)])
def test_notions(nets, net, counts):
    answer = document(nets / f"{net}.json", "--notion", "all")
    assert (answer["pieces"], answer["notion"], answer["counts"]) == (counts["open"], "open", counts)
    for notion, number in counts.items():
        answer = document(nets / f"{net}.json", "--notion", notion)
        assert (answer["pieces"], answer["notion"], answer["counts"][notion]) == (number, notion, number)
        assert set(counts) >= set(answer["counts"])
        assert all(answer["counts"][name] == counts[name] for name in answer["counts"])


def test_the_notions_offered_are_these():
    offered = next(option for option in count_pieces.params if option.name == "notion").type.choices
    assert list(offered) == ["open", "activation", "affine", "closed", "patterns", "strict", "all"]


class TestDegenerateNets:
    @pytest.mark.parametrize("domain", [[], ["--box", "-1", "2"]])
    @pytest.mark.parametrize(
        "layers",
        [
            [([[1, 2]], [4])],
            [([[0, 0]], [0]), ([[1]], [0])],
            [([[0, 0], [0, 0]], [1, -1]), ([[1, 1], [2, -1]], [0, 1]), ([[0, 0]], [0])],
            [([[1, 0]], [9]), ([[-1]], [-9]), ([[5]], [5])],
        ],
        ids=["no hidden layer", "zeros", "zeros in two layers", "a dead second layer"],
    )
    def test_affine_on_all_of_the_domain(self, tmp_path, layers, domain):
        answer = document(save(tmp_path / "net.json", *layers), *domain, "--notion", "all", "--check")
        assert [answer["counts"][name] for name in ("open", "affine", "closed")] == [1, 1, 1]
        assert answer["check"]["agrees"]

    def test_no_hidden_layer_is_one_piece_whatever_is_asked(self, nets):
        answer = document(nets / "affine.json", "--notion", "all", "--check", "--limit", "0", "--expect", "1")
        assert set(answer["counts"].values()) == {1}
        assert (answer["complete"], answer["widths"], answer["cells"]) == (True, [], 1)
        assert "no hidden layer" in count(nets / "affine.json").stdout

    def test_a_single_neuron(self, tmp_path):
        answer = document(save(tmp_path / "net.json", ([[1]], None), ([[1]], None)), "--notion", "all", "--check")
        assert set(answer["counts"].values()) == {2}


class TestStopping:
    def test_a_limit(self, nets):
        answer = document(nets / "hat.json", "--limit", "3", exit_code=4)
        assert (answer["complete"], answer["stopped"], answer["cells"], answer["pieces"]) == (False, "limit", 3, 3)

    def test_as_many_cells_as_the_limit_are_complete(self, nets):
        assert document(nets / "hat.json", "--limit", "4")["complete"]

    def test_a_limit_of_none(self, nets):
        assert document(nets / "hat.json", "--limit", "0", exit_code=4)["pieces"] == 0

    def test_closed_needs_all_cells(self, nets):
        answer = document(nets / "hat.json", "--limit", "3", "--notion", "closed", exit_code=4)
        assert (answer["pieces"], answer["complete"]) == (None, False)
        text = count(nets / "hat.json", "--limit", "3", "--notion", "closed").stdout
        assert "no count yet: stopped by the limit, and closed needs all cells" in text
        assert "  closed      ?  " in count(nets / "hat.json", "--limit", "3", "--notion", "all").stdout

    def test_a_deadline(self, nets):
        began = time.monotonic()
        answer = document(nets / "deep.json", "--deadline", "0.5", exit_code=4)
        assert time.monotonic() - began < 5
        assert (answer["complete"], answer["stopped"]) == (False, "deadline")
        assert answer["cells"] >= answer["pieces"] >= 0

    def test_a_deadline_is_for_each_network(self, nets):
        result = count(nets / "huge.json", nets / "hat.json", "--jsonl", "--deadline", "0.3")
        assert result.exit_code == 4
        assert [answer["complete"] for answer in lines(result.stdout)] == [False, True]

    def test_text(self, nets):
        result = count(nets / "hat.json", "--limit", "1")
        assert result.exit_code == 4
        assert ": 1 affine piece so far: stopped by the limit, the count is not complete\n" in result.stdout
        assert "  cells       1 full-dimensional activation cell so far\n" in result.stdout

    def test_a_layer_of_2000_neurons(self, nets):
        began = time.monotonic()
        assert document(nets / "wide.json", "--limit", "100", exit_code=4)["cells"] == 100
        assert time.monotonic() - began < 10

    @pytest.mark.parametrize("option", [["--deadline", "-1"], ["--deadline", "nan"], ["--deadline", "x"], ["--limit", "-1"]])
    def test_what_is_no_limit(self, nets, option):
        result = count(nets / "hat.json", *option)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"Invalid value for '{option[0]}'" in result.stderr

    def test_an_infinite_deadline_is_none(self, nets):
        assert document(nets / "hat.json", "--deadline", "inf")["complete"]


class TestExpecting:
    def test_the_right_number(self, nets):
        assert document(nets / "hat.json", "--expect", "4")["pieces"] == 4

    def test_another_number(self, nets):
        result = count(nets / "hat.json", "--expect", "5", "--quiet")
        assert result.exit_code == 5
        assert "4 affine pieces" in result.stdout
        assert result.stderr == f"Error: {nets / 'hat.json'}: expected 5, but 4 were counted (open)\n"

    def test_the_number_is_that_of_the_notion(self, nets):
        assert document(nets / "hat.json", "--notion", "affine", "--expect", "3")["pieces"] == 3
        assert document(nets / "hat.json", "--notion", "all", "--expect", "4")["counts"]["affine"] == 3

    def test_a_partial_count_is_not_judged(self, nets):
        assert not document(nets / "hat.json", "--expect", "3", "--limit", "3", exit_code=4)["complete"]
        assert not document(nets / "hat.json", "--expect", "9", "--limit", "3", exit_code=4)["complete"]


class TestChecking:
    def test_the_counts_of_the_check_are_in_the_document(self, nets):
        answer = document(nets / "hat.json", "--check", "--notion", "affine")
        assert answer["check"] == {"complete": True, "counts": {"affine": 3}, "agrees": True}

    def test_both_numbers_if_they_differ(self, nets, monkeypatch):
        def wrong(network, domain, notions, run):
            return dict.fromkeys(notions, 7)

        monkeypatch.setattr("relupoly.pieces.recount.recount", wrong)
        answer = document(nets / "hat.json", "--check", exit_code=5)
        assert (answer["pieces"], answer["check"]) == (4, {"complete": True, "counts": {"open": 7}, "agrees": False})
        result = count(nets / "hat.json", "--check", "--quiet")
        assert result.exit_code == 5
        assert result.stderr.endswith("hat.json: the check differs under open: 4 by the walk, 7 by linear programs\n")
        assert "  check       DIFFERS: exact linear programs count 7 open\n" in result.stdout

    def test_it_has_the_time_that_the_count_left(self, nets, monkeypatch):
        def slow(network, domain, notions, run):
            while True:
                run.tick()

        monkeypatch.setattr("relupoly.pieces.recount.recount", slow)
        answer = document(nets / "hat.json", "--check", "--deadline", "0.5", exit_code=4)
        assert (answer["pieces"], answer["complete"]) == (4, True)
        assert answer["check"] == {"complete": False, "stopped": "deadline"}
        text = count(nets / "hat.json", "--check", "--deadline", "0.5").stdout
        assert "  check       not finished: stopped by the deadline\n" in text

    def test_a_partial_count_is_not_checked(self, nets):
        assert "check" not in document(nets / "hat.json", "--check", "--limit", "1", exit_code=4)

    def test_a_random_net(self, tmp_path):

        answer = document(save(tmp_path / "net.json", *random_layers([2, 4, 3, 1])), "--check", "--notion", "all")
        assert answer["check"]["counts"] == answer["counts"]


class TestSeveralNetworks:
    def test_lines(self, nets):
        result = count(nets / "hat.json", nets / "identity.json", "--jsonl")
        assert (result.exit_code, result.stderr) == (0, "")
        answers = lines(result.stdout)
        assert [answer["file"] for answer in answers] == [str(nets / "hat.json"), str(nets / "identity.json")]
        assert [answer["pieces"] for answer in answers] == [4, 1]

    def test_an_unreadable_one_does_not_stop_the_others(self, nets):
        missing = str(nets / "missing.json")
        result = count(nets / "hat.json", missing, nets / "identity.json", "--jsonl")
        assert result.exit_code == 3
        first, second, third = lines(result.stdout)
        message = f"{missing}: there is no such file; check its name and folder"
        assert (first["pieces"], second, third["pieces"]) == (4, {"file": missing, "error": message}, 1)
        assert result.stderr == f"Error: {message}\n"

    def test_text(self, nets):
        result = count(nets / "missing.json", nets / "hat.json")
        assert result.exit_code == 3
        assert len(result.stderr.splitlines()) == 1
        assert timeless(result.stdout) == TEXT.format(file=nets / "hat.json")

    def test_a_domain_that_fits_only_one(self, nets):
        result = count(nets / "hat.json", nets / "cross.json", "--box", "0,0", "1", "--jsonl")
        assert result.exit_code == 3
        assert [answer.get("pieces") for answer in lines(result.stdout)] == [None, 1]

    def test_the_worst_exit_code(self, nets):
        assert count(nets / "hat.json", nets / "identity.json", "--jsonl", "--expect", "1", "--limit", "3").exit_code == 4
        assert count(nets / "hat.json", nets / "identity.json", "--jsonl", "--expect", "4").exit_code == 5
        assert count(nets / "missing.json", nets / "identity.json", "--jsonl", "--expect", "4").exit_code == 3

    def test_one_document_is_for_one_network(self, nets):
        result = count(nets / "hat.json", nets / "hat.json", "--json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "use --jsonl" in result.stderr

    def test_one_line_for_one_network(self, nets):
        [answer] = lines(count(nets / "hat.json", "--jsonl").stdout)
        assert answer["pieces"] == 4


class TestStandardInput:
    def test_json(self, nets):
        answer = document("-", stdin=(nets / "hat.json").read_bytes())
        assert (answer["file"], answer["pieces"]) == ("-", 4)

    def test_text_and_errors_name_it(self, nets):
        result = count("-", "--expect", "5", stdin=(nets / "hat.json").read_bytes())
        assert result.stdout.startswith("standard input: 4 affine pieces\n")
        assert result.stderr == "Error: standard input: expected 5, but 4 were counted (open)\n"

    def test_another_format(self, nets, tmp_path):
        assert run("convert", nets / "hat.json", tmp_path / "hat.npz").exit_code == 0
        data = (tmp_path / "hat.npz").read_bytes()
        assert document("-", "--format", "npz", stdin=data)["pieces"] == 4
        assert_refused(count("-", stdin=data), "standard input: ", "not UTF-8")

    def test_a_domain(self, nets):
        assert document(nets / "hat.json", "--domain", "-", stdin='{"A": [[-1]], "b": [-0.5]}')["pieces"] == 2

    @pytest.mark.parametrize("arguments", [["-", "-"], ["-", "--domain", "-"], ["-", "--through", "-"]])
    def test_it_can_be_read_once(self, arguments):
        result = count(*arguments, stdin="{}")
        assert (result.exit_code, result.stdout) == (2, "")
        assert 'standard input can be read once only; give "-" at one place' in result.stderr


class TestOutputFiles:
    def test_the_answer_goes_to_the_file(self, nets, tmp_path):
        target = tmp_path / "count.json"
        result = count(nets / "hat.json", "--json", "--output", target)
        assert (result.exit_code, result.output) == (0, "")
        assert json.loads(target.read_text())["pieces"] == 4
        assert sorted(tmp_path.iterdir()) == [target]

    def test_lines(self, nets, tmp_path):
        target = tmp_path / "counts.jsonl"
        assert count(nets / "hat.json", nets / "missing.json", "--jsonl", "-o", target).exit_code == 3
        assert [answer["file"] for answer in lines(target.read_text())] == [str(nets / "hat.json"), str(nets / "missing.json")]

    def test_a_partial_answer_is_written_too(self, nets, tmp_path):
        assert count(nets / "hat.json", "--limit", "1", "--json", "-o", tmp_path / "count.json").exit_code == 4
        assert json.loads((tmp_path / "count.json").read_text())["complete"] is False

    def test_an_existing_file_is_refused_before_the_work(self, nets, tmp_path):
        target = tmp_path / "count.txt"
        target.write_text("precious")
        began = time.monotonic()
        assert_refused(count(nets / "huge.json", "--output", target), f"--output {target}: the file exists; give --force")
        assert time.monotonic() - began < 5
        assert target.read_text() == "precious"
        assert count(nets / "hat.json", "--output", target, "--force").exit_code == 0
        assert timeless(target.read_text()) == TEXT.format(file=nets / "hat.json")

    def test_a_refused_network_leaves_no_file(self, nets, tmp_path):
        assert_refused(count(nets / "missing.json", "--output", tmp_path / "count.txt"), "missing.json")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["no/folder.txt", ".", "x" * 300])
    def test_places_that_cannot_be_written(self, nets, tmp_path, name):
        assert_refused(count(nets / "huge.json", "--output", tmp_path / name), "--output ")

    def test_standard_output(self, nets):
        assert document(nets / "hat.json", "--output", "-")["pieces"] == 4


class TestLinearNeurons:
    """relu(x) + x, where one of two hidden neurons is linear."""

    @pytest.fixture
    def net(self, tmp_path):
        return self.written(tmp_path / "net.json", [1])

    @staticmethod
    def written(path, linear):
        layers = [{"weight": [[1], [1]], "bias": [0, 0], "linear": linear}, {"weight": [[1, 1]]}]
        path.write_text(json.dumps({"format": "relupoly-network", "version": 2, "layers": layers}))
        return path

    def test_the_text_says_of_which_net_the_cells_are(self, net, tmp_path):
        said = "  network     1 input, hidden layers: 2; 1 of their neurons linear: cells and patterns are those of this net\n"
        assert said in count(net).stdout
        assert said in count(net, "--box", "-1", "1", "--notion", "all").stdout
        assert "neurons linear" not in count(self.written(tmp_path / "other.json", [])).stdout

    def test_documents(self, net, tmp_path):
        assert document(net)["linear_neurons"] == 1
        assert document(net, "--limit", "1", exit_code=4)["linear_neurons"] == 1
        assert document(self.written(tmp_path / "other.json", []))["linear_neurons"] == 0
        assert json.loads(count(net, "--jsonl").stdout)["linear_neurons"] == 1

    def test_several_sets(self, net, tmp_path):
        for name, sides in {"a": [0, 1], "b": [-1, 0]}.items():
            (tmp_path / f"{name}.json").write_text(json.dumps({"lower": sides[:1], "upper": sides[1:]}))
        places = ["--domain", tmp_path / "a.json", "--domain", tmp_path / "b.json"]
        assert document(net, *places)["linear_neurons"] == 1
        assert [one["linear_neurons"] for one in document(net, *places, "--each")["each"]] == [1, 1]

    def test_rows(self, net):
        rows = list(csv.DictReader(count(net, "--csv", "--notion", "all").stdout.splitlines()))
        assert [row["linear_neurons"] for row in rows] == ["1"] * 6

    def test_parts_and_checkpoints(self, net, tmp_path):
        """A part holds the network, and what is told of it comes from there: parts of older versions tell it, too."""
        for number in (1, 2):
            assert count(net, "--shard", f"{number}/2", "--output", tmp_path / f"{number}.part").exit_code == 0
        assert "linear_neurons" not in (tmp_path / "1.part").read_text()
        merged = json.loads(run("merge", tmp_path / "1.part", tmp_path / "2.part", "--json").stdout)
        assert (merged["linear_neurons"], merged["complete"]) == (1, True)
        assert json.loads(run("merge", tmp_path / "1.part", "--json").stdout)["linear_neurons"] == 1
        for _ in range(2):  # the second time all is done
            assert document(net, "--checkpoint", tmp_path / "a.part")["linear_neurons"] == 1
