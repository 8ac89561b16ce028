"""Radii on a published net, checked by deciding whether boxes a little smaller and larger hold another class."""

from __future__ import annotations

import pytest
from flint import fmpq

from relupoly import Domain, Property, decide, read_network, robustness

POINTS = [["0.6399", "0", "0", "0.475", "-0.475"], ["0.3", "-0.005", "-0.499", "0.31", "0.3"]]


def another_class(net, point, label, length):
    """Whether a box around the point has an output that is at least as large as that of its class."""
    box = [[int(one == other) for other in range(5)] + [0] * 5 for one in range(5)]
    rows = box + [[-entry for entry in row] for row in box]
    bounds = [x + length for x in point] + [length - x for x in point]
    alternatives = [
        ([*rows, [0] * 5 + [(one == label) - (one == other) for one in range(5)]], [*bounds, 0])
        for other in range(5)
        if other != label
    ]
    return decide(net, Property.from_rows(5, 5, alternatives)).word == "sat"


@pytest.mark.parametrize("point", POINTS)
def test_a_smaller_box_has_no_other_class_and_a_larger_one_has(shared, point):
    net = read_network(shared / "nets" / "acasxu" / "ACASXU_run2a_1_1_batch_2000.nnet")
    found = robustness(net, point)
    exact = found.point
    assert found.value is not None
    assert not another_class(net, exact, found.label, found.value * fmpq(999, 1000))
    assert another_class(net, exact, found.label, found.value)


def test_in_the_other_norms_it_is_longer(shared):
    net = read_network(shared / "nets" / "acasxu" / "ACASXU_run2a_1_1_batch_2000.nnet")
    lengths = [robustness(net, POINTS[0], norm, Domain.box([-1] * 5, [1] * 5)).lower for norm in ("inf", 2, 1)]
    assert lengths == sorted(lengths)
    assert lengths[2] <= 5 * lengths[0]
