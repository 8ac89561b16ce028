"""The simplex method over boxes in doubles: against exact programs, and its machine code against the interpreted method."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.box_programs import BOUNDS, FORM, SIZE, floats, least

from relupoly.geometry import box_simplex
from relupoly.geometry.box_simplex import BoxDictionary, MachineCode
from relupoly.pieces.constraints.proofs import is_positive

MACHINE_CODE = MachineCode(SIZE)


@pytest.mark.parametrize("machine_code", [None, MACHINE_CODE], ids=["interpreted", "machine code"])
@given(form=FORM, rows=st.lists(FORM, max_size=4))
def test_it_finds_the_side(machine_code, form, rows):
    """Wherever the answer is not too near to call."""
    rows = [row for row in rows if row[-1] > 0]  # the origin is inside
    if form[-1] <= 0:
        return
    dictionary = BoxDictionary(-np.ones(SIZE), np.ones(SIZE))
    for row in rows:
        dictionary.add(np.array(row, dtype=np.float64))
    for objective in (form, [-form[0], form[1], form[2]]):
        found = dictionary.least(np.array(objective, dtype=np.float64), np.zeros(SIZE), None, machine_code)
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


@pytest.mark.parametrize("size", [1, 3, 20])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("renewed_after", [0, box_simplex._EXCHANGES])
def test_machine_code_takes_the_same_steps(monkeypatch, size, seed, renewed_after):
    monkeypatch.setattr(box_simplex, "_EXCHANGES", renewed_after)
    rows, forms = programs(seed, size, 8)
    one, other = (BoxDictionary(-np.ones(size), np.ones(size)) for _ in range(2))
    machine_code = MachineCode(size)
    for number, form in enumerate(forms):
        if number < len(rows):
            one.add(rows[number])
            other.add(rows[number])
        without = random.Random(number).choice([None, 0])
        found = one.least(form, np.zeros(size), without)
        same = other.least(form, np.zeros(size), without, machine_code)
        assert (found.point is None) == (same.point is None)
        assert np.allclose(found.multipliers, same.multipliers, atol=1e-9)
        if found.point is not None:
            assert np.allclose(found.point, same.point, atol=1e-9)
        for part in ("rows", "solved", "upper"):
            assert (getattr(found.basis, part) == getattr(same.basis, part)).all()


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
        for machine_code in (None, MachineCode(2)):
            assert np.isfinite(dictionary.least(form, inside, None, machine_code).multipliers).all()
