"""What proves that a form is not negative: whatever is offered, only what is true is accepted."""

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.floats import FloatVectors
from relupoly.geometry.box_simplex import Basis, BoxDictionary
from relupoly.geometry.linear_programs import maximize
from relupoly.pieces.constraints.proofs import exact_least, is_positive, value
from relupoly.pieces.forms.bounds import Bounds

SIZE = 2
ENTRY = st.integers(-4, 4)
FORM = st.lists(ENTRY, min_size=SIZE + 1, max_size=SIZE + 1)
BOUNDS = Bounds((fmpq(-1),) * SIZE, (fmpq(1),) * SIZE)


def least(form, rows):
    """The least value on the polytope, None if that is empty: by exact linear programming."""
    matrix = [[Fraction(-entry) for entry in row[:-1]] for row in rows]
    right = [Fraction(row[-1]) for row in rows]
    for place in range(SIZE):
        unit = [Fraction(int(place == other)) for other in range(SIZE)]
        matrix += [unit, [-entry for entry in unit]]
        right += [Fraction(1), Fraction(1)]
    found = maximize([Fraction(-entry) for entry in form[:-1]], matrix, right)
    return None if found.value is None else form[-1] - found.value


def floats(rows):
    return FloatVectors.from_integers(fmpz_mat(len(rows), SIZE + 1, [entry for row in rows for entry in row]))


@given(FORM, st.lists(FORM, max_size=3), st.lists(st.floats(0, 10), min_size=3, max_size=3))
def test_multipliers_prove_nothing_wrong(form, rows, multipliers):
    if is_positive(floats([form]), floats(rows), np.array(multipliers[: len(rows)]), BOUNDS):
        found = least(form, rows)
        assert found is None or found > 0


@given(FORM, st.lists(FORM, min_size=1, max_size=3), st.floats(0, 1))
def test_an_error_of_the_form_counts(form, rows, error):
    exact = floats([form])
    doubtful = FloatVectors(exact.value, np.full_like(exact.value, error))
    nothing = np.zeros(len(rows))
    if is_positive(doubtful, floats(rows), nothing, BOUNDS):
        worst = [entry - np.sign(entry) * error for entry in form]
        assert worst[-1] - sum(map(abs, form[:-1])) - SIZE * error >= -1e-9


@given(FORM, st.lists(FORM, min_size=1, max_size=3), st.data())
def test_a_basis_tells_a_bound_and_a_point(form, rows, data):
    count = data.draw(st.integers(0, min(SIZE, len(rows))))
    tight = np.array(sorted(data.draw(st.permutations(range(len(rows))))[:count]), dtype=np.intp)
    solved = np.array(data.draw(st.permutations(range(SIZE)))[:count], dtype=np.intp)
    upper = np.array(data.draw(st.lists(st.booleans(), min_size=SIZE, max_size=SIZE)))
    exact = [[fmpz(entry) for entry in row] for row in rows]
    bound, point = exact_least([fmpz(entry) for entry in form], exact, Basis(tight, solved, upper), BOUNDS)
    true = least(form, rows)
    if bound is not None and true is not None:
        assert Fraction(int(bound.p), int(bound.q)) <= true
    if point is not None:
        assert all(-1 <= entry <= 1 for entry in point)
        assert all(value(row, point) >= 0 for row in exact)


@given(FORM, st.lists(FORM, max_size=4))
def test_the_simplex_method_finds_the_side(form, rows):
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
            # It touches: the basis says so exactly, or an exact program has to.
            bound, _ = exact_least([*map(fmpz, objective)], [[*map(fmpz, row)] for row in rows], found.basis, BOUNDS)
            assert found.point is None
            assert bound is None or bound <= 0
