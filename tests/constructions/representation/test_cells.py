"""The affine functions on the cells of a net, by hand."""

from relupoly.constructions.representation.cells import cells_of, function_on
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED


def test_inputs_that_a_net_does_not_read_have_the_coefficient_0() -> None:
    """3 relu(y) + 1, in the coordinates x, y, z."""
    net = Network.from_rows([([[0, 1, 0]], None), ([[3]], [1])])
    assert {function_on(cell, 3) for cell in cells_of(net, UNLIMITED)} == {(0, 0, 0, 1), (0, 3, 0, 1)}
