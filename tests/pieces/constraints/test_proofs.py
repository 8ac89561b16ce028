"""What proves that a form is not negative: whatever is offered, only what is true is accepted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from oracles.box_programs import BOUNDS, FORM, SIZE, floats, least

from relupoly.exact.floats import FloatVectors
from relupoly.pieces.constraints.proofs import is_positive


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
