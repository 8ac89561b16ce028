"""Grids of hard networks: what their words may say."""

import pytest
from flint import fmpq

from relupoly.constructions.grid import parse_grid, replaced
from relupoly.errors import ConstructionError


def test_a_parameter_that_the_family_has_not():
    with pytest.raises(ConstructionError, match=r'^grid: sawtooth has no parameter "widht"; did you mean "width"'):
        parse_grid("sawtooth", "widht=2..3", {})


def test_an_entry_of_a_table_is_named_by_its_row_and_column():
    generators = {"generators": [["1", "2"], ["3", "4"]], "width": 2, "depth": 1}
    changed = replaced("zonotope", generators, "generator.2.1", fmpq(7, 2))
    assert changed["generators"] == [["1", "2"], ["7/2", "4"]]
    for place in ("generator.1.x", "generator.x.1", "generator.3.1", "generator.1", "generator.1.1.1"):
        with pytest.raises(ConstructionError, match=f'has no number "{place}" here'):
            replaced("zonotope", generators, place, fmpq(1))
