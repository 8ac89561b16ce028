"""The walk on nets made to defeat floats."""

from fractions import Fraction

from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces


def test_doubt_that_every_layer_multiplies():
    third, near = Fraction(1, 3), Fraction(1, 3) - Fraction(1, 10**20)
    layers = [([[third], [near]], None), ([[1, -1]], None), *[([[2**190]], None)] * 10, ([[1]], None)]
    assert count_pieces(Network.from_rows(layers)).counts == {"open": 2, "activation": 2}
