"""What a terminal is spared: what is no text, and what nobody reads."""

import os
import subprocess

import pytest
from command import random_layers, save, start


def on_terminal(*arguments, cwd):
    """The exit code, what a terminal at stdout shows, and stderr."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    ours, theirs = pty.openpty()
    process = start(*arguments, stdin=subprocess.DEVNULL, stdout=theirs, cwd=cwd)
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux's way to say that nobody holds the other end any more
            break
        if not data:
            break
        shown += data
    os.close(ours)
    return process.wait(), shown, process.communicate()[1].splitlines()[-1:]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ["convert", "hat.json", "-", "--to", "npz"],
            "npz is no text, and standard output is a terminal; give a file, or a pipe",
        ),
        (["hard", "sawtooth", "--width", "2", "--depth", "1", "--format", "onnx"], "onnx is no text"),
        (["represent", "univariate", "--slopes", "1", "--to", "npz"], "npz is no text"),
        (["hard", "random", "--inputs", "200", "--widths", "200", "--seed", "1"], "weights are too many for a terminal"),
        (["convert", "large.json", "-"], "weights are too many for a terminal; give a file, or a pipe"),
    ],
)
def test_refused(nets, arguments, reason):
    if "large.json" in arguments:
        save(nets / "large.json", *random_layers([200, 200, 1]))
    exit_code, shown, [line] = on_terminal(*arguments, cwd=nets)
    assert (exit_code, shown) == (2, b"")
    assert reason in line


def test_a_pipe_takes_everything(nets):
    process = start("convert", "hat.json", "-", "--to", "npz", cwd=nets, text=False)
    assert process.communicate()[0][:2] == b"PK"
    assert process.returncode == 0


def test_a_small_network_is_shown(nets):
    exit_code, shown, _ = on_terminal("convert", "hat.json", "-", cwd=nets)
    assert (exit_code, shown[:1]) == (0, b"{")
