"""What records compute, and how notebooks show them."""

import re

import pytest
from flint import fmpq

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.pieces import list_pieces

TRIANGLE = Network.from_rows([([[1, 1]], [-1]), ([["1/3"], [2]], [0, "1/7"])])
BOX = Domain.box([0, 0], [1, 1])


def test_points_may_be_given_as_any_numbers():
    [cell] = (cell for cell in list_cells(TRIANGLE, BOX) if cell.pattern == ("+",))
    assert cell.value(["1/2", 1]) == cell.value([0.5, fmpq(1)]) == [fmpq(1, 6), fmpq(8, 7)]
    assert cell.contains([0.5, "1/2"])
    assert not cell.contains(["0.499", 0.5])
    [piece] = (piece for piece in list_pieces(TRIANGLE, BOX) if piece.gradient == cell.gradient)
    assert piece.value([1.0, 1]) == [fmpq(1, 3), fmpq(15, 7)]
    assert piece.contains([1.0, "1"])


@pytest.mark.parametrize("ask", ["value", "contains"])
def test_points_that_are_none(ask):
    cell = next(list_cells(TRIANGLE, BOX))
    with pytest.raises(DomainError, match="the point has 1 coordinates, and the record 2; give as many"):
        getattr(cell, ask)([1])
    with pytest.raises(DomainError, match='coordinate 2: "y" is not a number'):
        getattr(cell, ask)([1, "y"])


def test_notebooks_show_long_numbers_rounded():
    net = Network.from_rows([([[1]], ["-12345678901/98765432101"]), ([["1/3"], [2]], [0, 0])])
    cell = next(cell for cell in list_cells(net, Domain.box([0], [1])) if cell.pattern == ("+",))
    rows = dict(re.findall("<th>(.*?)</th><td>(.*?)</td>", cell._repr_html_()))
    assert rows["gradient"] == "(1/3), (2)"
    assert rows["constant"] == "about (-0.0416667, -0.25)"
    assert rows["volume"] == "about 0.875"
    assert rows["rays"] == "none"
    assert float(cell.volume) == pytest.approx(0.875)


def test_notebooks_show_the_first_ones_of_many():
    net = Network.from_rows([([[2 * k + 1] for k in range(20)], list(range(-20, 0))), ([[0] * 20], [1])])
    [piece] = list_pieces(net)
    shown = piece._repr_html_()
    assert "<caption>piece 1 (open)</caption>" in shown
    assert re.search("<th>patterns</th><td>(.*?)</td>", shown)[1].endswith(f", and {len(piece.cells) - 12} more")
    assert "<th>volume</th><td>infinite</td>" in shown
