"""Where limits begin: the last number that is allowed, and the first that is not."""

import pytest
from flint import fmpq

from relupoly.constructions import zonotope as zonotope_module
from relupoly.constructions.grid import parse_path
from relupoly.constructions.hard import hard
from relupoly.constructions.hard_net import check_size
from relupoly.constructions.seeds import generator
from relupoly.errors import ConstructionError, SizeError
from relupoly.exact.json_numbers import jsonable


def test_the_largest_net():
    """1 + 1 weights for each of 5,000,000 neurons; one input more is too much. As many layers as may be, and one more."""
    check_size([1, 5_000_000, 1])
    with pytest.raises(SizeError, match="give parameters for at most 10,000,000"):
        check_size([2, 5_000_000, 1])
    check_size([1] * 2000)
    with pytest.raises(SizeError, match="layers"):
        check_size([1] * 2001)


def test_the_largest_plain_integer():
    """Beyond 2^53 a JSON number may lose its last digit on the way."""
    assert jsonable([2**53, -(2**53), 2**53 + 1, -(2**53) - 1]) == [2**53, -(2**53), str(2**53 + 1), str(-(2**53) - 1)]
    assert jsonable([True, fmpq(1, 2)]) == [True, "1/2"]


def test_the_largest_random_integers():
    largest = 2**31 - 2
    for low, high in ((-largest, 0), (0, largest), (-largest, largest)):
        assert hard("random", inputs=1, widths=[2], integers=[low, high], seed=1).network.widths == (2,)
    for low, high in ((-largest - 1, 0), (0, largest + 1)):
        with pytest.raises(ConstructionError, match="reaches beyond"):
            hard("random", inputs=1, widths=[2], integers=[low, high], seed=1)


def test_the_largest_seed():
    assert generator(2**32 - 1).randint(2) in (0, 1)
    with pytest.raises(ConstructionError, match="is too large"):
        generator(2**32)


def test_a_path_has_no_members_but_its_own():
    values = parse_path("sawtooth", "height=1:2:3", {"width": 2, "depth": 1}).values
    assert (len(values), list(values)) == (3, [1, fmpq(3, 2), 2])
    for index in (-1, 3):
        with pytest.raises(IndexError):
            values[index]


def test_entries_of_a_path_are_counted_from_one():
    """The second entry of the first list, the first of the second."""
    fixed = {"breakpoints": [["1/4", "1/2"], ["1/3", "2/3"]]}
    [first] = parse_path("sawtooth", "breakpoint.1.2=3/4:3/4:1", fixed)
    assert first.parameters["breakpoints"] == [["1/4", "3/4"], ["1/3", "2/3"]]
    [second] = parse_path("sawtooth", "breakpoint.2.1=1/2:1/2:1", fixed)
    assert second.parameters["breakpoints"] == [["1/4", "1/2"], ["1/2", "2/3"]]
    for place in ("0.1", "1.0", "3.1", "1.3", "1.1.1"):
        with pytest.raises(ConstructionError, match="has no number"):
            parse_path("sawtooth", f"breakpoint.{place}=1/2:1/2:1", fixed)


@pytest.mark.parametrize("width", [2, 4])
def test_the_sizes_that_are_checked_are_those_of_the_net(width, monkeypatch):
    """Of the generators, of the sawtooth that follows them, and of where the two meet."""
    seen = []
    monkeypatch.setattr(zonotope_module, "check_size", seen.append)
    net = hard("zonotope", inputs=3, generators=2, width=width, depth=2).network
    assert net.widths == (4, width, width)
    assert seen == [[2, width, width, 1], [3, 4], [3, 4, width]]


@pytest.mark.parametrize(("inputs", "generators", "half"), [(2, 3, 3), (3, 4, 7), (2, 5, 5)])
def test_what_the_paper_claims_of_generic_generators(inputs, generators, half):
    """sum_{i < n} C(m - 1, i) times the pieces of the sawtooth; half as many as the zonotope's vertices."""
    claims = hard("zonotope", inputs=inputs, generators=generators, width=3, depth=1).claims
    assert claims.paper.pieces == half * 3
