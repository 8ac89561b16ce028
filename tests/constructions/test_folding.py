"""Folds and cuts by hand: the weights of small nets, from the formulas of their theorems."""

from flint import fmpq

from relupoly.constructions.folding import Fold, cutting_layer, flat_fold, folding_layer, full_fold
from relupoly.constructions.telgarsky import telgarsky
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network


def rows(network: Network) -> list[tuple[list[list[fmpq]], list[fmpq]]]:
    return [(layer.weight.tolist(), layer.bias.entries()) for layer in network.layers]


def test_two_cuts_of_an_interval() -> None:
    """delta = 1/2, eta = 1/12: the cuts are at delta + eta and delta + 2 eta, and their neurons open away from each other."""
    assert rows(cutting_layer(1, 2)) == [([[1], [-1]], [fmpq(-7, 12), fmpq(8, 12)]), ([[1, -1]], [0])]


def test_one_cut_of_a_square() -> None:
    """delta = 1/4, eta = 1/32: x + y = 2 delta + eta."""
    assert rows(cutting_layer(2, 1)) == [([[1, 1]], [fmpq(-17, 32)]), ([[1]], [0])]


def test_three_cuts_of_a_square() -> None:
    """delta = 1/12, eta = 1/384: x + t y = (1 + t) delta + t^2 eta for t = 1, 2, 3, open by turns."""
    delta, eta = fmpq(1, 12), fmpq(1, 384)
    cuts = [(1 + t) * delta + t**2 * eta for t in (1, 2, 3)]
    assert rows(cutting_layer(2, 3)) == [([[-1, -1], [1, 2], [-1, -3]], [cuts[0], -cuts[1], cuts[2]]), ([[-1, 1, -1]], [0])]


def values(fold: Fold, points: list[fmpq], width: int) -> list[fmpq]:
    net = folding_layer([fold], width)
    assert net.widths == (width,)
    return [evaluate(net, [point])[0] for point in points]


def test_a_flat_fold() -> None:
    """0 up to 0, then up and down between 0 and 1 on equal parts of [0, 1]; neurons that are left over change nothing."""
    for pieces in (1, 2, 3):
        points = [fmpq(-1), *(fmpq(j, pieces) for j in range(pieces + 1))]
        assert values(flat_fold(pieces), points, pieces + 2) == [0, *(j % 2 for j in range(pieces + 1))]


def test_a_full_fold() -> None:
    """2 at 0, then 0 and 1 by turns; the outer pieces go on."""
    for neurons in (3, 4, 5):
        points = [fmpq(j, neurons + 1) for j in range(neurons + 2)]
        assert values(full_fold(neurons), points, neurons) == [2, *((j + 1) % 2 for j in range(1, neurons + 2))]
        assert values(full_fold(neurons), [fmpq(-1)], neurons) == [2 + 2 * (neurons + 1)]


def test_a_tent() -> None:
    """2x up to 1/2, then 2 - 2x, and 0 outside."""
    net = telgarsky(1)
    points = [fmpq(-1), fmpq(0), fmpq(1, 4), fmpq(1, 2), fmpq(3, 4), fmpq(1), fmpq(2)]
    assert [evaluate(net, [point])[0] for point in points] == [0, 0, fmpq(1, 2), 1, fmpq(1, 2), 0, 0]


def test_neurons_that_are_left_over_are_zero() -> None:
    net = folding_layer([flat_fold(1)], 3)
    assert rows(net) == [([[1], [0], [0]], [0, 0, 0]), ([[1, 0, 0]], [0])]
