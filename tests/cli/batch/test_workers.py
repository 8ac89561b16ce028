"""Workers: one that crashes, is killed, hangs or takes too much memory loses its job and nothing else."""

import json
import os
import signal
import sys
import time

import pytest
from batch_workers import children, file_descriptors, is_alive
from command import lines, run, start, until

from relupoly_cli.batch import dispatch, worker_process
from relupoly_cli.batch.dispatch import NoWorkers, run_here
from relupoly_cli.batch.job import Job
from relupoly_cli.batch.settings import Settings
from relupoly_cli.batch.worker_process import WorkerProcess

pytestmark = pytest.mark.skipif(
    not os.path.isdir("/proc/self/fd"), reason="this system does not tell of its processes in /proc"
)

HAT = ("count-pieces", "nets/hat.json")
HUGE = ("count-pieces", "huge.json")
# Put before a worker's program: a command whose argument says what is to become of its process.
BROKEN = """
import os, sys
import relupoly_cli.main
import relupoly_cli.commands.info as info

@info.click.command("info")
@info.click.argument("deed")
def broken(deed):
    exec(deed)

info.info = broken
"""


def ends(jobs, folder, number=1, timeout=None, memory=None):
    """What comes of jobs, by their numbers."""
    listed = [Job(number, tuple(words)) for number, words in enumerate(jobs, 1)]
    found = {
        done.job.number: json.loads(done.record) for done in run_here(listed, settings(folder, timeout, memory), number, list)
    }
    return [found[number] for number in sorted(found)]


def settings(folder, timeout=None, memory=None):
    return Settings(timeout, memory, str(folder))


@pytest.fixture
def broken(monkeypatch):
    program = worker_process._PROGRAM.replace(
        "from relupoly_cli", f"{BROKEN.replace('{', '{{').replace('}', '}}')}\nfrom relupoly_cli"
    )
    monkeypatch.setattr(worker_process, "_PROGRAM", program)


@pytest.mark.parametrize(
    ("deed", "code", "error"),
    [
        ("os.kill(os.getpid(), 9)", 137, "it was killed by SIGKILL; perhaps there was not enough memory"),
        ("os.kill(os.getpid(), 11)", 139, "it was killed by SIGSEGV; this may be a bug"),
        ("os.abort()", 134, "it was killed by SIGABRT; this may be a bug"),
        ("os._exit(7)", 1, "its worker left with exit code 7; this may be a bug"),
        ("os.write(2, b'why\\n'); os.abort()", 134, "it was killed by SIGABRT, saying why; this may be a bug"),
        (
            "os.write(2, b'Unable to allocate memory\\n'); os.abort()",
            4,
            "there is not enough memory: Unable to allocate memory",
        ),
        ("1 / 0", 1, "this is a bug of relupoly (ZeroDivisionError"),
        ("sys.exit(5)", 5, None),
        ("raise MemoryError", 4, "there is not enough memory"),
        ("os.close(1)", 0, None),
        ("sys.stdout.close()", 0, None),
        ("sys.stdout = sys.stderr = None", 0, None),
        ("os.dup2(2, 1); print('x' * 10**6)", 0, None),
    ],
)
def test_a_job_that_ends_badly_loses_itself_alone(folder, broken, tmp_path_factory, monkeypatch, deed, code, error):
    monkeypatch.setenv("TMPDIR", str(tmp_path_factory.mktemp("bugs")))
    before, after = ends([HAT, ("info", deed), HAT], folder)[::2]
    assert (before["exit_code"], after["exit_code"]) == (0, 0)
    assert before["result"]["pieces"] == after["result"]["pieces"] == 4
    record = ends([("info", deed)], folder)[0]
    assert record["exit_code"] == code
    assert error is None or error in record["error"]


def test_what_a_job_leaves_in_its_process_does_not_reach_the_next(folder, broken):
    """Handlers, timers, warnings, redirected streams."""
    deeds = [
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); signal.setitimer(signal.ITIMER_REAL, 0.3)",
        "import time; time.sleep(0.6); print('awake')",
        "import signal; print(signal.getsignal(signal.SIGALRM), callable(signal.getsignal(signal.SIGINT)))",
        "import warnings; warnings.simplefilter('error')",
        "import warnings; warnings.warn('once')",
        "print(end='left'); sys.stdout = open(os.devnull, 'w')",
        "print(repr(sys.stdin.read()), sys.argv)",
    ]
    records = ends([("info", deed) for deed in deeds], folder)
    assert [record["exit_code"] for record in records] == [0] * len(deeds)
    assert records[1]["output"] == "awake\n"
    assert records[2]["output"] == f"{signal.SIG_DFL!s} True\n" or records[2]["output"].endswith("SIG_DFL True\n")
    assert records[5]["output"] == "left"
    assert records[6]["output"].startswith("'' ['relupoly', 'info', ")


def test_threads_that_go_on_are_left_behind(folder, broken):
    deed = "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); print(os.getpid())"
    one, other, last = (
        record["output"]
        for record in ends([("info", deed), ("info", "print(os.getpid())"), ("info", "print(os.getpid())")], folder)
    )
    assert one != other
    assert other == last, "a worker that is not worn stays"


