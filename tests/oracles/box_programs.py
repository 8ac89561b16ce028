"""Linear programs over a small box cut by half-spaces: the least value of a form, by the exact simplex method."""

from fractions import Fraction

from flint import fmpq, fmpz_mat
from hypothesis import strategies as st

from relupoly.exact.floats import FloatVectors
from relupoly.geometry.linear_programs import maximize
from relupoly.pieces.forms.bounds import Bounds

SIZE = 2
ENTRY = st.integers(-4, 4)
FORM = st.lists(ENTRY, min_size=SIZE + 1, max_size=SIZE + 1)
BOUNDS = Bounds((fmpq(-1),) * SIZE, (fmpq(1),) * SIZE)


def least(form, rows):
    """The least value on the polytope, None if that is empty."""
    size = len(form) - 1
    matrix = [[Fraction(-entry) for entry in row[:-1]] for row in rows]
    right = [Fraction(row[-1]) for row in rows]
    for place in range(size):
        unit = [Fraction(int(place == other)) for other in range(size)]
        matrix += [unit, [-entry for entry in unit]]
        right += [Fraction(1), Fraction(1)]
    found = maximize([Fraction(-entry) for entry in form[:-1]], matrix, right)
    return None if found.value is None else form[-1] - found.value


def floats(rows):
    """Integer rows in doubles."""
    return FloatVectors.from_integers(fmpz_mat(len(rows), len(rows[0]) if rows else SIZE + 1, [e for row in rows for e in row]))
