"""--deadline while files are read and work is prepared, and Ctrl-C there: at once, with one line that says where."""

from __future__ import annotations

import _weakrefset
import contextlib
import os
import signal
import subprocess
import time
import weakref
from pathlib import Path
from typing import Any

import pytest
from command import assert_refused, document, lines, run, save, start

import relupoly.pieces.count
import relupoly.pieces.counting.plan
from relupoly.run import Run
from relupoly_cli.process import time_limit
from relupoly_cli.process.time_limit import OutOfTime, TimeLimit

NET = [([[1], [-1]], [0, 0]), ([[1, 1]], [0])]

READERS = {
    "count-pieces": ["FILE"],
    "count-pieces domain": ["count-pieces", "NET", "--domain", "FILE.ine"],
    "count-pieces through": ["count-pieces", "NET", "--through", "FILE.csv"],
    "info": ["FILE"],
    "info domain": ["info", "NET", "--domain", "FILE.ine"],
    "bounds": ["FILE"],
    "equal": ["NET", "FILE"],
    "merge": ["FILE"],
    "arrangement": ["FILE.csv"],
    "zonotope": ["FILE.csv"],
    "check": ["FILE", "SAMPLES"],
    "check samples": ["check", "SAMPLES", "FILE.csv"],
    "train": ["FILE.csv", "--width", "1"],
    "hard verify": ["hard", "verify", "FILE"],
    "represent net": ["represent", "net", "FILE"],
    "represent max-affine": ["represent", "max-affine", "FILE.csv"],
    "represent univariate": ["represent", "univariate", "FILE.csv"],
}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "_GRACE", 0.05)


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return save(tmp_path / "net.json", *NET)


def pipe(tmp_path: Path, name: str = "pipe.json") -> Path:
    """A pipe that nobody writes to."""
    os.mkfifo(tmp_path / name)
    return tmp_path / name


@pytest.mark.parametrize("name", READERS)
def test_a_pipe_that_nobody_writes_to(name: str, net: Path, tmp_path: Path) -> None:
    samples = tmp_path / "samples.csv"
    samples.write_text("1,2\n")
    words = READERS[name] if " " in name else [name, *READERS[name]]
    place = pipe(tmp_path, next(("pipe" + word[4:] for word in words if word.startswith("FILE.")), "pipe.json"))
    given = {"NET": net, "SAMPLES": samples}
    arguments = [given.get(word, place if word.startswith("FILE") else word) for word in words]
    result = run(*arguments, "--deadline", 0.05)
    assert result.exit_code == 4, result.output
    [line] = [line for line in result.stderr.splitlines() if "deadline" in line]
    assert line.startswith(f"Error: {place}: the deadline struck while it was read")


def test_programs_get_a_document(tmp_path: Path) -> None:
    place = pipe(tmp_path)
    answer = document(place, "--deadline", 0.05, exit_code=4)
    assert (answer["file"], answer["complete"], answer["stopped"]) == (str(place), False, "deadline")
    assert answer["error"].startswith(f"{place}: the deadline struck")


def test_the_other_networks_are_counted(net: Path, tmp_path: Path) -> None:
    result = run("count-pieces", pipe(tmp_path), net, "--jsonl", "--deadline", 0.05)
    assert result.exit_code == 4
    first, second = lines(result.stdout)
    assert (first["file"], first["complete"], "pieces" in first) == (str(tmp_path / "pipe.json"), False, False)
    assert (second["file"], "pieces" in second) == (str(net), True)


def test_preparation_is_struck(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*arguments: Any, **options: Any) -> None:
        while True:
            # A reader, or an import, may make another exception of the one that strikes.
            try:
                time.sleep(60)
            except BaseException:
                raise ImportError from None

    monkeypatch.setattr(relupoly.pieces.counting.plan, "homogenize", endless)
    result = run("count-pieces", net, "--deadline", 0.05)
    assert_refused(result, f"{net}: the deadline struck while the work on it was prepared", exit_code=4)


