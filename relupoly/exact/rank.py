"""The rank of a rational matrix, and a basis among its rows or columns, proved through primes.

Elimination in rationals swells: a 256 x 784 matrix of doubles takes minutes. Modulo a prime of one machine word it takes
milliseconds, and the rank there is never larger than the true one. A minor that vanishes modulo primes whose product
exceeds its Hadamard bound is zero, so once the product is that large, the largest rank seen is the true one. For a matrix
of full rank one prime is enough. Columns that are independent modulo a prime are independent: as many of them as the rank
are a basis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from flint import fmpz, fmpz_mat, nmod_mat

from relupoly.exact.levels import rank_by_levels
from relupoly.exact.matrices import integer_rows
from relupoly.exact.primes import primes_below
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.run import UNLIMITED, Run

# All primes that are used are above 2^60, and fit a machine word of flint: the longer they are, the fewer it takes.
_PRIME_BITS = 60


def certified_rank(matrix: Matrix, run: Run = UNLIMITED) -> int:
    """The exact rank; the run is asked at every prime whether to stop.

    Examples
    --------
    >>> from flint import fmpq_mat
    >>> certified_rank(fmpq_mat(2, 2, [1, 2, 2, 4])), certified_rank(fmpq_mat(2, 3, [1, 0, 1, 0, 0, 1]))
    (1, 2)
    """
    if isinstance(matrix, SparseMatrix):
        return _sparse_rank(matrix, run)
    integers = integer_rows(matrix)
    lengths = [int(sum((entry * entry for entry in row), fmpz(0))) for row in integers.tolist()]
    full = min(_nonzero_rows(integers), _nonzero_rows(integers.transpose()))
    return _proved(lambda prime: int(nmod_mat(integers, prime).rank()), lengths, full, run)


def _sparse_rank(matrix: SparseMatrix, run: Run) -> int:
    """The same of a sparse matrix: what is independent at first sight is taken off, and the rest goes level by level."""
    seen, matrix = _without_owners(_filled(matrix))
    if matrix.nrows() > 4 * matrix.ncols() and _full_in_some_rows(matrix):
        return seen + matrix.ncols()
    lengths = matrix.row_sums(matrix.numerator.astype(object) ** 2).tolist()
    return seen + _proved(lambda prime: rank_by_levels(matrix, prime), lengths, min(matrix.shape), run)


def _proved(rank_modulo: Callable[[int], int], lengths: Sequence[int], full: int, run: Run) -> int:
    """The largest rank modulo primes, of so many that it is the true one.

    Parameters
    ----------
    rank_modulo : callable
        The rank modulo a prime.
    lengths : sequence of int
        The squares of the lengths of the rows.
    full : int
        The rank is not larger.
    run : Run
    """
    # The squares of minors are below 2 to the sum of these bits over their rows.
    rows = sorted((square.bit_length() for square in lengths), reverse=True)
    rank = proved = 0
    primes = primes_below(2 ** (_PRIME_BITS + 1))
    while rank < full and proved < sum(rows[: rank + 1]):
        run.tick()
        rank = max(rank, rank_modulo(next(primes)))
        proved += 2 * _PRIME_BITS
    return rank


def _filled(matrix: SparseMatrix) -> SparseMatrix:
    """The matrix without the rows and columns that are 0: a convolution need not see every input."""
    return matrix.take_rows(np.flatnonzero(np.diff(matrix.start))).take_columns(np.unique(matrix.column))


def _without_owners(matrix: SparseMatrix) -> tuple[int, SparseMatrix]:
    """A number, and a matrix whose rank is less by that number: no row of it has a column of its own.

    A row that alone has an entry in some column is no combination of others, and takes no part in combinations that vanish.
    """
    taken = 0
    while True:
        sizes = np.bincount(matrix.column, minlength=matrix.ncols())
        owners = np.unique(matrix.row[sizes[matrix.column] == 1])
        if not len(owners):
            return taken, matrix
        taken += len(owners)
        matrix = _filled(matrix.take_rows(np.setdiff1d(np.arange(matrix.nrows()), owners)))


def _full_in_some_rows(matrix: SparseMatrix) -> bool:
    """Whether rows at equal distances, twice as many as there are columns, prove that the columns are independent."""
    some = matrix.take_rows(np.linspace(0, matrix.nrows() - 1, 2 * matrix.ncols(), dtype=np.int64))
    return int(nmod_mat(_integers(some), next(primes_below(2 ** (_PRIME_BITS + 1)))).rank()) == matrix.ncols()


def rank_modulo_a_prime(matrix: Matrix) -> int:
    """The rank modulo one prime: the true rank is at least that.

    Examples
    --------
    >>> from flint import fmpq_mat
    >>> rank_modulo_a_prime(fmpq_mat(2, 2, [1, 2, 2, 4]))
    1
    """
    integers = _integers(_filled(matrix) if isinstance(matrix, SparseMatrix) else matrix)
    return int(nmod_mat(integers, next(primes_below(2 ** (_PRIME_BITS + 1)))).rank())


def pivot_columns(matrix: Matrix, run: Run = UNLIMITED) -> list[int]:
    """Columns that are a basis of the column space: the pivots of elimination modulo a prime; with a run, as above.

    Examples
    --------
    >>> from flint import fmpq_mat
    >>> pivot_columns(fmpq_mat(2, 3, [1, 2, 0, 2, 4, 1]))
    [0, 2]
    """
    integers = _integers(matrix)
    rank = certified_rank(matrix, run)
    reductions = (nmod_mat(integers, prime).rref() for prime in primes_below(2 ** (_PRIME_BITS + 1)))
    return next(_pivots(reduced, found) for reduced, found in reductions if found == rank)


def independent_rows(matrix: Matrix) -> list[int]:
    """Rows that are a basis of the row space."""
    return pivot_columns(matrix.transpose())


def _integers(matrix: Matrix) -> fmpz_mat:
    """The matrix with each row times a positive number, in integers."""
    if not isinstance(matrix, SparseMatrix):
        return integer_rows(matrix)
    numerators = [0] * (matrix.nrows() * matrix.ncols())
    places = (matrix.row * matrix.ncols() + matrix.column).tolist()
    for place, numerator in zip(places, matrix.numerator.tolist(), strict=True):
        numerators[place] = numerator
    return fmpz_mat(matrix.nrows(), matrix.ncols(), numerators)


def _pivots(reduced: nmod_mat, rank: int) -> list[int]:
    """The pivot columns of a matrix in reduced row echelon form."""
    pivots: list[int] = []
    for row in range(rank):
        start = pivots[-1] + 1 if pivots else 0
        pivots.append(next(column for column in range(start, reduced.ncols()) if int(reduced[row, column])))
    return pivots


def _nonzero_rows(matrix: fmpz_mat) -> int:
    return sum(any(row) for row in matrix.tolist()) if matrix.ncols() else 0
