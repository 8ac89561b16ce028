"""Answers as rows of a table, and folders and patterns of networks as inputs."""

import csv
import io
import json
import os

import pytest
from command import assert_refused, count, document, lines, run

from relupoly_cli.arguments.net_inputs import NetInputs


def table(result, exit_code=0):
    assert result.exit_code == exit_code, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture
def folder(nets, tmp_path, monkeypatch):
    """A folder with two nets, and files that are none."""
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "my nets"
    place.mkdir()
    for name in ("hat", "cross"):
        (place / f"{name}.json").write_bytes((nets / f"{name}.json").read_bytes())
    (place / "manifest.jsonl").write_text("{}\n")
    (place / "domain.json").write_text('{"A": [[1]], "b": [1]}')
    (place / ".hidden.json").write_bytes((nets / "hat.json").read_bytes())
    (place / "below.json").mkdir()
    return place


class TestInputs:
    def test_a_folder(self, folder):
        result = count("my nets", "--jsonl")
        assert [(row["file"], row["pieces"]) for row in lines(result.stdout)] == [
            ("my nets/cross.json", 4),
            ("my nets/hat.json", 4),
        ]
        assert result.stderr == "passed over, since they hold no network: 1 file (my nets/domain.json)\n"

    def test_a_pattern_that_no_shell_has_expanded(self, folder):
        result = count("my nets/h*.json", "--jsonl")
        assert [row["file"] for row in lines(result.stdout)] == ["my nets/hat.json"]
        assert NetInputs.of(["**/[c]*.json"]).files == ("my nets/cross.json",)

    def test_a_pattern_passes_over_what_holds_no_network_as_a_folder_does(self, folder):
        result = count("my nets/*.json", "--jsonl")
        assert result.exit_code == 0
        assert [row["file"] for row in lines(result.stdout)] == ["my nets/cross.json", "my nets/hat.json"]
        assert result.stderr == "passed over, since they hold no network: 1 file (my nets/domain.json)\n"

    def test_the_only_file_of_a_pattern_is_not_passed_over(self, folder):
        assert NetInputs.of(["my nets/d*.json"]).files == ("my nets/domain.json",)
        (folder / "data.json").write_text("{}")
        assert NetInputs.of(["my nets/d*.json"]).files == ("my nets/data.json", "my nets/domain.json")

    def test_a_file_whose_name_looks_like_a_pattern(self, folder):
        os.rename("my nets/hat.json", "a[1].json")
        assert document("a[1].json")["file"] == "a[1].json"

    def test_what_is_unreadable_does_not_stop_the_others(self, folder):
        (folder / "bad.npz").write_text("x")
        result = count("my nets", "--jsonl")
        assert (result.exit_code, len(lines(result.stdout))) == (3, 3)

    @pytest.mark.parametrize("place", ["my nets/below.json", "nothing/*.json"])
    def test_nothing_there(self, folder, place):
        assert_refused(count(place), place, "no network" if "below" in place else "no file fits")

    def test_one_document_is_of_one_network(self, folder):
        assert count("my nets", "--json").exit_code == 2
        assert count("my nets", "--shard", "1/2").exit_code == 2

    def test_info_of_many(self, folder):
        result = run("info", "my nets", "my nets/hat.json", "nope.json")
        heads = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
        assert [line.partition(":")[0] for line in heads] == ["my nets/cross.json", "my nets/hat.json", "my nets/hat.json"]
        assert result.exit_code == 3
        assert "nope.json: there is no such file" in result.stderr


