"""An MNIST classifier, 784-256-256-10, on the plane through two digits and the origin."""

import pytest
from flint import fmpq_mat
from oracles.onnx_weights import float_tensors
from oracles.tables import SHARED, needs_shared

from relupoly import AffineSubspace, Domain, Network, count_pieces, read_points
from relupoly.pieces.recount import recount

pytestmark = needs_shared


@pytest.fixture(scope="module")
def net() -> Network:
    tensors = float_tensors(SHARED / "nets" / "mnistfc" / "mnist-net_256x2.onnx")
    return Network.from_rows([(tensors[f"layers.{i}.weight"], tensors[f"layers.{i}.bias"]) for i in (0, 2, 4)])


@pytest.fixture(scope="module")
def plane() -> AffineSubspace:
    return read_points(SHARED / "nets" / "mnistfc" / "three_points.csv")


@pytest.mark.slow
def test_the_plane_through_three_points(net, plane):
    result = count_pieces(net, Domain.box([-1, -1], [2, 2]).inside(plane), "activation")
    assert (result.pieces, result.complete) == (47456, True)


@pytest.mark.slow
def test_a_line_through_two_of_the_points(net, plane):
    line = AffineSubspace(plane.origin, plane.basis * fmpq_mat(2, 1, [1, 0]))
    domain = Domain.box([0], [1]).inside(line)
    cells = count_pieces(net, domain, "activation").pieces
    assert cells == recount(net, domain, ("activation",))["activation"]
    assert cells > 10
