"""`relupoly batch`: what comes of jobs is what comes of each by itself, in order, with one exit code."""

import json
import os
import signal
import subprocess
import sys

import pytest
from command import PROGRAM, assert_refused, lines, run, start, until

COUNT_HAT = ("count-pieces", "nets/hat.json")


def batch(*arguments, code=0, **options):
    result = run("batch", *arguments, **options)
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def by_itself(words):
    """What a command says in a process of its own: exit code, standard output, the lines on stderr."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode().splitlines()


def timeless(document):
    """A document without the times in it."""
    if isinstance(document, list):
        return [timeless(one) for one in document]
    return {key: value for key, value in document.items() if key != "seconds"} if isinstance(document, dict) else document


SEQUENCE = [
    COUNT_HAT,
    ("count-pieces", "huge.json", "--deadline", "0.2"),
    ("count-pieces", "huge.json", "--limit", "5"),
    ("count-pieces", "nets/none.json"),
    ("--max-size", "10", *COUNT_HAT),
    COUNT_HAT,
    ("count-pieces", "nets/hat.json", "--notion", "nothing"),
    ("count-pieces", "-"),
    ("count-pieces", "nets/hat.json", "--expect", "5"),
    ("info", "nets/cross.json"),
    ("equal", "nets/hat.json", "nets/hat.json"),
    ("gap", "--width", "2", "--depth", "3"),
    ("arrangement", "--family", "braid", "--n", "3"),
    COUNT_HAT,
]


@pytest.mark.slow
def test_jobs_in_one_worker_are_as_in_processes_of_their_own(folder, listed):
    """Nothing of a job reaches the next one; so their order does not matter either."""
    forth, back = (lines(batch(listed(*sequence), "--workers", 1, code=2).stdout) for sequence in (SEQUENCE, SEQUENCE[::-1]))
    for words, record, other in zip(SEQUENCE, forth, back[::-1], strict=True):
        code, printed, told = by_itself([*words[:1], "--json", *words[1:]] if words[0] != "--max-size" else [*words, "--json"])
        assert record["argv"] == list(words)
        assert record["exit_code"] == other["exit_code"] == code, words
        expected = timeless(json.loads(printed)) if printed else None
        if "--deadline" in words:
            # How far a count comes until then differs, and whether it has begun.
            assert record["result"]["stopped"] == other["result"]["stopped"] == expected["stopped"] == "deadline"
            continue
        assert timeless(record["result"]) == timeless(other["result"]) == expected
        error = next((line.removeprefix("Error: ") for line in told if line.startswith("Error: ")), None)
        assert record["error"] == other["error"] == error


def test_what_is_told_once_in_each_process_is_told_for_each_job(folder, listed):
    jobs = listed(*[("count-pieces", "nets/hat.json", "--check")] * 2)
    assert [record["notes"] for record in lines(batch(jobs, "-w", 1).stdout)] == [
        ["checking by exact linear programs; this is slow"]
    ] * 2


def test_records_in_the_order_of_the_jobs(folder, listed):
    words = [("count-pieces", "nets/hat.json", "--limit", str(number)) for number in range(4, 32)]
    result = batch(listed(*words), "--workers", 2)
    assert result.stderr == "28 jobs: 28 with exit code 0\n"
    records = lines(result.stdout)
    assert [record["job"] for record in records] == list(range(1, 29))
    assert [tuple(record["argv"]) for record in records] == words
    assert {(record["schema"], record["result"]["pieces"], record["error"]) for record in records} == {(1, 4, None)}
    assert all(record["seconds"] > 0 and record["version"].startswith("0.") for record in records)


@pytest.mark.parametrize(("options", "order"), [(["--unordered"], [2, 1]), ([], [1, 2])])
def test_the_order_of_the_file(options, order, folder, listed):
    os.mkfifo(folder / "slow.json")
    process = start("batch", listed(("info", "slow.json"), COUNT_HAT), "--workers", 2, "-o", "out.jsonl", *options)
    # The first job reads until this end is closed.
    with open("slow.json", "wb"):
        until(lambda: (folder / "out.jsonl").exists() and (folder / "out.jsonl").read_bytes().endswith(b"\n"))
    stdout, _ = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (3, "")
    assert [record["job"] for record in lines((folder / "out.jsonl").read_text())] == order


def test_a_malformed_line_is_named_and_the_rest_runs(folder, listed):
    jobs = listed(COUNT_HAT, "{", '{"argv": ["count-peaces", "a"]}', "", COUNT_HAT)
    result = batch(jobs, code=3)
    first, second, total = result.stderr.splitlines()
    assert first.startswith("Error: jobs.jsonl, line 2, column 2: not JSON")
    assert second == 'Error: jobs.jsonl, line 3: no command "count-peaces"; did you mean "count-pieces"?'
    assert total == "4 jobs: 2 with exit code 0, 2 with exit code 3"
    records = lines(result.stdout)
    assert [(record["job"], record["exit_code"]) for record in records] == [(1, 0), (2, 3), (3, 3), (4, 0)]
    assert [f"Error: {record['error']}" for record in records[1:3]] == [first, second]


def test_of_many_malformed_lines_the_first_are_named_and_the_rest_counted(folder, listed):
    result = batch(listed(*"{" * 13, COUNT_HAT), code=3)
    *named, more, total = result.stderr.splitlines()
    assert len(named) == 10
    assert more == "Error: 3 jobs more cannot be read; their results say why"
    assert total == "14 jobs: 1 with exit code 0, 13 with exit code 3"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([COUNT_HAT], 0),
        ([("count-pieces", "huge.json", "--limit", "3")], 4),
        ([("count-pieces", "huge.json", "--limit", "3"), ("count-pieces", "nets/hat.json", "--expect", "1")], 5),
        ([("count-pieces", "nets/hat.json", "--expect", "1"), ("info", "none.json")], 3),
        ([("info", "none.json"), ("info",)], 2),
    ],
)
def test_the_exit_code_is_the_worst(folder, listed, words, code):
    batch(listed(*words), code=code)


def test_fail_fast(folder, listed):
    jobs = listed(("info", "none.json"), *[COUNT_HAT] * 20)
    result = batch(jobs, "--workers", 1, "--fail-fast", "-o", "out.jsonl", code=3)
    assert result.stderr == (
        "stopped by --fail-fast; 21 jobs: 1 with exit code 3, 20 not run; "
        "the same command with --resume goes on from out.jsonl\n"
    )
    result = batch(jobs, "--workers", 1, "--resume", "-o", "out.jsonl", code=3)
    assert result.stderr == "21 jobs: 20 with exit code 0, 1 with exit code 3; 1 of them before this run\n"


def test_what_is_no_document(folder, listed):
    (folder / "data.csv").write_text("0,1\n1,2\n2,0\n3,5\n")
    jobs = listed(
        ("convert", "nets/hat.json", "hat.npz"),
        ("convert", "nets/hat.json", "-", "--to", "npz"),
        ("count-pieces", "--help"),
        ("count-pieces", "nets/hat.json", "nets/cross.json"),
        ("hard", "sawtooth", "--width", "2", "--depth", "1"),
        ("hard", "sawtooth", "--width", "2", "--depth", "1", "--output", "saw.json"),
        ("hard", "--list"),
        ("train", "data.csv", "--width", "1..2"),
        ("gap", "--width", "2", "--depth", "3", "--csv"),
        ("evaluate", "nets/hat.json", "--at", "1/2"),
        ("count-pieces", "nets/hat.json", "--output", "hat.txt"),
        ("arrangement", "--family", "braid", "--n", "2", "--cells"),
    )
    saved, binary, helped, several, net, saw, families, trained, table, value, elsewhere, cells = lines(batch(jobs).stdout)
    assert (saved["result"], (folder / "hat.npz").exists(), "output" in saved) == (None, True, False)
    assert binary["output_base64"].startswith("UEs")  # what every zip archive begins with
    assert helped["output"].startswith("Usage: relupoly count-pieces")
    assert [one["pieces"] for one in several["result"]] == [4, 4]
    assert net["result"]["format"] == "relupoly-network"
    assert saw["result"]["file"] == "saw.json"
    assert any(one["name"] == "sawtooth" for one in families["result"]["families"])
    assert [one["width"] for one in trained["result"]] == [1, 2]
    assert "output" in table
    assert value["result"]["rows"][0]["value"] == ["1/2"]
    assert (elsewhere["result"], "4 affine pieces" in (folder / "hat.txt").read_text()) == (None, True)
    assert len(cells["result"]) == 2


class TestOnTheSpot:
    def test_patterns(self, folder):
        records = lines(batch("-w", 2, "count-pieces", "nets/*.json", "--box", "-1", "1").stdout)
        assert [record["argv"][1] for record in records] == ["nets/cross.json", "nets/hat.json"]
        assert [record["result"]["domain"] for record in records] == ["box -1 1"] * 2

    def test_folders_and_names(self, folder):
        result = batch("--dry-run", "convert", "nets", "{stem}.npz")
        assert result.stdout == "relupoly convert nets/cross.json cross.npz\nrelupoly convert nets/hat.json hat.npz\n"
        assert not (folder / "hat.npz").exists()

    def test_from_a_pipe(self, folder):
        jobs = json.dumps({"argv": COUNT_HAT})
        assert len(lines(batch("-", stdin=f"{jobs}\n{jobs}\n").stdout)) == 2

    def test_options_may_follow_a_file(self, folder, listed):
        assert batch(listed(COUNT_HAT), "--workers", 1, "-q", "--dry-run").stdout == "relupoly count-pieces nets/hat.json\n"


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "parts", "code"),
        [
            (["none.jsonl"], ["none.jsonl: there is no such file"], 3),
            (["empty.jsonl"], ["empty.jsonl: it has no jobs"], 3),
            (["count-pieces", "no*.json"], ["no*.json: no file matches"], 3),
            (["count-pieces", "empty"], ["empty: there is no network in this folder"], 3),
            (["batch", "jobs.jsonl"], ["a batch is no job of a batch"], 3),
            (["nets"], ["nets: it is a folder; name a command before it"], 3),
            (["info", "nets", "-o", "out.jsonl"], ["out.jsonl: several jobs would write to it"], 3),
            (["convert", "nets", "out.npz"], ["out.npz: several jobs would write to it"], 3),
            (["nets/hat.json"], ['unknown suffix ".json"'], 3),
            (["table.csv"], ["table.csv: a table needs --template"], 3),
            (["nosuch.csv"], ["nosuch.csv: there is no such file"], 3),
            (["nosuch.jsonl", "--template", "info {net}"], ["nosuch.jsonl: there is no such file"], 3),
            (["table.csv", "--template", "info {nett}"], ['"{nett}"', 'did you mean "net"?'], 3),
            (["table.csv", "--template", "info 'net"], ["--template", "no closing quotation"], 3),
            (["empty.jsonl", "-o", "empty.jsonl"], ["empty.jsonl: it has no jobs"], 3),
            (["one.jsonl", "-o", "one.jsonl"], ["--results one.jsonl: it is the same file as JOBS"], 3),
            (["one.jsonl", "-o", "nowhere/out"], ["nowhere/out", "there is no folder"], 3),
            (["one.jsonl", "--scheduler", "tcp://127.0.0.1:1"], ["no Dask scheduler can be reached"], 3),
        ],
    )
    def test_input(self, folder, listed, arguments, parts, code):
        (folder / "empty.jsonl").write_text("\n")
        (folder / "empty").mkdir()
        (folder / "table.csv").write_text("net\nnets/hat.json\n")
        listed(COUNT_HAT, name="one.jsonl")
        assert_refused(run("batch", *arguments), *parts, exit_code=code)

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            (["count-peaces", "nets/hat.json"], "is none"),
            (["one.jsonl", "--resume"], "give --results FILE"),
            (["one.jsonl", "--resume", "-o", "out", "--force"], "leave one of them out"),
            (["one.jsonl", "--workers", "2", "--scheduler", "a"], "give one of the two"),
            (["--template", "info {net}", "info", "nets/hat.json"], "leave them out before a command"),
            (["info", "nets/hat.json", "--workers", "2"], "--workers is an option of batch; give it before info"),
            (["hard", "verify", "nets", "--results=a.jsonl"], "--results is an option of batch; give it before hard"),
            (["--box", "0", "1", "count-pieces", "nets"], "it stands after the command: relupoly count-pieces --box ..."),
            (["--frobnicate", "count-pieces", "nets"], "No such option"),
            (["one.jsonl", "--workers", "0"], "--workers"),
            ([], "JOBS"),
        ],
    )
    def test_usage(self, folder, arguments, part):
        result = run("batch", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert part in result.stderr


def test_job_memory_where_nobody_can_limit_it(folder, listed, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    result = run("batch", listed(COUNT_HAT), "--job-memory", "1GB")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--job-memory needs Linux, which alone limits what a process takes; leave it out" in result.stderr


def test_ctrl_c_keeps_what_has_ended(folder, listed):
    jobs = listed(COUNT_HAT, ("count-pieces", "huge.json"), COUNT_HAT)
    process = start("batch", jobs, "--workers", 1, "-o", "out.jsonl")
    until(lambda: (folder / "out.jsonl").exists() and (folder / "out.jsonl").read_bytes().endswith(b"\n"))
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    assert stderr == (
        "stopped by Ctrl-C; 3 jobs: 1 with exit code 0, 2 not run; the same command with --resume goes on from out.jsonl\n"
    )
    assert [record["job"] for record in lines((folder / "out.jsonl").read_text())] == [1]


def test_nobody_reads(folder, listed):
    jobs = listed(*[COUNT_HAT] * 200)
    with start("batch", jobs, "--workers", 1, "-q") as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == ""


def test_what_stands_in_a_pipe(folder, listed):
    read, write = os.pipe()
    process = start("batch", listed(COUNT_HAT), "-q", "-o", f"/dev/fd/{write}", pass_fds=[write])
    os.close(write)
    with open(read) as stream:
        assert [record["job"] for record in lines(stream.read())] == [1]
    assert process.wait(60) == 0
    process.communicate()
