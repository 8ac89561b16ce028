"""Counts in parts on the command line: --shard, --checkpoint and merge."""

import json
import signal
import time

import pytest
from command import PROGRAM, assert_refused, count, document, random_layers, run, save, start
from oracles.merging import NETS

from relupoly.files import write_network
from relupoly.files.lock import held

PATIENCE = 120
OFTEN = f"""
import relupoly.parallel.checkpoint
relupoly.parallel.checkpoint._SECONDS_BETWEEN = 0.02
{PROGRAM}"""


@pytest.fixture(scope="module")
def hill(tmp_path_factory):
    """A net whose pieces stretch over all shards."""
    place = tmp_path_factory.mktemp("hill") / "hill.json"
    write_network(NETS["hill"], place)
    return place


@pytest.fixture
def parts(hill, tmp_path):
    """Three shards of all notions, in files."""
    files = [tmp_path / f"{number}.part" for number in (1, 2, 3)]
    for number, file in enumerate(files, 1):
        result = count(hill, "--notion", "all", "--shard", f"{number}/3", "--output", file)
        assert (result.exit_code, result.output) == (0, "")
    return files


def test_two_runs_on_one_checkpoint(hill, tmp_path):
    with held(tmp_path / "a.part"):
        assert_refused(count(hill, "--checkpoint", tmp_path / "a.part"), "a.part: another run keeps its work in it; wait until")
    assert list(tmp_path.iterdir()) == []
    assert count(hill, "--checkpoint", tmp_path / "a.part").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.part"]


def merge(*arguments, **options):
    return run("merge", *arguments, **options)


