"""A Dask cluster of two worker processes over loopback, one of which is killed while it counts."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading

import pytest
from command import APART, PROGRAM, assert_refused, count, random_layers, save, start
from dask_cluster import PATIENCE, Cluster, wait_for
from oracles.merging import NETS

from relupoly.errors import ClusterError
from relupoly.files import read_network, write_network
from relupoly.geometry.domain import Domain
from relupoly.parallel import cluster
from relupoly.parallel.run import count_part
from relupoly.pieces.count import count_pieces
from relupoly.pieces.counting.part import Part
from relupoly.pieces.counting.plan import Plan

distributed = pytest.importorskip("distributed", reason='dask.distributed is not installed; pip install "relupoly[cluster]"')

# Commands one after another in one process: each would take seconds to import dask.
SEVERAL = f"""
import json, sys
from click.testing import CliRunner
from relupoly_cli.main import cli
runner = CliRunner(**{APART})
answers = [runner.invoke(cli, arguments, prog_name="relupoly") for arguments in json.load(sys.stdin)]
print(json.dumps([[answer.exit_code, answer.stdout, answer.stderr] for answer in answers]))
"""
# A deadline counts from the start of a command; however busy the machine is, dask is imported before that.
READY = f"import distributed\nimport relupoly.parallel.run\n{PROGRAM}"


@pytest.fixture
def empty_cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


@pytest.fixture
def two_workers(empty_cluster):
    workers = [empty_cluster.worker(), empty_cluster.worker()]
    wait_for(lambda: asyncio.run(known_workers(empty_cluster.address)) == 2, *workers)
    return empty_cluster


async def known_workers(address):
    """How many workers a scheduler knows."""
    async with distributed.core.rpc(address) as scheduler:
        return len((await scheduler.identity())["workers"])


def in_process(address, *arguments, program=PROGRAM):
    """A command as a process of its own, since a client of a cluster leaves threads behind; its exit code and what it says."""
    process = start("count-pieces", *arguments, "--scheduler", address, program=program)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return process.returncode, stdout, stderr


def in_one_process(*commands):
    """The same for several commands, one after another."""
    process = start(program=SEVERAL, stdin=subprocess.PIPE)
    stdout, stderr = process.communicate(json.dumps([list(map(str, command)) for command in commands]), timeout=PATIENCE)
    assert (process.returncode, stderr) == (0, "")
    return json.loads(stdout)


def parsed(stdout, stderr):
    """The document that a command printed."""
    assert stdout, stderr
    return json.loads(stdout)


def long_net(folder):
    """A net on which the patterns take seconds, and their number."""
    return save(folder / "long.json", *random_layers([4, 64, 64, 1])), 8_959_125


def some_are_done(checkpoint):
    """Whether some tasks are done, and others are not."""
    document = json.loads(checkpoint.read_text()) if checkpoint.exists() else {"done": []}
    return document["done"] and len(document["done"]) < document["tasks"]


@pytest.mark.slow
def test_the_count_is_right_when_a_worker_is_killed(two_workers, tmp_path):
    net, patterns = long_net(tmp_path)
    place = tmp_path / "a.part"
    options = ["--notion", "patterns", "--scheduler", two_workers.address, "--checkpoint", place, "--json"]
    process = start("count-pieces", net, *options)
    wait_for(lambda: some_are_done(place), process)
    two_workers.workers[0].kill()
    assert two_workers.workers[0].wait() == -signal.SIGKILL
    assert process.poll() is None, "the count went on while the worker was killed"
    stdout, stderr = process.communicate(timeout=PATIENCE)
    answer = parsed(stdout, stderr)
    assert (process.returncode, answer["complete"], answer["pieces"], stderr) == (0, True, patterns, "")
    assert two_workers.workers[1].poll() is None


@pytest.mark.slow
def test_all_workers_are_killed_and_another_one_comes(two_workers, tmp_path):
    net, patterns = long_net(tmp_path)
    place = tmp_path / "a.part"
    options = ["--notion", "patterns", "--scheduler", two_workers.address, "--checkpoint", place, "--json"]
    process = start("count-pieces", net, *options)
    wait_for(lambda: some_are_done(place), process)
    for worker in two_workers.workers:
        worker.kill()
        worker.wait()
    two_workers.worker()
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, parsed(stdout, stderr)["pieces"], stderr) == (0, patterns, "")


@pytest.mark.slow
def test_the_scheduler_is_killed(two_workers, tmp_path):
    net, _ = long_net(tmp_path)
    place = tmp_path / "a.part"
    process = start("count-pieces", net, "--notion", "patterns", "--scheduler", two_workers.address, "--checkpoint", place)
    wait_for(lambda: some_are_done(place), process)
    two_workers.scheduler.kill()
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stdout) == (3, "")
    assert len(stderr.splitlines()) == 1, stderr
    assert stderr.startswith("Error: the cluster has lost a task")
    assert some_are_done(place)


@pytest.mark.slow
def test_ctrl_c(two_workers, tmp_path):
    net, patterns = long_net(tmp_path)
    place = tmp_path / "a.part"
    options = ["--notion", "patterns", "--scheduler", two_workers.address, "--checkpoint", place, "--json"]
    process = start("count-pieces", net, *options)
    wait_for(lambda: some_are_done(place), process)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    answer = parsed(stdout, stderr)
    assert (process.returncode, answer["complete"], answer["stopped"]) == (130, False, "interrupted")
    assert 0 < answer["pieces"] < patterns
    assert f"tasks left; the same command goes on from {place}" in stderr
    assert in_process(two_workers.address, net, *options[:2], *options[4:], "--expect", patterns)[0] == 0


@pytest.mark.slow
def test_every_notion_and_every_option(two_workers, tmp_path):
    names = ["trap", "hill", "no hidden layer"]
    nets = [tmp_path / f"{name}.json" for name in names]
    for name, net in zip(names, nets, strict=True):
        write_network(NETS[name], net)
    expected = [count_pieces(NETS[name], notion="all") for name in names]
    pieces = [count_pieces(NETS[name]).pieces for name in names]
    hill, parts = nets[1], [tmp_path / "1.part", tmp_path / "2.part"]
    commands = [[net, "--notion", "all", "--json", "--expect", number] for net, number in zip(nets, pieces, strict=True)]
    commands.append([hill, "--limit", "100", "--json"])
    many = save(tmp_path / "many inputs.json", *random_layers([14, 6, 5, 1]))
    commands.append([many, "--box", "-1", "1", "--json"])
    commands += [[hill, "--shard", f"{number}/2", "--output", part] for number, part in enumerate(parts, 1)]
    *whole, limited, constrained, one, two = in_one_process(
        *(["count-pieces", *some, "--scheduler", two_workers.address] for some in commands)
    )
    for found, right in zip(whole, expected, strict=True):
        code, stdout, stderr = found
        assert (code, stderr) == (0, "")
        assert parsed(stdout, stderr)["counts"] == right.counts
    code, stdout, stderr = limited
    answer = parsed(stdout, stderr)
    assert (code, answer["stopped"], 0 < answer["cells"] <= 100) == (4, "limit", True)
    code, stdout, stderr = constrained
    assert parsed(stdout, stderr)["counts"] == count_pieces(read_network(many), Domain.box([-1] * 14, [1] * 14)).counts
    assert (one[0], two[0]) == (0, 0)
    process = start("merge", *parts, "--expect", pieces[1])
    process.communicate()
    assert process.returncode == 0


def test_a_cluster_without_workers_waits_as_long_as_it_may(empty_cluster, tmp_path):
    net = tmp_path / "hill.json"
    write_network(NETS["hill"], net)
    code, stdout, stderr = in_process(empty_cluster.address, net, "--deadline", "1", "--json", program=READY)
    answer = parsed(stdout, stderr)
    assert (code, answer["stopped"], answer["cells"]) == (4, "deadline", 0)
    assert stderr.startswith("the cluster has no worker yet; waiting for one\n")


class TestWorkers:
    """What runs on a worker, run here."""

    def test_tasks_by_themselves_merge_to_the_count(self):
        plan = Plan(NETS["hill"], count_part(NETS["hill"]).plan.domain, "all")
        sent, tasks = cluster._sent(plan), plan.tasks()
        part = Part(plan)
        for number in reversed(range(len(tasks))):
            task, state, exact_predicates = cluster.count_task(number, sent, tasks.digest)
            counters = plan.counters()
            counters.restore(json.loads(json.dumps(state)))
            part.add(cluster.Outcome(task, counters, exact_predicates))
        part.split = count_part(NETS["hill"]).split
        part.finish()
        assert part.count().counts == count_pieces(NETS["hill"], notion="all").counts

    def test_a_worker_of_another_version_is_refused(self):
        plan = count_part(NETS["hill"]).plan
        with pytest.raises(ClusterError, match="install the same version"):
            cluster.count_task(0, cluster._sent(plan), "0" * 64)

    def test_threads_of_a_process_share_what_is_prepared(self):
        plan = count_part(NETS["hill"], notion="affine").plan
        sent, tasks, found = cluster._sent(plan), plan.tasks(), []

        def work(first):
            found.extend(cluster.count_task(number, sent, tasks.digest)[0] for number in range(first, len(tasks), 4))

        threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == list(range(len(tasks)))

    @pytest.mark.parametrize(
        ("status", "error", "message"),
        [
            (
                "error",
                ModuleNotFoundError("No module named 'relupoly'"),
                "cannot run relupoly (No module named 'relupoly'); install",
            ),
            ("error", ClusterError("one; two"), "one; two"),
            ("error", ZeroDivisionError("a\nb"), "a task failed on the cluster (ZeroDivisionError: a b); look into the log"),
            ("lost", OSError("gone"), "the cluster has lost a task (lost: gone); look after its scheduler"),
            ("cancelled", None, "the cluster has lost a task (cancelled); look after its scheduler"),
        ],
    )
    def test_complaints_are_one_line(self, status, error, message):
        found = cluster.complaint(status, error)
        assert message in found
        assert "\n" not in found


class TestAddresses:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch):
        monkeypatch.setattr(cluster, "_SECONDS_TO_ANSWER", 0.5)

    @pytest.fixture
    def hill(self, tmp_path):
        write_network(NETS["hill"], tmp_path / "hill.json")
        return tmp_path / "hill.json"

    @pytest.mark.parametrize("address", ["", "nonsense", "http://127.0.0.1:80", "127.0.0.1:x", "tcp://"])
    def test_what_is_no_address(self, hill, address):
        assert_refused(count(hill, "--scheduler", address), "no Dask scheduler can be reached at", "tcp://127.0.0.1:8786")

    def test_nobody_there(self, hill):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert_refused(count(hill, "--scheduler", address), f'at "{address}"', "start one with dask scheduler")

    def test_somebody_who_never_answers(self, hill):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
            assert_refused(count(hill, "--scheduler", address), f'at "{address}"', "start one with dask scheduler")

    def test_a_worker(self, hill, monkeypatch):
        async def worker(scheduler):
            return "Worker"

        monkeypatch.setattr(cluster, "_identity", worker)
        assert_refused(count(hill, "--scheduler", "tcp://127.0.0.1:1"), "is a Dask worker; give the address of the scheduler")

    def test_not_installed(self, hill, monkeypatch):
        monkeypatch.setitem(sys.modules, "distributed", None)
        result = count(hill, "--scheduler", "tcp://127.0.0.1:8786")
        assert_refused(result, 'dask.distributed; pip install "relupoly[cluster]"')
