"""The file of results is the state: what has ended is not run again, what is damaged is mended or refused."""

import json
import os
import random
import signal
import time

import pytest
from batch_workers import children, is_alive
from command import assert_refused, lines, run, start, until

from relupoly_cli.batch.job import Job
from relupoly_cli.batch.record import Ending, record_line
from relupoly_cli.batch.results import opened

HAT = ("count-pieces", "nets/hat.json")
JOBS = [Job(number, ("info", f"{number}.json")) for number in range(1, 6)]


def line(number, code=0, words=None):
    return record_line(number, words or JOBS[number - 1].words, Ending(code, 1.0)) + b"\n"


def resumed(place, jobs=JOBS, retry=False):
    """Which jobs are kept, what the file holds then, and what was said."""
    said = []
    with opened(place, jobs, True, retry, False, said.append) as results:
        kept = sorted(results.kept)
        # Where lines are is known: they can be put in order.
        results.add(9, 0, b"{}")
        results.put_in_order()
    content = place.read_bytes()
    assert content.endswith(b"{}\n")
    return kept, content[:-3], said


@pytest.fixture
def place(tmp_path):
    return tmp_path / "out.jsonl"


class TestTheFile:
    def test_lines_are_kept_and_put_in_order(self, place):
        place.write_bytes(line(3) + line(1) + line(2))
        assert resumed(place) == ([1, 2, 3], line(1) + line(2) + line(3), [])

    def test_at_every_byte_of_the_last_line(self, place):
        """A kill may leave any part of it: then its job is run again, unless all but the line feed is there."""
        whole = line(2)
        for size in range(len(whole) + 1):
            place.write_bytes(line(1) + whole[:size])
            kept, content, said = resumed(place)
            if size >= len(whole) - 1:
                assert (kept, content, said) == ([1, 2], line(1) + whole, [])
            else:
                assert (kept, content) == ([1], line(1))
                assert len(said) == (size > 0)

    def test_failed_ones_may_be_run_again(self, place):
        place.write_bytes(line(1) + line(2, code=3) + line(3, code=137) + line(4))
        assert resumed(place)[0] == [1, 2, 3, 4]
        place.write_bytes(line(1) + line(2, code=3) + line(3, code=137) + line(4))
        assert resumed(place, retry=True) == ([1, 4], line(1) + line(4), [])

    def test_a_job_that_could_not_be_read_may_have_been_mended(self, place):
        place.write_bytes(line(1) + record_line(2, (), Ending(3, 0.0, error="jobs.jsonl, line 2: no")) + b"\n")
        assert resumed(place)[:2] == ([1], line(1))

    def test_of_two_results_of_a_job_the_last_is_kept(self, place):
        place.write_bytes(line(1, code=3) + line(2) + line(1))
        assert resumed(place)[:2] == ([1, 2], line(1) + line(2))

    @pytest.mark.parametrize(
        ("content", "part"),
        [
            (
                line(1) + line(2, words=("info", "other.json")),
                'line 2 has a result of job 2, "info other.json", but in the list it is',
            ),
            (line(1).replace(b'"job": 1', b'"job": 17'), "there is no such job"),
            (b"{}\n" + line(1), "line 1 is no result of a batch"),
            (b"x\n", "line 1 is no result of a batch"),
            (line(1)[:40] + b"\n" + line(2), "line 1 is no result of a batch"),
            (line(1).replace(b"1.json", b"2.json"), "line 1 has a result of job 1"),
        ],
    )
    def test_what_is_no_state_is_refused_and_left_as_it_is(self, place, content, part):
        place.write_bytes(content)
        with pytest.raises(Exception, match=r"out\.jsonl: ") as found:
            resumed(place)
        assert part in str(found.value)
        assert place.read_bytes() == content

    def test_a_second_batch_is_kept_out(self, place):
        with opened(place, JOBS, True, False, False, print), pytest.raises(Exception, match="another run keeps its work"):
            resumed(place)

    def test_a_link_is_refused(self, place, tmp_path):
        place.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(Exception, match="symbolic link"):
            resumed(place)


def test_resume(folder, listed):
    jobs = listed(HAT, ("info", "late.json"), HAT)
    out = folder / "out.jsonl"
    assert run("batch", jobs, "-o", out).exit_code == 3
    before = out.read_bytes()
    assert_refused(run("batch", jobs, "-o", out), "out.jsonl: the file exists; give --resume to go on with it")
    result = run("batch", jobs, "-o", out, "--resume")
    assert (result.exit_code, out.read_bytes()) == (3, before)
    assert result.stderr == "3 jobs: 2 with exit code 0, 1 with exit code 3; 3 of them before this run\n"
    (folder / "late.json").write_bytes((folder / "nets" / "hat.json").read_bytes())
    result = run("batch", jobs, "-o", out, "--retry-failed")
    assert result.stderr == "3 jobs: 3 with exit code 0; 2 of them before this run\n"
    after = out.read_bytes().split(b"\n")
    assert (after[0], after[2]) == (before.split(b"\n")[0], before.split(b"\n")[2])
    assert json.loads(after[1])["result"]["widths"] == [3]