class TestMerging:
    def test_document(self, hill, parts):
        result = merge(*parts, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        answer, direct = json.loads(result.stdout), document(hill, "--notion", "all")
        assert (answer.pop("file"), answer.pop("parts"), answer.pop("missing")) == (None, [str(file) for file in parts], [])
        for different in ("file", "seconds"):
            direct.pop(different)
        assert answer.pop("seconds") > 0
        assert answer == direct

    def test_text(self, hill, parts):
        merged, direct = merge(*reversed(parts)).stdout.splitlines(), count(hill, "--notion", "all").stdout.splitlines()
        assert merged[0] == "3 parts: 110 affine pieces"
        assert [line for line in merged[1:] if not line.startswith(("  certified", "  time"))] == [
            line for line in direct[1:] if not line.startswith(("  certified", "  time"))
        ]

    def test_parts_that_are_missing_are_named(self, parts):
        result = merge(parts[1], "--json")
        answer = json.loads(result.stdout)
        assert (result.exit_code, result.stderr) == (4, "missing: shard 1/3, shard 3/3\n")
        assert (answer["complete"], answer["stopped"], answer["missing"]) == (False, "parts", ["shard 1/3", "shard 3/3"])
        assert "closed" not in answer["counts"]
        text = merge(parts[1], "--quiet")
        assert (text.exit_code, text.stderr) == (4, "")
        assert "affine pieces so far: parts are missing, the count is not complete\n" in text.stdout

    def test_many_missing_parts_are_not_all_named(self, hill, tmp_path):
        count(hill, "--shard", "1/20", "-o", tmp_path / "1.part")
        assert merge(tmp_path / "1.part").stderr.endswith("shard 11/20, and 9 more\n")

    def test_merges_of_merges(self, hill, parts, tmp_path):
        some = tmp_path / "some.part"
        assert merge(parts[0], parts[2], "--part", "--output", some).exit_code == 0
        assert merge(some).exit_code == 4
        assert merge(some, parts[1], "--expect", "110").exit_code == 0
        piped = merge(some, parts[1], "--part")
        assert json.loads(merge("-", "--json", stdin=piped.stdout).stdout)["counts"]["closed"] == 110

    def test_expecting(self, parts):
        assert merge(*parts, "--expect", "110").exit_code == 0
        result = merge(*parts, "--expect", "5")
        assert (result.exit_code, result.stderr) == (5, "Error: expected 5, but 110 were counted (open)\n")
        assert merge(parts[0], "--expect", "5").exit_code == 4

    def test_a_deadline_for_the_second_walk(self, tmp_path):
        write_network(NETS["trap"], tmp_path / "trap.json")
        for number in (1, 2):
            count(tmp_path / "trap.json", "--notion", "closed", "--shard", f"{number}/2", "-o", tmp_path / f"{number}.part")
        both = tmp_path / "1.part", tmp_path / "2.part"
        result = merge(*both, "--deadline", "0", "--json")
        answer = json.loads(result.stdout)
        assert (result.exit_code, answer["stopped"], answer["pieces"], answer["missing"]) == (4, "deadline", None, [])
        assert json.loads(merge(*both, "--json").stdout)["pieces"] == 6

    def test_what_does_not_fit(self, hill, parts, tmp_path, nets):
        assert_refused(merge(parts[0], parts[0]), f"{parts[0]}: it holds", "give each part once")
        count(nets / "hat.json", "--notion", "all", "--shard", "2/3", "-o", tmp_path / "hat.part")
        assert_refused(merge(parts[0], tmp_path / "hat.part"), "hat.part: it is a part of a count of another network")
        count(hill, "--notion", "all", "--box", "0", "1", "--shard", "2/3", "-o", tmp_path / "box.part")
        assert_refused(merge(parts[0], tmp_path / "box.part"), "box.part: it is a part of a count on another domain")
        assert_refused(merge(parts[0], tmp_path / "no.part"), "no.part: there is no such file")
        assert_refused(merge(nets / "hat.json"), "hat.json: it is not a part of a count; give what count-pieces --shard")

    def test_a_damaged_part(self, parts):
        text = parts[0].read_text()
        parts[0].write_text(text.replace('"count":', '"count":1'))
        assert_refused(merge(*parts), f"{parts[0]}: its checksum is wrong", "count this part again")

    def test_usage(self, parts):
        for options in (["--json"], ["--jsonl"], ["--expect", "110"]):
            result = merge(*parts, "--part", *options)
            assert (result.exit_code, result.stdout) == (2, "")
            assert "--part prints a part" in result.stderr
        assert merge().exit_code == 2
        assert 'give "-" at one place' in merge("-", "-").stderr

    def test_an_existing_file_is_kept(self, parts, tmp_path):
        there = tmp_path / "there.txt"
        there.write_text("kept")
        assert_refused(merge(*parts, "--output", there), "the file exists; give --force")
        assert there.read_text() == "kept"

    def test_a_part_is_not_overwritten(self, parts):
        before = parts[0].read_bytes()
        assert_refused(merge(*parts, "--output", parts[0], "--force"), "it is the same file as")
        assert parts[0].read_bytes() == before


class TestShards:
    @pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/10001", "1/2/3", "", "1/99999999999"])
    def test_what_is_no_shard(self, nets, shard):
        result = count(nets / "hat.json", "--shard", shard)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "write I/N with 1 <= I <= N <= 10000" in result.stderr

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--json"], "leave --json and --jsonl to merge"),
            (["--jsonl"], "leave --json and --jsonl to merge"),
            (["--expect", "4"], "leave --expect to merge"),
            (["--check"], "--expect and --check need the whole count"),
        ],
    )
    def test_options_that_need_the_whole_count(self, nets, options, message):
        result = count(nets / "hat.json", "--shard", "1/2", *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr

    def test_several_networks(self, nets, tmp_path):
        for options in (["--shard", "1/2"], ["--checkpoint", tmp_path / "a.part"]):
            result = count(nets / "hat.json", nets / "cross.json", *options)
            assert (result.exit_code, result.stdout) == (2, "")
            assert f"{options[0]} is for one network; run the command once for each" in result.stderr

    def test_a_limit(self, hill, tmp_path):
        place = tmp_path / "1.part"
        result = count(hill, "--shard", "1/2", "--limit", "30", "--output", place)
        assert (result.exit_code, result.stdout) == (4, "")
        assert result.stderr.startswith("stopped by the limit, ")
        assert result.stderr.endswith(" left in shard 1/2\n")
        count(hill, "--shard", "2/2", "--output", tmp_path / "2.part")
        merged = merge(place, tmp_path / "2.part", "--json")
        answer = json.loads(merged.stdout)
        assert (merged.exit_code, answer["stopped"], len(answer["missing"])) == (4, "parts", 1)
        assert answer["missing"][0].endswith("tasks of shard 1/2")

    def test_a_deadline_prints_a_part_that_goes_on_as_a_checkpoint(self, hill, tmp_path):
        place = tmp_path / "1.part"
        assert count(hill, "--shard", "1/2", "--deadline", "0", "--output", place).exit_code == 4
        result = count(hill, "--shard", "1/2", "--checkpoint", place, "--output", tmp_path / "done.part")
        assert (result.exit_code, result.output) == (0, "")
        count(hill, "--shard", "2/2", "--output", tmp_path / "2.part")
        for first in (place, tmp_path / "done.part"):
            assert merge(first, tmp_path / "2.part", "--expect", "110").exit_code == 0

    def test_a_net_without_hidden_layer(self, nets, tmp_path):
        files = [tmp_path / f"{number}.part" for number in (1, 2)]
        for number, file in enumerate(files, 1):
            assert count(nets / "affine.json", "--shard", f"{number}/2", "-o", file).exit_code == 0
        assert json.loads(merge(*files, "--json", "--expect", "1").stdout)["complete"]


class TestCheckpoints:
    def test_a_count_with_a_checkpoint_is_that_count(self, hill, tmp_path):
        place = tmp_path / "a.part"
        answer = document(hill, "--notion", "all", "--checkpoint", place, "--jobs", "2")
        direct = document(hill, "--notion", "all")
        assert answer.pop("seconds") >= 0
        direct.pop("seconds")
        assert answer == direct
        assert document(hill, "--notion", "all", "--checkpoint", place, "--check")["check"]["agrees"]
        assert merge(place, "--expect", "110").exit_code == 0

    def test_stopped_and_gone_on(self, hill, tmp_path):
        place = tmp_path / "a.part"
        result = count(hill, "--checkpoint", place, "--limit", "100", "--expect", "110")
        assert (result.exit_code, "stopped by the limit" in result.stdout) == (4, True)
        assert result.stderr.endswith(f" left; the same command goes on from {place}\n")
        assert count(hill, "--checkpoint", place, "--limit", "100").exit_code == 4
        assert document(hill, "--checkpoint", place, "--expect", "110")["complete"]

    def test_of_another_count(self, hill, tmp_path, nets):
        place = tmp_path / "a.part"
        count(hill, "--checkpoint", place)
        assert_refused(count(nets / "hat.json", "--checkpoint", place), f"{place}: it is a checkpoint", "of another network")
        assert_refused(count(hill, "--checkpoint", place, "--notion", "strict"), "under another notion (open, not strict)")
        assert_refused(count(hill, "--checkpoint", hill), "hill.json: it is not a part of a count")
        assert_refused(count(hill, "--checkpoint", nets / "hat.json"), "hat.json: it is not a part of a count")
        assert_refused(count(hill, "--checkpoint", tmp_path / "no" / "a.part"), "there is no folder")

    @pytest.mark.parametrize("place", ["-", ""])
    def test_it_is_a_file(self, nets, place):
        result = count(nets / "hat.json", "--checkpoint", place)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "--checkpoint needs a file" in result.stderr

    def test_threads_are_not_for_a_cluster(self, nets):
        result = count(nets / "hat.json", "--scheduler", "tcp://127.0.0.1:1", "--jobs", "2")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "give one of the two" in result.stderr


def done(place):
    """The tasks that a checkpoint holds: all of them, and those that are done."""
    found = json.loads(place.read_text()) if place.exists() else {"tasks": 0, "done": []}
    return found["tasks"], len(found["done"])


@pytest.mark.slow
@pytest.mark.parametrize(("end", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_run_that_is_killed_goes_on(end, code, tmp_path):
    net, place = save(tmp_path / "net.json", *random_layers([4, 40, 40, 1])), tmp_path / "a.part"
    process = start("count-pieces", net, "--notion", "patterns", "--checkpoint", place, program=OFTEN)
    last = time.monotonic() + PATIENCE
    while done(place)[1] == 0:
        assert process.poll() is None
        assert time.monotonic() < last
        time.sleep(0.02)
    process.send_signal(end)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    tasks, before = done(place)
    assert 0 < before < tasks
    answer = document(net, "--notion", "patterns", "--checkpoint", place, "--expect", "1116764")
    assert (answer["complete"], answer["counts"]) == (True, {"activation": 1116764, "patterns": 1116764})
    assert done(place) == (tasks, tasks)
