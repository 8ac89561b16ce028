"""Code that another process makes: what goes on meanwhile, who waits, and what happens where that fails."""

import os
import signal
import subprocess
import sys

import pytest
from command import until

from relupoly.jit import code_cache, kernel
from relupoly.jit.engine import Engine
from relupoly.jit.lock import alone, is_taken
from relupoly.run import UNLIMITED, Run

TINY = """
import os, sys
from pathlib import Path
from relupoly.jit import njit, code_cache

@njit()
def tiny(numbers, more):
    return numbers.size + more

def compile_ahead(*arguments):
    import numpy as np
    assert arguments == ("one", "two")
    assert tiny(np.zeros(3), 4) == 7
    with open(os.environ["TINY_LOG"], "a") as log:
        log.write(f"{os.getpid()}\\n")
    if "numba" in sys.modules:
        with open(os.environ["TINY_LOG"] + ".numba", "a") as log:
            log.write("compiled\\n")
"""

SLOW = """
import os, time
from relupoly.jit.lock import alone

def compile_ahead():
    with alone("slow_one.f"):
        with open(os.environ["TINY_LOG"], "a") as log:
            log.write(f"{os.getpid()}\\n")
        time.sleep(1000)
"""

BROKEN = """
def compile_ahead():
    raise ImportError("no numba today")
"""

PARENT = """
import sys, time
sys.path.insert(0, {folder!r})
from pathlib import Path
from relupoly.jit.engine import Engine
from relupoly.run import Run
engine = Engine("slow_one", [(Path({folder!r}) / "slow_one.py", "f")])
while not engine.ready(Run(notice=print)):
    sys.stdout.flush()
    time.sleep(0.02)
"""


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder of modules, an empty cache, and a log of who compiles."""
    for name, text in (("tiny_one", TINY), ("slow_one", SLOW), ("broken_one", BROKEN)):
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(kernel, "_in_memory", set())
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TINY_LOG", str(tmp_path / "log"))
    return tmp_path


@pytest.fixture
def tiny(folder):
    return Engine("tiny_one", [(folder / "tiny_one.py", "tiny")], ("one", "two"))


@pytest.fixture
def slow(folder):
    engine = Engine("slow_one", [(folder / "slow_one.py", "f")])
    yield engine
    if engine._process:
        engine._process._end()


def compilers(folder):
    """The processes that have compiled so far, or do."""
    return [int(line) for line in (folder / "log").read_text().split()] if (folder / "log").exists() else []


def is_alive(process):
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_another_process_compiles(folder, tiny):
    said = []
    assert not tiny.ready(Run(notice=said.append))
    assert tiny.wait(Run(notice=said.append))
    assert said == ["compiling the engine; this takes some seconds, once"]
    # The code is there a moment before that process is through.
    until(lambda: compilers(folder))
    (process,) = compilers(folder)
    assert process != os.getpid()
    assert "tiny_one" not in sys.modules
    assert tiny.is_compiled
    assert Engine("tiny_one", [(folder / "tiny_one.py", "tiny")]).ready(Run(notice=said.append))
    assert len(said) == 1


def test_nothing_is_begun_unless_that_is_wanted(folder, tiny):
    assert not tiny.ready(Run(notice=pytest.fail), begin=False)
    assert tiny._process is None


def test_a_stop_does_not_wait_for_the_compiler(folder, slow):
    def tick():
        if compilers(folder):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        slow.wait(UNLIMITED.also(tick))
    (process,) = compilers(folder)
    assert is_alive(process)
    assert os.getsid(process) != os.getsid(0)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_compiler_ends_with_its_parent_and_so_does_its_lock(folder, how):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(folder=str(folder))], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: compilers(folder))
    (process,) = compilers(folder)
    assert is_taken("slow_one.f")
    parent.send_signal(how)
    parent.wait()
    until(lambda: not is_alive(process))
    assert not is_taken("slow_one.f")


def test_the_second_process_waits_and_says_so(folder, slow, tiny):
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(folder=str(folder))], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout.readline() == "compiling the engine; this takes some seconds, once\n"
        until(lambda: compilers(folder))
        said = []
        assert not slow.ready(Run(notice=said.append))
        assert said == ["waiting for another process that compiles the engine"]
        parent.kill()
    # The lock dies with its process, and the next one's turn comes.
    until(lambda: len(compilers(folder)) == 2)


def test_of_two_that_begin_together_one_compiles(folder, tiny):
    other = Engine("tiny_one", [(folder / "tiny_one.py", "tiny")], ("one", "two"))
    engines = [tiny, other]
    with alone("tiny_one.tiny"):
        for engine in engines:
            assert not engine.ready()
        until(lambda: all(engine._process for engine in engines))
    for engine in engines:
        assert engine.wait()
    for engine in engines:
        until(engine._process.is_over)
    assert len(compilers(folder)) == 2
    # The other one has loaded what was kept, without numba.
    assert (folder / "log.numba").read_text() == "compiled\n"


def test_where_nothing_can_be_kept_a_thread_compiles(folder, tiny):
    (folder / "cache").mkdir()
    (folder / "cache").chmod(0o777)
    said = []
    assert tiny.wait(Run(notice=said.append))
    assert compilers(folder) == [os.getpid()]
    assert [path.name for path in (folder / "cache").iterdir()] == []
    assert said == [
        "compiling the engine; this takes some seconds, once",
        f"what is compiled is not kept: {folder / 'cache'} can be written by others; set NUMBA_CACHE_DIR to a folder that "
        "only you can write",
    ]


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "/bin/false"])
def test_where_there_can_be_no_process_a_thread_compiles(folder, tiny, monkeypatch, executable):
    monkeypatch.setattr(sys, "executable", executable)
    assert tiny.wait()
    assert compilers(folder) == [os.getpid()]
    assert code_cache.is_kept(code_cache.stem(folder / "tiny_one.py", "tiny"))


def test_where_nothing_compiles_that_is_said_and_the_work_goes_on(folder):
    engine, said = Engine("broken_one", [(folder / "broken_one.py", "f")], noun="search"), []
    assert not engine.wait(Run(notice=said.append))
    assert engine.is_impossible
    assert not engine.ready(Run(notice=pytest.fail))
    assert said == [
        "compiling the search; this takes some seconds, once",
        "going on without the compiled search, which is slow: ImportError: no numba today",
    ]


def test_kept_code_that_nobody_can_load_is_no_code(folder, tiny, monkeypatch):
    code_cache.keep(f"{code_cache.stem(folder / 'tiny_one.py', 'tiny')}-1.o", b"code")
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    said = []
    assert not tiny.wait(Run(notice=said.append))
    assert tiny.is_impossible
    assert [text.partition(":")[0] for text in said] == ["going on without the compiled engine, which is slow"]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_begins_anew(folder, slow):
    slow.ready()
    until(lambda: compilers(folder))
    child = os.fork()
    if not child:
        os._exit(0 if slow._process is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert slow._process is not None