class TestTimeout:
    def test_partial_answers(self, folder):
        """The command's own deadline comes first."""
        start = time.monotonic()
        slow, fast = ends([HUGE, HAT], folder, timeout=1)
        assert time.monotonic() - start < 30
        assert (slow["exit_code"], slow["result"]["stopped"], slow["result"]["complete"]) == (4, "deadline", False)
        assert (fast["exit_code"], fast["result"]["pieces"]) == (0, 4)

    def test_its_own_deadline_holds(self, folder):
        [slow] = ends([(*HUGE, "--deadline", "0")], folder, timeout=60)
        assert slow["result"]["stopped"] == "deadline"
        assert slow["seconds"] < 30

    def test_a_command_without_deadline_is_asked(self, folder, broken):
        slow, fast = ends([("info", "import time; time.sleep(60)"), ("info", "pass")], folder, timeout=0.5)
        assert (slow["exit_code"], slow["error"]) == (4, "it was stopped after --timeout 0.5")
        assert slow["seconds"] < 30
        assert fast["exit_code"] == 0

    def test_one_that_does_not_listen_is_killed(self, folder, broken, monkeypatch):
        monkeypatch.setattr(worker_process, "_UNTIL_KILLED", 0.5)
        deed = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)"
        slow, fast = ends([("info", deed), ("info", "pass")], folder, timeout=0.5)
        assert slow["exit_code"] == 4
        assert slow["error"].startswith("it was killed, ")
        assert slow["error"].endswith(" because of --timeout 0.5")
        assert fast["exit_code"] == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="--job-memory needs Linux")
def test_memory(folder, broken):
    big, small, again, hat = ends(
        [("info", f"print(len(bytearray({size} * 10**6)))") for size in (500, 20, 500)] + [HAT], folder, memory=200 * 10**6
    )
    assert [record["exit_code"] for record in (big, small, again, hat)] == [4, 0, 4, 0]
    assert big["error"].startswith("there is not enough memory")
    assert small["output"] == f"{20 * 10**6}\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="--job-memory needs Linux")
def test_memory_that_stays_taken(folder, broken):
    """The next job has as much as any other."""
    records = ends([("info", "sys.kept = bytearray(150 * 10**6)")] * 3, folder, memory=200 * 10**6)
    assert [record["exit_code"] for record in records] == [0, 0, 0]


def test_workers_that_cannot_be_begun(folder, monkeypatch):
    monkeypatch.setattr(worker_process, "_PROGRAM", "import sys; sys.exit('no room')")
    with pytest.raises(NoWorkers, match="workers end before they begin with a job: no room"):
        ends([HAT, HAT], folder, number=2)


def test_a_worker_that_is_killed_before_it_begins_loses_no_job(folder):
    """Whoever kills it then cannot have hit the job."""
    worker = WorkerProcess(settings(folder))
    try:
        worker.kill()
        worker.give(Job(1, HAT))
        with pytest.raises(EOFError):
            until(worker.hear)
        assert worker.ended() is None
    finally:
        worker.close()


def test_nothing_stays_open(folder):
    ends([HAT], folder)
    before = file_descriptors()
    ends([HAT, HAT, HUGE], folder, number=2, timeout=0)
    assert file_descriptors() == before


def test_fewer_workers_than_wanted(folder, monkeypatch):
    """Where the system gives no more, those that there are do all; where it gives none, that is said."""
    left = [1]

    class Few(WorkerProcess):
        def __init__(self, *arguments):
            if not left:
                raise OSError(24, "Too many open files")
            left.pop()
            super().__init__(*arguments)

    monkeypatch.setattr(dispatch, "WorkerProcess", Few)
    assert [record["exit_code"] for record in ends([HAT] * 4, folder, number=3)] == [0] * 4
    with pytest.raises(NoWorkers, match=r"no worker can be begun \(Too many open files\); "):
        ends([HAT], folder)


def test_what_is_open_is_closed_where_a_worker_cannot_be_begun(folder):
    before = file_descriptors()
    with pytest.raises(FileNotFoundError):
        WorkerProcess(settings(folder / "nowhere"))
    assert file_descriptors() == before


def test_large_answers(folder, broken):
    """More than a pipe holds, in both directions."""
    [record] = ends([("info", f"print('x' * 10**6)  # {'y' * 100_000}")], folder)
    assert len(record["output"]) == 10**6 + 1


def test_workers_end_with_the_batch(folder, listed):
    process = start("batch", listed(HUGE, HUGE), "--workers", 2, "-o", "out.jsonl")
    workers = until(lambda: len(found := children(process.pid)) == 2 and found)
    process.kill()
    process.communicate()
    until(lambda: not any(map(is_alive, workers)))


def test_a_worker_that_is_killed(folder, listed):
    process = start("batch", listed(HUGE, HAT), "--workers", 1)
    [worker] = until(lambda: children(process.pid))
    time.sleep(1)
    os.kill(worker, signal.SIGKILL)
    stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 4
    lost, fast = lines(stdout)
    assert (lost["exit_code"], fast["exit_code"]) == (137, 0)


def test_job_memory_of_the_command(folder, listed):
    result = run("batch", listed(HAT), "--job-memory", "1GB", "--timeout", "60")
    assert result.exit_code == 0, result.stderr
