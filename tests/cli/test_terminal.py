"""What a terminal is spared: what is no text, and what nobody reads."""

import pytest
from command import all_shown, on_terminal, random_layers, save, start


def ran(*arguments, cwd):
    """The exit code, what a terminal at stdout shows, and the last line of stderr."""
    process, terminal = on_terminal(*arguments, cwd=cwd)
    shown = all_shown(terminal)
    _, stderr = process.communicate()
    return process.returncode, shown, stderr.splitlines()[-1:]


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
    exit_code, shown, [line] = ran(*arguments, cwd=nets)
    assert (exit_code, shown) == (2, b"")
    assert reason in line


def test_a_pipe_takes_everything(nets):
    process = start("convert", "hat.json", "-", "--to", "npz", cwd=nets, text=False)
    assert process.communicate()[0][:2] == b"PK"
    assert process.returncode == 0


def test_a_small_network_is_shown(nets):
    exit_code, shown, _ = ran("convert", "hat.json", "-", cwd=nets)
    assert (exit_code, shown[:1]) == (0, b"{")
