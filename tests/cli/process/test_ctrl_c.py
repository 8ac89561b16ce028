"""Ctrl-C in long work of every kind: one document that says so, exit code 130, and no traceback.

Work that has not begun ends at once, and says that nothing was computed.
"""

import json
import signal

import pytest
from command import PROGRAM, random_layers, save, start

PATIENCE = 120
# Says when work asks for the first time whether it should stop: from then on Ctrl-C is a question.
ANNOUNCED = f"""
import sys
from relupoly_cli.process.interrupts import Interrupts

seen = Interrupts.seen

def announced(self):
    begun, pressed = self._begun, seen(self)
    if not begun:
        print("ready", file=sys.stderr, flush=True)
    return pressed

Interrupts.seen = announced
{PROGRAM}"""
# Work that is still being prepared: %s says what comes of an interruption there.
PREPARED = f"""
import sys, time
import relupoly.analysis.equality.equality

def prepared(*arguments, run, **options):
    try:
        print("ready", file=sys.stderr, flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        %s

relupoly.analysis.equality.equality.difference = prepared
{PROGRAM}"""


@pytest.fixture(scope="module")
def same(tmp_path_factory):
    """A large net, and the same with relu(h + 1) for a neuron h >= 0 of its second layer, and one less where it is used."""
    folder = tmp_path_factory.mktemp("same")
    first, (weight, bias), (after, after_bias), *rest = random_layers([5, 30, 30, 30, 1])
    # What is added to them stays exact.
    bias, after_bias = ([round(64 * entry) / 64 for entry in entries] for entries in (bias, after_bias))
    weight, bias = [[abs(entry) for entry in weight[0]], *weight[1:]], [abs(bias[0]), *bias[1:]]
    raised = [one - row[0] for one, row in zip(after_bias, after, strict=True)]
    return (
        save(folder / "one.json", first, (weight, bias), (after, after_bias), *rest),
        save(folder / "other.json", first, (weight, [bias[0] + 1, *bias[1:]]), (after, raised), *rest),
    )


def interrupted(*arguments):
    """What a command prints that is interrupted as soon as it can be."""
    process = start(*arguments, "--json", program=ANNOUNCED)
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    document = json.loads(stdout)
    assert (document["complete"], document["stopped"]) == (False, "interrupted")
    return document


def test_equal(same):
    assert interrupted("equal", *same)["equal"] is None


def test_represent(nets, tmp_path):
    target = tmp_path / "shallow.json"
    assert interrupted("represent", "net", nets / "huge.json", "--limit", 10**9, "--output", target)["proved"] is None
    assert not target.exists()


def test_zonotope():
    document = interrupted("zonotope", "--family", "resonance", "--n", 10)
    assert (document["vertices"], document["f_vector"], document["generators"]) == (None, None, 1023)


def test_arrangement():
    document = interrupted("arrangement", "--family", "resonance", "--n", 10)
    assert (document["regions"], document["hyperplanes"], document["rank"]) == (None, 1023, 10)


@pytest.mark.parametrize("outcome", ["raise", "raise ImportError from None", "pass"])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_first_press_ends_work_that_is_prepared(same, outcome, options):
    process = start("equal", *same, *options, program=PREPARED % outcome)
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    line = f"Interrupted while the work on {same[0]}, {same[1]} was prepared; nothing was computed"
    assert (process.returncode, stderr) == (130, f"{line}\n")
    if options:
        answer = json.loads(stdout)
        assert (answer["complete"], answer["stopped"], answer["error"]) == (False, "interrupted", line)
    else:
        assert stdout == ""


def test_a_press_that_was_lost_is_told_to_work_that_asks(same):
    process = start("equal", *same, "--json", program=PREPARED % "run.tick()")
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr, json.loads(stdout)["equal"]) == (130, "", None)
