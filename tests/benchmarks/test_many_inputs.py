"""Nets of many inputs: the enumerator that stands beside ours counts right, and gets the nets that ours gets."""

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from many_inputs import ENUMERATOR, FOLDER, boxed_nets, many_inputs_cases, many_inputs_matches
from measure import FOLDER as BENCHMARKS
from measure import Row
from oracles.brute_force import brute_force
from peers import PYTHON, PeerRow, compete
from table import peer_cells

from relupoly import Domain, Network, count_pieces

COUNT = """
import json, sys
import numpy as np
from enumerator import count_cells
jobs = json.load(sys.stdin)
counts = [
    count_cells([(np.array(w, dtype=float), np.array(b, dtype=float)) for w, b in layers], *map(np.array, bounds))
    for layers, bounds in jobs
]
print(json.dumps(counts))
"""


def python_with_highspy():
    """An interpreter that has it: ours, or that of the peers."""
    for python in filter(os.path.exists, (sys.executable, PYTHON)):
        if subprocess.run([python, "-c", "import highspy"], capture_output=True, check=False).returncode == 0:
            return python
    pytest.skip("highspy is in no environment here: make peers")


def enumerated(jobs):
    """What the enumerator counts: of each net, as rows of weights and biases, in a box."""
    python = python_with_highspy()
    found = subprocess.run(
        [python, "-c", COUNT], input=json.dumps(jobs), cwd=BENCHMARKS, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout.splitlines()[-1])


def tiny_net(chance, shape):
    """Layers with short weights, so that hyperplanes meet, are parallel, and are the same."""
    return [
        ([[chance.randint(-2, 2) for _ in range(before)] for _ in range(after)], [chance.randint(-2, 2) for _ in range(after)])
        for before, after in zip(shape, [*shape[1:], 1], strict=True)
    ]


def test_the_enumerator_counts_tiny_nets_right():
    chance = random.Random(7)
    nets = [tiny_net(chance, shape) for shape in [(1, 4), (2, 5), (2, 3, 3), (2, 2, 2, 2), (3, 4), (3, 3, 2)] for _ in range(3)]
    boxes = [([-chance.randint(1, 3)] * len(net[0][0][0]), [chance.randint(1, 3)] * len(net[0][0][0])) for net in nets]
    jobs = [(net, [list(map(float, lower)), list(map(float, upper))]) for net, (lower, upper) in zip(nets, boxes, strict=True)]
    known = [
        brute_force(Network.from_rows(net), Domain.box(*bounds))["activation"] for net, bounds in zip(nets, boxes, strict=True)
    ]
    assert enumerated(jobs) == known
    assert max(known) > 8


def test_the_enumerator_counts_a_random_net_as_we_do():
    match = next(match for match in many_inputs_matches() if match.net.startswith("64-24-24"))
    found = compete(match, runs=1, deadline=60)
    if found.failure:
        python_with_highspy()
        pytest.skip(found.failure)
    assert found.cells == count_pieces(*match.ours.make(), "activation").pieces


def test_names_are_unique():
    for rows in (many_inputs_cases(), list(many_inputs_matches())):
        names = [row.name for row in rows]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("net", list(boxed_nets()), ids=lambda net: net.name)
def test_peers_are_given_the_net_of_ours_moved_to_the_origin(net):
    if reason := net.case.missing():
        pytest.skip(reason)
    match = net.match(ENUMERATOR)
    network, domain = net.case.make()
    assert network.input_dim == net.inputs
    assert match.radius == (net.upper - net.lower) / 2
    (weight, bias), *_ = net.layers()
    (same, moved), *_ = match.layers()
    assert (same == weight).all()
    # The corner of both boxes has the same values.
    low = weight @ np.full(net.inputs, net.lower) + bias
    assert np.allclose(same @ np.full(net.inputs, -match.radius) + moved, low, rtol=1e-9, atol=1e-9)
    assert domain.name == Domain.box([net.lower] * net.inputs, [net.upper] * net.inputs).name


@pytest.mark.parametrize("net", [net for net in boxed_nets() if net.cells and net.cells < 50], ids=lambda net: net.name)
def test_known_counts(net):
    if net.needs_shared and not FOLDER.is_dir():
        pytest.skip("the folder of trained nets is not beside the checkout")
    assert count_pieces(*net.case.make(), "activation").pieces == net.cells


def test_a_difference_is_shown():
    match = next(many_inputs_matches())
    figures = {"pieces": 9, "complete": True, "certified": True, "exact_predicates": 0, "runs": 1, "seconds": 2.0}
    figures |= {"cpu_seconds": 2.0, "megabytes": 9.0, "megabytes_before": 9.0}
    cells = peer_cells(PeerRow(match, "1.0", cells=8, seconds=4.0), Row(match.ours, cells=9, **figures), 20)
    assert cells[2:5] == ["8", "9", "differs"]
    assert cells[-1] == "2"
