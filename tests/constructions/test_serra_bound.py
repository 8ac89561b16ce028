"""The lower bound of Serra et al. and its nets: the paper claims what its theorem says, the count is claimed always."""

import itertools
import math

import pytest

from relupoly.bounds.folding import serra2018_lower
from relupoly.bounds.zaslavsky import arrangement_regions
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
    assert (bound is None) == any(width < 3 * inputs for width in widths)
    if any(width < 3 * inputs for width in widths[:-1]):
        with pytest.raises(ConstructionError, match=f"serra needs {3 * inputs} or more"):
            hard("serra", inputs=inputs, widths=list(widths))
        return
    claims = hard("serra", inputs=inputs, widths=list(widths)).claims
    formula = math.prod((width // inputs + 1) ** inputs for width in widths[:-1]) * arrangement_regions(widths[-1], inputs)
    assert claims.activation == formula
    assert (claims.paper and claims.paper.activation) == bound
    assert bound in (None, formula)


@pytest.mark.parametrize(("inputs", "widths"), SMALL, ids=str)
def test_the_nets_have_as_many_cells(inputs, widths):
    if all(width >= 3 * inputs for width in widths[:-1]):
        net = hard("serra", inputs=inputs, widths=list(widths))
        assert count_pieces(net.network, notion="activation").pieces == net.claims.activation


def test_a_last_layer_that_is_too_narrow_for_the_theorem():
    """The upper bound raghu2017 is 88 there."""
    net = hard("serra", inputs=2, widths=[6, 2])
    assert (serra2018_lower(2, [6, 2]), net.claims.paper, net.claims.activation) == (None, None, 64)
