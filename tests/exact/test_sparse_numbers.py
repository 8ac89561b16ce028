"""The entries of sparse matrices, all at once, against one rational after another."""

from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.rationals import is_double
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.sparse_numbers import are_doubles, are_integers, most_bits

DYADIC = st.builds(
    lambda number, places: fmpq(number, 2**places), st.integers(-(2**60), 2**60), st.sampled_from([0, 1, 5, 60, 70, 1080])
)
SHORT = st.integers(-(2**53) - 1, 2**53 + 1).map(fmpq) | st.floats(allow_nan=False, allow_infinity=False).map(
    lambda x: fmpq(*x.as_integer_ratio())
)
ENTRIES = (
    SHORT | DYADIC | st.fractions().map(lambda x: fmpq(x.numerator, x.denominator)) | st.integers(-(2**1030), 2**1030).map(fmpq)
)


@given(st.lists(SHORT, min_size=1, max_size=4) | st.lists(ENTRIES, min_size=1, max_size=4))
def test_entries(entries):
    matrix = SparseMatrix.from_dense(fmpq_mat(1, len(entries), entries))
    there = [entry for entry in entries if entry]
    assert are_integers(matrix) == all(entry.q == 1 for entry in there)
    assert are_doubles(matrix) == all(map(is_double, there))
    assert most_bits(matrix) == max((max(abs(int(entry.p)), int(entry.q)).bit_length() for entry in there), default=0)