class TestRows:
    def test_of_counts(self, folder):
        rows = table(count("my nets", "--notion", "all", "--csv", "--check"))
        assert len(rows) == 2 * 6
        for row in rows:
            whole = document(row["file"], "--notion", "all", "--check")
            assert int(row["count"]) == whole["counts"][row["notion"]]
            assert row["check"] == str(whole["check"]["counts"].get(row["notion"], ""))
            assert (row["complete"], row["certified"], row["stopped"]) == ("true", "true", "")
            assert row["widths"] == "x".join(map(str, whole["widths"]))

    def test_of_counts_that_are_not_complete(self, folder):
        rows = table(count("my nets/hat.json", "--limit", "1", "--csv"), exit_code=4)
        assert [(row["complete"], row["stopped"]) for row in rows] == [("false", "limit")]

    def test_of_input_sets(self, folder):
        for name, sides in {"a": [0, 1], "b": [-1, 0]}.items():
            (folder / f"{name}.json").write_text(json.dumps({"lower": sides[:1], "upper": sides[1:]}))
        places = ["--domain", "my nets/a.json", "--domain", "my nets/b.json"]
        rows = table(count("my nets/hat.json", *places, "--each", "--csv"))
        assert [row["domain"].split()[-1] for row in rows] == ["a.json", "b.json"]

    def test_of_info(self, folder):
        rows = table(run("info", "my nets", "--csv"))
        for row in rows:
            whole = json.loads(run("info", row["file"], "--json").stdout)
            assert int(row["parameters"]) == whole["parameters"]
            assert row["widths"] == "x".join(map(str, whole["widths"]))
            assert int(row["regions_at_most"]) == min(whole["upper_bounds"].values())

    def test_of_info_on_a_domain(self, folder):
        [row] = table(run("info", "my nets/hat.json", "--box", "2", "3", "--csv"))
        assert (row["stable_active"], row["stable_inactive"], row["domain"]) == ("3", "0", "box 2 3")

    def test_of_bounds(self, folder):
        whole = json.loads(run("bounds", "--widths", "2x64x64", "--json").stdout)
        rows = table(run("bounds", "--widths", "2,64,64", "--csv"))
        for row in rows:
            value = whole[row["side"]][row["bound"]]
            assert row["value"] == ("" if value is None else str(value))
        assert {(row["side"], row["bound"]) for row in rows if row["best"] == "true"} == {
            (side, whole["best"][side]["name"]) for side in ("upper", "lower") if whole["best"][side]
        }

    def test_a_bound_of_thousands_of_digits(self):
        [row] = [row for row in table(run("bounds", "--widths", "1,50000", "--csv")) if row["bound"] == "trivial"]
        assert len(row["value"]) == 15052

    def test_of_a_grid(self, tmp_path):
        command = ["hard", "sawtooth", "--grid", "width=2..3,depth=1", "--out-dir", tmp_path / "saws"]
        text = run(*command).stdout.splitlines()
        assert text[1].split() == ["file", "width", "depth", "pieces", "activation", "hidden_layers", "size"]
        assert [line.split()[1:4] for line in text[2:]] == [["2", "1", "3"], ["3", "1", "4"]]
        rows = table(run(*command, "--csv"))
        assert [(row["width"], row["pieces"], row["size"]) for row in rows] == [("2", "3", "2"), ("3", "4", "3")]

    def test_a_long_grid_is_shown_in_part(self, tmp_path):
        command = ["hard", "sawtooth", "--grid", "width=2..23,depth=1", "--out-dir", tmp_path / "saws"]
        text = run(*command).stdout.splitlines()
        assert (len(text), text[-1]) == (23, "  ... and 2 more, which --csv lists")
        assert len(table(run(*command, "--csv"))) == 22

    def test_names_are_quoted_and_plain(self, folder, nets):
        (folder / 'a,"b\x1b\n.json').write_bytes((nets / "hat.json").read_bytes())
        result = count("my nets", "--csv")
        assert table(result)[0]["file"] == 'my nets/a,"b\\x1b\\n.json'
        assert len(result.stdout.splitlines()) == 4

    @pytest.mark.parametrize("other", ["--json", "--jsonl"])
    def test_one_form_at_a_time(self, folder, other):
        result = count("my nets/hat.json", "--csv", other)
        assert result.exit_code == 2
        assert f"{other} and --csv exclude each other" in result.stderr

    def test_to_a_file(self, folder):
        assert count("my nets", "--csv", "-o", "counts.csv").stdout == ""
        with open("counts.csv") as file:
            assert len(list(csv.DictReader(file))) == 2
