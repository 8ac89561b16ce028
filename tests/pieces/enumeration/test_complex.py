"""Face numbers of complexes: of arrangements, by Zaslavsky; of boxes, by Euler."""

import itertools
from math import comb, factorial

import pytest
from oracles.arrangements import FAMILIES, net_of

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.enumeration.complex import f_vector
from relupoly.run import Run, Stopped


def stirling(n, k):
    return sum((-1) ** i * comb(k, i) * (k - i) ** n for i in range(k + 1)) // factorial(k)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_coordinate_hyperplanes(n):
    assert f_vector(net_of(FAMILIES["boolean"](n))) == [2**k * comb(n, k) for k in range(n + 1)]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_braid_arrangements(n):
    """Faces are ordered partitions; all contain the line x_1 = ... = x_n, which is left out."""
    assert f_vector(net_of(FAMILIES["braid"](n))) == [factorial(k) * stirling(n, k) for k in range(1, n + 1)]


@pytest.mark.parametrize("m", [2, 3, 5])
@pytest.mark.parametrize("n", [2, 3])
def test_hyperplanes_in_general_position(m, n):
    """A k-face is a region of the arrangement in a k-flat, which m - n + k hyperplanes cut in general position."""
    rows = [[(t + 1) ** power for power in range(n)] + [(t + 1) ** n] for t in range(m)]
    rank = min(m, n)
    expected = [comb(m, n - k) * sum(comb(m - n + k, j) for j in range(k + 1)) for k in range(n - rank, n + 1)]
    assert f_vector(net_of(rows)) == expected


def test_a_grid_in_a_box():
    """The cells of [0, 3]^3 cut at 1 and 2 in each direction."""
    rows = [[int(k == i) for k in range(3)] + [c] for i, c in itertools.product(range(3), (1, 2))]
    faces = f_vector(net_of(rows), Domain.box([0] * 3, [3] * 3))
    assert faces == [4**3, 3 * 3 * 4**2, 3 * 3**2 * 4, 3**3]


def test_a_fold_in_the_second_layer():
    """The tent of a tent on [0, 1]: 4 pieces, 5 points."""
    tent = ([[1], [1]], [0, "-1/2"]), ([[2, -4], [2, -4]], [0, "-1/2"]), ([[2, -4]], None)
    assert f_vector(Network.from_rows(tent), Domain.box([0], [1])) == [5, 4]


def test_a_stop_ends_it():
    def stop():
        raise Stopped("deadline")

    with pytest.raises(Stopped):
        f_vector(net_of(FAMILIES["boolean"](2)), run=Run().also(stop))
