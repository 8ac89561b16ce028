"""Exact matrices: the few operations on `flint.fmpq_mat` and `flint.fmpz_mat` that the library needs.

Signs, incidences and ranks do not change when a row is multiplied by a positive number, so most of the work is done on
primitive integer rows, where flint is fastest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

# Bits of all different denominators up to which one call of flint, which nothing interrupts, takes no time worth mentioning;
# those of doubles have half a million together, and no more than 1,100 bits each.
_AT_ONCE = 2**20

# Entries of a matrix that fit a line with what else there is.
_SHOWN = 16


def from_rows(rows: Sequence[Sequence[fmpq]], columns: int | None = None) -> fmpq_mat:
    """The matrix with the given rows; `columns` is needed where there may be none."""
    width = columns if columns is not None else len(rows[0])
    return fmpq_mat(len(rows), width, [entry for row in rows for entry in row])


def column(entries: Sequence[fmpq]) -> fmpq_mat:
    """The matrix with one column."""
    return fmpq_mat(len(entries), 1, list(entries))


def rows_of(matrix: fmpq_mat) -> list[list[fmpq]]:
    """The rows as lists (also for a matrix without columns)."""
    return [list(row) for row in matrix.tolist()] if matrix.ncols() else [[] for _ in range(matrix.nrows())]


def stack(*blocks: fmpq_mat) -> fmpq_mat:
    """The blocks, one below the other."""
    return from_rows([row for block in blocks for row in rows_of(block)], blocks[0].ncols())


def beside(left: fmpq_mat, right: fmpq_mat) -> fmpq_mat:
    """Two blocks of equal height, side by side."""
    rows = [one + two for one, two in zip(rows_of(left), rows_of(right), strict=True)]
    return from_rows(rows, left.ncols() + right.ncols())


def take_columns(matrix: fmpq_mat, indices: Sequence[int]) -> fmpq_mat:
    """The matrix of the named columns, in their order."""
    return from_rows([[row[index] for index in indices] for row in rows_of(matrix)], len(indices))


def take_rows(matrix: fmpq_mat, indices: Sequence[int]) -> fmpq_mat:
    """The matrix of the named rows, in their order."""
    rows = rows_of(matrix)
    return from_rows([rows[index] for index in indices], matrix.ncols())


def in_a_line(matrix: fmpq_mat) -> str:
    """A matrix for whoever looks at an object that holds it: its entries if they are few, else its shape.

    Examples
    --------
    >>> in_a_line(fmpq_mat(1, 2, [fmpq(1, 2), 3])), in_a_line(fmpq_mat(784, 2))
    ('[[1/2, 3]]', '<784 x 2>')
    """
    if matrix.nrows() * matrix.ncols() > _SHOWN:
        return f"<{matrix.nrows()} x {matrix.ncols()}>"
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows_of(matrix)) + "]"


def cleared(matrix: fmpq_mat) -> tuple[list[fmpz], fmpz]:
    """The entries of a matrix times their least common denominator, row by row, and that denominator.

    Examples
    --------
    >>> cleared(fmpq_mat(1, 2, [fmpq(1, 2), fmpq(2, 3)]))
    ([3, 4], 6)
    """
    entries = matrix.entries()
    denominators = {entry.q for entry in entries}
    if sum(denominator.bit_length() for denominator in denominators) <= _AT_ONCE:
        numerators, scale = matrix.numer_denom()
        return numerators.entries(), scale
    scale = fmpz(1)
    for denominator in denominators:
        scale = scale.lcm(denominator)
    return [entry.p * (scale // entry.q) for entry in entries], scale


def primitive(entries: Iterable[fmpq]) -> list[fmpz]:
    """The positive multiple of a rational vector that has coprime integer entries (the zero vector stays zero).

    Examples
    --------
    >>> primitive([fmpq(1, 2), fmpq(-3), fmpq(0)])
    [1, -6, 0]
    """
    row = list(entries)
    scale = fmpz(1)
    for entry in row:
        scale = scale.lcm(entry.q)
    return coprime([(entry * scale).p for entry in row])


def coprime(entries: Sequence[fmpz]) -> list[fmpz]:
    """An integer vector divided by the greatest common divisor of its entries (the zero vector stays zero)."""
    divisor = fmpz(0)
    for entry in entries:
        divisor = divisor.gcd(entry)
        if divisor == 1:
            return list(entries)
    return [entry // divisor for entry in entries] if divisor else list(entries)


def integer_rows(matrix: fmpq_mat) -> fmpz_mat:
    """Each row as its primitive positive multiple."""
    rows = [primitive(row) for row in rows_of(matrix)]
    return fmpz_mat(matrix.nrows(), matrix.ncols(), [entry for row in rows for entry in row])
