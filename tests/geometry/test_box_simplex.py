"""The simplex method over boxes in doubles: against exact programs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.box_programs import BOUNDS, FORM, SIZE, floats, least

from relupoly.geometry.box_simplex import BoxDictionary
from relupoly.pieces.constraints.proofs import is_positive


@given(form=FORM, rows=st.lists(FORM, max_size=4))
def test_it_finds_the_side(form, rows):
    """Wherever the answer is not too near to call."""
    rows = [row for row in rows if row[-1] > 0]  # the origin is inside
    if form[-1] <= 0:
        return
    dictionary = BoxDictionary(-np.ones(SIZE), np.ones(SIZE))
    for row in rows:
        dictionary.add(np.array(row, dtype=np.float64))
    for objective in (form, [-form[0], form[1], form[2]]):
        found = dictionary.least(np.array(objective, dtype=np.float64), np.zeros(SIZE))
        true = least(objective, rows)
        if true < 0:
            assert found.point is not None
            assert np.array(objective[:-1]) @ found.point + objective[-1] < 0
            assert all(np.array(row[:-1]) @ found.point + row[-1] > -1e-9 for row in rows)
            assert (np.abs(found.point) <= 1 + 1e-9).all()
        elif true > 0:
            assert found.point is None
            assert is_positive(floats([objective]), floats(rows), found.multipliers, BOUNDS)
        else:
            assert found.point is None


def programs(seed, size, count):
    """Gaussian rows that are positive at the origin, and forms."""
    source = np.random.default_rng(seed)
    rows = source.normal(size=(count, size + 1))
    rows[:, -1] = np.abs(rows[:, -1])
    forms = source.normal(size=(12, size + 1))
    forms[:, -1] = np.abs(forms[:, -1]) * size**0.5
    return rows, forms


@pytest.mark.parametrize("seed", range(5))
def test_a_row_that_does_not_count_bounds_nothing(seed):
    rows, forms = programs(seed, 3, 5)
    with_it, without_it = (BoxDictionary(-np.ones(3), np.ones(3)) for _ in range(2))
    for number, row in enumerate(rows):
        with_it.add(row)
        if number != 2:
            without_it.add(row)
    for form in forms:
        found, expected = with_it.least(form, np.zeros(3), 2), without_it.least(form, np.zeros(3))
        assert (found.point is None) == (expected.point is None)


def test_the_dictionary_can_be_computed_anew_from_its_basis():
    rows, forms = programs(1, 6, 6)
    dictionary = BoxDictionary(-np.ones(6), np.ones(6))
    for row in rows:
        dictionary.add(row)
    for form in forms:
        dictionary.least(form, np.zeros(6))
    table = dictionary._table.copy()
    dictionary._renew()
    assert np.allclose(dictionary._table, table)


def test_rows_of_next_to_nothing_and_steps_without_length_give_no_warning():
    # pytest makes errors of warnings: 1 / most, and room / step, are beyond doubles.
    dictionary = BoxDictionary(np.zeros(2), np.ones(2))
    dictionary.add(np.array([1e-60, 0.0, 0.0]))
    dictionary.add(np.array([-1.0, -1.0, 5e-324]))
    inside = np.array([5e-324, 0.5])
    for form in (np.array([1.0, -1.0, 1.0]), np.array([1.0, 1.0, 1e-310])):
        assert np.isfinite(dictionary.least(form, inside).multipliers).all()
