"""The command line as tests use it: in this process where that is enough, as a process of its own for signals and terminals."""

import contextlib
import inspect
import itertools
import json
import os
import random
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from documents import hold

from relupoly.files import write_network
from relupoly.networks.network import Network
from relupoly_cli.main import cli

# Whoever runs the tests in the background may have told all children to ignore Ctrl-C.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import sys
sys.argv[0] = "relupoly"
from relupoly_cli.entry import main
sys.exit(main())
"""


# Before version 8.2, click mixed what goes to standard output and to stderr unless it was asked not to.
APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


def run(*arguments, stdin=None, env=None):
    """What a command line gives; documents are held to the schema of the command."""
    words = [str(argument) for argument in arguments]
    result = CliRunner(**APART).invoke(cli, words, input=stdin, env=env, prog_name="relupoly")
    if isinstance(result.exception, SystemExit | None):
        hold(words, result.stdout)
    return result


def count(*arguments, **options):
    return run("count-pieces", *arguments, **options)


def document(*arguments, exit_code=0, **options):
    """The JSON document that count-pieces prints."""
    result = count(*arguments, "--json", **options)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def start(*arguments, program=PROGRAM, **options):
    """A process that runs relupoly; its output is piped unless the options say otherwise."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], **options)


def on_terminal(*arguments, streams=("stdout",), **options):
    """The same with some of its streams at a terminal; and the end of that from which one reads what it shows."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    ours, theirs = pty.openpty()
    process = start(*arguments, **{"stdin": subprocess.DEVNULL} | dict.fromkeys(streams, theirs) | options)
    os.close(theirs)
    return process, ours


def all_shown(terminal):
    """What a terminal shows from now on, until nobody holds its other end any more: the bytes."""
    with open(terminal, "rb", buffering=0) as screen:
        shown = b""
        with contextlib.suppress(OSError):  # Linux's way to say that nobody does
            while data := screen.read(65536):
                shown += data
    return shown


def until(ask):
    """The first true answer of somebody who is asked again and again, for a minute."""
    for _ in range(3000):
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise TimeoutError


def assert_refused(result, *parts, exit_code=3):
    """One clear line on stderr, nothing on stdout, no traceback."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == exit_code
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: ")
    for part in parts:
        assert part in line


def save(path, *layers):
    write_network(Network.from_rows(layers), path)
    return path


def random_layers(sizes):
    """Layers with small dyadic weights, always the same for the same sizes."""
    chance = random.Random(str(sizes))
    return [
        ([[chance.randint(-99, 99) / 64 for _ in range(before)] for _ in range(after)], [chance.random() for _ in range(after)])
        for before, after in itertools.pairwise(sizes)
    ]
