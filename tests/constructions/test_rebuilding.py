"""Whether a network is the one that its metadata say."""

from relupoly.constructions.hard import hard
from relupoly.constructions.rebuilding import rebuild
from relupoly.networks.network import Network


def test_the_network_and_another_one():
    net = hard("sawtooth", width=2, depth=2).network
    other = hard("sawtooth", width=3, depth=2).network
    assert rebuild(net).agrees is True
    changed = rebuild(Network(other.layers, net.metadata))
    assert (changed.agrees, changed.reason) == (False, "the parameters make another network")
