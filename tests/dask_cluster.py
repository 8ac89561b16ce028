"""A Dask cluster as tests use it: processes of this machine, over loopback."""

import contextlib
import json
import subprocess
import sys
import time

PATIENCE = 120


def wait_for(condition, *processes):
    """Wait until a condition holds; none of the processes may end before."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "nothing happens"
        assert all(process.poll() is None for process in processes), [process.communicate() for process in processes]
        time.sleep(0.02)
    return found


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder):
        self._folder, self.workers, self._all = folder, [], []
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", self._file)
        self.address = wait_for(self._address, self.scheduler)

    def worker(self):
        process = self._start("worker", self.address, "--no-nanny", "--nthreads", "1")
        self.workers.append(process)
        return process

    def close(self):
        for process in reversed(self._all):
            process.kill()
            process.wait()

    def _start(self, kind, *arguments):
        options = ["--host", "127.0.0.1", "--no-dashboard", *map(str, arguments)]
        log = open(self._folder / f"{kind}{len(self._all)}.log", "w")  # noqa: SIM115
        with contextlib.closing(log):
            program = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
            process = subprocess.Popen(program, stdout=log, stderr=log, cwd=self._folder)
        self._all.append(process)
        return process

    def _address(self):
        with contextlib.suppress(FileNotFoundError, ValueError):
            return json.loads(self._file.read_text())["address"]