def test_resume_where_there_is_nothing_yet(folder, listed):
    assert run("batch", listed(HAT), "-o", "out.jsonl", "--resume").exit_code == 0


def test_another_list_is_noticed(folder, listed):
    assert run("batch", listed(HAT, HAT), "-o", "out.jsonl").exit_code == 0
    jobs = listed(("info", "nets/hat.json"), HAT, HAT)
    assert_refused(run("batch", jobs, "-o", "out.jsonl", "--resume"), "out.jsonl: line 1 has a result of job 1")
    jobs = listed(HAT, HAT, HAT)
    assert "2 of them before" in run("batch", jobs, "-o", "out.jsonl", "--resume").stderr, "a list may grow"


def test_a_table(folder, listed):
    jobs = listed(HAT, ("count-pieces", "nets/none.json"))
    out = folder / "out.csv"
    assert run("batch", jobs, "--csv", "-o", out, "--workers", 1).exit_code == 3
    header, first, second = out.read_text().splitlines()
    assert header.startswith("job,argv,exit_code,error,seconds,version,result.schema,result.file,result.pieces,")
    assert first.startswith("1,count-pieces nets/hat.json,0,,")
    assert second.startswith(
        "2,count-pieces nets/none.json,3,nets/none.json: there is no such file; check its name and folder,"
    )
    assert [record["job"] for record in lines((folder / "out.csv.jsonl").read_text())] == [1, 2]
    assert run("batch", jobs, "--csv", "--workers", 1).stdout.splitlines()[0] == header
    out.write_text("torn")
    assert run("batch", jobs, "--csv", "-o", out, "--resume").exit_code == 3
    assert out.read_text().splitlines() == [header, first, second]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk(folder, listed):
    assert_refused(run("batch", listed(HAT), "-o", "/dev/full", "-q"), "/dev/full", "No space left on device")


NETS = [("count-pieces", "nets/hat.json", "--box", str(-number), str(number)) for number in range(1, 41)]


def ending(record):
    """What of a record is the same in each run."""
    result = {key: value for key, value in record["result"].items() if key != "seconds"}
    return record["job"], record["argv"], record["exit_code"], result


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(5, 100))])
def test_kills(folder, listed, seed):
    """Whether the batch is killed or a worker of it: nothing is lost, and nothing that has ended is run again."""
    chance = random.Random(seed)
    jobs, out = listed(*NETS), folder / "out.jsonl"
    command = ("batch", jobs, "--workers", 2, "-o", "out.jsonl", "--retry-failed", "-q")
    kept, kills = {}, 0
    for _ in range(50):
        process = start(*command)
        if kills < 3:
            kills += kill(process, out, chance)
        _, told = process.communicate(timeout=120)
        assert "Traceback" not in told
        found = {}
        for one in out.read_bytes().split(b"\n")[:-1] if out.exists() else []:
            assert json.loads(one)["job"] not in found, "no job has two results"
            found[json.loads(one)["job"]] = one
        for job, one in kept.items():
            assert found[job] == one, "what has ended stays, and is not run again"
        kept = {job: one for job, one in found.items() if json.loads(one)["exit_code"] == 0}
        assert {json.loads(one)["exit_code"] for one in found.values()} <= {0, 137}
        if process.returncode == 0 and len(kept) == len(NETS):
            if kills:
                break
            # It was too fast: once more from the beginning.
            out.unlink()
            kept = {}
    records = [json.loads(one) for one in out.read_bytes().split(b"\n")[:-1]]
    assert [record["job"] for record in records] == list(range(1, len(NETS) + 1))
    for number, record in enumerate(records, 1):
        assert ending(record)[:3] == (number, list(NETS[number - 1]), 0)
        assert record["result"]["pieces"] == (2 if number == 1 else 4)
    assert kills
    assert {path.name for path in folder.iterdir()} == {"nets", "huge.json", "jobs.jsonl", "out.jsonl"}


def kill(process, out, chance):
    """Kill a batch or one of its workers, at a moment that is drawn; how many were killed."""
    size = out.stat().st_size if out.exists() else 0
    wanted = size + chance.randrange(1, 6000)
    # By what is written, or by the clock: at the beginning nothing is written.
    if chance.random() < 0.7:
        until(lambda: process.poll() is not None or (out.exists() and out.stat().st_size >= wanted))
    else:
        time.sleep(chance.uniform(0, 0.8))
    workers = children(process.pid)
    if process.poll() is not None:
        return 0
    if workers and chance.random() < 0.5:
        os.kill(chance.choice(workers), signal.SIGKILL)
        return 1
    process.kill()
    until(lambda: not any(map(is_alive, workers)))
    return 1
