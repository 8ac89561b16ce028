"""Where hyperplanes meet: the vector on which all forms vanish."""

import pytest
from flint import fmpz, fmpz_mat
from hypothesis import assume, given
from hypothesis import strategies as st

from relupoly.geometry.corner import common_zero


@given(st.data(), st.integers(1, 6), st.integers(0, 2))
def test_all_forms_vanish_there(data, size, more):
    """Also with more forms than are needed; four or fewer coordinates are done by minors."""
    entries = st.lists(st.integers(-5, 5), min_size=size, max_size=size)
    forms = data.draw(st.lists(entries, min_size=size - 1, max_size=size - 1))
    factors = data.draw(
        st.lists(st.lists(st.integers(-2, 2), min_size=size - 1, max_size=size - 1), min_size=more, max_size=more)
    )
    forms += [[sum(f * row[c] for f, row in zip(own, forms, strict=True)) for c in range(size)] for own in factors]
    assume(not forms or fmpz_mat(forms).rank() == size - 1)
    found = common_zero([list(map(fmpz, form)) for form in forms])
    if not forms:
        assert found == [1]
        return
    assert len(found) == size
    assert any(found)
    assert all(sum(a * x for a, x in zip(form, found, strict=True)) == 0 for form in forms)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_unit_forms(size):
    forms = [[fmpz(int(place == axis)) for place in range(size)] for axis in range(size - 1)]
    *rest, last = common_zero(forms)
    assert rest == [0] * (size - 1)
    assert last
