"""Maxima of affine functions as nets, by hand."""

import pytest
from flint import fmpq

from relupoly.constructions.representation.assembly import network_of_maxima
from relupoly.networks.evaluation import evaluate

POINTS = [(5, 1, 2, 0), (1, 5, 2, 0), (1, 2, 5, 0), (1, 2, 0, 5), (-5, -3, -2, -1)]


@pytest.mark.parametrize(("numbers", "layers"), [(2, 1), (3, 2), (4, 2), (5, 3)])
def test_the_maximum_of_coordinates_and_0(numbers: int, layers: int) -> None:
    """Every function is compared, whether or not it has a partner."""
    inputs = numbers - 1
    forms = [tuple(fmpq(i == j) for j in range(inputs + 1)) for i in range(inputs)]
    net = network_of_maxima([(fmpq(1), (*forms, (fmpq(0),) * (inputs + 1)))], inputs)
    assert len(net.hidden) == layers
    for point in POINTS:
        assert evaluate(net, point[:inputs]) == [max(0, *point[:inputs])]


def test_the_larger_of_two_sums_that_differ_by_a_number() -> None:
    """max(x + 1, 1, x, 0) + max(x + 1, 1): the first two are compared in both terms, so first; they are the others plus 1."""
    lower, upper = [(fmpq(0), fmpq(0)), (fmpq(1), fmpq(0))], [(fmpq(0), fmpq(1)), (fmpq(1), fmpq(1))]
    net = network_of_maxima([(fmpq(1), (*lower, *upper)), (fmpq(1), tuple(upper))], 1)
    assert [evaluate(net, [x])[0] for x in (-1, 0, 2)] == [2, 2, 6]