def test_work_that_asks_is_not_struck(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = relupoly.pieces.count.count_pieces

    def slow(*arguments: Any, run: Run, **options: Any) -> Any:
        run.tick()
        time.sleep(0.5)
        return original(*arguments, run=run.within(None), **options)

    monkeypatch.setattr(relupoly.pieces.count, "count_pieces", slow)
    assert document(net, "--deadline", 0.05)["pieces"] == 2


def test_work_gets_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time_limit.time, "perf_counter", lambda: now[0])
    limit = TimeLimit(10)
    with limit.reading("a"):
        now[0] += 7
    assert limit.left == 3
    now[0] += 7
    assert limit.left == 0
    limit.restart()
    assert limit.left == 10
    assert TimeLimit(None).left is None


def test_the_signal_is_given_back() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(OutOfTime, match="a: the deadline"), TimeLimit(0).reading("a"):
        time.sleep(60)
    with TimeLimit(0.2).reading("a.json"):
        pass
    time.sleep(0.4)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("deadline", [[], ["--deadline", "1000"]])
def test_ctrl_c_while_a_pipe_is_read(deadline: list[str], tmp_path: Path) -> None:
    place = pipe(tmp_path)
    process = start("count-pieces", place, *deadline)
    with open(place, "wb") as stream:  # waits until the command opens it
        stream.write(b"{")
        stream.flush()
        # A signal between the last instruction and the call that waits is noticed with the next one: nobody presses only once.
        for _ in range(10):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
                break
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "Interrupted.\n")


class TestSizes:
    def test_a_file_without_end(self) -> None:
        assert_refused(
            run("count-pieces", "/dev/zero", "--format", "json"), "/dev/zero: it holds more than 64 MiB", "--max-size 1GB"
        )

    @pytest.mark.parametrize("way", ["option", "variable"])
    def test_the_limit_can_be_set(self, way: str, net: Path) -> None:
        size = net.stat().st_size
        for limit, code in ((size - 1, 3), (size, 0)):
            if way == "option":
                result = run("--max-size", limit, "info", net)
            else:
                result = run("info", net, env={"RELUPOLY_MAX_SIZE": str(limit)})
            assert result.exit_code == code
            assert (f"{net}: it holds more than {limit} bytes" in result.stderr) == (code == 3)
        assert run("info", net).exit_code == 0

    def test_a_size_that_is_none(self, net: Path) -> None:
        result = run("--max-size", "much", "info", net)
        assert result.exit_code == 2
        assert "'much' is no size" in result.stderr


def struck_and_lost() -> None:
    """Wait for a strike, and swallow it, as a finaliser does."""
    with contextlib.suppress(BaseException):
        time.sleep(60)


def test_a_lost_strike_takes_no_answer_away() -> None:
    with TimeLimit(0.0).preparing("net.json") as until_asked:
        asked = until_asked(lambda: True)
        struck_and_lost()
        assert asked(), "the work is told to stop, and has an answer"


def test_a_lost_strike_ends_what_never_asks() -> None:
    with pytest.raises(OutOfTime, match=r"net\.json"), TimeLimit(0.0).preparing("net.json"):
        struck_and_lost()
    with pytest.raises(OutOfTime, match=r"net\.json"), TimeLimit(0.0).reading("net.json"):
        struck_and_lost()


@pytest.mark.parametrize("module", [time_limit, contextlib, weakref, _weakrefset], ids=lambda one: one.__name__)
def test_no_strike_in_the_steps_around_a_block_or_in_finalisers(module: Any) -> None:
    timer = time_limit._Timer(1000)
    strike = "strike(0, __import__('sys')._getframe())"
    try:
        exec(strike, {"strike": timer._strike, "__name__": module.__name__})
        assert not timer.struck
        with pytest.raises(time_limit._Struck):
            exec(strike, {"strike": timer._strike, "__name__": "reader"})
        assert timer.struck
    finally:
        timer.close()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
