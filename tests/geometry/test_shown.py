"""What sets show of themselves in Python is one line, whatever their size."""

import pytest

from relupoly import count_pieces
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network

PLANE = AffineSubspace.through([[0] * 784, range(784), [place % 2 for place in range(784)]])


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (
            AffineSubspace.through([[0, 1], ["1/2", 1], [0, 0]]),
            "AffineSubspace(origin=[[0], [1]], basis=[[1/2, 0], [0, -1]])",
        ),
        (PLANE, "AffineSubspace(origin=<784 x 1>, basis=<784 x 2>)"),
        (AffineSubspace.fixing(3, {1: 5}), "CoordinateSubspace(3, {1: 5})"),
        (AffineSubspace.fixing(5000, dict.fromkeys(range(4000), 0)), "CoordinateSubspace(5000, <4000 fixed>)"),
        (Polyhedron.from_inequalities([[1, "1/3"]], [5]), "Polyhedron(matrix=[[1, 1/3]], bound=[[5]])"),
        (Polyhedron.from_inequalities([[1] * 20], [5]), "Polyhedron(matrix=<1 x 20>, bound=[[5]])"),
        (Box([0, -1], [1, "5/2"]), "Box([0, -1], [1, 5/2])"),
        (Box([0] * 5000, [1] * 5000), "Box(<1 x 5000>, <1 x 5000>)"),
        (
            Domain(None, PLANE, "a plane"),
            "Domain(polyhedron=None, subspace=AffineSubspace(origin=<784 x 1>, basis=<784 x 2>), name='a plane')",
        ),
    ],
)
def test_one_line(shown, text):
    assert repr(shown) == text


def test_a_count_is_one_line():
    net = Network.from_rows([([[1] * 784, [-1] * 784], None), ([[1, 1]], None)])
    count = count_pieces(net, Domain().inside(PLANE))
    assert repr(count) == (
        "PieceCount({'open': 2, 'activation': 2}, domain='2-dimensional subspace of R^784', cells=2, complete, certified=True)"
    )
    assert "stopped='limit'" in repr(count_pieces(net, Domain().inside(PLANE), limit=1))
