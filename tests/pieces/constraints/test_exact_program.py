"""`ExactProgram`: from any basis, it finds whether a form is negative on a polytope, and where."""

import random

import numpy as np
import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st
from oracles.box_programs import BOUNDS, FORM, SIZE, least

from relupoly.geometry.box_basis import Basis
from relupoly.pieces.constraints import exact_program
from relupoly.pieces.constraints.exact_program import ExactProgram
from relupoly.pieces.constraints.proofs import value
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import Run

NOTHING = np.zeros(0, dtype=np.intp)


def check(form, rows, basis, bounds):
    exact = [[fmpz(entry) for entry in row] for row in rows]
    point = ExactProgram([fmpz(entry) for entry in form], exact, bounds).negative_point(basis)
    true = least(form, rows)
    if true is None:
        return  # An empty polytope: nobody asks about one.
    assert (point is not None) == (true < 0)
    if point is not None:
        assert all(-1 <= entry <= 1 for entry in point)
        assert all(value(row, point) >= 0 for row in exact)
        assert value([fmpz(entry) for entry in form], point) == fmpq(true.numerator, true.denominator)


def any_basis(draw, rows, size):
    count = draw(st.integers(0, min(size, len(rows))))
    tight = np.array(sorted(draw(st.permutations(range(len(rows))))[:count]), dtype=np.intp)
    solved = np.array(draw(st.permutations(range(size)))[:count], dtype=np.intp)
    return Basis(tight, solved, np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size))))


@given(FORM, st.lists(FORM, min_size=1, max_size=4), st.data())
def test_whatever_the_basis_is(form, rows, data):
    rows = [row for row in rows if row[-1] >= 0]  # The origin is inside, or on the boundary.
    check(form, rows, any_basis(data.draw, rows, SIZE), BOUNDS)


@pytest.mark.parametrize("patience", [0, exact_program._PATIENCE])
@pytest.mark.parametrize("seed", range(30))
def test_ties_end_by_either_rule(monkeypatch, seed, patience):
    # Many rows through few points: most exchanges change nothing.
    monkeypatch.setattr(exact_program, "_PATIENCE", patience)
    source, size = random.Random(seed), 6
    rows = [[*(source.randint(-1, 1) for _ in range(size)), source.choice([0, 0, 1])] for _ in range(8)]
    form = [*(source.randint(-1, 1) for _ in range(size)), source.choice([0, 1, 2])]
    start = Basis(NOTHING, NOTHING, np.zeros(size, dtype=np.bool_))
    check(form, rows, start, Bounds((fmpq(-1),) * size, (fmpq(1),) * size))


def test_rows_of_a_basis_that_depend_on_each_other_are_no_beginning():
    rows = [[1, 1, 0], [2, 2, 0]]
    check([0, 1, 0], rows, Basis(np.arange(2), np.arange(2), np.zeros(2, dtype=np.bool_)), BOUNDS)


def test_it_is_asked_at_every_exchange_whether_to_go_on():
    asked = []

    class Asking(Run):
        def tick(self):
            asked.append(1)

    rows = [[fmpz(1), fmpz(2), fmpz(0)], [fmpz(2), fmpz(-1), fmpz(0)]]
    program = ExactProgram([fmpz(-1), fmpz(1), fmpz(0)], rows, BOUNDS, Asking())
    program.negative_point(Basis(NOTHING, NOTHING, np.zeros(SIZE, dtype=np.bool_)))
    assert len(asked) > 1
