"""What the metadata of a hard net say."""

from relupoly.constructions.hard import hard


def test_parameters_without_a_value_are_left_out() -> None:
    """Layers of different widths have no common one."""
    net = hard("sawtooth", breakpoints="1/2;1/3,2/3")
    assert set(net.parameters) == {"depth", "breakpoints", "height"}
    assert net.network.metadata["parameters"] == net.parameters
