"""Brute force against what is known without any program: published rows, and sets that can be checked by eye."""

import json
from fractions import Fraction

import pytest
from oracles.brute_force import brute_force, feasible

from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network

NAMES = {"R1": "patterns", "HR": "strict", "R2": "activation", "R4": "open", "R5": "closed", "R6": "affine"}


def net(*layers):
    return Network.from_rows(layers)


def test_published_separating_nets(shared):
    rows = json.loads((shared / "facts" / "region_notions.json").read_text())
    found = {row["name"]: brute_force(net(*((layer["W"], layer["b"]) for layer in row["layers"]))) for row in rows}
    assert len(rows) >= 10
    assert found == {row["name"]: {NAMES[key]: row[key] for key in NAMES} for row in rows}


def test_opposite_cones_meet_only_at_the_origin():
    counts = brute_force(net(([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, -1]], None)))
    assert counts == {"patterns": 6, "activation": 6, "strict": 6, "open": 6, "closed": 5, "affine": 5}


def test_no_hidden_layer_is_one_piece():
    assert set(brute_force(net(([[1, 2]], [3]))).values()) == {1}


def test_a_domain_boundary_holds_patterns_without_interior():
    relu = net(([[1]], [0]), ([[1]], [0]))
    assert brute_force(relu, Domain.box([0], [1])) == {
        "patterns": 2,
        "activation": 1,
        "strict": 1,
        "open": 1,
        "closed": 1,
        "affine": 1,
    }


def test_subspace_and_polyhedron_are_applied():
    cross = net(([[1, 0], [0, 1]], None), ([[1, 2]], None))
    diagonal = AffineSubspace.through([[0, 0], [1, 1]])
    triangle = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1]], [1, 1, "-1/2"]))
    assert brute_force(cross)["open"] == 4
    assert brute_force(cross, Domain(None, diagonal))["open"] == 2
    assert brute_force(cross, triangle)["open"] == 3
    assert brute_force(cross, Domain.box([1], [2]).inside(diagonal))["patterns"] == 1


@pytest.mark.parametrize(
    ("constraints", "equations", "expected"),
    [
        ([], [], True),
        ([((1, 0), True), ((-1, 0), False)], [], False),
        ([((1, 0), False), ((-1, 0), False)], [], True),
        ([((1, 0, 0), True), ((0, 1, 0), True), ((-1, -1, 1), True)], [], True),
        ([((1, 0, 0), True), ((0, 1, 0), True), ((-1, -1, 0), False)], [], False),
        ([((1, 0, 0), False), ((0, 1, 0), False), ((-1, -1, 0), False)], [], True),
        ([((0, 0), True)], [], False),
        ([((0, 0), False)], [], True),
        ([], [(0, 0, 1)], False),
        ([], [(1, 0, -1), (1, 0, -2)], False),
        ([((0, 1, Fraction(-1, 3)), True)], [(1, 1, -1), (1, -1, 0)], True),
        ([((0, 1, Fraction(-1, 2)), True)], [(1, 1, -1), (1, -1, 0)], False),
    ],
)
def test_feasible(constraints, equations, expected):
    assert feasible(constraints, equations) is expected
