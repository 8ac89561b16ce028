"""The same answers whether rays or constraints hold cells."""

from collections.abc import Callable

import pytest

from relupoly import Domain, Network, difference, evaluate, stable_neurons


def assert_same_facts(network: Network, two: Network, domain: Domain, patched: Callable[[pytest.MonkeyPatch], None]) -> None:
    """Stable neurons of a net, and whether it equals another one, are the same by constraints; a witness is in the domain.

    Parameters
    ----------
    patched : callable
        Sees to it that constraints hold cells.
    """
    stable = stable_neurons(network, domain)
    alike = (network.input_dim, network.output_dim) == (two.input_dim, two.output_dim)
    witness = difference(network, two, domain) if alike else None
    with pytest.MonkeyPatch.context() as patch:
        patched(patch)
        assert stable_neurons(network, domain) == stable
        if alike:
            found = difference(network, two, domain)
            assert (found is None) == (witness is None)
            if found is not None:
                assert all(slack >= 0 for slack in domain.polyhedron.slacks(found.point))
                assert evaluate(network, found.point) != evaluate(two, found.point)
