"""The door to pycddlib: what it does when it is asked to stop, when it fails, and when there is none. What it finds is right:
see test_v_representation.py.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import until
from flint import fmpq
from oracles.cones import cube

from relupoly.errors import InputError, MissingPackageError, RelupolyError, SizeError
from relupoly.geometry import double_description
from relupoly.geometry.double_description import GENERATORS, INEQUALITIES, convert
from relupoly.run import UNLIMITED, Run, Stopped

SLAB = [[fmpq(1), fmpq(2)], [fmpq(1), fmpq(-3)]]
# A cube in R^25 has 33 million vertices, on which cddlib would work for days.
ENDLESS = [[fmpq(row[-1]), *map(fmpq, row[:-1])] for row in cube(25)]


def test_rays_and_lines():
    # The half-plane y >= 1, from a point, a line and a ray.
    rows = [[fmpq(2), fmpq(6), fmpq(2)], [fmpq(0), fmpq(0), fmpq(1)], [fmpq(0), fmpq(5), fmpq(0)]]
    inequalities, equations = convert(GENERATORS, rows, {2})
    assert (len(equations), [row for row in inequalities if any(row[1:])]) == (0, [[-1, 0, 1]])


def test_numbers_longer_than_python_writes_in_decimal():
    long = fmpq(10**6000 + 1, 3)
    assert sorted(row[1] for row in convert(INEQUALITIES, [[long, fmpq(1)], [1 / long, fmpq(-1)]])[0]) == [-long, 1 / long]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


class TestStopping:
    def test_a_deadline(self):
        before, start = open_files(), time.perf_counter()
        with pytest.raises(Stopped, match="deadline"):
            convert(INEQUALITIES, ENDLESS, run=Run(deadline=0.3))
        assert time.perf_counter() - start < 30
        assert open_files() == before

    def test_whatever_a_tick_raises(self):
        class Enough(Exception):
            pass

        left = iter(range(3))

        def tick():
            if next(left, None) is None:
                raise Enough

        with pytest.raises(Enough):
            convert(INEQUALITIES, ENDLESS, run=UNLIMITED.also(tick))

    def test_a_run_that_is_over_starts_nothing(self, monkeypatch):
        monkeypatch.setattr(subprocess, "Popen", None)
        with pytest.raises(Stopped, match="interrupted"):
            convert(INEQUALITIES, SLAB, run=Run(interrupted=lambda: True))

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the conversion goes on to its end")
    def test_it_ends_when_whoever_asked_is_killed(self):
        program = (
            "from flint import fmpq; from oracles.cones import cube; from relupoly.geometry.double_description import *;"
            "convert(INEQUALITIES, [[fmpq(row[-1]), *map(fmpq, row[:-1])] for row in cube(25)])"
        )
        tests = str(Path(__file__).parents[1])
        asking = subprocess.Popen([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": tests})
        try:
            [child] = until(lambda: Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text().split())
            until(lambda: "cdd/gmp" in Path(f"/proc/{child}/maps").read_text())
        finally:
            asking.kill()
            asking.wait()
        try:
            until(lambda: not Path(f"/proc/{child}").exists() or "Z (zombie)" in Path(f"/proc/{child}/status").read_text())
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)


class TestFailures:
    def test_want_of_memory(self):
        with pytest.raises(SizeError, match=r"conversion of 50 inequalities, .* memory \(it may take 0.00781 GiB\)"):
            convert(INEQUALITIES, ENDLESS, run=Run(memory=2**23))

    @pytest.mark.parametrize(
        ("does", "error", "message"),
        [
            ("os.abort()", SizeError, "cddlib broke off the conversion of 2 inequalities"),
            ("raise RuntimeError('numerically inconsistent')", RelupolyError, "RuntimeError: numerically inconsistent"),
            ("raise ImportError('libcdd.so.0 is missing')", MissingPackageError, "pip install .*libcdd.so.0 is missing"),
        ],
    )
    def test_each_is_an_error_of_one_line(self, does, error, message, tmp_path, monkeypatch, capfd):
        (tmp_path / "cdd").mkdir()
        (tmp_path / "cdd" / "__init__.py").touch()
        (tmp_path / "cdd" / "gmp.py").write_text(f"import os\nos.write(1, b'out')\nos.write(2, b'err')\n{does}\n")
        monkeypatch.setattr(double_description, "_folder_of_pycddlib", lambda: str(tmp_path))
        with pytest.raises(error, match=message) as raised:
            convert(INEQUALITIES, SLAB)
        assert "\n" not in str(raised.value)
        assert capfd.readouterr() == ("", "")

    def test_without_pycddlib_it_says_how_to_get_it(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "cdd", None)
        with pytest.raises(InputError, match=r"need pycddlib, .*apt-get install gcc .* pip install") as raised:
            convert(INEQUALITIES, SLAB)
        assert "\n" not in str(raised.value)
