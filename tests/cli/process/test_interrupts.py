"""Ctrl-C: the partial count and exit code 130; at once while nothing is counted, or if pressed again."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import pytest
from command import lines, start

from relupoly_cli.process.interrupts import Interrupts
from relupoly_cli.process.unbegun import Unbegun

COUNTING = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import relupoly.pieces.count
from relupoly.run import Stopped
from relupoly_cli.main import cli

count = relupoly.pieces.count.count_pieces

def announced(network, *arguments, **options):
    said = []

    def progress(cells):
        if not said:
            said.append(cells)
            print("counting", file=sys.stderr, flush=True)
    return count(network, *arguments, **(options | {"run": options["run"].reporting(progress)}))

def deaf(network, *arguments, run, **options):
    run.tick()
    print("counting", file=sys.stderr, flush=True)
    try:
        while True:
            run.tick()
            time.sleep(0.01)
    except Stopped:
        pass
    print("once", file=sys.stderr, flush=True)
    time.sleep(60)

relupoly.pieces.count.count_pieces = %s
cli(prog_name="relupoly")
"""


@pytest.fixture
def begin(start_until):
    """Starts a command and waits until it counts."""
    return lambda *arguments, how="announced": start_until("counting", "count-pieces", *arguments, program=COUNTING % how)


def interrupt(process, again=60):
    """Press Ctrl-C, and again after some seconds: one that comes just before a read begins is not heard until it ends."""
    for _ in range(60 // again):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            stdout, stderr = process.communicate(timeout=again)
            return process.returncode, stdout, stderr
    raise AssertionError("Ctrl-C does not end it")


def test_the_partial_count(nets, begin):
    code, stdout, stderr = interrupt(begin(nets / "huge.json", "--json"))
    answer = json.loads(stdout)
    assert (code, answer["complete"], answer["stopped"]) == (130, False, "interrupted")
    assert answer["cells"] >= answer["pieces"] > 0
    assert "Traceback" not in stderr


def test_text(nets, begin):
    code, stdout, _ = interrupt(begin(nets / "huge.json"))
    assert code == 130
    assert " so far: stopped by Ctrl-C, the count is not complete\n" in stdout


def test_a_batch_keeps_its_finished_lines(nets, begin):
    process = begin(nets / "hat.json", nets / "missing.json", nets / "huge.json", nets / "hat.json", "--jsonl")
    finished = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert process.stderr.readline().endswith("there is no such file; check its name and folder\n")
    assert process.stderr.readline() == "counting\n"
    code, stdout, stderr = interrupt(process)
    [last] = lines(stdout)
    assert [finished[0]["complete"], "error" in finished[1], last["complete"]] == [True, True, False]
    assert (code, stderr) == (130, "stopped by Ctrl-C at network 3 of 4\n")


def test_an_output_file_gets_the_partial_count(nets, begin, tmp_path):
    code, stdout, _ = interrupt(begin(nets / "huge.json", "--json", "--output", tmp_path / "count.json"))
    assert (code, stdout) == (130, "")
    assert json.loads((tmp_path / "count.json").read_text())["stopped"] == "interrupted"


def test_a_second_time_it_ends_at_once(nets, begin):
    process = begin(nets / "hat.json", how="deaf")
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline() == "once\n"
    code, stdout, stderr = interrupt(process)
    assert (code, stdout, stderr) == (130, "", "Interrupted.\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("option", ["net", "--domain", "--through"])
def test_while_a_file_is_read(nets, tmp_path, option):
    pipe = tmp_path / ("pipe.csv" if option == "--through" else "pipe.json")
    os.mkfifo(pipe)
    process = start("count-pieces", *([pipe] if option == "net" else [nets / "hat.json", option, pipe]))
    with open(pipe, "w") as stream:  # opens when the command does
        stream.write("[")
        stream.flush()
        time.sleep(0.3)
        code, stdout, stderr = interrupt(process, again=5)
    assert (code, stdout, stderr) == (130, "", "Interrupted.\n")


class TestInterrupts:
    @pytest.fixture(autouse=True)
    def python_handler(self):
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)

    def test_the_first_one_is_only_noted(self):
        with Interrupts() as interrupts:
            assert not interrupts.seen()
            signal.raise_signal(signal.SIGINT)
            assert interrupts.seen()
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)

    def test_before_work_asks_the_first_one_interrupts(self):
        with (
            pytest.raises(Unbegun, match=r"Interrupted while the work on net\.json was prepared") as caught,
            Interrupts("net.json"),
        ):
            signal.raise_signal(signal.SIGINT)
        assert (caught.value.exit_code, caught.value.file) == (130, "net.json")

    def test_one_that_was_lost_before_is_seen_when_work_asks(self):
        with Interrupts() as interrupts:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            assert interrupts.seen()

    def test_the_handler_before_comes_back(self):
        with pytest.raises(ZeroDivisionError), Interrupts():
            raise ZeroDivisionError
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    def test_in_another_thread_nothing_is_changed(self):
        seen = []

        def work():
            with Interrupts() as interrupts:
                seen.append(interrupts.seen())

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert seen == [False]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
