"""The lower bound of Serra et al. and the family of its nets: defined for the same widths, and what is counted is the bound."""

import itertools

import pytest

from relupoly.bounds.folding import serra2018_lower
from relupoly.constructions.hard import hard
from relupoly.errors import ConstructionError
from relupoly.pieces.count import count_pieces

SMALL = [
    *((1, widths) for depth in (1, 2, 3) for widths in itertools.product((1, 2, 3, 4), repeat=depth)),
    *((2, (last,)) for last in range(1, 7)),
    *((2, (first, last)) for first in (4, 5, 6, 7, 8) for last in (1, 2, 3, 5, 6)),
    *((2, widths) for widths in [(6, 6, 1), (6, 7, 2), (6, 2, 6)]),
    *((3, widths) for widths in [(9, 1), (9, 2), (8, 9)]),
]


@pytest.mark.parametrize(("inputs", "widths"), SMALL, ids=str)
def test_bound_and_family_say_the_same(inputs, widths):
    bound = serra2018_lower(inputs, widths)
    if bound is None:
        assert any(width < 3 * inputs for width in widths[:-1])
        with pytest.raises(ConstructionError, match=f"serra needs {3 * inputs} or more"):
            hard("serra", inputs=inputs, widths=list(widths))
        return
    net = hard("serra", inputs=inputs, widths=list(widths))
    assert net.claims.activation == net.claims.paper.activation == bound
    assert count_pieces(net.network, notion="activation").pieces == bound


def test_one_of_the_issue():
    assert serra2018_lower(2, (6, 2)) == 64
