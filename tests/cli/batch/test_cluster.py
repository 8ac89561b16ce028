"""Jobs on a Dask cluster give what they give here; a worker of it that is lost loses none."""

import os

import pytest
from batch_workers import children, is_alive
from command import lines, run, start
from dask_cluster import PATIENCE, Cluster, wait_for

pytest.importorskip("distributed", reason='dask.distributed is not installed; pip install "relupoly[cluster]"')

HAT = ("count-pieces", "nets/hat.json")


@pytest.fixture
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.worker()
    yield cluster
    cluster.close()


def timeless(record):
    """A record without its times."""
    result = record["result"] and {key: value for key, value in record["result"].items() if key != "seconds"}
    return {**record, "result": result, "seconds": None}


def test_the_records_are_those_of_workers_here(cluster, folder, listed):
    jobs = listed(HAT, ("count-pieces", "nets/none.json"), "{", ("count-pieces", "huge.json", "--limit", "5"), ("info",), HAT)
    here = run("batch", jobs)
    # A client of a cluster leaves threads behind, so it has a process of its own.
    process = start("batch", jobs, "--scheduler", cluster.address, "--timeout", "60")
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr) == (here.exit_code, here.stderr)
    assert list(map(timeless, lines(stdout))) == list(map(timeless, lines(here.stdout)))


def test_a_job_that_is_killed_there(cluster, folder, listed):
    [dask] = cluster.workers
    process = start("batch", listed(("count-pieces", "huge.json"), HAT), "--scheduler", cluster.address, "-o", "out.jsonl")
    [worker] = wait_for(lambda: children(dask.pid), process)
    wait_for(lambda: is_busy(worker), process)
    os.kill(worker, 9)
    process.communicate(timeout=PATIENCE)
    records = lines((folder / "out.jsonl").read_text())
    assert (process.returncode, [record["exit_code"] for record in records]) == (4, [137, 0])


@pytest.mark.slow
def test_a_dask_worker_that_is_lost(cluster, folder, listed):
    [dask] = cluster.workers
    process = start("batch", listed(("count-pieces", "huge.json", "--deadline", "5"), HAT), "--scheduler", cluster.address)
    [worker] = wait_for(lambda: children(dask.pid), process)
    dask.kill()
    wait_for(lambda: not is_alive(worker), process)
    cluster.worker()
    stdout, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, [record["exit_code"] for record in lines(stdout)]) == (4, [4, 0])


def is_busy(worker):
    """Whether a worker has computed for a second: then it is at its job."""
    with open(f"/proc/{worker}/stat") as stream:
        ticks = int(stream.read().rpartition(")")[2].split()[11])
    return ticks > 1.5 * os.sysconf("SC_CLK_TCK")
